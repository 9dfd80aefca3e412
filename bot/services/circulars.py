"""The course of circulars: HR approves, sends, pauses and ends them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.audience import Audience
from bot.domain.circulars import CircularState, CircularStep, DeliveryState
from bot.domain.roster import StaffRole
from bot.library.library import Library
from bot.records.circulars import Circulars
from bot.records.database import Database
from bot.records.deliveries import Deliveries
from bot.records.journal import Journal
from bot.services.circular_acts import hold_for, note, refuse_altered, take_step
from bot.services.circular_audience import refuse_empty, settle
from bot.services.circular_notices import ApprovalSpeaker, tell_of
from bot.services.circular_views import CircularError, KnownCircular, known
from bot.services.retention import Now
from bot.services.staff import By, find_staff, is_untold

_LONGEST_REASON = 500
_SUBMITTED = "circular_submitted"


class CircularService:
    """Lets HR decide on circulars.

    Args:
        database: Where they are kept.
        library: The workshops, and the questions on articles, by which an audience is narrowed.
        now: Gives the present moment.
        approval: A second person of HR has to approve each.
        speaker: Tells those whom another's step concerns; None to tell nobody.
    """

    def __init__(
        self,
        database: Database,
        library: Library,
        now: Now,
        *,
        approval: bool = False,
        speaker: ApprovalSpeaker | None = None,
    ) -> None:
        self._database = database
        self._library = library
        self._now = now
        self.approval = approval
        self._speaker = speaker

    async def submit(self, by: By, circular_id: str) -> KnownCircular:
        """Ask a second person of HR for their approval.

        Raises:
            CircularError, StaffError: It is no draft; or it is not theirs to do.
        """
        return await self._do(by, circular_id, CircularStep.SUBMIT, _SUBMITTED)

    async def reject(self, by: By, circular_id: str, reason: str) -> KnownCircular:
        """Send a circular back to who wrote it; arguments and errors as above."""
        return await self._do(by, circular_id, CircularStep.REJECT, "circular_rejected", reason)

    async def send(
        self, by: By, circular_id: str, send_at: datetime | None = None
    ) -> KnownCircular:
        """Let a circular go out, at once or later; where two are to decide, the second does it.

        Args:
            by: Who decides.
            circular_id: Which.
            send_at: Not before then; None for the moment that it names, or at once.

        Raises:
            CircularError: It is sent already, needs a second person's approval, reaches nobody, or
                does not say what was written.
            AudienceError: Whom it names is not certain any more.
            StaffError: It is not theirs to do.
        """
        now = self._now()
        async with self._database.transaction() as session:
            row, actor = await hold_for(session, by, circular_id)
            is_draft = row.state is CircularState.DRAFT
            if self.approval and (is_draft or row.created_by == actor.id):
                raise CircularError("a second person of HR has to approve it: submit it first")
            take_step(row, CircularStep.APPROVE)
            await refuse_altered(session, row)
            row.send_at = send_at or row.send_at
            if row.due_at is not None and row.due_at <= max(now, row.send_at or now):
                raise CircularError("its deadline is over before it is sent")
            audience = await settle(session, Audience.from_json(row.audience), leavers=True)
            row.audience = audience.to_json()
            await refuse_empty(session, self._library, known(row, ()), now)
            row.approved_by, row.approved_at = actor.id, now
            told = await tell_of(session, row, actor, CircularStep.APPROVE, self._speaker, now=now)
            return await note(session, row, actor.id, "circular_approved", now, told=told)

    async def pause(self, by: By, circular_id: str, reason: str = "") -> KnownCircular:
        """Stop sending for now; what is in the outbox and not begun is taken back."""
        step = CircularStep.PAUSE
        return await self._do(
            by, circular_id, step, "circular_paused", reason, recall=DeliveryState.PLANNED
        )

    async def resume(self, by: By, circular_id: str) -> KnownCircular:
        """Go on sending.

        Raises:
            CircularError, StaffError: It is not paused, or does not say what was approved; or it
                is not theirs to do.
        """
        return await self._do(by, circular_id, CircularStep.RESUME, "circular_resumed")

    async def cancel(self, by: By, circular_id: str, reason: str) -> KnownCircular:
        """End a circular; what was sent stays, and nothing more is."""
        step = CircularStep.CANCEL
        return await self._do(
            by, circular_id, step, "circular_cancelled", reason, recall=DeliveryState.CANCELLED
        )

    async def find(self, by: By, circular_id: str) -> KnownCircular:
        """Show a circular to who may see it, and note that they saw it.

        Args:
            by: Who looks.
            circular_id: Which.

        Raises:
            CircularError, StaffError: There is none; or it is not theirs to see.
        """
        async with self._database.transaction() as session:
            row, actor = await hold_for(session, by, circular_id)
            return await note(session, row, actor.id, "circular_viewed", self._now())

    async def list_all(self, by: By, limit: int | None = None) -> list[KnownCircular]:
        """List the circulars of an employer, the newest first.

        Raises:
            StaffError: They are not theirs to see.
        """
        async with self._database.reading() as session:
            actor = await find_staff(session, by, [StaffRole.HR])
            rows = await Circulars(session).list_of(actor.employer, limit)
            waiting = [f"circular:{row.id}" for row in rows if row.state is CircularState.SUBMITTED]
            steps = await Journal(session).find_latest(actor.employer, _SUBMITTED, waiting)
            untold = {each.subject for each in steps.values() if is_untold(each)}
            return [replace(known(row, ()), untold=f"circular:{row.id}" in untold) for row in rows]

    async def _do(  # noqa: PLR0913 - private
        self,
        by: By,
        circular_id: str,
        step: CircularStep,
        kind: str,
        reason: str = "",
        *,
        recall: DeliveryState | None = None,
    ) -> KnownCircular:
        async with self._database.transaction() as session:
            row, actor = await hold_for(session, by, circular_id)
            take_step(row, step)
            if step is CircularStep.RESUME:
                await refuse_altered(session, row)
            if step is CircularStep.RESUME and row.started_at is None:
                row.state = CircularState.SCHEDULED
            row.reason = reason.strip()[:_LONGEST_REASON] or None
            if recall is not None:
                await Deliveries(session).recall(row.id, recall)
            now = self._now()
            told = await tell_of(session, row, actor, step, self._speaker, now=now)
            return await note(session, row, actor.id, kind, now, told=told)

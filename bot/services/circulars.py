"""Writing circulars, approving them, and the course of one: HR's acts, each noted in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.documents.attachments import Attachment
from bot.domain.audience import Audience
from bot.domain.circulars import (
    BEGUN,
    CheckQuestion,
    CircularState,
    CircularStep,
    DeliveryState,
    after,
)
from bot.domain.roster import StaffRole
from bot.library.library import Library
from bot.records.base import Json, new_token
from bot.records.circulars import Circular, CircularAttachment, Circulars
from bot.records.database import Database
from bot.records.deliveries import Deliveries
from bot.records.employees import Employee
from bot.records.files import Files, NewFile
from bot.records.journal import Journal, NewEntry
from bot.services.circular_checks import Texts, problems_of
from bot.services.circular_views import CircularError, KnownCircular, content_of, known
from bot.services.retention import Now
from bot.services.staff import By, find_staff

_KEPT = timedelta(days=366 * 10)
"""Attachments are kept as long as what was acknowledged with them."""

_LONGEST_REASON = 500
_TEXTS = ("title", "title_en", "body", "body_en", "issuer", "statement", "statement_en")


@dataclass(frozen=True)
class NewCircular:
    """What a circular is to say, and to whom; see ``bot.domain.circulars.CircularContent``.

    Attributes:
        number: What the employer calls it by; empty for the next one of the year.
        send_at: Not before then; None for at once when it is sent.
        urgent: It is sent by night and at the weekend too.
        attachments: None to leave those of an earlier draft or version as they are.
    """

    employer: str
    title: str
    body: str
    issuer: str
    dated_on: date
    audience: Audience
    number: str = ""
    title_en: str = ""
    body_en: str = ""
    statement: str = ""
    statement_en: str = ""
    due_at: datetime | None = None
    check: CheckQuestion | None = None
    articles: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] | None = field(default=None, repr=False)
    urgent: bool = False
    send_at: datetime | None = None


class CircularService:
    """Lets HR write circulars and decide on them.

    Args:
        database: Where they are kept.
        library: The employers, articles and workshops that there are.
        now: Gives the present moment.
        approval: A second person of HR has to approve each.
    """

    def __init__(
        self, database: Database, library: Library, now: Now, *, approval: bool = False
    ) -> None:
        self._database = database
        self._library = library
        self._now = now
        self.approval = approval

    async def create(self, by: By, new: NewCircular) -> KnownCircular:
        """Write a circular; it is a draft.

        Raises:
            CircularError: It cannot be as it is, or its number is taken; the message says why.
            StaffError: Who writes it is not HR.
        """
        async with self._database.transaction() as session:
            author = await self._author(session, by, new.employer)
            row = Circular(
                id=new_token(),
                employer=new.employer,
                number=new.number or await self._next_number(session, new.employer),
                version=1,
                created_by=author.id,
                created_at=self._now(),
                **self._values(new, None),
            )
            try:
                async with session.begin_nested():
                    await Circulars(session).add(row)
            except IntegrityError:
                raise CircularError(
                    f"the number {row.number} is taken: correct that circular"
                ) from None
            await self._attach(session, row, new.attachments or ())
            return await self._note(session, row, author, "circular_created")

    async def change(self, by: By, circular_id: str, new: NewCircular) -> KnownCircular:
        """Let a draft say something else; its number and version stay.

        Raises:
            CircularError, StaffError: As for ``create``; or it is no draft.
        """
        async with self._database.transaction() as session:
            row, author = await self._held(session, by, circular_id)
            self._step(row, CircularStep.CHANGE)
            if new.employer != row.employer:
                raise CircularError("a circular stays its employer's")
            earlier = await Circulars(session).find(row.supersedes) if row.supersedes else None
            for name, value in self._values(new, earlier).items():
                setattr(row, name, value)
            await session.flush()
            if new.attachments is not None:
                await self._attach(session, row, new.attachments)
            return await self._note(session, row, author, "circular_changed")

    async def correct(self, by: By, circular_id: str) -> KnownCircular:
        """Begin the next version of a circular that was sent, as a draft that says the same.

        Raises:
            CircularError: It was not sent, or a later version is there.
            StaffError: Who corrects it is not HR.
        """
        async with self._database.transaction() as session:
            row, author = await self._held(session, by, circular_id)
            circulars = Circulars(session)
            if row.state not in BEGUN - {CircularState.SUPERSEDED} or row.started_at is None:
                raise CircularError(f"{row.number} is {row.state}: nothing was sent to correct")
            if await circulars.find_successor(row.id) is not None:
                raise CircularError(f"a later version of {row.number} is there already")
            kept = (*_TEXTS, "dated_on", "due_at", "check", "articles", "audience", "urgent")
            new = Circular(
                id=new_token(),
                employer=row.employer,
                number=row.number,
                version=row.version + 1,
                state=CircularState.DRAFT,
                created_by=author.id,
                created_at=self._now(),
                supersedes=row.id,
                **{name: getattr(row, name) for name in kept},
            )
            await circulars.add(new)
            files = await circulars.list_attachments(row.id)
            await circulars.set_attachments(new.id, [_again(file, new.id) for file in files])
            return await self._note(session, new, author, "circular_corrected")

    async def submit(self, by: By, circular_id: str) -> KnownCircular:
        """Ask a second person of HR for their approval.

        Raises:
            CircularError, StaffError: It is no draft; or it is not theirs to do.
        """
        return await self._do(by, circular_id, CircularStep.SUBMIT, "circular_submitted")

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
            CircularError: It is sent already, or needs a second person's approval.
            StaffError: It is not theirs to do.
        """
        now = self._now()
        async with self._database.transaction() as session:
            row, actor = await self._held(session, by, circular_id)
            if self.approval and (row.state is CircularState.DRAFT or row.created_by == actor.id):
                raise CircularError("a second person of HR has to approve it: submit it first")
            self._step(row, CircularStep.APPROVE)
            row.send_at = send_at or row.send_at
            if row.due_at is not None and row.due_at <= max(now, row.send_at or now):
                raise CircularError("its deadline is over before it is sent")
            row.approved_by, row.approved_at = actor.id, now
            return await self._note(session, row, actor, "circular_approved")

    async def pause(self, by: By, circular_id: str, reason: str = "") -> KnownCircular:
        """Stop sending for now; what is in the outbox and not begun is taken back."""
        step = CircularStep.PAUSE
        return await self._do(
            by, circular_id, step, "circular_paused", reason, recall=DeliveryState.PLANNED
        )

    async def resume(self, by: By, circular_id: str) -> KnownCircular:
        """Go on sending."""
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
            circular_id: Its id, or its number for the newest version.

        Raises:
            CircularError, StaffError: There is none; or it is not theirs to see.
        """
        async with self._database.transaction() as session:
            row, actor = await self._held(session, by, circular_id)
            return await self._note(session, row, actor, "circular_viewed")

    async def list_all(self, by: By, limit: int | None = None) -> list[KnownCircular]:
        """List the circulars of an employer, the newest first.

        Raises:
            StaffError: They are not theirs to see.
        """
        async with self._database.reading() as session:
            actor = await find_staff(session, by, [StaffRole.HR])
            rows = await Circulars(session).list_of(actor.employer, limit)
            return [known(row, ()) for row in rows]

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
            row, actor = await self._held(session, by, circular_id)
            self._step(row, step)
            if step is CircularStep.RESUME and row.started_at is None:
                row.state = CircularState.SCHEDULED
            row.reason = reason.strip()[:_LONGEST_REASON] or None
            if recall is not None:
                await Deliveries(session).recall(row.id, recall)
            return await self._note(session, row, actor, kind)

    def _step(self, row: Circular, step: CircularStep) -> None:
        state = after(row.state, step)
        if state is None:
            raise CircularError(f"{row.number} is {row.state}: it cannot be done any more or yet")
        row.state = state

    async def _author(self, session: AsyncSession, by: By, employer: str) -> Employee:
        author = await find_staff(session, by, [StaffRole.HR])
        if author.employer != employer:
            raise CircularError(f"{author.number} is of {author.employer}, not of {employer}")
        return author

    async def _held(self, session: AsyncSession, by: By, name: str) -> tuple[Circular, Employee]:
        """Hold a circular, by its id or number, for somebody of its employer's HR."""
        actor = await find_staff(session, by, [StaffRole.HR])
        circulars = Circulars(session)
        row = await circulars.hold(name)
        if row is None:
            latest = await circulars.find_latest(actor.employer, name)
            row = await circulars.hold(latest.id) if latest else None
        if row is None or row.employer != actor.employer:
            raise CircularError(f"{actor.employer} has no circular {name!r}")
        return row, actor

    async def _next_number(self, session: AsyncSession, employer: str) -> str:
        zone = self._library.rulebooks[employer].calendar.zone
        local = self._now().astimezone(zone)
        start = local.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        circulars = Circulars(session)
        count = await circulars.count_numbers(employer, start) + 1
        while await circulars.find_latest(employer, f"{local.year}/{count}") is not None:
            count += 1
        return f"{local.year}/{count}"

    def _values(self, new: NewCircular, earlier: Circular | None) -> dict[str, Any]:
        """Give the columns of what a circular says.

        Raises:
            CircularError: It cannot be so.
        """
        texts = Texts(**{name: getattr(new, name) for name in _TEXTS})
        problems = problems_of(
            self._library, new.employer, texts, new.audience, new.check, new.articles
        )
        now = self._now()
        if new.due_at is not None and not new.statement:
            problems.append("a deadline needs a statement to acknowledge")
        if new.due_at is not None and new.due_at <= now:
            problems.append("the deadline is over")
        if new.send_at is not None and new.due_at is not None and new.due_at <= new.send_at:
            problems.append("the deadline is over before it is sent")
        if earlier is not None and earlier.statement and not new.statement:
            problems.append("the version before it asks to be acknowledged: so must this one")
        if problems:
            raise CircularError("; ".join(problems))
        check: Json | None = new.check.to_json() if new.check else None
        return {
            **{name: getattr(texts, name) for name in _TEXTS},
            "dated_on": new.dated_on,
            "due_at": new.due_at,
            "check": check,
            "articles": list(new.articles),
            "audience": new.audience.to_json(),
            "urgent": new.urgent,
            "send_at": new.send_at,
        }

    async def _attach(
        self, session: AsyncSession, row: Circular, attachments: Sequence[Attachment]
    ) -> None:
        now, files = self._now(), list[CircularAttachment]()
        for position, each in enumerate(attachments):
            new = NewFile(each.name, each.media_type, each.content)
            stored = await Files(session).add(new, now, now + _KEPT)
            files.append(
                CircularAttachment(
                    circular_id=row.id,
                    position=position,
                    file_id=stored.id,
                    sha256=stored.sha256,
                    name=each.name,
                    media_type=each.media_type,
                    size=len(each.content),
                )
            )
        await Circulars(session).set_attachments(row.id, files)

    async def _note(
        self, session: AsyncSession, row: Circular, actor: Employee, kind: str
    ) -> KnownCircular:
        """Note what was done in the journal, with what the circular says now."""
        files = await Circulars(session).list_attachments(row.id)
        row.digest = content_of(row, files).digest
        await session.flush()
        body = {
            "number": row.number,
            "version": row.version,
            "state": row.state.value,
            "digest": row.digest,
            "audience": row.audience,
            "reason": row.reason,
        }
        entry = NewEntry(kind, actor.id, f"circular:{row.id}", body)
        await Journal(session).append(row.employer, [entry], self._now())
        return known(row, files)


def _again(file: CircularAttachment, circular_id: str) -> CircularAttachment:
    names = ("position", "file_id", "sha256", "name", "media_type", "size")
    return CircularAttachment(
        circular_id=circular_id, **{name: getattr(file, name) for name in names}
    )

"""How long things are kept, and the job that deletes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.answers import delete_expired_answers
from bot.records.circulars import Circulars
from bot.records.database import Database
from bot.records.enrolment import delete_old_codes
from bot.records.files import Files
from bot.records.handovers import Handovers
from bot.records.inbox import Inbox
from bot.records.journal import Journal
from bot.records.journal_check import empty_bodies, list_kept_kinds
from bot.records.links import Links
from bot.records.observations import Observations
from bot.records.outbox import Outbox
from bot.records.people import People
from bot.records.portfolio import delete_old_sends
from bot.records.triage import TriageQuestions

_AHEAD = timedelta(days=1)
"""So long before a file goes it is looked whether it has to stay."""

Now = Callable[[], datetime]
"""Gives the present moment, aware."""

_AUDITED = {"changed", "exported", "listed", "previewed", "reopened", "reported", "viewed"}
"""Last words of the kinds of entries that tell who saw or changed something; others prove."""


def years(number: int) -> timedelta:
    """Give a time that is no shorter than so many years, whichever they are."""
    return timedelta(days=366 * number)


@dataclass(frozen=True)
class Retention:
    """How long each class of record is kept.

    Attributes:
        questions: Question texts and the answers' buttons.
        handovers: Hand-overs, after which they should long be closed.
        messages: Messages kept so that a browser can go on after a reload.
        evidence: What entries of the journal say that prove something: sent, acknowledged.
        audit: What entries of the journal say of who saw or changed something.
        observations: Texts of observations, after they were closed or withdrawn.
    """

    questions: timedelta = timedelta(days=30)
    handovers: timedelta = timedelta(days=180)
    messages: timedelta = timedelta(days=1)
    evidence: timedelta = timedelta(days=366 * 10)
    audit: timedelta = timedelta(days=366 * 2)
    observations: timedelta = timedelta(days=730)

    def question_expiry(self, now: datetime) -> datetime:
        """When a question of today expires: at midnight, so that the moment tells nothing.

        The last midnight within the time, since people are told that it is the most.
        """
        day = (now + self.questions).astimezone(UTC).date()
        return datetime.combine(day, time(), UTC)

    def of_entry(self, kind: str) -> timedelta:
        """Say how long the body of an entry of the journal is kept, by the kind's last word."""
        return self.audit if kind.rpartition("_")[2] in _AUDITED else self.evidence

    def is_over(self, kind: str, at: datetime, now: datetime) -> bool:
        """Say whether the body of an entry of the journal may be gone."""
        return at < now - self.of_entry(kind)


class RetentionService:
    """Deletes what has expired."""

    def __init__(self, database: Database, retention: Retention, now: Now) -> None:
        self._database = database
        self._retention = retention
        self._now = now

    async def delete_expired(self) -> int:
        """Delete what has expired, and forget old messages.

        Returns:
            How many rows were deleted.
        """
        now = self._now()
        old = now - self._retention.messages
        async with self._database.transaction() as session:
            await Inbox(session).purge_payloads(old)
            await Outbox(session).purge_payloads(old)
            await People(session).forget_first_contacts(old)
            await self._keep_named(session, now)
            return (
                await delete_expired_answers(session, now)
                + await TriageQuestions(session).delete_expired(now)
                + await Handovers(session).delete_expired(now)
                + await Files(session).delete_expired(now)
                + await Links(session).delete_ended(now - self._retention.handovers)
                + await delete_old_codes(session, old)
                + await delete_old_sends(session, now)
                + await Observations(session).expire(now - self._retention.observations, now)
            )

    async def _keep_named(self, session: AsyncSession, now: datetime) -> None:
        """Keep a circular's files as long as anything that the journal says of it."""
        expiring = await Circulars(session).list_expiring(now + _AHEAD)
        for file_id, circulars in expiring.items():
            subjects = [f"circular:{each}" for each in circulars]
            named = await Journal(session).list_newest(subjects)
            for kind, at in named:
                await Files(session).extend([file_id], at + self._retention.of_entry(kind))

    async def put_aside_unserved(self, served: Collection[tuple[str, str]]) -> Sequence[int]:
        """Put aside events of channels that nobody has served for as long as messages are kept.

        Args:
            served: The channels that are there, by name and account.

        Returns:
            The events.
        """
        before = self._now() - self._retention.messages
        async with self._database.transaction() as session:
            return await Inbox(session).put_aside_unserved(served, before)

    async def empty_journal(self, most: int = 1_000) -> int:
        """Take away what old entries of the journal say; they stay, with their digests.

        Args:
            most: So many at once, so that nobody waits long.

        Returns:
            How many; as many as allowed where there may be more.
        """
        now, emptied = self._now(), 0
        async with self._database.transaction() as session:
            for kind in await list_kept_kinds(session):
                before = now - self._retention.of_entry(kind)
                emptied += await empty_bodies(session, kind, before, most - emptied)
        return emptied

"""Answering what was handed over: by the desk of the employer, under the department's name."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.library.library import Library
from bot.records.awaited import AWAITED_FOR, await_text
from bot.records.base import clean
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.handovers import EndReason, Handover, Handovers, HandoverState
from bot.records.journal import Entry, Journal, NewEntry
from bot.records.officers import is_awaited_of_another
from bot.records.people import People, Person
from bot.services.handover_askers import door_of, tell_asker
from bot.services.handover_views import (
    PURPOSE,
    DeskRefusalError,
    DeskRequest,
    Refusal,
    Speaker,
    digest_of,
    known,
    named,
)
from bot.services.retention import Now
from bot.services.staff import By, ByChat, StaffError, find_actor

_VIEWED = "handover_viewed"
_WRITING = AWAITED_FOR
"""How long a draft keeps colleagues from answering."""


class HandoverDeskService:
    """Lets the people of a desk see, answer and close what was asked of their employer.

    Args:
        database: Where hand-overs are kept.
        library: All content.
        words: Puts into words what goes to whoever asked.
        now: Gives the present moment.
    """

    def __init__(self, database: Database, library: Library, words: Speaker, now: Now) -> None:
        self._database = database
        self._library = library
        self._words = words
        self._now = now

    async def list_open(self, officer: By) -> list[DeskRequest]:
        """List what waits, the oldest first.

        Raises:
            DeskRefusalError: Their role is not that of a desk.
        """
        async with self._database.reading() as session:
            employee = await self._find_officer(session, officer)
            rows = await Handovers(session).list_open(employee.employer)
            subjects = [f"handover:{row.number}" for row in rows]
            seen = await Journal(session).find_latest(employee.employer, _VIEWED, subjects)
            return [
                replace(self._known(row), untold=_is_untold(row, seen.get(subject)))
                for row, subject in zip(rows, subjects, strict=True)
            ]

    async def show(self, officer: By, number: int) -> DeskRequest:
        """Show one.

        Raises:
            DeskRefusalError: It is not for them to see.
        """
        async with self._database.transaction() as session:
            employee, row = await self._find(session, officer, number)
            await self._note(session, row, employee.id, "viewed", how="shown")
            return self._known(row)

    async def begin(self, person_id: str, number: int) -> DeskRequest:
        """Let a person's next text be the answer; colleagues are kept from answering meanwhile.

        Raises:
            DeskRefusalError: It is not for them to answer, or not any more.
        """
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            employee, row = await self._hold(session, ByChat(person_id), number)
            await self._check_free(session, row, employee)
            await_text(person, f"{PURPOSE}:{number}", self._now())
            await self._note(session, row, employee.id, "viewed", how="answering")
            return self._known(row)

    async def keep_draft(self, officer: By, number: int, text: str) -> DeskRequest:
        """Keep an answer, which is not sent yet.

        Raises:
            DeskRefusalError: It is not for them to answer, or not any more.
        """
        async with self._database.transaction() as session:
            employee, row = await self._hold(session, officer, number)
            await self._check_free(session, row, employee)
            row.draft, row.draft_by, row.draft_at = text, employee.id, self._now()
            return self._known(row)

    async def drop_draft(self, officer: By, number: int) -> DeskRequest:
        """Forget an answer that was not sent, if it is theirs.

        Raises:
            DeskRefusalError: It is not for them to answer.
        """
        async with self._database.transaction() as session:
            employee, row = await self._hold(session, officer, number)
            if row.draft_by == employee.id:
                row.draft = row.draft_by = row.draft_at = None
            return self._known(row)

    async def send(self, officer: By, number: int, draft: str) -> DeskRequest:
        """Send the answer that was kept; sent once more, nothing happens.

        Args:
            officer: Whose answer it is.
            number: What it answers.
            draft: What names the text that they saw: ``named`` of its digest.

        Raises:
            DeskRefusalError: It is not for them to answer, or not any more; or the text has
                changed.
        """
        async with self._database.transaction() as session:
            employee, row, asker = await self._hold_with_asker(session, officer, number)
            was_sent = row.answered_by == employee.id and _is_named(row.answer, draft)
            # What came back waits again, perhaps for the same words.
            if was_sent and row.state is not HandoverState.OPEN:
                return self._known(row)
            await self._check_free(session, row, employee)
            if row.draft is None or row.draft_by != employee.id or not _is_named(row.draft, draft):
                raise DeskRefusalError(Refusal.STALE)
            is_sent = await self._answer(session, row, row.draft, employee, asker)
            request = self._known(row)
        return _reached(request, is_sent=is_sent)

    async def answer(self, officer: By, number: int, text: str) -> DeskRequest:
        """Send an answer at once.

        Raises:
            DeskRefusalError: It is not for them to answer, or not any more.
        """
        async with self._database.transaction() as session:
            employee, row, asker = await self._hold_with_asker(session, officer, number)
            await self._check_free(session, row, employee)
            is_sent = await self._answer(session, row, clean(text), employee, asker)
            request = self._known(row)
        return _reached(request, is_sent=is_sent)

    async def close(self, officer: By, number: int) -> DeskRequest:
        """Close one without an answer and tell whoever asked; closed once more, nothing happens.

        Raises:
            DeskRefusalError: It is not for them to close, or not any more.
        """
        async with self._database.transaction() as session:
            employee, row, asker = await self._hold_with_asker(session, officer, number)
            if row.end_reason is EndReason.NO_ANSWER:
                return self._known(row)
            await self._check_free(session, row, employee, needs_question=False)
            row.end(HandoverState.CLOSED, self._now(), EndReason.NO_ANSWER)
            request = self._known(row)
            said = self._words.unanswered(request, asker.speaks)
            await tell_asker(session, asker, said, self._now())
            await self._note(session, row, employee.id, "closed", reason=EndReason.NO_ANSWER)
            return request

    async def _answer(
        self, session: AsyncSession, row: Handover, text: str, by: Employee, asker: Person
    ) -> bool:
        """Send an answer, or close what it answers; says whether anybody can get it."""
        now = self._now()
        if await door_of(session, asker) is None:
            reason = EndReason.ERASED if asker.erase_at else EndReason.UNREACHABLE
            row.end(HandoverState.CLOSED, now, reason)
            await self._note(session, row, by.id, "closed", reason=reason)
            return False
        row.answer, row.answered_by = text, by.id
        row.answered_at = row.answered_at or now
        row.end(HandoverState.ANSWERED, now)
        said = self._words.answered(self._known(row), asker.speaks)
        await tell_asker(session, asker, said, now)
        await self._note(session, row, by.id, "answered", answer_sha256=digest_of(text))
        return True

    async def _check_free(
        self, session: AsyncSession, row: Handover, by: Employee, *, needs_question: bool = True
    ) -> None:
        """Make sure that one is open, asks something, and no colleague is answering it."""
        if row.state is not HandoverState.OPEN:
            is_answered = row.state is HandoverState.ANSWERED or row.end_reason is EndReason.THANKED
            raise DeskRefusalError(Refusal.ANSWERED if is_answered else Refusal.CLOSED)
        if needs_question and row.question is None:
            raise DeskRefusalError(Refusal.NO_QUESTION)
        now, awaited = self._now(), f"{PURPOSE}:{row.number}"
        written_at = row.draft_at if row.draft_by != by.id else None
        is_written = written_at is not None and written_at + _WRITING > now
        if is_written or await is_awaited_of_another(session, awaited, by.id, now):
            raise DeskRefusalError(Refusal.BUSY)

    async def _find_officer(self, session: AsyncSession, officer: By) -> Employee:
        try:
            employee = await find_actor(session, officer)
        except StaffError:
            raise DeskRefusalError(Refusal.FOREIGN) from None
        if employee.employer not in self._library.rulebooks:
            raise DeskRefusalError(Refusal.FOREIGN)
        if self._library.desk_of(employee.employer).role not in employee.roles:
            raise DeskRefusalError(Refusal.FOREIGN)
        return employee

    async def _find(
        self, session: AsyncSession, officer: By, number: int
    ) -> tuple[Employee, Handover]:
        employee = await self._find_officer(session, officer)
        return employee, _of_desk(await Handovers(session).find(number), employee)

    async def _hold(
        self, session: AsyncSession, officer: By, number: int
    ) -> tuple[Employee, Handover]:
        employee = await self._find_officer(session, officer)
        return employee, _of_desk(await Handovers(session).hold(number), employee)

    async def _hold_with_asker(
        self, session: AsyncSession, officer: By, number: int
    ) -> tuple[Employee, Handover, Person]:
        """Hold whoever asked, and then what they asked."""
        _, row = await self._find(session, officer, number)
        asker = await People(session).hold(row.person_id)
        return *await self._hold(session, officer, number), asker

    async def _note(
        self, session: AsyncSession, row: Handover, actor: str, what: str, **body: str
    ) -> None:
        await session.flush()
        entry = NewEntry(f"handover_{what}", actor, f"handover:{row.number}", body)
        await Journal(session).append(row.employer, [entry], self._now())

    def _known(self, row: Handover) -> DeskRequest:
        return known(row, self._library, self._now())


def _is_untold(row: Handover, seen: Entry | None) -> bool:
    return row.question is not None and (seen is None or seen.at < row.waits_since)


def _of_desk(row: Handover | None, employee: Employee) -> Handover:
    if row is None:
        raise DeskRefusalError(Refusal.GONE)
    if row.employer != employee.employer:
        raise DeskRefusalError(Refusal.FOREIGN)
    return row


def _is_named(text: str | None, name: str) -> bool:
    return text is not None and named(digest_of(text)) == name


def _reached(request: DeskRequest, *, is_sent: bool) -> DeskRequest:
    """Refuse what had to be closed, now that it is."""
    if not is_sent:
        raise DeskRefusalError(Refusal.UNREACHABLE)
    return request

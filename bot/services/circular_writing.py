"""Writing circulars, and correcting what was sent by a new version."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import (
    BEGUN,
    CircularState,
    CircularStep,
)
from bot.domain.roster import StaffRole
from bot.library.library import Library
from bot.records.base import Json, new_token
from bot.records.circulars import Circular, Circulars
from bot.records.database import Database
from bot.records.employees import Employee
from bot.services.circular_acts import hold_for, note, take_step
from bot.services.circular_audience import refuse_empty, settle
from bot.services.circular_checks import TEXTS, Texts, problems_of
from bot.services.circular_files import copied, put_files, replace_files
from bot.services.circular_new import NewCircular
from bot.services.circular_views import CircularError, KnownCircular, known, read_known
from bot.services.retention import Now
from bot.services.staff import By, find_staff

_FURTHEST = timedelta(days=366 * 2)
_LONGEST_NUMBER = 60


class CircularWritingService:
    """Lets HR write circulars.

    Args:
        database: Where they are kept.
        library: The employers, articles and workshops that there are.
        now: Gives the present moment.
    """

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def create(self, by: By, new: NewCircular) -> KnownCircular:
        """Write a circular; it is a draft. One that is kept under its id already is given as it is.

        Raises:
            CircularError: It cannot be as it is, or its number is taken; the message says why.
            AttachmentError: It has too many files.
            StaffError: Who writes it is not HR.
        """
        async with self._database.transaction() as session:
            author = await self._author(session, by, new.employer)
            written = await Circulars(session).find(new.id) if new.id else None
            if written is not None:
                return await self._written(session, written, author)
            # It stands in one line everywhere, in a template too.
            number = " ".join(new.number.split())
            if len(number) > _LONGEST_NUMBER:
                raise CircularError(f"the number is over {_LONGEST_NUMBER} characters")
            row = Circular(
                id=new.id or new_token(),
                employer=new.employer,
                number=number or await self._next_number(session, new.employer),
                version=1,
                created_by=author.id,
                created_at=self._now(),
                **await self._values(session, new, None),
            )
            try:
                async with session.begin_nested():
                    await Circulars(session).add(row)
            except IntegrityError:
                raise CircularError(
                    f"the number {row.number} is taken: correct that circular"
                ) from None
            await put_files(session, row, new.attachments or (), self._now())
            await refuse_empty(session, self._library, known(row, ()), self._now())
            return await note(session, row, author.id, "circular_created", self._now())

    async def change(self, by: By, circular_id: str, new: NewCircular) -> KnownCircular:
        """Let a draft say something else; its number and version stay.

        Raises:
            CircularError, StaffError, AttachmentError: As for ``create``; or it is no draft.
        """
        async with self._database.transaction() as session:
            row, author = await hold_for(session, by, circular_id)
            take_step(row, CircularStep.CHANGE)
            if new.employer != row.employer:
                raise CircularError("a circular stays its employer's")
            earlier = await Circulars(session).find(row.supersedes) if row.supersedes else None
            before = row.audience
            for name, value in (await self._values(session, new, earlier, before)).items():
                setattr(row, name, value)
            # Where two are to decide, nobody approves what they wrote themselves.
            row.created_by = author.id
            await session.flush()
            if row.audience != before:
                await refuse_empty(session, self._library, known(row, ()), self._now())
            if new.attachments is not None:
                await put_files(session, row, new.attachments, self._now())
            return await note(session, row, author.id, "circular_changed", self._now())

    async def correct(self, by: By, circular_id: str) -> KnownCircular:
        """Begin the next version of a circular that was sent, as a draft that says the same.

        Raises:
            CircularError: It was not sent, or a later version is there.
            StaffError: Who corrects it is not HR.
        """
        async with self._database.transaction() as session:
            row, author = await hold_for(session, by, circular_id)
            if _is_dropped(row) and row.supersedes:
                row, author = await hold_for(session, by, row.supersedes)
            circulars = Circulars(session)
            if row.state not in BEGUN - {CircularState.SUPERSEDED} or row.started_at is None:
                raise CircularError(f"{row.number} is {row.state}: nothing was sent to correct")
            new = await self._next_version(circulars, row)
            for name in (*TEXTS, "dated_on", "due_at", "check", "articles", "audience", "urgent"):
                setattr(new, name, getattr(row, name))
            new.created_by, new.created_at = author.id, self._now()
            await circulars.add(new)
            files = await circulars.list_attachments(row.id)
            # One that was called off had files of its own.
            await replace_files(session, new.id, copied(files, new.id))
            return await note(session, new, author.id, "circular_corrected", self._now())

    async def _next_version(self, circulars: Circulars, row: Circular) -> Circular:
        """Give a draft for the version after a circular: a new one, or one called off unsent.

        Raises:
            CircularError: A later version is there.
        """
        there = await circulars.find_successor(row.id)
        if there is None:
            return Circular(
                id=new_token(),
                employer=row.employer,
                number=row.number,
                version=row.version + 1,
                state=CircularState.DRAFT,
                supersedes=row.id,
            )
        # Not waited for: who has it may wait for the version before it.
        dropped = await circulars.take(there.id)
        if dropped is None or not _is_dropped(dropped):
            raise CircularError(f"a later version of {row.number} is there already")
        dropped.state = CircularState.DRAFT
        dropped.send_at = dropped.approved_by = dropped.approved_at = dropped.reason = None
        return dropped

    async def _author(self, session: AsyncSession, by: By, employer: str) -> Employee:
        author = await find_staff(session, by, [StaffRole.HR])
        if author.employer != employer:
            raise CircularError(f"{author.number} is of {author.employer}, not of {employer}")
        return author

    async def _written(
        self, session: AsyncSession, row: Circular, author: Employee
    ) -> KnownCircular:
        if row.created_by != author.id:
            raise CircularError("somebody else wrote a circular under this id")
        return await read_known(session, row)

    async def _next_number(self, session: AsyncSession, employer: str) -> str:
        zone = self._library.rulebooks[employer].calendar.zone
        local = self._now().astimezone(zone)
        start = local.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        circulars = Circulars(session)
        count = await circulars.count_numbers(employer, start) + 1
        while await circulars.list_versions(employer, f"{local.year}/{count}"):
            count += 1
        return f"{local.year}/{count}"

    async def _values(
        self,
        session: AsyncSession,
        new: NewCircular,
        earlier: Circular | None,
        before: Json | None = None,
    ) -> dict[str, Any]:
        """Give the columns of what a circular says.

        Args:
            session: The transaction.
            new: What it is to say.
            earlier: The version before it.
            before: The audience that it has; whoever changes other things need not look at it.

        Raises:
            CircularError: It cannot be so.
        """
        texts = Texts(**{name: getattr(new, name).strip() for name in TEXTS})
        problems = problems_of(
            self._library,
            new.employer,
            texts,
            audience=new.audience,
            check=new.check,
            articles=new.articles,
        )
        now = self._now()
        if new.due_at is not None and not texts.statement:
            problems.append("a deadline needs a statement to acknowledge")
        if new.due_at is not None and new.due_at <= now:
            problems.append("the deadline is over")
        if any(at is not None and at > now + _FURTHEST for at in (new.due_at, new.send_at)):
            problems.append("it is to be sent, or acknowledged, years from now")
        if new.send_at is not None and new.due_at is not None and new.due_at <= new.send_at:
            problems.append("the deadline is over before it is sent")
        if earlier is not None and earlier.statement and not texts.statement:
            problems.append("the version before it asks to be acknowledged: so must this one")
        if problems:
            raise CircularError("; ".join(problems))
        audience = new.audience.to_json()
        if audience != before:
            audience = (await settle(session, new.audience)).to_json()
        check: Json | None = new.check.to_json() if new.check else None
        return {
            **{name: getattr(texts, name) for name in TEXTS},
            "dated_on": new.dated_on,
            "due_at": new.due_at,
            "check": check,
            "articles": list(new.articles),
            "audience": audience,
            "urgent": new.urgent,
            "send_at": new.send_at,
        }


def _is_dropped(row: Circular) -> bool:
    """Say whether a circular was called off before anybody could be sent it."""
    return row.state is CircularState.CANCELLED and row.started_at is None

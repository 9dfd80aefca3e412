"""Holding live workshops: what a trainer or HR does with a session."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.learners import learner_of
from bot.domain.live_sessions import LONGEST, SessionState, is_late
from bot.domain.roster import StaffRole
from bot.errors import WaaiError
from bot.library.library import Library
from bot.records.attendances import Attendances, Entry, EntryBy
from bot.records.base import new_token
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.enrolment import find_employee
from bot.records.people import Person
from bot.records.registrations import Registrations, RegistrationState
from bot.records.sessions import Counts, WorkshopSession, WorkshopSessions
from bot.services.attended import note_attended
from bot.services.retention import Now
from bot.services.session_notices import Notices, Speaker
from bot.services.session_views import (
    AttendanceLine,
    KnownSession,
    NoticeKind,
    attendance_lines,
    employee_ids,
    known,
)
from bot.services.staff import ByNumber, find_staff

LEAST_SHOWN = 5
"""Feedback is shown from so many on: with fewer one could guess who said what."""

_MAY_HOLD = (StaffRole.TRAINER, StaffRole.HR)
_LONGEST_TEXT = 120
_LINK = re.compile(r"https://\S{1,492}")
_SHORTEST_REASON = 3


class SessionError(WaaiError):
    """What was asked of a session cannot be done; the message is for who holds it."""


@dataclass(frozen=True)
class NewSession:
    """A session to be held.

    Attributes:
        by: The employer's number of the trainer or HR's officer who sets it up.
        starts_at: Aware.
        ends_at: Aware.
        title: None for the workshop's own.
        place: Where it is; None where it is behind a link alone.
        link: Where it is to be joined; None where it is at a place alone.
        capacity: How many may come; None for any number.
    """

    employer: str
    workshop: str
    by: str
    starts_at: datetime
    ends_at: datetime
    title: str | None = None
    place: str | None = None
    link: str | None = None
    capacity: int | None = None


@dataclass(frozen=True)
class HeldSession:
    """A session as those see it who hold it.

    Attributes:
        screen: Who knows it may show the trainer's screen.
    """

    session: KnownSession
    screen: str
    counts: Counts


@dataclass(frozen=True)
class Report:
    """What came of a session.

    Attributes:
        lines: A person each.
        ratings: What was thought of it, from 1 to 5; none while they are too few to be shown.
        comments: What was said with them, in no order.
    """

    session: KnownSession
    lines: tuple[AttendanceLine, ...]
    ratings: tuple[int, ...]
    comments: tuple[str, ...]


class SessionService:
    """Sets sessions up, calls them off, and says who came."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def create(self, new: NewSession) -> HeldSession:
        """Set a session up.

        Raises:
            SessionError: It cannot be held so.
            StaffError: This employee may hold none.
        """
        self._check(new)
        async with self._database.transaction() as session:
            holder = await find_staff(session, ByNumber(new.employer, new.by), _MAY_HOLD)
            row = WorkshopSession(
                id=new_token(),
                workshop=new.workshop,
                version=self._library.workshops[new.workshop].version,
                employer=new.employer,
                title=new.title,
                starts_at=new.starts_at,
                ends_at=new.ends_at,
                place=new.place,
                link=new.link,
                capacity=new.capacity,
                created_by=holder.id,
                created_at=self._now(),
                secret=secrets.token_hex(16),
                screen=secrets.token_hex(16),
                sequence=0,
            )
            await WorkshopSessions(session).add(row)
            return HeldSession(known(row), row.screen, Counts())

    async def cancel(self, session_id: str, by: str, speaker: Speaker) -> int:
        """Call a session off, and tell everybody who has a place or waits for one.

        Args:
            session_id: Which.
            by: The employer's number of the trainer or HR's officer who calls it off.
            speaker: Puts it into words.

        Returns:
            How many are told.

        Raises:
            SessionError: There is none of this id, or it is over or off already.
            StaffError: It is not this employee's to call off.
        """
        now = self._now()
        async with self._database.transaction() as session:
            row = await _hold(session, session_id)
            await find_staff(session, ByNumber(row.employer, by), _MAY_HOLD)
            state = known(row).state(now)
            if state in {SessionState.OVER, SessionState.CANCELLED}:
                raise SessionError(f"session {session_id} is {state} already")
            row.cancelled_at, row.sequence = now, row.sequence + 1
            await session.flush()
            everybody = await Registrations(session).list_all(row.id)
            wished = [one for one in everybody if one.state is not RegistrationState.CANCELLED]
            people = [one.person_id for one in wished]
            return await Notices(session, speaker, now).tell(row, NoticeKind.CANCELLED, people)

    async def list_all(self, employer: str | None = None) -> list[HeldSession]:
        """List sessions, past and cancelled ones too, the oldest first."""
        async with self._database.reading() as session:
            sessions = WorkshopSessions(session)
            rows = await sessions.list_all(employer)
            counts = await sessions.count([row.id for row in rows])
            return [HeldSession(known(row), row.screen, counts[row.id]) for row in rows]

    async def override(
        self, session_id: str, number: str, *, by: str, reason: str, late: bool = False
    ) -> bool:
        """Note that an employee was there whom the code did not let in.

        Args:
            session_id: Where.
            number: The employer's number of the employee.
            by: That of the trainer or HR's officer who vouches for it.
            reason: Why the code did not do.
            late: They came late; after the time for that it is so anyway while the session is on.

        Returns:
            False where they are there already, and nothing changes.

        Raises:
            SessionError: No such session or employee, it takes nobody in yet or is off, or no
                reason was given.
            StaffError: It is not this employee's to note.
        """
        now, reason = self._now(), " ".join(reason.split())
        if len(reason) < _SHORTEST_REASON:
            raise SessionError("say why the code did not do")
        async with self._database.transaction() as session:
            row = await _hold(session, session_id)
            trainer = await find_staff(session, ByNumber(row.employer, by), _MAY_HOLD)
            state = known(row).state(now)
            if state in {SessionState.AHEAD, SessionState.CANCELLED}:
                raise SessionError(f"session {session_id} is {state}: nobody can be there")
            employee = await find_employee(session, row.employer, number)
            if employee is None or employee.deactivated_at is not None:
                raise SessionError(f"{row.employer} has no active employee {number!r}")
            entry = Entry(
                session_id=row.id,
                learner=learner_of("", employee.id),
                person_id=await _person_of(session, employee),
                at=min(now, row.ends_at),
                is_late=late or (state is SessionState.ON and is_late(row.starts_at, now)),
                by=EntryBy.OVERRIDE,
                reason=reason[: _LONGEST_TEXT * 4],
                marked_by=trainer.id,
            )
            is_new = await Attendances(session).add(entry)
            if is_new:
                await note_attended(session, row, entry, now)
            return is_new

    async def report(self, session_id: str) -> Report:
        """Say who came, who was late and who was absent, and what was thought of it.

        Raises:
            SessionError: There is no such session.
        """
        async with self._database.reading() as session:
            row = await WorkshopSessions(session).find(session_id)
            if row is None:
                raise SessionError(f"no session {session_id!r}")
            wished = await Registrations(session).list_all(row.id)
            came = await Attendances(session).list_all(row.id)
            named = select(Employee).where(Employee.id.in_(employee_ids(wished, came)))
            employees = {one.id: one for one in await session.scalars(named)}
            state = known(row).state(self._now())
            given = await Attendances(session).list_feedback(row.id)
            shown = given if len(given) >= LEAST_SHOWN else ()
            return Report(
                session=known(row),
                lines=tuple(attendance_lines(state, wished, came, employees)),
                ratings=tuple(sorted(one.rating for one in shown)),
                comments=tuple(one.comment for one in shown if one.comment),
            )

    def _check(self, new: NewSession) -> None:
        """Make sure that a session can be held so.

        Raises:
            SessionError: It cannot; the message says why.
        """
        if new.employer not in self._library.rulebooks:
            raise SessionError(f"no employer {new.employer!r}")
        binding = [book.id for book in self._library.binding(new.employer)]
        bound = [each for each in binding if each in self._library.workshops]
        texts = (new.title or "", new.place or "")
        problems = {
            f"{new.workshop!r} is none of {', '.join(bound)}": new.workshop not in bound,
            "it ends before it begins": new.ends_at <= new.starts_at,
            "it takes more than 12 hours": new.ends_at - new.starts_at > LONGEST,
            "it begins in the past": new.starts_at <= self._now(),
            "it needs a place or a link": not ((new.place or "").strip() or new.link),
            "a link begins with https://, without spaces, and has at most 500 characters": (
                bool(new.link) and _LINK.fullmatch(new.link or "") is None
            ),
            f"a title and a place have at most {_LONGEST_TEXT} characters": any(
                len(text) > _LONGEST_TEXT for text in texts
            ),
            "a capacity is 1 or more": new.capacity is not None and new.capacity < 1,
        }
        if wrong := [problem for problem, holds in problems.items() if holds]:
            raise SessionError("; ".join(wrong))


async def _hold(session: AsyncSession, session_id: str) -> WorkshopSession:
    row = await WorkshopSessions(session).hold(session_id)
    if row is None:
        raise SessionError(f"no session {session_id!r}")
    return row


async def _person_of(session: AsyncSession, employee: Employee) -> str | None:
    return await session.scalar(select(Person.id).where(Person.employee_id == employee.id))

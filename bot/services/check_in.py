"""Coming in: by the code on the trainer's screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.learners import learner_of
from bot.domain.live_sessions import Reminded, accepts, is_late
from bot.records.attendances import Attendances, Entry
from bot.records.database import Database
from bot.records.enrolment import EnrolmentCodes
from bot.records.people import People, Person
from bot.records.registrations import Registrations, RegistrationState, Wish
from bot.records.sessions import WorkshopSession, WorkshopSessions
from bot.services.attended import note_attended
from bot.services.retention import Now
from bot.services.session_views import KnownSession, known

MAX_TRIES = 5
TRIES_WINDOW = timedelta(minutes=10)
"""A person may give five wrong codes in ten minutes."""

MAX_STRANGERS = 300
STRANGERS_WINDOW = timedelta(hours=1)
"""Chats that are linked to nobody cost nothing: after so many wrong codes of all of them together
in an hour only who is linked to the roster comes in by a code."""

ALARM_TRIES = 50
"""At so many wrong codes of an employer's people in an hour, and at each further so many."""

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


class CheckedIn(StrEnum):
    """What became of a code.

    Attributes:
        IN: They are in.
        ALREADY: They were in already.
        WRONG: It is not on a screen of their employer's now.
        TOO_OFTEN: It was not looked at: there were too many wrong ones.
        FULL: They had not registered, and there is no place left.
        NOTHING_ON: No session of their employer takes people in now.
    """

    IN = "in"
    ALREADY = "already"
    WRONG = "wrong"
    TOO_OFTEN = "too_often"
    FULL = "full"
    NOTHING_ON = "nothing_on"


@dataclass(frozen=True)
class CheckIn:
    """What became of a code, and at which session.

    Attributes:
        session: None where the code led to none.
        at: When they came in; None where they are not in.
    """

    result: CheckedIn
    session: KnownSession | None = None
    at: datetime | None = None
    is_late: bool = False


class CheckInService:
    """Lets people in who show a session's present code.

    Args:
        database: Where attendance is kept.
        now: Gives the present moment.
        key: What is hashed with it: whose tries are counted.
        strangers: See ``MAX_STRANGERS``.
    """

    def __init__(
        self, database: Database, now: Now, key: bytes, strangers: int = MAX_STRANGERS
    ) -> None:
        self._database = database
        self._now = now
        self._key = key
        self._strangers = strangers

    async def is_on(self, person_id: str) -> bool:
        """Say whether a session of a person's employer takes people in now.

        Raises:
            sqlalchemy.exc.NoResultFound: There is nobody with this id.
        """
        async with self._database.reading() as session:
            employer = (await People(session).get(person_id)).employer
            on = await WorkshopSessions(session).list_on(employer or "", self._now())
            return bool(on)

    async def check_in(self, person_id: str, code: str) -> CheckIn:
        """Let a person in, once a session, registered or not.

        Args:
            person_id: Who shows the code.
            code: Six ASCII digits, see ``bot.domain.live_sessions.read_code``.

        Raises:
            sqlalchemy.exc.NoResultFound: There is nobody with this id.
        """
        now = self._now()
        async with self._database.transaction() as session:
            person = await People(session).get(person_id)
            on = await WorkshopSessions(session).list_on(person.employer or "", now)
            if not on:
                return CheckIn(CheckedIn.NOTHING_ON)
            tries = _Tries(EnrolmentCodes(session, self._key), person, now)
            allowed = await tries.allow(self._strangers)
            row = next((each for each in on if accepts(each.secret, code, now)), None)
            if row is not None and allowed:
                await tries.forget()
                return await self._enter(session, person, row, now)
            # A code that let them in, told again after a crash, is no wrong one.
            already = await self._find(session, person, on)
            if already is None:
                await tries.note_wrong()
        return already or CheckIn(CheckedIn.WRONG if allowed else CheckedIn.TOO_OFTEN)

    async def _enter(
        self, session: AsyncSession, person: Person, row: WorkshopSession, now: datetime
    ) -> CheckIn:
        learner = learner_of(person.id, person.employee_id)
        full = CheckIn(CheckedIn.FULL, known(row))
        if not await _has_place(session, person, learner, row, now):
            return await self._find(session, person, [row]) or full
        entry = Entry(row.id, learner, person.id, now, is_late(row.starts_at, now))
        if not await Attendances(session).add(entry):
            return await self._find(session, person, [row]) or full
        await note_attended(session, row, entry, now)
        return CheckIn(CheckedIn.IN, known(row), now, entry.is_late)

    async def _find(
        self, session: AsyncSession, person: Person, on: Sequence[WorkshopSession]
    ) -> CheckIn | None:
        learner, rows = learner_of(person.id, person.employee_id), {row.id: row for row in on}
        there = await Attendances(session).find(learner, rows)
        if there is None:
            return None
        session_of = known(rows[there.session_id])
        return CheckIn(CheckedIn.ALREADY, session_of, there.at, there.is_late)


class _Tries:
    """How often somebody, and everybody together, gave a wrong code."""

    def __init__(self, counts: EnrolmentCodes, person: Person, now: datetime) -> None:
        self._counts = counts
        self._now = now
        self._own = f"check_in:{learner_of(person.id, person.employee_id)}"
        self._all = f"check_in:{person.employer}"
        self._strangers = f"check_in_strangers:{person.employer}"
        self._is_stranger = person.employee_id is None

    async def allow(self, strangers: int) -> bool:
        """Count a try and say whether the code may be looked at.

        Args:
            strangers: At so many wrong codes of strangers theirs may not.
        """
        tries = await self._counts.count_try(self._own, self._now, TRIES_WINDOW)
        if tries > MAX_TRIES or not self._is_stranger:
            return tries <= MAX_TRIES
        wrong = await self._counts.find_tries(self._strangers, self._now, STRANGERS_WINDOW)
        return wrong < strangers

    async def forget(self) -> None:
        """Forget the tries of somebody whose code was good."""
        await self._counts.forget_tries(self._own)

    async def note_wrong(self) -> None:
        """Count a wrong code among all, and tell an operator of many."""
        if self._is_stranger:
            await self._counts.count_try(self._strangers, self._now, STRANGERS_WINDOW)
        wrong = await self._counts.count_try(self._all, self._now, STRANGERS_WINDOW)
        if wrong % ALARM_TRIES == 0:
            _log.error("check_in_alarm", tries=wrong, minutes=STRANGERS_WINDOW.seconds // 60)


async def _has_place(
    session: AsyncSession, person: Person, learner: str, row: WorkshopSession, now: datetime
) -> bool:
    """Say whether a learner has a place, or give them a free one."""
    registrations = Registrations(session)
    mine = await registrations.find(row.id, learner)
    if mine is not None and mine.state is RegistrationState.REGISTERED:
        return True
    await WorkshopSessions(session).hold(row.id)
    if row.capacity is not None and await registrations.count(row.id) >= row.capacity:
        return False
    state, spent = RegistrationState.REGISTERED, int(Reminded.HOUR)
    await registrations.put(Wish(row.id, learner, person.id, state, now, spent))
    return True

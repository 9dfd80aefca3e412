"""Coming to live workshops: what is next, registering, waiting, cancelling, feedback after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.learners import learner_of
from bot.domain.live_sessions import BEST_RATING, reminder_due
from bot.records.attendances import Attendances
from bot.records.database import Database
from bot.records.people import People, Person
from bot.records.registrations import Registration, Registrations, RegistrationState, Wish
from bot.records.sessions import Counts, WorkshopSession, WorkshopSessions
from bot.services.retention import Now
from bot.services.session_notices import Notices, Speaker
from bot.services.session_views import KnownSession, known

_SHOWN = 5
_LONGEST_COMMENT = 1000


class Standing(StrEnum):
    """How it stands with a person and a session.

    Attributes:
        NONE: They have not registered, or have cancelled.
        CLOSED: It has begun, is over, or does not take place.
    """

    NONE = "none"
    REGISTERED = "registered"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True)
class Offer:
    """A session as one person sees it.

    Attributes:
        free: How many places are left; None where there is no end of them.
        ahead: How many wait before them; 0 for who does not wait.
        changed: What was asked for has changed something; False where it was so already.
        is_closed: Nobody registers or cancels any more, who has a place included.
    """

    session: KnownSession
    standing: Standing
    free: int | None
    ahead: int = 0
    changed: bool = False
    is_closed: bool = False


class RegistrationService:
    """Lets people register for the sessions of their employer."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def list_upcoming(self, person_id: str) -> list[Offer] | None:
        """List the next sessions of a person's employer; None before they chose one.

        Raises:
            sqlalchemy.exc.NoResultFound: There is nobody with this id.
        """
        async with self._database.reading() as session:
            person = await People(session).get(person_id)
            if person.employer is None:
                return None
            rows = await WorkshopSessions(session).list_ahead(person.employer, self._now(), _SHOWN)
            ids = [row.id for row in rows]
            counts = await WorkshopSessions(session).count(ids)
            mine = await Registrations(session).list_of(_learner(person), ids)
            return [
                await self._offer(session, row, counts[row.id], mine.get(row.id)) for row in rows
            ]

    async def register(self, person_id: str, session_id: str) -> Offer | None:
        """Give a person a place, or one on the waiting list; None where it is none of theirs.

        Registering again changes nothing.
        """
        now = self._now()
        async with self._database.transaction() as session:
            person = await People(session).get(person_id)
            row = await WorkshopSessions(session).hold(session_id)
            if row is None or row.employer != person.employer:
                return None
            registrations, learner = Registrations(session), _learner(person)
            mine = await registrations.find(row.id, learner)
            stands = mine is not None and mine.state is not RegistrationState.CANCELLED
            is_changing = not stands and not _is_closed(row, self._now())
            if is_changing:
                # Who waits goes first, also where a place has just become free.
                taken = await registrations.count(row.id)
                waits = bool(await registrations.list_waiting(row.id, 1))
                full = row.capacity is not None and (taken >= row.capacity or waits)
                state = RegistrationState.WAITING if full else RegistrationState.REGISTERED
                reminded = int(reminder_due(row.starts_at, now))
                wish = Wish(row.id, learner, person.id, state, now, reminded)
                await registrations.put(wish)
                mine = await registrations.find(row.id, learner)
            return await self._changed(session, row, mine, changed=is_changing)

    async def cancel(self, person_id: str, session_id: str, speaker: Speaker) -> Offer | None:
        """Give a person's place up, to the first who waits; None where it is none of theirs.

        Args:
            person_id: Whose place.
            session_id: Of which session.
            speaker: Tells who waits that they have a place now.
        """
        now = self._now()
        async with self._database.transaction() as session:
            person = await People(session).get(person_id)
            row = await WorkshopSessions(session).hold(session_id)
            if row is None or row.employer != person.employer:
                return None
            mine = await Registrations(session).find(row.id, _learner(person))
            stands = mine is not None and mine.state is not RegistrationState.CANCELLED
            is_changing = stands and not _is_closed(row, self._now())
            if mine is not None and is_changing:
                mine.state = RegistrationState.CANCELLED
                await session.flush()
                await Notices(session, speaker, now).fill_places(row)
            return await self._changed(session, row, mine, changed=is_changing)

    async def rate(
        self, person_id: str, session_id: str, rating: int, comment: str = ""
    ) -> bool | None:
        """Keep what a person thought of a session that they were at, without who.

        Args:
            person_id: Who says it; noted is only that they have.
            session_id: Of which session.
            rating: From 1 to 5.
            comment: Their own words, or empty.

        Returns:
            False where they did before; None where they were not there, or it has not begun.

        Raises:
            ValueError: It is no such rating.
        """
        if not 1 <= rating <= BEST_RATING:
            raise ValueError(f"no rating from 1 to {BEST_RATING}: {rating}")
        async with self._database.transaction() as session:
            learner = _learner(await People(session).get(person_id))
            row = await WorkshopSessions(session).find(session_id)
            attendances = Attendances(session)
            was_there = await attendances.find(learner, [session_id]) is not None
            if row is None or not was_there or row.starts_at > self._now():
                return None
            if not await attendances.note_rated(session_id, learner):
                return False
            said = comment.strip()[:_LONGEST_COMMENT] or None
            await attendances.add_feedback(session_id, rating, said)
            return True

    async def find(self, person_id: str, session_id: str) -> Offer | None:
        """Give a session of a person's employer; None where it is none of theirs."""
        async with self._database.reading() as session:
            person = await People(session).get(person_id)
            row = await WorkshopSessions(session).find(session_id)
            if row is None or row.employer != person.employer:
                return None
            mine = await Registrations(session).find(row.id, _learner(person))
            counts = (await WorkshopSessions(session).count([row.id]))[row.id]
            return await self._offer(session, row, counts, mine)

    async def _changed(
        self,
        session: AsyncSession,
        row: WorkshopSession,
        mine: Registration | None,
        *,
        changed: bool,
    ) -> Offer:
        counts = (await WorkshopSessions(session).count([row.id]))[row.id]
        return await self._offer(session, row, counts, mine, changed=changed)

    async def _offer(
        self,
        session: AsyncSession,
        row: WorkshopSession,
        counts: Counts,
        mine: Registration | None,
        *,
        changed: bool = False,
    ) -> Offer:
        standing, ahead = Standing.NONE, 0
        is_off, is_closed = row.cancelled_at is not None, _is_closed(row, self._now())
        if not is_off and mine is not None and mine.state is RegistrationState.REGISTERED:
            standing = Standing.REGISTERED
        elif is_closed:
            standing = Standing.CLOSED
        elif mine is not None and mine.state is RegistrationState.WAITING:
            standing = Standing.WAITING
            ahead = await Registrations(session).count_before(mine)
        free = None if row.capacity is None else max(0, row.capacity - counts.registered)
        return Offer(known(row), standing, free, ahead, changed, is_closed)


def _learner(person: Person) -> str:
    return learner_of(person.id, person.employee_id)


def _is_closed(row: WorkshopSession, now: datetime) -> bool:
    return row.cancelled_at is not None or row.starts_at <= now

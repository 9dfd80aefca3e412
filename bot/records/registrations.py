"""Who registered for a session, who waits, and whom to remind of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.live_sessions import REMINDERS, Reminded
from bot.domain.meaning import Language
from bot.records.base import insert_into
from bot.records.employees import Employee
from bot.records.people_rows import Person
from bot.records.session_rows import Registration, RegistrationState, WorkshopSession
from bot.records.sessions import select_lost

__all__ = ["DueReminder", "Registration", "RegistrationState", "Registrations", "Wish"]


@dataclass(frozen=True)
class Wish:
    """That somebody wishes to come; see ``Registration``."""

    session_id: str
    learner: str
    person_id: str
    state: RegistrationState
    at: datetime
    reminded: int


@dataclass(frozen=True)
class DueReminder:
    """A registration whose reminder is due.

    Attributes:
        session: What they are to be reminded of.
        wants: They want reminders at all, and have not left their employer.
    """

    id: int
    person_id: str
    session: WorkshopSession
    language: Language
    wants: bool


class Registrations:
    """The repository of registrations."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, session_id: str, learner: str) -> Registration | None:
        """Find a learner's registration, a cancelled one too."""
        theirs = (
            select(Registration)
            .where(Registration.session_id == session_id, Registration.learner == learner)
            .execution_options(populate_existing=True)
        )
        return (await self._session.scalars(theirs)).one_or_none()

    async def put(self, wish: Wish) -> None:
        """Note how it stands with a learner from now on."""
        given = vars(wish)
        new = insert_into(self._session, Registration).values(given)
        key = ["session_id", "learner"]
        changing = {name: value for name, value in given.items() if name not in key}
        await self._session.execute(new.on_conflict_do_update(index_elements=key, set_=changing))

    async def list_of(self, learner: str, session_ids: Collection[str]) -> dict[str, Registration]:
        """Give a learner's registrations for some sessions."""
        theirs = select(Registration).where(
            Registration.learner == learner, Registration.session_id.in_(session_ids)
        )
        return {each.session_id: each for each in await self._session.scalars(theirs)}

    async def list_all(self, session_id: str) -> Sequence[Registration]:
        """List all registrations for a session, who came first comes first."""
        every = select(Registration).where(Registration.session_id == session_id)
        ordered = every.order_by(Registration.at, Registration.id)
        return (await self._session.scalars(ordered)).all()

    async def count(self, session_id: str) -> int:
        """Count those who have a place."""
        placed = select(func.count()).where(
            Registration.session_id == session_id,
            Registration.state == RegistrationState.REGISTERED,
        )
        return (await self._session.scalars(placed)).one()

    async def list_waiting(self, session_id: str, limit: int | None = None) -> list[Registration]:
        """List those who wait, who came first comes first."""
        waiting = (
            select(Registration)
            .where(
                Registration.session_id == session_id,
                Registration.state == RegistrationState.WAITING,
            )
            .order_by(Registration.at, Registration.id)
            .limit(limit)
        )
        return list(await self._session.scalars(waiting))

    async def hold_waiting(self, session_id: str, limit: int | None) -> list[Registration]:
        """Give what ``list_waiting`` does, of people whom nobody erases meanwhile."""
        # The person before the registration, as whoever erases or links them takes both.
        waiting = (
            select(Registration.id)
            .join(Person, Person.id == Registration.person_id)
            .where(
                Registration.session_id == session_id,
                Registration.state == RegistrationState.WAITING,
            )
            .order_by(Registration.at, Registration.id)
            .limit(limit)
            .with_for_update(read=True, key_share=True, of=Person)
        )
        held = set(await self._session.scalars(waiting))
        return [each for each in await self.list_waiting(session_id) if each.id in held]

    async def give_up_lost(self, session_id: str, now: datetime) -> None:
        """Cancel what those wished who are not of the session's employer any more."""
        await self._session.execute(
            update(Registration)
            .where(
                Registration.session_id == session_id,
                Registration.id.in_(select_lost(Registration.id, now)),
            )
            .values(state=RegistrationState.CANCELLED)
            .execution_options(synchronize_session=False)
        )

    async def count_before(self, waiting: Registration) -> int:
        """Count those who wait for the same session and came before somebody."""
        before = or_(
            Registration.at < waiting.at,
            and_(Registration.at == waiting.at, Registration.id < waiting.id),
        )
        ahead = select(func.count()).where(
            Registration.session_id == waiting.session_id,
            Registration.state == RegistrationState.WAITING,
            before,
        )
        return (await self._session.scalars(ahead)).one()

    async def list_people(self, ids: Collection[str]) -> Sequence[Person]:
        """List the people of some ids who are not about to be erased."""
        people = select(Person).where(Person.id.in_(ids), Person.erase_at.is_(None))
        return (await self._session.scalars(people.order_by(Person.id))).all()

    async def hold_due(self, now: datetime, limit: int) -> list[DueReminder]:
        """Give reminders that are due, and that nobody else is given until the transaction ends."""
        due = case(
            *(
                (WorkshopSession.starts_at <= now + before, int(which))
                for which, before in REMINDERS
            ),
            else_=int(Reminded.NONE),
        )
        longest = max((before for _, before in REMINDERS), default=timedelta())
        wants = and_(
            Person.reminders_off_at.is_(None),
            Person.erase_at.is_(None),
            Employee.deactivated_at.is_(None),
        )
        query = (
            select(Registration, WorkshopSession, Person, wants.label("wants"))
            .join(WorkshopSession, WorkshopSession.id == Registration.session_id)
            .join(Person, Person.id == Registration.person_id)
            .outerjoin(Employee, Employee.id == Person.employee_id)
            .where(
                WorkshopSession.cancelled_at.is_(None),
                WorkshopSession.starts_at > now,
                WorkshopSession.starts_at <= now + longest,
                Registration.state == RegistrationState.REGISTERED,
                Registration.reminded < due,
            )
            .order_by(WorkshopSession.starts_at, Registration.id)
            .limit(limit)
            # The person too: whoever erases them holds them first.
            .with_for_update(skip_locked=True, of=[Registration, Person])
        )
        return [
            DueReminder(
                id=row.Registration.id,
                person_id=row.Person.id,
                session=row.WorkshopSession,
                language=row.Person.speaks,
                wants=row.wants,
            )
            for row in await self._session.execute(query)
        ]

    async def note_reminded(self, ids: Collection[int], which: Reminded) -> None:
        """Note that a reminder is spent."""
        await self._session.execute(
            update(Registration)
            .where(Registration.id.in_(ids))
            .values(reminded=int(which))
            .execution_options(synchronize_session=False)
        )

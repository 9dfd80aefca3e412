"""Sessions of live workshops, and how many people come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.domain.live_sessions import LONGEST, OPENS
from bot.records.employees import Employee
from bot.records.people_rows import Person
from bot.records.session_rows import Attendance, Registration, RegistrationState, WorkshopSession

__all__ = ["Counts", "WorkshopSession", "WorkshopSessions"]


@dataclass(frozen=True)
class Counts:
    """How many people have a place, wait for one, and are there."""

    registered: int = 0
    waiting: int = 0
    present: int = 0


class WorkshopSessions:
    """The repository of sessions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, new: WorkshopSession) -> None:
        """Add a session."""
        self._session.add(new)
        await self._session.flush()

    async def find(self, session_id: str) -> WorkshopSession | None:
        """Find a session."""
        return await self._session.get(WorkshopSession, session_id)

    async def hold(self, session_id: str) -> WorkshopSession | None:
        """Find a session whose places nobody else gives away until the transaction ends."""
        # Not FOR UPDATE: a row that refers to it could not be added meanwhile, and two who
        # have added one each and want the last place would wait for each other.
        held = (
            select(WorkshopSession)
            .where(WorkshopSession.id == session_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return (await self._session.scalars(held)).one_or_none()

    async def find_by_screen(self, screen: str) -> WorkshopSession | None:
        """Find the session that a trainer's screen shows."""
        shown = select(WorkshopSession).where(WorkshopSession.screen == screen)
        return (await self._session.scalars(shown)).one_or_none()

    async def list_ahead(
        self, employer: str, now: datetime, limit: int
    ) -> Sequence[WorkshopSession]:
        """List an employer's sessions that are not over, the next first."""
        ahead = (
            select(WorkshopSession)
            .where(*_held(employer), WorkshopSession.ends_at > now)
            .order_by(WorkshopSession.starts_at, WorkshopSession.id)
            .limit(limit)
        )
        return (await self._session.scalars(ahead)).all()

    async def list_on(self, employer: str, now: datetime) -> Sequence[WorkshopSession]:
        """List an employer's sessions that take people in now."""
        on = (
            select(WorkshopSession)
            .where(
                *_held(employer),
                WorkshopSession.ends_at >= now,
                WorkshopSession.starts_at <= now + OPENS,
            )
            .order_by(WorkshopSession.starts_at, WorkshopSession.id)
        )
        return (await self._session.scalars(on)).all()

    async def list_ended(self, after: datetime, now: datetime) -> Sequence[str]:
        """List the ids of sessions that took place and ended between two moments."""
        ended = select(WorkshopSession.id).where(
            WorkshopSession.cancelled_at.is_(None),
            # Implied by the next, for the index.
            WorkshopSession.starts_at > after - LONGEST,
            WorkshopSession.ends_at > after,
            WorkshopSession.ends_at <= now,
        )
        return (await self._session.scalars(ended)).all()

    async def list_all(self, employer: str | None) -> Sequence[WorkshopSession]:
        """List all sessions, or an employer's, past and cancelled ones too, the oldest first."""
        query = select(WorkshopSession).order_by(WorkshopSession.starts_at, WorkshopSession.id)
        if employer is not None:
            query = query.where(WorkshopSession.employer == employer)
        return (await self._session.scalars(query)).all()

    async def list_to_fill(self, now: datetime) -> Sequence[str]:
        """List sessions ahead where somebody waits while there is a place, or a wish is lost."""
        registered = (
            select(func.count())
            .where(
                Registration.session_id == WorkshopSession.id,
                Registration.state == RegistrationState.REGISTERED,
            )
            .scalar_subquery()
        )
        waited_for = select(Registration.session_id).where(
            Registration.state == RegistrationState.WAITING
        )
        short = select(WorkshopSession.id).where(
            WorkshopSession.cancelled_at.is_(None),
            WorkshopSession.starts_at > now,
            or_(
                and_(WorkshopSession.id.in_(waited_for), registered < WorkshopSession.capacity),
                WorkshopSession.id.in_(select_lost(Registration.session_id, now)),
            ),
        )
        # In one order: several processes hold them one after the other.
        return (await self._session.scalars(short.order_by(WorkshopSession.id))).all()

    async def count(self, session_ids: Collection[str]) -> dict[str, Counts]:
        """Count the people of some sessions."""
        wished = (
            select(Registration.session_id, Registration.state, func.count())
            .where(Registration.session_id.in_(session_ids))
            .group_by(Registration.session_id, Registration.state)
        )
        came = (
            select(Attendance.session_id, func.count())
            .where(Attendance.session_id.in_(session_ids))
            .group_by(Attendance.session_id)
        )
        states = {(one, state): n for one, state, n in await self._session.execute(wished)}
        present = {one: n for one, n in await self._session.execute(came)}  # noqa: C416 - its rows are no tuples to mypy
        return {
            one: Counts(
                registered=states.get((one, RegistrationState.REGISTERED), 0),
                waiting=states.get((one, RegistrationState.WAITING), 0),
                present=present.get(one, 0),
            )
            for one in session_ids
        }


def select_lost(column: InstrumentedAttribute[Any], now: datetime) -> Select[Any]:
    """Select registrations for sessions ahead of who left the employer, or chose another."""
    # The session's columns are this query's own, also inside a query for sessions.
    held = aliased(WorkshopSession)
    return (
        select(column)
        .join(held, held.id == Registration.session_id)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Employee, Employee.id == Person.employee_id)
        .where(
            Registration.state != RegistrationState.CANCELLED,
            held.cancelled_at.is_(None),
            held.starts_at > now,
            or_(
                Person.employer.is_distinct_from(held.employer),
                Employee.deactivated_at.is_not(None),
            ),
        )
    )


def _held(employer: str) -> tuple[ColumnElement[bool], ...]:
    return WorkshopSession.employer == employer, WorkshopSession.cancelled_at.is_(None)

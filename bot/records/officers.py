"""Employees whose role lets them answer questions, and the chats where they are told of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.roster import StaffRole
from bot.records.employees import Employee
from bot.records.people_rows import ChannelLink, Person


class ReachedOfficer(NamedTuple):
    """An employee of a desk, and the chat where they are told what comes unasked."""

    employee: Employee
    person: Person
    link: ChannelLink


def _has_role(employer: str, role: StaffRole) -> tuple[ColumnElement[bool], ...]:
    # Roles are kept as JSON; none is a part of another's name in quotation marks.
    has_it = cast(Employee.roles, Text).contains(f'"{role}"')
    return Employee.employer == employer, Employee.deactivated_at.is_(None), has_it


async def is_anybody(
    session: AsyncSession, employer: str, role: StaffRole, *, but: Collection[str]
) -> bool:
    """Say whether an employer has people of a role, in a chat or not, but those with some ids."""
    others = select(Employee.id).where(*_has_role(employer, role), Employee.id.not_in(but))
    return await session.scalar(others.limit(1)) is not None


async def list_reached(
    session: AsyncSession, employer: str, role: StaffRole
) -> Sequence[ReachedOfficer]:
    """List an employer's people of a role who can be written to, by their number.

    Each with the chat that they prefer or, where they do not let us write there, the oldest of
    those that are proved to be theirs too.
    """
    reached = (
        select(Employee, Person, ChannelLink)
        .join(Person, Person.employee_id == Employee.id)
        .join(ChannelLink, ChannelLink.person_id == Person.id)
        .where(
            *_has_role(employer, role),
            Person.erase_at.is_(None),
            ChannelLink.proof.is_not(None),
            ChannelLink.ended_at.is_(None),
            ChannelLink.blocked_at.is_(None),
        )
        .order_by(Employee.number, ChannelLink.is_primary.desc(), ChannelLink.id)
    )
    first = dict[str, ReachedOfficer]()
    for row in await session.execute(reached):
        officer = ReachedOfficer._make(row)
        first.setdefault(officer.employee.id, officer)
    return list(first.values())


async def is_awaited_of_another(
    session: AsyncSession, awaited: str, employee_id: str, now: datetime
) -> bool:
    """Say whether the next text of an employee other than this one is for something.

    Args:
        session: The transaction.
        awaited: What for, as ``bot.records.awaited`` has it.
        employee_id: The one who does not count.
        now: The present moment.
    """
    others = select(Person.id).where(
        Person.awaited == awaited,
        Person.awaited_until > now,
        Person.employee_id.is_not(None),
        Person.employee_id != employee_id,
    )
    return await session.scalar(others.limit(1)) is not None

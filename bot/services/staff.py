"""Who acts for the employer: the employee behind a number or a chat, and whether they may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.meaning import Language
from bot.domain.roster import StaffRole
from bot.errors import WaaiError
from bot.records import officers
from bot.records.base import Json
from bot.records.employees import Employee
from bot.records.enrolment import find_active, find_employee
from bot.records.journal import Entry
from bot.records.links import ChannelLink
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.records.people import Person

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)
_WORDS = {StaffRole.HR: "HR"}
"""Where a role is not called by its value."""


class StaffError(WaaiError):
    """It is not this employee's to do; the message is for who acts."""


@dataclass(frozen=True)
class ByNumber:
    """Who acts, on the command line.

    Attributes:
        number: The employer's number of them.
    """

    employer: str
    number: str


@dataclass(frozen=True)
class ByChat:
    """Who acts, in a chat.

    Attributes:
        person_id: Whose chat it is.
    """

    person_id: str


By = ByNumber | ByChat


@dataclass(frozen=True)
class Reached:
    """An employee and where they are told of their work.

    Attributes:
        link: The chat that they prefer of those that are proved to be theirs and let us write.
        language: The language to write to them in.
    """

    employee: Employee
    person_id: str
    link: ChannelLink
    language: Language


async def find_actor(session: AsyncSession, by: By) -> Employee:
    """Give the active employee who acts, whatever their roles.

    Raises:
        StaffError: There is no such employee.
    """
    if isinstance(by, ByNumber):
        employee = await find_employee(session, by.employer, by.number)
        if employee is None or employee.deactivated_at is not None:
            raise StaffError(f"{by.employer} has no active employee {by.number!r}")
    else:
        person = await session.get(Person, by.person_id)
        employee = await find_active(session, person.employee_id or "") if person else None
        if employee is None:
            raise StaffError("the chat is linked to no active employee")
    return employee


async def find_staff(session: AsyncSession, by: By, roles: Collection[StaffRole]) -> Employee:
    """Give the active employee who acts, if the roster gives them one of some roles.

    Args:
        session: The transaction.
        by: Who acts.
        roles: Any of these will do.

    Raises:
        StaffError: There is no such employee, or they have none of the roles.
    """
    employee = await find_actor(session, by)
    if not roles_of(employee) & set(roles):
        words = [_WORDS.get(role, role.value) for role in roles]
        none_of = f"neither {' nor '.join(words)}" if words[1:] else f"not {words[0]}"
        raise StaffError(f"{employee.employer} {employee.number} is {none_of} in the roster")
    return employee


def roles_of(employee: Employee) -> frozenset[StaffRole]:
    """Give the roles that the roster gives an employee."""
    return frozenset(map(StaffRole, employee.roles))


async def list_reached(session: AsyncSession, employer: str, role: StaffRole) -> list[Reached]:
    """List an employer's active staff with a live, proved chat that lets us write."""
    return [
        Reached(one.employee, one.person.id, one.link, one.person.speaks)
        for one in await officers.list_reached(session, employer, role)
    ]


async def tell(
    session: AsyncSession, about: str, told: Sequence[tuple[Reached, Json]], now: datetime
) -> int:
    """Queue a message to each of some staff, and say to how many.

    Args:
        session: The transaction.
        about: What it is about, as the journal has it; the log says so where nobody is told.
        told: Each with their message.
        now: The present moment.
    """
    if not told:
        _log.warning("desk_untold", about=about)
    # A message keeps its person from being held: in the order in which people are held.
    messages = [
        NewMessage(each.link, payload, Lane.BULK, person_id=each.person_id)
        for each, payload in sorted(told, key=lambda one: one[0].person_id)
    ]
    await Outbox(session).add_all(messages, now)
    return len(messages)


def is_untold(step: Entry) -> bool:
    """Say whether a step that is in the journal was to be told to somebody, and was to nobody."""
    return (step.body or {}).get("told") == 0

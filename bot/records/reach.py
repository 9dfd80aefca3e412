"""How many employees can be reached, and by what, some thousands at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.meaning import Language
from bot.records.base import table_of
from bot.records.employees import Employee
from bot.records.people_rows import Person

_EMPLOYEES = table_of(Employee)
_PEOPLE = table_of(Person)
_KNOWN = (
    select(
        _EMPLOYEES.c.id,
        _EMPLOYEES.c.name_ar,
        _EMPLOYEES.c.name_en,
        _EMPLOYEES.c.number,
        _EMPLOYEES.c.language.label("roster"),
        _PEOPLE.c.id.label("person_id"),
        _PEOPLE.c.language,
        _PEOPLE.c.last_language,
        _PEOPLE.c.reminders_off_at,
        _PEOPLE.c.erase_at,
    )
    .outerjoin(_PEOPLE, _PEOPLE.c.employee_id == _EMPLOYEES.c.id)
    .where(_EMPLOYEES.c.id.in_(bindparam("of_employees", expanding=True)))
    .order_by(_EMPLOYEES.c.id)
)


@dataclass(frozen=True)
class Recipient:
    """An employee whom a circular is for.

    Attributes:
        name: As the roster has it; their number where it has none.
        person_id: Whose chats they are; None where the employee is on none.
        language: To write to them in.
        opted_out: They want no messages unasked.
    """

    name: str
    person_id: str | None
    language: Language
    opted_out: bool


async def read_recipients(session: AsyncSession, employees: Sequence[str]) -> list[Recipient]:
    """Read what decides how employees are reached.

    Args:
        session: Any.
        employees: Their ids; some thousands at most.
    """
    return [
        Recipient(
            row.name_ar or row.name_en or row.number,
            row.person_id,
            row.language or row.last_language or row.roster or Language.ARABIC,
            row.reminders_off_at is not None or row.erase_at is not None,
        )
        for row in await session.execute(_KNOWN, {"of_employees": list(employees)})
    ]

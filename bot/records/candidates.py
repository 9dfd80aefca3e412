"""Active employees as an audience looks at them, some thousands at a time."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache

from sqlalchemy import Text, bindparam, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audience import Candidate, Department
from bot.records.base import table_of
from bot.records.employees import Employee

_REPEATED = 20_000
_AT_ONCE = 5_000
"""Values of one statement; no database takes much more than 32,000."""
_EMPLOYEES = table_of(Employee)
_AFTER = (
    select(
        _EMPLOYEES.c.id,
        _EMPLOYEES.c.employer,
        _EMPLOYEES.c.number,
        # Read as they are kept, since most of them repeat.
        cast(_EMPLOYEES.c.department, Text).label("department"),
        cast(_EMPLOYEES.c.roles, Text).label("roles"),
    )
    .where(
        _EMPLOYEES.c.employer.in_(bindparam("of_employers", expanding=True)),
        _EMPLOYEES.c.deactivated_at.is_(None),
        _EMPLOYEES.c.id > bindparam("after"),
    )
    .order_by(_EMPLOYEES.c.id)
    .limit(bindparam("most"))
)


async def read_candidates(
    session: AsyncSession, employers: Collection[str], after: str, limit: int
) -> list[Candidate]:
    """Give the active employees of employers whose ids come after one, by their ids.

    Args:
        session: Any.
        employers: Their ids.
        after: The id of the last employee that was read; empty at first.
        limit: At most so many.
    """
    given = {"of_employers": list(employers), "after": after, "most": limit}
    return [
        Candidate(row.id, row.employer, row.number, _texts(row.department), _texts(row.roles))
        for row in await session.execute(_AFTER, given)
    ]


async def list_departments(session: AsyncSession, employer: str) -> list[Department]:
    """Give the departments that an employer's active employees are in, each once."""
    path = cast(_EMPLOYEES.c.department, Text)
    active = _EMPLOYEES.c.employer == employer, _EMPLOYEES.c.deactivated_at.is_(None)
    return [_texts(each) for each in await session.scalars(select(path).where(*active).distinct())]


async def list_numbers(
    session: AsyncSession,
    employers: Collection[str],
    numbers: Collection[str],
    *,
    leavers: bool = False,
) -> list[tuple[str, str]]:
    """Give the employees of employers who have some numbers: their employers and numbers.

    Args:
        session: Any.
        employers: Their ids.
        numbers: Of any length.
        leavers: Those too who have left.
    """
    found, wanted = list[tuple[str, str]](), list(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        named = select(_EMPLOYEES.c.employer, _EMPLOYEES.c.number).where(
            _EMPLOYEES.c.employer.in_(employers),
            _EMPLOYEES.c.number.in_(wanted[start : start + _AT_ONCE]),
        )
        if not leavers:
            named = named.where(_EMPLOYEES.c.deactivated_at.is_(None))
        found += [(row.employer, row.number) for row in await session.execute(named)]
    return found


@lru_cache(_REPEATED)
def _texts(json_list: str) -> tuple[str, ...]:
    return tuple(json.loads(json_list))

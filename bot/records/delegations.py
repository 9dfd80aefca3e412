"""Who runs which official account, by which decision and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.delegation import is_in_force
from bot.domain.roster import StaffRole
from bot.records.base import table_of
from bot.records.employees import Delegation, Employee


class Delegations:
    """The repository of delegations."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, delegation: Delegation) -> None:
        """Add a delegation; it gets its id."""
        self._session.add(delegation)
        await self._session.flush()

    async def find(self, delegation_id: int) -> Delegation | None:
        """Find a delegation and hold it until the transaction ends."""
        return await self._session.get(Delegation, delegation_id, with_for_update=True)

    async def list_of(self, employee_id: str) -> Sequence[Delegation]:
        """List an employee's delegations, past ones too, the oldest first."""
        theirs = select(Delegation).where(Delegation.employee_id == employee_id)
        return (await self._session.scalars(theirs.order_by(Delegation.id))).all()

    async def list_all(self, employer: str | None) -> Sequence[Row[Delegation, Employee]]:
        """List all delegations, or an employer's, with whose they are."""
        query = select(Delegation, Employee).join(Employee).order_by(Delegation.id)
        if employer is not None:
            query = query.where(Employee.employer == employer)
        return (await self._session.execute(query)).all()


def in_force(delegation: Delegation, today: date) -> bool:
    """Say whether a delegation holds on a day, where the employer is."""
    ended = delegation.ended_at is not None
    return is_in_force(delegation.starts_on, delegation.ends_on, ended=ended, today=today)


async def is_account_manager(session: AsyncSession, employee: Employee, today: date) -> bool:
    """Say whether an active employee runs an official account: by a decision, or by the roster.

    Args:
        session: Any.
        employee: Whose.
        today: The day where the employer is: ``Rulebook.local_date``.
    """
    if StaffRole.ACCOUNT_MANAGER in employee.roles:
        return True
    decisions = await session.execute(_DECISIONS, {"of_employee": employee.id})
    return any(
        is_in_force(each.starts_on, each.ends_on, ended=each.ended_at is not None, today=today)
        for each in decisions
    )


_TABLE = table_of(Delegation)
_DECISIONS = select(_TABLE.c.starts_on, _TABLE.c.ends_on, _TABLE.c.ended_at).where(
    _TABLE.c.employee_id == bindparam("of_employee")
)

"""Delegations: who runs which official account, noted by the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.roster import RosterError
from bot.library.library import Library
from bot.records.database import Database
from bot.records.delegations import Delegations, in_force
from bot.records.employees import Delegation, Employee
from bot.records.enrolment import find_employee
from bot.services.retention import Now


@dataclass(frozen=True)
class NewDelegation:
    """A decision to note.

    Attributes:
        number: The employer's number of the employee.
        platform: Where the account is, such as ``x``.
        account: Its name there.
        decision: The decision's number.
        starts_on: The first day, where the employer is.
        ends_on: The last day; None for no end yet.
    """

    employer: str
    number: str
    platform: str
    account: str
    decision: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class KnownDelegation:
    """A decision that is noted.

    Attributes:
        in_force: It holds today, and its employee has not left.
        ended_early: It was ended before its last day.
    """

    id: int
    delegation: NewDelegation
    in_force: bool
    ended_early: bool


class DelegationService:
    """Knows who runs which account."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def add(self, new: NewDelegation) -> KnownDelegation:
        """Note a decision.

        Raises:
            RosterError: No such active employee, the days are in the wrong order, or the
                same decision is noted already.
        """
        if new.ends_on is not None and new.ends_on < new.starts_on:
            raise RosterError("the last day is before the first one")
        async with self._database.transaction() as session:
            employee = await find_employee(session, new.employer, new.number)
            if employee is None or employee.deactivated_at is not None:
                raise RosterError(f"{new.employer} has no active employee {new.number}")
            delegations = Delegations(session)
            delegation = _row(new, employee)
            for other in await delegations.list_of(employee.id):
                if other.ended_at is None and _terms(other) == _terms(delegation):
                    raise RosterError(f"this is noted already, as {other.id}")
            delegation.created_at = self._now()
            await delegations.add(delegation)
            return self._known(delegation, employee)

    async def list_all(self, employer: str | None = None) -> list[KnownDelegation]:
        """List what is noted, past decisions too, the oldest first."""
        async with self._database.reading() as session:
            found = await Delegations(session).list_all(employer)
            return [self._known(*row) for row in found]

    async def end(self, delegation_id: int) -> None:
        """End a decision now.

        Raises:
            RosterError: There is none of this id, or it has ended already.
        """
        async with self._database.transaction() as session:
            delegation = await Delegations(session).find(delegation_id)
            if delegation is None:
                raise RosterError(f"no delegation {delegation_id}")
            if delegation.ended_at is not None:
                raise RosterError(f"delegation {delegation_id} was ended already")
            delegation.ended_at = self._now()

    def _known(self, delegation: Delegation, employee: Employee) -> KnownDelegation:
        rulebook = self._library.rulebooks.get(employee.employer)
        now = self._now()
        today = rulebook.local_date(now) if rulebook is not None else now.date()
        return KnownDelegation(
            id=delegation.id,
            delegation=NewDelegation(
                employer=employee.employer,
                number=employee.number,
                platform=delegation.platform,
                account=delegation.account,
                decision=delegation.decision,
                starts_on=delegation.starts_on,
                ends_on=delegation.ends_on,
            ),
            in_force=in_force(delegation, today) and employee.deactivated_at is None,
            ended_early=delegation.ended_at is not None,
        )


def _row(new: NewDelegation, employee: Employee) -> Delegation:
    return Delegation(
        employee_id=employee.id,
        platform=new.platform,
        account=new.account,
        decision=new.decision,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
    )


def _terms(delegation: Delegation) -> tuple[object, ...]:
    return (
        delegation.platform,
        delegation.account,
        delegation.decision,
        delegation.starts_on,
        delegation.ends_on,
    )

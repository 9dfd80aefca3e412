"""What the desks in chat need to know of staff and of whom they can write to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.audience import Department
from bot.domain.roster import StaffRole
from bot.records.candidates import list_departments
from bot.records.database import Database
from bot.services.staff import By, StaffError, find_staff, roles_of


@dataclass(frozen=True)
class Officer:
    """Somebody of HR, and whom their employer has.

    Attributes:
        number: The employer's number of them.
        department: Their own.
        departments: All that the roster names and those above them, each before those below it.
    """

    employer: str
    number: str
    department: Department
    departments: tuple[Department, ...]


class StaffService:
    """Knows who has which duties."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def roles(self, by: By) -> frozenset[StaffRole]:
        """Give somebody's roles in the roster; none for who is not in it."""
        async with self._database.reading() as session:
            try:
                return roles_of(await find_staff(session, by, tuple(StaffRole)))
            except StaffError:
                return frozenset()

    async def officer(self, by: By) -> Officer:
        """Give somebody of HR with their employer's departments.

        Raises:
            StaffError: They are not HR.
        """
        async with self._database.reading() as session:
            officer = await find_staff(session, by, [StaffRole.HR])
            named = await list_departments(session, officer.employer)
            paths = {path[:depth] for path in named for depth in range(1, len(path) + 1)}
            own = tuple(officer.department)
            return Officer(officer.employer, officer.number, own, tuple(sorted(paths)))

"""The roster: what a file changes, the change itself, and the way back into a file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.roster import RosterEntry, RosterError, StoredEmployee
from bot.domain.roster_file import CheckedRoster, Row, check_roster
from bot.domain.roster_plan import Preview, RosterComparison, RosterPlan
from bot.library.library import Library
from bot.records.database import Database
from bot.records.enrolment import find_employee
from bot.records.roster import Roster
from bot.services.retention import Now


class TooManyLeaversError(RosterError):
    """So many leave that half of the file may be missing; nothing was written.

    Attributes:
        preview: What the file would do.
    """

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        found = ", ".join(
            f"{each.leavers} of {each.active} of {each.employer}" for each in preview.suspicious
        )
        super().__init__(
            f"nothing was written: {found} are not in the file, more than a tenth. "
            "If the file is complete, allow it with --allow-leavers."
        )


class RosterService:
    """Keeps the roster as the employers' files have it."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def preview(self, rows: Iterable[Row], employer: str | None = None) -> Preview:
        """Say what a file would do.

        Args:
            rows: Its filled rows, headings included, each with the number of its line.
            employer: Whose roster it is; None if its rows tell.

        Raises:
            RosterError: The file is no roster, or there is no such employer.
        """
        checked = await self._check(rows, employer)
        async with self._database.reading() as session:
            return (await _plan(session, checked)).preview

    async def commit(
        self, rows: Iterable[Row], employer: str | None = None, *, allow_leavers: bool = False
    ) -> Preview:
        """Do what a file says, all of it or nothing; rejected rows are left out.

        Args:
            rows: See ``preview``.
            employer: See ``preview``.
            allow_leavers: Also if more than a tenth of an employer's people leave.

        Raises:
            RosterError: See ``preview``.
            TooManyLeaversError: More leave than is allowed.
        """
        checked = await self._check(rows, employer)
        async with self._database.transaction() as session:
            roster = Roster(session)
            await roster.lock()
            plan = await _plan(session, checked)
            if plan.preview.suspicious and not allow_leavers:
                raise TooManyLeaversError(plan.preview)
            await roster.write(plan, self._now())
            return plan.preview

    async def export(self, employer: str | None = None) -> list[RosterEntry]:
        """Give the active employees of all employers, or of one, by employer and number.

        Raises:
            RosterError: There is no such employer.
        """
        self._check_employer(employer)
        employers = [employer] if employer else list(self._library.rulebooks)
        entries = []
        async with self._database.reading() as session:
            async for page in Roster(session).read(employers):
                entries += [stored.entry for stored in page if stored.active]
        return sorted(entries, key=lambda entry: (entry.employer, entry.number))

    async def find(self, employer: str, number: str) -> StoredEmployee | None:
        """Find an employee by their employer's number, leavers included.

        Raises:
            RosterError: There is no such employer.
        """
        self._check_employer(employer)
        async with self._database.reading() as session:
            employee = await find_employee(session, employer, number)
            return None if employee is None else await Roster(session).get(employee.id)

    async def _check(self, rows: Iterable[Row], employer: str | None) -> CheckedRoster:
        self._check_employer(employer)
        # Seconds of work for a large file: whoever else is served goes on.
        return await asyncio.to_thread(check_roster, rows, self._library.roster_words, employer)

    def _check_employer(self, employer: str | None) -> None:
        if employer is not None and employer not in self._library.rulebooks:
            known = ", ".join(sorted(self._library.rulebooks))
            raise RosterError(f"no employer {employer!r}; known are {known}")


async def _plan(session: AsyncSession, checked: CheckedRoster) -> RosterPlan:
    roster, employers = Roster(session), list(checked.entries)
    comparison = RosterComparison(checked)
    async for page in roster.read(employers):
        for stored in page:
            comparison.see(stored)
        await asyncio.sleep(0)
    async for phones in roster.read_phones_elsewhere(employers):
        comparison.hold(phones)
    return comparison.plan()

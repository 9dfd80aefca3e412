"""Looking at observations: each look is in the journal."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.observing import STAFF, ObservationError, Step, role_for
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.observations import Observation, Observations
from bot.services.observation_steps import find_untold, hold_seen, note_in_journal, scope_of
from bot.services.observation_views import KnownObservation, Listed, known, line_of
from bot.services.retention import Now
from bot.services.staff import By, find_staff, roles_of


class ObservationDeskService:
    """Shows to each department its part."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def list_all(self, by: By, offset: int = 0, limit: int | None = None) -> Listed:
        """List what somebody may see, the newest first.

        Args:
            by: Who looks.
            offset: How many to leave out.
            limit: How many to give; None for all.

        Raises:
            StaffError: Whoever looks has nothing to do with observations.
        """
        async with self._database.transaction() as session:
            employee = await find_staff(session, by, STAFF)
            scope, observations = scope_of(employee), Observations(session)
            rows = await observations.list_page(scope, offset, limit)
            may_record = role_for(Step.RECORD) in roles_of(employee)
            total = await observations.count(scope)
            untold = await find_untold(session, employee.employer, rows)
            lines = tuple(replace(line_of(row), untold=row.id in untold) for row in rows)
            listed = Listed(lines, total, may_record)
            body = {"total": listed.total, "numbers": ", ".join(row.number for row in rows)}
            entry = ("observation_listed", "all", body)
            await note_in_journal(session, employee, entry, self._now())
            return listed

    async def show(self, by: By, reference: str) -> KnownObservation:
        """Show an observation.

        Args:
            by: Who looks.
            reference: Its number or id.

        Raises:
            ObservationError: They see none of that number.
            StaffError: Whoever looks has nothing to do with observations.
        """
        async with self._database.transaction() as session:
            viewer, row = await hold_seen(session, by, reference)
            observations = Observations(session)
            subject = await session.get(Employee, row.subject_id) if row.subject_id else None
            seen = known(
                row,
                viewer,
                subject,
                await observations.find_screenshot(row.id),
                await observations.list_steps(row.id),
            )
            await self._note_view(session, viewer, row)
            return seen

    async def screenshot(self, by: By, reference: str) -> tuple[str, bytes]:
        """Give the media type and the bytes of a screenshot; arguments as of ``show``.

        Raises:
            ObservationError: They see none of that number, or it has no screenshot.
            StaffError: Whoever looks has nothing to do with observations.
        """
        async with self._database.transaction() as session:
            viewer, row = await hold_seen(session, by, reference)
            found = await Observations(session).find_screenshot(row.id, whole=True)
            if found is None:
                raise ObservationError(f"observation {row.number} has no screenshot")
            await self._note_view(session, viewer, row, found.sha256)
            return found.media_type, found.content

    async def _note_view(
        self,
        session: AsyncSession,
        viewer: Employee,
        row: Observation,
        screenshot: str | None = None,
    ) -> None:
        body = {"number": row.number, "state": row.state.value, "screenshot_sha256": screenshot}
        entry = ("observation_viewed", row.id, body)
        await note_in_journal(session, viewer, entry, self._now())

"""Which version of a circular HR means, who know it by its number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import CircularStep, after
from bot.domain.roster import StaffRole
from bot.records.circulars import Circular, Circulars
from bot.records.database import Database
from bot.services.circular_views import CircularError
from bot.services.staff import By, find_staff


class Meant(StrEnum):
    """Which version it is, where no step is to be taken on it.

    Attributes:
        NEWEST: A draft too.
        STARTED: The newest that anybody may have been sent; without one, the newest.
    """

    NEWEST = "newest"
    STARTED = "started"


class CircularNameService:
    """Finds circulars by what HR calls them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(
        self, by: By, name: str, wanted: Meant | CircularStep, version: int | None = None
    ) -> str:
        """Give the id of the version that is meant.

        While a correction is written, the version before it still goes out: a number means the
        one on which the step can be taken.

        Args:
            by: Who asks.
            name: A circular's id, or its number.
            wanted: What is to be done with it.
            version: The version that they name; None where they name none.

        Raises:
            CircularError: There is none, or several could be meant.
            StaffError: They are not HR.
        """
        async with self._database.reading() as session:
            rows = await _find_versions(session, by, name)
        if version is not None:
            rows = [row for row in rows if row.version == version]
            if not rows:
                raise CircularError(f"{name} has no version {version}")
        if isinstance(wanted, Meant):
            started = (row for row in rows if row.started_at and wanted is Meant.STARTED)
            return next(started, rows[0]).id
        possible = [row for row in rows if after(row.state, wanted)]
        if len(possible) > 1:
            raise CircularError(
                f"{name} could be {_listed(possible, ' or ')}: say which by --version"
            )
        if not possible:
            raise CircularError(
                f"{name} is {_listed(rows, ', ')}: {wanted} cannot be done any more, or yet"
            )
        return possible[0].id


async def _find_versions(session: AsyncSession, by: By, name: str) -> Sequence[Circular]:
    """Give the version with an id, or all with a number, the newest first."""
    actor = await find_staff(session, by, [StaffRole.HR])
    circulars = Circulars(session)
    row = await circulars.find(name)
    if row is not None and row.employer == actor.employer:
        return [row]
    rows = await circulars.list_versions(actor.employer, name)
    if not rows:
        raise CircularError(f"{actor.employer} has no circular {name!r}")
    return rows


def _listed(rows: Iterable[Circular], between: str) -> str:
    return between.join(f"v{row.version} ({row.state})" for row in rows)

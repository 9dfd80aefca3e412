"""What the journal keeps of a circular's recipients, so that nobody can change it unseen later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circular_tally import SETTLING, SettledTally, Tally
from bot.domain.circulars import CircularState
from bot.records.circular_recipients import CircularRecipients
from bot.records.circulars import Circular, Circulars
from bot.records.database import Database
from bot.records.journal import SYSTEM, Journal, NewEntry
from bot.services.circulation import REVIVED_FOR
from bot.services.retention import Now

RECORDED = "circular_recorded"
"""What the journal calls it."""

_ENDED = (CircularState.CANCELLED, CircularState.SUPERSEDED)
_OUTAGE = timedelta(days=30)
"""What came to its end in an outage so long is still recorded."""


class CircularRecordService:
    """Records what became of circulars once they are sent, due or called off."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def record_due(self) -> int:
        """Record each circular that was sent, is due, or is sent to nobody any more, once for each.

        Returns:
            How many were.
        """
        until = self._now() - SETTLING
        async with self._database.reading() as session:
            rows = await Circulars(session).list_unrecorded(until - REVIVED_FOR - _OUTAGE)
        due = [row for row in rows if _is_due(row, until)]
        return sum([await self._record(row.id, row.recorded_to, until) for row in due])

    async def _record(self, circular_id: str, before: datetime | None, until: datetime) -> bool:
        # Read apart: nobody waits for the journal as long as many thousands take.
        async with self._database.reading() as session:
            tally = await tally_of(session, circular_id, until)
        async with self._database.transaction() as session:
            row = await Circulars(session).take(circular_id)
            if row is None or row.recorded_to != before:
                return False
            row.recorded_to = until
            await session.flush()
            body = {"digest": row.digest, "state": row.state.value, **tally.to_json()}
            entry = NewEntry(RECORDED, SYSTEM, f"circular:{row.id}", body)
            await Journal(session).append(row.employer, [entry], self._now())
            return True


async def tally_of(session: AsyncSession, circular_id: str, until: datetime) -> Tally:
    """Add up what became of a circular, and what of it was settled at a moment."""
    tally = Tally(SettledTally(until))
    async for page in CircularRecipients(session).courses(circular_id):
        tally.add(page)
    return tally


def _is_due(row: Circular, until: datetime) -> bool:
    if row.recorded_to is None and row.state in _ENDED:
        return True
    return any(
        over <= until and (row.recorded_to is None or row.recorded_to < over) for over in _ends(row)
    )


def _ends(row: Circular) -> Iterator[datetime]:
    """Give when parts of a circular's course are over."""
    if row.finished_at is not None:
        yield row.finished_at
    if row.due_at is not None:
        yield row.due_at
    if row.started_at is not None:
        yield row.started_at + REVIVED_FOR

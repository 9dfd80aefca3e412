"""The deadlines of the circulars that are being sent, from inside a transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circular_reminders import DAYS_AFTER, Deadline
from bot.library.library import Library
from bot.records.circular_reminders import CircularReminders
from bot.records.circulars import Circular

_AFTER = timedelta(days=DAYS_AFTER + 7)
"""So long after the deadline what a weekend or an outage held up is still made good."""


async def list_running(
    session: AsyncSession, library: Library, now: datetime, ahead: timedelta
) -> list[tuple[Circular, Deadline]]:
    """List the circulars that people may be told of now, each with its deadline.

    Args:
        session: The transaction.
        library: The employers' calendars.
        now: The present moment.
        ahead: With deadlines until so far from now.
    """
    rows = await CircularReminders(session).list_running(now - _AFTER, now + ahead)
    found = [(row, _deadline(row, library)) for row in rows]
    return [(row, end) for row, end in found if end is not None and not end.is_quiet(now)]


def _deadline(row: Circular, library: Library) -> Deadline | None:
    rulebook = library.rulebooks.get(row.employer)
    if rulebook is None or row.due_at is None:
        return None
    return Deadline(rulebook.calendar, row.due_at, urgent=row.urgent)

"""What attending a live workshop proves."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.attendances import Entry
from bot.records.sessions import WorkshopSession


async def note_attended(session: AsyncSession, row: WorkshopSession, entry: Entry) -> None:
    """Write the evidence that a learner attended, in the transaction that lets them in.

    Args:
        session: The transaction.
        row: The session of the workshop.
        entry: Who came, and when.
    """
    del session, row, entry

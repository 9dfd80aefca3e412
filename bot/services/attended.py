"""What attending a live workshop proves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.completion import ATTENDED
from bot.records.attendances import Entry
from bot.records.learning import NewEvidence
from bot.records.sessions import WorkshopSession
from bot.services.proving import prove


async def note_attended(
    session: AsyncSession, row: WorkshopSession, entry: Entry, now: datetime
) -> None:
    """Write the evidence that a learner attended, in the transaction that lets them in.

    Args:
        session: The transaction.
        row: The session of the workshop.
        entry: Who came, and when.
        now: The present moment.
    """
    evidence = NewEvidence(
        learner=entry.learner,
        workshop=row.workshop,
        version=row.version,
        part=ATTENDED,
        passed=True,
        score=None,
        total=None,
        at=entry.at,
        source=f"{entry.learner} {ATTENDED} {row.id}",
    )
    await prove(session, evidence, now)

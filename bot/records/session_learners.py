"""What becomes of somebody's live workshops when they turn out to be another."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.records.base import delete_where
from bot.records.session_rows import Attendance, Registration, RegistrationState


async def move_sessions(session: AsyncSession, learner: str, to: str, to_person: str) -> None:
    """Give a learner's registrations and attendance to another, whom they turned out to be.

    Of two for one session the earlier stays; a registration that was cancelled never does.

    Args:
        session: The transaction.
        learner: Whose they are now.
        to: Whose they are from now on.
        to_person: In whose chat that is.
    """
    gone = Registration.learner.in_([learner, to])
    is_cancelled = Registration.state == RegistrationState.CANCELLED
    await delete_where(session, Registration, gone, is_cancelled)
    rows: tuple[type[Registration | Attendance], ...] = (Registration, Attendance)
    for row in rows:
        mine, other = aliased(row), aliased(row)
        pairs = await session.execute(
            select(mine.id, mine.at, other.id, other.at)
            .join(other, mine.session_id == other.session_id)
            .where(mine.learner == learner, other.learner == to)
        )
        later = [theirs if at <= their_at else own for own, at, theirs, their_at in pairs]
        if later:
            await session.execute(delete(row).where(row.id.in_(later)))
        await session.execute(
            update(row)
            .where(row.learner == learner)
            .values(learner=to, person_id=to_person)
            .execution_options(synchronize_session=False)
        )

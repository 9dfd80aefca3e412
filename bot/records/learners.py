"""Records that name a learner, when a person becomes an employee or is erased."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.base import delete_where
from bot.records.learning_rows import Completion, Evidence
from bot.records.pledges import Pledge, Pledges
from bot.records.session_rows import Attendance
from bot.records.survey_rows import SurveyTaker


async def hand_on(session: AsyncSession, unknown: str, known: str) -> None:
    """Let an employee have what they did before it was known who they are.

    Where both have the same, the earlier stays.

    Args:
        session: The transaction.
        unknown: The learner that they were.
        known: The learner that they are.
    """
    await _hand_on_pledges(Pledges(session), session, unknown, known)
    taken = select(SurveyTaker.wave).where(SurveyTaker.learner == known)
    await session.execute(
        delete(SurveyTaker)
        .where(SurveyTaker.learner == unknown, SurveyTaker.wave.in_(taken))
        .execution_options(synchronize_session=False)
    )
    for row in (SurveyTaker, Pledge):
        await session.execute(
            update(row)
            .where(row.learner == unknown)
            .values(learner=known)
            .execution_options(synchronize_session=False)
        )


async def forget(session: AsyncSession, learner: str) -> None:
    """Delete all that names a learner; registrations for sessions go with the chat."""
    rows = (SurveyTaker, Pledge, Attendance, Completion, Evidence)
    for row in rows:
        await delete_where(session, row, row.learner == learner)


async def _hand_on_pledges(
    pledges: Pledges, session: AsyncSession, unknown: str, known: str
) -> None:
    theirs = {(each.rulebook, each.version): each for each in await pledges.list_of(known)}
    for each in await pledges.list_of(unknown):
        other = theirs.get((each.rulebook, each.version))
        if other is not None:
            await session.delete(max(each, other, key=lambda pledge: pledge.accepted_at))
    await session.flush()

"""What people know and do not, as far as an audience asks for it; from inside a transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audience import Audience, Learned
from bot.library.library import Library
from bot.records.learned import read_learned


async def learned_of(
    session: AsyncSession, library: Library, audience: Audience, now: datetime
) -> Learned:
    """Read what decides whether somebody belongs to an audience.

    Args:
        session: Any.
        library: For the questions on an article.
        audience: Whose criteria it is.
        now: The present moment.
    """
    questions = library.questions_on(audience.answered_wrong)
    return await read_learned(
        session, workshops=audience.not_completed, questions=questions, now=now
    )

"""What decides who belongs to a circular's audience; from inside a transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audience import Learned
from bot.library.library import Library
from bot.records.candidates import read_candidates
from bot.records.circulars import Circulars
from bot.records.learned import read_learned, read_told
from bot.services.circular_views import KnownCircular

_PAGE = 5_000


async def learned_of(
    session: AsyncSession, library: Library, circular: KnownCircular, now: datetime
) -> Learned:
    """Read what decides whether somebody belongs to a circular's audience.

    Args:
        session: Any.
        library: For the questions on an article.
        circular: Whose audience it is.
        now: The present moment.
    """
    audience, content = circular.audience, circular.content
    questions = library.questions_on(audience.answered_wrong)
    learned = await read_learned(
        session, workshops=audience.not_completed, questions=questions, now=now
    )
    told = await read_told(session, content.employer, content.number, content.version)
    return replace(learned, told=told)


async def pages_of(
    session: AsyncSession, circular: KnownCircular, learned: Learned
) -> AsyncIterator[list[str]]:
    """Give the employees for whom a circular is, some thousands looked at at a time; their ids.

    Args:
        session: Any.
        circular: Which.
        learned: As ``learned_of`` gave it.
    """
    content, after = circular.content, ""
    employers = await Circulars(session).list_employers(
        content.employer, content.number, content.version
    )
    while page := await read_candidates(session, employers, after, _PAGE):
        after = page[-1].id
        yield [each.id for each in page if circular.audience.includes(each, learned)]

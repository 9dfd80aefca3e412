"""What many people know and do not, read at once for the audience of a circular."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audience import Learned
from bot.domain.learners import employee_of
from bot.records.base import table_of
from bot.records.learning_rows import Completion, WorkshopVersion
from bot.records.people_rows import Person
from bot.records.quiz_rows import QuizMemory

_COMPLETIONS = table_of(Completion).c
_MEMORIES = table_of(QuizMemory)
_PEOPLE = table_of(Person)


async def read_learned(
    session: AsyncSession,
    *,
    workshops: Collection[str],
    questions: Mapping[str, Collection[str]],
    now: datetime,
) -> Learned:
    """Read who completed workshops, and who answered wrongly on articles last.

    People whom no roster knows are not among them.

    Args:
        session: The transaction.
        workshops: Ids. A completion counts until the day by which it had to be renewed.
        questions: The ids of the questions that test an article, by the article's.
        now: The present moment.
    """
    return Learned(
        completed=await _completed(session, workshops, now),
        wrong=await _wrong(session, questions),
    )


async def _completed(
    session: AsyncSession, workshops: Collection[str], now: datetime
) -> dict[str, set[str]]:
    completed: dict[str, set[str]] = {workshop: set() for workshop in workshops}
    if not completed:
        return completed
    versions = await session.scalars(
        select(WorkshopVersion)
        .where(WorkshopVersion.workshop.in_(completed))
        .order_by(WorkshopVersion.published_at, WorkshopVersion.version)
    )
    wanted = [
        and_(_COMPLETIONS.workshop == workshop, _COMPLETIONS.version.in_(valid))
        for workshop, valid in _valid(versions, now).items()
    ]
    query = select(_COMPLETIONS.learner, _COMPLETIONS.workshop).where(or_(false(), *wanted))
    for learner, workshop in await session.execute(query):
        employee = employee_of(learner)
        if employee is not None:
            completed[workshop].add(employee)
    return completed


def _valid(versions: Iterable[WorkshopVersion], now: datetime) -> Mapping[str, Sequence[str]]:
    """Give the versions of each workshop whose completion still counts.

    Args:
        versions: Of several workshops, the oldest first.
        now: The present moment.
    """
    valid: dict[str, list[str]] = defaultdict(list)
    for each in versions:
        if each.renew_by is not None and each.renew_by <= now:
            valid[each.workshop].clear()
        valid[each.workshop].append(each.version)
    return valid


async def _wrong(
    session: AsyncSession, questions: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    articles = {each: article for article, asked in questions.items() for each in asked}
    query = (
        select(_PEOPLE.c.employee_id, _MEMORIES.c.question, _MEMORIES.c.is_right)
        .join_from(_MEMORIES, _PEOPLE, _PEOPLE.c.id == _MEMORIES.c.person_id)
        .where(_MEMORIES.c.question.in_(articles), _PEOPLE.c.employee_id.is_not(None))
        .order_by(_MEMORIES.c.reviewed_at, _MEMORIES.c.question)
    )
    latest: dict[str, dict[str, bool]] = {article: {} for article in questions}
    for employee, question, is_right in await session.execute(query):
        latest[articles[question]][employee] = is_right
    return {
        article: {employee for employee, is_right in answers.items() if not is_right}
        for article, answers in latest.items()
    }

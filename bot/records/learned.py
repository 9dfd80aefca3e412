"""What many people know and were told, read at once for the audience of a circular."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audience import Learned
from bot.domain.circulars import ARRIVED, DeliveryState
from bot.domain.learners import employee_of
from bot.records.base import table_of
from bot.records.circular_rows import Circular, Delivery
from bot.records.learning_rows import Completion, WorkshopVersion
from bot.records.people_rows import Person
from bot.records.quiz_rows import QuizMemory

_COMPLETIONS = table_of(Completion).c
_MEMORIES = table_of(QuizMemory)
_PEOPLE = table_of(Person)
_CIRCULARS = table_of(Circular).c
_DELIVERIES = table_of(Delivery).c
# What was only announced, and not opened, was not read. Of what is queued and not announced a part
# may have gone out already: the rest is taken back before a correction begins.
_WAS_SENT = or_(
    _DELIVERIES.state.in_([*ARRIVED, DeliveryState.SENDING]),
    and_(_DELIVERIES.state == DeliveryState.QUEUED, _DELIVERIES.announced_at.is_(None)),
    _DELIVERIES.opened_at.is_not(None),
)


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


async def read_told(
    session: AsyncSession, employer: str, number: str, version: int
) -> frozenset[str]:
    """Read who was sent a version of a circular before this one; ids of employees."""
    earlier = (
        _CIRCULARS.employer == employer,
        _CIRCULARS.number == number,
        _CIRCULARS.version < version,
    )
    query = (
        select(_DELIVERIES.employee_id)
        .join(Circular, _CIRCULARS.id == _DELIVERIES.circular_id)
        .where(*earlier, _WAS_SENT)
        .distinct()
    )
    return frozenset(await session.scalars(query))


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

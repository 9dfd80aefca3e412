"""What is stored of a person's quizzes, to be told to them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.daily import DailyHabits
from bot.records.quiz_rows import QuizAnswer, QuizMemory, Sitting


@dataclass(frozen=True)
class KnownAnswer:
    """Their answer to a question of a quiz; see ``bot.records.quiz_rows.QuizAnswer``."""

    question: str
    version: int
    picks: tuple[int, ...]
    right: bool
    department: str | None
    at: datetime


@dataclass(frozen=True)
class KnownSitting:
    """A quiz that they began, with as many questions as ``total``."""

    kind: str
    employer: str
    since: datetime
    total: int
    answers: tuple[KnownAnswer, ...]


@dataclass(frozen=True)
class KnownMemory:
    """How well they know the answer to a question; see ``bot.domain.reviewing.Memory``."""

    question: str
    reviewed: datetime
    due: datetime
    stability: float
    difficulty: float


@dataclass(frozen=True)
class KnownDaily:
    """Their daily five minutes; see ``bot.records.quiz_rows.DailyHabit``."""

    hour: int
    is_on: bool
    reminded: datetime | None
    ignored: int


@dataclass(frozen=True)
class KnownQuiz:
    """What came of quizzes.

    Attributes:
        sittings: Those that they began, the oldest first.
        memories: How well they know each question.
        daily: Their daily five minutes; None if they never chose an hour.
    """

    sittings: tuple[KnownSitting, ...]
    memories: tuple[KnownMemory, ...]
    daily: KnownDaily | None


async def collect_quiz(session: AsyncSession, person_id: str) -> KnownQuiz:
    """Give all of a person's quizzes."""
    return KnownQuiz(
        sittings=await _sittings(session, person_id),
        memories=await _memories(session, person_id),
        daily=await _daily(session, person_id),
    )


async def _sittings(session: AsyncSession, person_id: str) -> tuple[KnownSitting, ...]:
    answers = defaultdict[str, list[KnownAnswer]](list)
    for one in await session.scalars(
        select(QuizAnswer)
        .where(QuizAnswer.person_id == person_id)
        .order_by(QuizAnswer.sitting_id, QuizAnswer.position)
    ):
        picks = tuple(map(int, one.picks))
        known = KnownAnswer(
            one.question, one.version, picks, one.is_right, one.department, one.answered_at
        )
        answers[one.sitting_id].append(known)
    sittings = await session.scalars(
        select(Sitting).where(Sitting.person_id == person_id).order_by(Sitting.started_at)
    )
    return tuple(
        KnownSitting(
            one.kind, one.employer, one.started_at, len(one.questions), tuple(answers[one.id])
        )
        for one in sittings
    )


async def _memories(session: AsyncSession, person_id: str) -> tuple[KnownMemory, ...]:
    memories = await session.scalars(
        select(QuizMemory).where(QuizMemory.person_id == person_id).order_by(QuizMemory.due)
    )
    return tuple(
        KnownMemory(one.question, one.reviewed_at, one.due, one.stability, one.difficulty)
        for one in memories
    )


async def _daily(session: AsyncSession, person_id: str) -> KnownDaily | None:
    habit = await DailyHabits(session).find(person_id)
    if habit is None:
        return None
    return KnownDaily(habit.hour, habit.next_at is not None, habit.reminded_at, habit.ignored)

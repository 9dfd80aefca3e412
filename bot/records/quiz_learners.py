"""What becomes of a stranger's quizzes when they turn out to be somebody known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.records.base import delete_where
from bot.records.people_rows import Person
from bot.records.quiz_rows import DailyHabit, QuizAnswer, QuizMemory, Sitting


async def move_quizzes(
    session: AsyncSession, unknown: Person, known: Person, now: datetime
) -> None:
    """Give a person the sittings, answers, memories and the daily habit of another.

    Of two open sittings the known person's goes on, and of two habits theirs stays.

    Args:
        session: The transaction.
        unknown: Whose they are now.
        known: Whose they are from now on.
        now: The present moment.
    """
    theirs = Sitting.person_id == known.id
    open_one = select(Sitting.id).where(theirs, Sitting.ended_at.is_(None))
    if (await session.scalars(open_one)).one_or_none() is None:
        known.sitting_id, known.sitting_until = unknown.sitting_id, unknown.sitting_until
    else:
        left = update(Sitting).where(Sitting.person_id == unknown.id, Sitting.ended_at.is_(None))
        await session.execute(
            left.values(ended_at=now).execution_options(synchronize_session=False)
        )
    await _drop_later_firsts(session, unknown.id, known.id)
    await _drop_older_memories(session, unknown.id, known.id)
    if await session.get(DailyHabit, known.id) is not None:
        await delete_where(session, DailyHabit, DailyHabit.person_id == unknown.id)
    rows: tuple[type[Sitting | QuizAnswer | QuizMemory | DailyHabit], ...] = (
        Sitting,
        QuizAnswer,
        QuizMemory,
        DailyHabit,
    )
    for row in rows:
        await session.execute(
            update(row)
            .where(row.person_id == unknown.id)
            .values(person_id=known.id)
            .execution_options(synchronize_session=False)
        )


async def _drop_later_firsts(session: AsyncSession, unknown: str, known: str) -> None:
    """Of two first answers to a version of a question only the earlier was one."""
    mine, other = aliased(QuizAnswer), aliased(QuizAnswer)
    pairs = await session.execute(
        select(mine.id, mine.answered_at, other.id, other.answered_at)
        .join(other, (mine.question == other.question) & (mine.version == other.version))
        .where(mine.person_id == unknown, mine.is_first, other.person_id == known, other.is_first)
    )
    later = [own if at >= their_at else theirs for own, at, theirs, their_at in pairs]
    await session.execute(
        update(QuizAnswer)
        .where(QuizAnswer.id.in_(later))
        .values(is_first=False)
        .execution_options(synchronize_session=False)
    )


async def _drop_older_memories(session: AsyncSession, unknown: str, known: str) -> None:
    """Of two memories of a question the later one knows more."""
    mine, other = aliased(QuizMemory), aliased(QuizMemory)
    pairs = await session.execute(
        select(mine.question, mine.reviewed_at, other.reviewed_at)
        .join(other, mine.question == other.question)
        .where(mine.person_id == unknown, other.person_id == known)
    )
    older: dict[str, list[str]] = {unknown: [], known: []}
    for question, at, their_at in pairs:
        older[known if at > their_at else unknown].append(question)
    for person, questions in older.items():
        of_person = QuizMemory.person_id == person
        await delete_where(session, QuizMemory, of_person, QuizMemory.question.in_(questions))

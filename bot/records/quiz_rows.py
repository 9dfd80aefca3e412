"""The rows of quizzes: sittings, answers, how well each question is remembered, daily habits."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import Base, PersonId, RowId, Token, partial_index


class SittingKind(StrEnum):
    """What a sitting is: one that somebody began, the daily five minutes, or a workshop's final."""

    QUIZ = "quiz"
    DAILY = "daily"
    FINAL = "final"


class Sitting(Base):
    """One sitting of one person; at most one of a person is open.

    Attributes:
        id: Random, short enough for a button.
        workshop: Whose final quiz it is, with the version, as in ``muscat@1``; None for others.
        started_for: The key of the event that started it.
        questions: Each as ``bot.domain.quizzing.Dealt`` writes it.
        position: Which question is asked now, from 0.
        touched_at: When it was started, answered or gone on with last.
        paused_at: Since when it waits for the person to go on; None while it does not.
        ended_at: When its last question was answered, or it was given up for another.
    """

    __tablename__ = "sittings"
    __table_args__ = (
        partial_index("ix_sittings_open", "person_id", where="ended_at IS NULL", unique=True),
        UniqueConstraint("person_id", "started_for"),
    )

    id: Mapped[str] = mapped_column(Token, primary_key=True)
    person_id: Mapped[str] = mapped_column(PersonId, ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[SittingKind]
    employer: Mapped[str]
    workshop: Mapped[str | None]
    started_for: Mapped[str]
    questions: Mapped[list[str]]
    position: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class QuizAnswer(Base):
    """The answer that counts to one question of a sitting.

    Attributes:
        employer: Whose rulebook binds the person, as it was then.
        department: The path to their department as it was then, parted by `` / ``; None where
            the roster does not know them.
        version: The question's.
        picks: The places of the chosen choices in the bank, ascending, as in ``02``.
        is_first: It is the person's first answer to this version of the question; later ones
            have seen the explanation.
        key: The key of the event that brought it.
    """

    __tablename__ = "quiz_answers"
    __table_args__ = (
        UniqueConstraint("sitting_id", "position"),
        Index("ix_quiz_answers_person", "person_id", "answered_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    sitting_id: Mapped[str] = mapped_column(Token, ForeignKey(Sitting.id, ondelete="CASCADE"))
    position: Mapped[int]
    person_id: Mapped[str] = mapped_column(PersonId, ForeignKey("people.id", ondelete="CASCADE"))
    employer: Mapped[str]
    department: Mapped[str | None]
    question: Mapped[str]
    version: Mapped[int]
    picks: Mapped[str]
    is_right: Mapped[bool]
    is_first: Mapped[bool]
    key: Mapped[str]
    answered_at: Mapped[datetime]


class QuizMemory(Base):
    """How well a person remembers the answer to a question; see ``bot.domain.reviewing.Memory``.

    Attributes:
        version: The version of the question that was answered last.
        is_right: Whether the latest answer was.
    """

    __tablename__ = "quiz_memories"

    person_id: Mapped[str] = mapped_column(
        PersonId, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    is_right: Mapped[bool]
    stability: Mapped[float]
    difficulty: Mapped[float]
    due: Mapped[datetime]
    reviewed_at: Mapped[datetime]


class DailyHabit(Base):
    """A person's daily five minutes.

    Attributes:
        hour: The hour of the day that they chose, 0 to 23, where their employer is.
        next_at: When the next reminder is due; None while the habit is off.
        reminded_at: When the last one was sent.
        ignored: How many in a row led to no answer.
    """

    __tablename__ = "daily_habits"
    __table_args__ = (partial_index("ix_daily_habits_due", "next_at", where="next_at IS NOT NULL"),)

    person_id: Mapped[str] = mapped_column(
        PersonId, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[int]
    next_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    ignored: Mapped[int] = mapped_column(default=0)

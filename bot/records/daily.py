"""Who wants the daily five minutes, and whom to remind now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Insert, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.meaning import Language
from bot.records.base import DIALECTS, dialect_of, insert_by, table_of
from bot.records.employees import Employee
from bot.records.people_rows import ChannelLink, Person
from bot.records.quiz_rows import DailyHabit, QuizAnswer, QuizMemory

__all__ = ["DailyHabit", "DailyHabits", "DueHabit", "Moved"]


@dataclass(frozen=True)
class DueHabit:
    """A habit whose hour has come.

    Attributes:
        person_id: Whose it is.
        employer: The person's employer.
        language: The language to speak to them.
        wants: They want reminders at all, and have not left their employer.
        hour: See ``DailyHabit``; likewise the next two.
        answered_at: When they answered a question last; None if never.
    """

    person_id: str
    employer: str | None
    language: Language
    wants: bool
    hour: int
    reminded_at: datetime | None
    ignored: int
    answered_at: datetime | None


@dataclass(frozen=True)
class Moved:
    """What becomes of a habit that was due; see ``DailyHabit``."""

    person_id: str
    next_at: datetime | None
    reminded_at: datetime | None
    ignored: int


class DailyHabits:
    """The repository of daily habits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, person_id: str) -> DailyHabit | None:
        """Give a person's habit, on or off; None if they never chose an hour."""
        return await self._session.get(DailyHabit, person_id, populate_existing=True)

    async def start(
        self, person_id: str, hour: int, next_at: datetime, reminded_at: datetime | None
    ) -> None:
        """Let a habit begin, or go on at another hour; what was ignored before is forgotten."""
        given = {
            "person_id": person_id,
            "hour": hour,
            "next_at": next_at,
            "reminded_at": reminded_at,
            "ignored": 0,
        }
        await self._session.execute(_START[dialect_of(self._session)], given)

    async def stop(self, person_id: str) -> None:
        """Let a habit end, where there is one."""
        await self._session.execute(_STOP, {"of_person": person_id})

    async def hold_due(self, now: datetime, limit: int) -> list[DueHabit]:
        """Give habits that are due, and that nobody else is given until the transaction ends."""
        rows = (await self._session.execute(_DUE, {"at": now, "most": limit})).all()
        return [
            DueHabit(
                person_id=row.person_id,
                employer=row.employer,
                language=row.language or row.last_language,
                wants=row.is_wanted,
                hour=row.hour,
                reminded_at=row.reminded_at,
                ignored=row.ignored,
                answered_at=row.answered_at,
            )
            for row in rows
        ]

    async def move(self, moved: Sequence[Moved]) -> None:
        """Note what becomes of habits that were due."""
        if moved:
            given = [
                {
                    "of_person": each.person_id,
                    "to_next": each.next_at,
                    "to_reminded": each.reminded_at,
                    "to_ignored": each.ignored,
                }
                for each in moved
            ]
            await self._session.execute(_MOVE, given)

    async def list_links(self, people: Sequence[str]) -> dict[str, ChannelLink]:
        """Give the chat where each of some people wants what comes unasked, or their oldest."""
        links = await self._session.scalars(_LINKS, {"of_people": people})
        return {link.person_id: link for link in links}

    async def list_due_questions(
        self, people: Sequence[str], now: datetime
    ) -> dict[str, dict[str, bool]]:
        """Say of each of some people which questions they were asked, and which are due again."""
        asked: dict[str, dict[str, bool]] = {person: {} for person in people}
        for row in await self._session.execute(_MEMORIES, {"of_people": people}):
            asked[row.person_id][row.question] = row.due <= now
        return asked


_habits = table_of(DailyHabit)
_people = table_of(Person)
_employees = table_of(Employee)
_answers = table_of(QuizAnswer)
_memories = table_of(QuizMemory)

_LATEST = (
    select(func.max(_answers.c.answered_at))
    .where(_answers.c.person_id == _habits.c.person_id)
    .scalar_subquery()
)
_WANTED = and_(
    _people.c.reminders_off_at.is_(None),
    _people.c.erase_at.is_(None),
    _employees.c.deactivated_at.is_(None),
)
_DUE = (
    select(
        _habits,
        _people.c.employer,
        _people.c.language,
        _people.c.last_language,
        _WANTED.label("is_wanted"),
        _LATEST.label("answered_at"),
    )
    .join(_people, _people.c.id == _habits.c.person_id)
    .outerjoin(_employees, _employees.c.id == _people.c.employee_id)
    .where(_habits.c.next_at <= bindparam("at"))
    .order_by(_habits.c.next_at)
    .limit(bindparam("most"))
    # The person too: whoever erases them holds them first, and the habit after that.
    .with_for_update(skip_locked=True, of=[_habits, _people])
)
_MOVE = (
    update(_habits)
    .where(_habits.c.person_id == bindparam("of_person"))
    .values(
        next_at=bindparam("to_next"),
        reminded_at=bindparam("to_reminded"),
        ignored=bindparam("to_ignored"),
    )
)
_STOP = (
    update(_habits)
    .where(_habits.c.person_id == bindparam("of_person"))
    .values(next_at=None, ignored=0)
)
# The primary one comes last, and so it is the one that stays.
_LINKS = (
    select(ChannelLink)
    .where(
        ChannelLink.person_id.in_(bindparam("of_people", expanding=True)),
        ChannelLink.ended_at.is_(None),
    )
    .order_by(ChannelLink.is_primary, ChannelLink.id.desc())
)
_MEMORIES = select(_memories.c.person_id, _memories.c.question, _memories.c.due).where(
    _memories.c.person_id.in_(bindparam("of_people", expanding=True))
)
_STARTED = ("hour", "next_at", "reminded_at", "ignored")


def _start_by(dialect: str) -> Insert:
    start = insert_by(dialect, _habits)
    given = {name: start.excluded[name] for name in _STARTED}
    return start.on_conflict_do_update(index_elements=[_habits.c.person_id], set_=given)


_START = {dialect: _start_by(dialect) for dialect in DIALECTS}

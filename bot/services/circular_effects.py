"""What a circular changed: how its articles were known before it was sent, and how since.

No figure is of fewer than ten people, and none can be computed from those that are told, with
those of ``bot.services.quiz_statistics`` neither: what is told of one time only would be told of
the other by what the figures of all time have beyond it. So of a question that some employer's
people answered, fewer than ten of them before or since, their answers do not count at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.item_analysis import Tally
from bot.domain.small_groups import FEWEST_PEOPLE, choose_always_shown
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.records.database import Database
from bot.records.quiz_statistics import Cell, EmployerSum, GroupSum, QuizStatistics, Scope
from bot.services.circular_reports import Opened

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class QuestionEffect:
    """The answers to a question, before and since."""

    question: Question
    before: Tally
    since: Tally


@dataclass(frozen=True)
class GroupEffect:
    """The answers of an employer's people, or of a department's; None where there are none.

    Attributes:
        employer: The employer's id.
        department: The path to it; None for people whom the roster did not know.
    """

    employer: str
    department: str | None
    before: GroupSum | None
    since: GroupSum | None


@dataclass(frozen=True)
class Effect:
    """How a circular's articles were known before it was sent, and how since.

    Attributes:
        sent_at: When it was.
        questions: Those that test its articles, with the answers that may be told of.
        employers: Those with answers that may be told of.
        departments: Those that are shown.
        hidden: How many are not.
    """

    sent_at: datetime
    questions: tuple[QuestionEffect, ...]
    employers: tuple[GroupEffect, ...]
    departments: tuple[GroupEffect, ...]
    hidden: int


class CircularEffectService:
    """Measures what circulars changed."""

    def __init__(self, database: Database, library: Library) -> None:
        self._database = database
        self._questions = [q for bank in library.quizzes.values() for q in bank.questions]
        self._versions = {question.id: question.version for question in self._questions}

    async def measure(self, opened: Opened) -> Effect | None:
        """Compare the first answers to what tests a circular's articles, before and since.

        Returns:
            None where it is about no article, or nobody was sent it yet.
        """
        circular = opened.circular
        sent_at, articles = circular.started_at, circular.content.articles
        if sent_at is None or not articles:
            return None
        questions = [each for each in self._questions if each.article in articles]
        wanted = {(q.id, employer) for q in questions for employer in circular.audience.employers}
        scopes = Scope(until=sent_at - _INSTANT), Scope(since=sent_at)
        async with self._database.reading() as session:
            # Of the whole bank: it is the other questions that discrimination is against.
            times = [QuizStatistics(session, self._versions, scope) for scope in scopes]
            await times[0].prepare()
            tallies = [await each.tally() for each in times]
            shown = [cell for cell in wanted if _may_be_told(cell, tallies)]
            sums = [await each.sum_employers(shown) for each in times]
        employers = sorted(sums[0].keys() | sums[1].keys())
        groups = [each for name in employers for each in _departments(name, *sums)]
        told = tuple(effect for effect, is_shown in groups if is_shown)
        return Effect(
            sent_at=sent_at,
            questions=tuple(_question(each, shown, *tallies) for each in questions),
            employers=tuple(_employer(name, *sums) for name in employers),
            departments=told,
            hidden=len(groups) - len(told),
        )


def _may_be_told(cell: Cell, tallies: Sequence[Mapping[Cell, Tally]]) -> bool:
    counts = [of[cell].answers for of in tallies if cell in of]
    return bool(counts) and min(counts) >= FEWEST_PEOPLE


def _question(
    question: Question,
    shown: Sequence[Cell],
    before: Mapping[Cell, Tally],
    since: Mapping[Cell, Tally],
) -> QuestionEffect:
    cells = [cell for cell in shown if cell[0] == question.id]
    sums = [sum((of[cell] for cell in cells if cell in of), Tally()) for of in (before, since)]
    return QuestionEffect(question, *sums)


def _employer(
    name: str, before: Mapping[str, EmployerSum], since: Mapping[str, EmployerSum]
) -> GroupEffect:
    wholes = [of[name].whole if name in of else None for of in (before, since)]
    return GroupEffect(name, None, *wholes)


def _departments(
    name: str, before: Mapping[str, EmployerSum], since: Mapping[str, EmployerSum]
) -> Iterator[tuple[GroupEffect, bool]]:
    """Give an employer's departments, each with whether it is shown."""
    sums = [of[name] for of in (before, since) if name in of]
    shown = choose_always_shown(
        [({of: each.people for of, each in s.departments.items()}, s.whole.people) for s in sums]
    )
    there = set[str | None]().union(*(each.departments for each in sums))
    for department in sorted(there, key=lambda each: each or ""):
        of = [s[name].departments.get(department) if name in s else None for s in (before, since)]
        yield GroupEffect(name, department, *of), department in shown

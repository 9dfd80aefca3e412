"""Statistics of the quizzes: which questions are bad, which articles are not understood.

No figure is of fewer than ten people, and none can be computed from those that are told. What
counts are *cells*, one employer's people at one question:

- Of a question and of an article only cells of ten people on count.
- Of an employer the small cells count too, if they are at least two and of ten people in all: what
  the total has beyond the questions that are shown is then no small group either.
- Of departments see ``bot.domain.small_groups``.

So it is the same whether one employer is asked about or all. Reports of *periods* that nearly are
the same can be subtracted from each other; nobody should get such.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from bot.domain.item_analysis import Finding, Tally, examine
from bot.domain.small_groups import FEWEST_PEOPLE, choose_shown, hides_well
from bot.errors import WaaiError
from bot.library.library import Library
from bot.library.quizzes import Question
from bot.records.database import Database
from bot.records.quiz_statistics import Cell, EmployerSum, GroupSum, QuizStatistics, Scope


class StatisticsError(WaaiError):
    """What is asked for cannot be told; the message says why."""


@dataclass(frozen=True)
class QuestionFigures:
    """A question with its answers.

    Attributes:
        findings: What is to be looked at in it.
    """

    question: Question
    tally: Tally
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class ArticleFigures:
    """How well an article is known, by the questions that test it."""

    article: str
    sums: GroupSum


@dataclass(frozen=True)
class DepartmentFigures:
    """How well a department knows the rules.

    Attributes:
        department: Its path; None for people whom the roster did not know.
    """

    department: str | None
    sums: GroupSum


@dataclass(frozen=True)
class EmployerFigures:
    """How well an employer's people know the rules.

    Attributes:
        employer: The employer's id.
        sums: Of all its people.
        departments: Those that are shown.
        hidden: How many are not.
    """

    employer: str
    sums: GroupSum
    departments: tuple[DepartmentFigures, ...]
    hidden: int


@dataclass(frozen=True)
class Statistics:
    """All figures.

    Attributes:
        questions: All that are asked, in the order of the banks.
        articles: Those with enough answers, the most got wrong first.
        employers: Those with enough people.
    """

    questions: tuple[QuestionFigures, ...]
    articles: tuple[ArticleFigures, ...]
    employers: tuple[EmployerFigures, ...]


class QuizStatisticsService:
    """Computes statistics of the quizzes."""

    def __init__(self, database: Database, library: Library) -> None:
        self._database = database
        self._library = library
        self._questions = {q.id: q for bank in library.quizzes.values() for q in bank.questions}

    async def compute(
        self, employer: str | None = None, since: date | None = None, until: date | None = None
    ) -> Statistics:
        """Compute all figures.

        Args:
            employer: Of whose people only; None for all.
            since: The first day, in UTC; None for no limit.
            until: The last day, in UTC; None for no limit.

        Raises:
            StatisticsError: No such employer, or the days are in the wrong order.
        """
        if employer is not None and employer not in self._library.rulebooks:
            raise StatisticsError(f"no employer {employer!r}")
        if since is not None and until is not None and until < since:
            raise StatisticsError("the last day is before the first one")
        scope = Scope(employer, _moment(since, time.min), _moment(until, time.max))
        versions = {question.id: question.version for question in self._questions.values()}
        async with self._database.reading() as session:
            statistics = QuizStatistics(session, versions, scope)
            await statistics.prepare()
            tallies = await statistics.tally()
            large = {cell: t for cell, t in tallies.items() if t.answers >= FEWEST_PEOPLE}
            pooled = await _poolable(statistics, tallies.keys() - large.keys())
            employers = await statistics.sum_employers([*large, *pooled])
            articles = await statistics.sum_groups(
                {(question, of): self._questions[question].article for question, of in large}
            )
        return Statistics(
            questions=self._by_question(employer, large),
            articles=_by_article(articles),
            employers=tuple(_employer(name, employers[name]) for name in sorted(employers)),
        )

    def _by_question(
        self, employer: str | None, tallies: dict[Cell, Tally]
    ) -> tuple[QuestionFigures, ...]:
        sums: dict[str, Tally] = defaultdict(Tally)
        for (question, _), tally in tallies.items():
            sums[question] += tally
        return tuple(
            QuestionFigures(each, sums[each.id], examine(sums[each.id], each.right, each.size))
            for each in self._asked(employer)
        )

    def _asked(self, employer: str | None) -> list[Question]:
        library = self._library
        books = library.quizzes if employer is None else [b.id for b in library.binding(employer)]
        banks = [library.quizzes[book] for book in books if book in library.quizzes]
        return [question for bank in banks for question in bank.questions]


async def _poolable(statistics: QuizStatistics, small: Collection[Cell]) -> list[Cell]:
    """Choose the small cells that may count in their employer's total."""
    cells: dict[str, list[Cell]] = defaultdict(list)
    for cell in small:
        cells[cell[1]].append(cell)
    people = await statistics.sum_groups({cell: cell[1] for cell in small})
    return [
        cell
        for employer, group in people.items()
        if hides_well(len(cells[employer]), group.people)
        for cell in cells[employer]
    ]


def _by_article(sums: dict[str, GroupSum]) -> tuple[ArticleFigures, ...]:
    def rank(article: str) -> tuple[float, str]:
        return sums[article].right / sums[article].answers, article

    return tuple(ArticleFigures(each, sums[each]) for each in sorted(sums, key=rank))


def _employer(name: str, sums: EmployerSum) -> EmployerFigures:
    shown = choose_shown({each: of.people for each, of in sums.departments.items()})
    departments = sorted(shown, key=lambda each: each or "")
    return EmployerFigures(
        employer=name,
        sums=sums.whole,
        departments=tuple(DepartmentFigures(each, sums.departments[each]) for each in departments),
        hidden=len(sums.departments) - len(shown),
    )


def _moment(day: date | None, at: time) -> datetime | None:
    return None if day is None else datetime.combine(day, at, UTC)

"""Answers to quizzes added up: by question, and by groups of people.

Only a person's first answer to a question's present version counts. The database does the adding,
in one pass over all answers a statement: no index helps to read nearly all of them, and one that
held all that is read would make every answer dearer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    select,
    text,
    union_all,
    values,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from bot.domain.item_analysis import Tally
from bot.records.base import dialect_of, table_of
from bot.records.quiz_rows import QuizAnswer

Cell = tuple[str, str]
"""A question's id and an employer's: the answers of this employer's people to it."""


@dataclass(frozen=True)
class Scope:
    """Which answers are looked at.

    Attributes:
        employer: Of whose people only; None for all.
        since: From when on; None for no limit.
        until: Until when; None for no limit.
    """

    employer: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class GroupSum:
    """The answers of a group of people.

    Attributes:
        people: How many answered.
        failed: How many of them were wrong at least once.
        answers: How many answers they gave.
        right: How many of these are right.
    """

    people: int
    failed: int
    answers: int
    right: int


@dataclass(frozen=True)
class EmployerSum:
    """The answers of an employer's people.

    Attributes:
        whole: Of all; who was in two departments is counted once.
        departments: Of each department; None stands for people whom the roster did not know.
    """

    whole: GroupSum
    departments: Mapping[str | None, GroupSum]


class QuizStatistics:
    """Adds up answers.

    Args:
        session: One that only reads.
        versions: The version that counts, by question.
        scope: Which answers are looked at.
    """

    def __init__(self, session: AsyncSession, versions: Mapping[str, int], scope: Scope) -> None:
        self._session = session
        self._versions = versions
        self._scope = scope

    async def prepare(self) -> None:
        """Let all that follows see the same answers, and be fast."""
        for statement in _PREPARATIONS[dialect_of(self._session)]:
            await self._session.execute(statement)

    async def tally(self) -> dict[Cell, Tally]:
        """Add up the answers to each question, each employer's people apart."""
        if not self._versions:
            return {}
        wanted = _wanted(list(self._versions.items()), "question", "version")
        tallies: dict[Cell, Tally] = defaultdict(Tally)
        for row in await self._session.execute(_by_picks(wanted, self._scope)):
            question, employer, picks, answers, right, *sums = row
            tallies[question, employer] += Tally(answers, right, {picks: answers}, *sums)
        return dict(tallies)

    async def sum_groups(self, groups: Mapping[Cell, str]) -> dict[str, GroupSum]:
        """Add up the answers of groups of people.

        Args:
            groups: What the answers of each cell belong to; those of other cells do not count.
        """
        if not groups:
            return {}
        wanted = self._wanted(groups)
        people = _by_person(_first(wanted, self._scope, wanted.c.group).subquery(), "group")
        rows = await self._session.execute(_summed(people.subquery(), "group"))
        return {group: _read(sums) for group, *sums in rows}

    async def sum_employers(self, cells: Collection[Cell]) -> dict[str, EmployerSum]:
        """Add up the answers of each employer's people, and those of each department.

        Args:
            cells: Those whose answers count.
        """
        if not cells:
            return {}
        wanted = self._wanted({cell: cell[1] for cell in cells})
        first = _first(wanted, self._scope, wanted.c.group, _answers.department)
        parts = _by_person(first.subquery(), "group", "department").cte("parts")
        whole = _by_person(parts, "group").add_columns(cast(null(), Text).label("department"))
        rows = await self._session.execute(
            union_all(
                _summed(whole.subquery(), "group", "department").add_columns(literal(1)),
                _summed(parts, "group", "department").add_columns(literal(0)),
            )
        )
        wholes: dict[str, GroupSum] = {}
        departments: dict[str, dict[str | None, GroupSum]] = defaultdict(dict)
        for employer, department, *sums, is_whole in rows:
            if is_whole:
                wholes[employer] = _read(sums)
            else:
                departments[employer][department] = _read(sums)
        return {name: EmployerSum(whole, departments[name]) for name, whole in wholes.items()}

    def _wanted(self, groups: Mapping[Cell, str]) -> CTE:
        rows = [
            (question, self._versions[question], employer, group)
            for (question, employer), group in groups.items()
        ]
        return _wanted(rows, "question", "version", "employer", "group")


_table = table_of(QuizAnswer)
_answers = _table.c
_right = case((_answers.is_right, 1), else_=0)
_KINDS: dict[str, TypeEngine[Any]] = {
    "question": Text(),
    "version": Integer(),
    "employer": Text(),
    "group": Text(),
}

_PREPARATIONS = {
    # A second thread for sorting; SQLite shows one snapshot in any case.
    "sqlite": (text("PRAGMA threads = 1"),),
    # PostgreSQL takes the columns of a join for independent, expects a hundredth of the rows that
    # there are, and would sort them all where hashing is quick.
    "postgresql": (
        text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"),
        text("SET LOCAL enable_sort = off"),
    ),
}


def _read(sums: Sequence[Any]) -> GroupSum:
    # PostgreSQL's sums of sums are decimals.
    return GroupSum(*map(int, sums))


def _wanted(rows: Sequence[tuple[Any, ...]], *names: str) -> CTE:
    """Give a table of what counts.

    SQLite looks rows up in it by an index of its own making, but only where it stands by itself
    and its columns have types; else it compares each answer with each row.
    """
    columns = [column(name, _KINDS[name]) for name in names]
    given = values(*columns, name="given").data(rows).cte("given")
    typed = select(*(cast(given.c[name], _KINDS[name]).label(name) for name in names))
    return typed.cte("wanted").prefix_with("MATERIALIZED")


def _first(wanted: CTE, scope: Scope, *columns: ColumnElement[Any]) -> Select[Any]:
    """Give the first answers to what is wanted, each with its person and these columns."""
    keys = [name for name in ("question", "version", "employer") if name in wanted.c]
    same = and_(*(_answers[name] == wanted.c[name] for name in keys))
    right = (_right.label("right"), (1 - _right).label("failed"), literal(1).label("answers"))
    first = (
        select(_answers.person_id, *columns, *right)
        # An outer join, so that SQLite reads the answers in their order and looks up the rest.
        .join_from(_table, wanted, same, isouter=True)
        .where(_answers.is_first, wanted.c.version.is_not(None))
    )
    if scope.employer is not None:
        first = first.where(_answers.employer == scope.employer)
    if scope.since is not None:
        first = first.where(_answers.answered_at >= scope.since)
    if scope.until is not None:
        first = first.where(_answers.answered_at <= scope.until)
    return first


def _by_picks(wanted: CTE, scope: Scope) -> Select[Any]:
    """Add up for each question, employer and picks what a tally is made of."""
    columns = (_answers.question, _answers.employer, _answers.picks)
    first = _first(wanted, scope, *columns).cte("first")
    score = _by_person(first).cte("score")
    others = cast(score.c.answers - 1, Double)
    rest = case((score.c.answers > 1, cast(score.c.right - first.c.right, Double) / others))
    keys = [first.c[each.name] for each in columns]
    each = (
        select(*keys, first.c.right, rest.label("rest"))
        .join_from(first, score, score.c.person_id == first.c.person_id, isouter=True)
        .subquery()
        .c
    )
    groups = [each[key.name] for key in keys]
    return select(
        *groups,
        func.count(),
        func.sum(each.right),
        func.count(each.rest),
        func.sum(case((each.rest.is_not(None), each.right), else_=0)),
        func.coalesce(func.sum(each.rest), 0.0),
        func.coalesce(func.sum(each.rest * each.rest), 0.0),
        func.coalesce(func.sum(each.rest * each.right), 0.0),
    ).group_by(*groups)


def _by_person(answers: FromClause, *keys: str) -> Select[Any]:
    """Add up the answers of each person in each group."""
    of = answers.c
    groups = [*(of[key] for key in keys), of.person_id]
    return select(
        *groups,
        func.sum(of.right).label("right"),
        func.max(of.failed).label("failed"),
        func.sum(of.answers).label("answers"),
    ).group_by(*groups)


def _summed(people: FromClause, *keys: str) -> Select[Any]:
    """Count the people of each group, and add up their answers."""
    of, groups = people.c, [people.c[key] for key in keys]
    sums = (func.count(), func.sum(of.failed), func.sum(of.answers), func.sum(of.right))
    return select(*groups, *sums).group_by(*groups)

"""What an employer's people learned, and what all learners did, some thousands at a time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    and_,
    cast,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.learners import learner_of
from bot.domain.meaning import Language
from bot.records.base import dialect_of, table_of
from bot.records.employees import Employee
from bot.records.learning_rows import Certificate, Completion, Evidence, WorkshopVersion
from bot.records.people_rows import Person

_PAGE = 2_000
"""Employees read by one statement."""

_SPAN = 20_000
"""Pieces of evidence that a span of learners has, but for those of its last one."""

_EMPLOYEES = table_of(Employee)
_PEOPLE = table_of(Person)
_COMPLETIONS = table_of(Completion)
_CERTIFICATES = table_of(Certificate)
_EVIDENCE = table_of(Evidence)


class Colleague(NamedTuple):
    """An employee, as the roster has them.

    Attributes:
        department: The path to their department, the highest level first.
        left: When they left; None while they are there.
        chosen: The language that they chose in the chat.
        written: The language of what they wrote last; None where they are on no chat.
    """

    id: str
    employer: str
    number: str
    name_ar: str | None
    name_en: str | None
    department: list[str]
    left: datetime | None
    chosen: Language | None
    written: Language | None


class Fact(NamedTuple):
    """A piece of evidence; see ``bot.records.learning_rows.Evidence``."""

    id: int
    learner: str
    workshop: str
    version: str
    part: str
    passed: bool
    score: int | None
    total: int | None
    at: datetime


class Achieved(NamedTuple):
    """A completion; see ``bot.records.learning_rows.Completion``."""

    id: int
    learner: str
    workshop: str
    version: str
    completed_at: datetime
    score: int | None
    total: int | None
    evidence: list[int]


class Issued(NamedTuple):
    """A certificate of a completion."""

    completion_id: int
    serial: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """What an employee did for workshops.

    Attributes:
        completions: By workshop, the earliest first.
        certificates: By the completion's id; others' may be among them.
        evidence: In no order.
    """

    employee: Colleague
    completions: Sequence[Achieved]
    certificates: dict[int, list[Issued]]
    evidence: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Span:
    """Learners whose keys follow each other.

    Attributes:
        after: The key before them; empty for the first.
        upto: The last one's; None for no end.
    """

    after: str
    upto: str | None


class Completions:
    """The repository that reads completions and evidence in bulk.

    Args:
        session: One that only reads.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def prepare(self) -> None:
        """Let all that follows see the same rows; SQLite shows one snapshot in any case."""
        if dialect_of(self._session) == "postgresql":
            await self._session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))

    async def list_versions(self) -> Sequence[WorkshopVersion]:
        """List all versions of all workshops."""
        return (await self._session.scalars(select(WorkshopVersion))).all()

    async def read(self, employer: str, workshop: str | None) -> AsyncIterator[list[History]]:
        """Give all employees of an employer by their number, leavers too.

        Args:
            employer: Its id.
            workshop: What they did for this one only; None for all.
        """
        page = _COLLEAGUES.where(_EMPLOYEES.c.employer == employer).limit(_PAGE)
        found = await self._session.execute(page)
        while people := [Colleague._make(row) for row in found]:
            yield await self._histories(people, workshop)
            after = people[-1].number
            found = await self._session.execute(page.where(_EMPLOYEES.c.number > after))

    async def spans(self) -> AsyncIterator[Span]:
        """Part all learners into spans whose evidence is read at once."""
        keys = select(_EVIDENCE.c.learner).order_by(_EVIDENCE.c.learner).offset(_SPAN).limit(1)
        after = ""
        while True:
            upto = await self._session.scalar(keys.where(_EVIDENCE.c.learner > after))
            yield Span(after, upto)
            if upto is None:
                return
            after = upto

    async def list_evidence(self, span: Span) -> list[Fact]:
        """List what the learners of a span did, in no order."""
        found = await self._session.execute(_FACTS.where(_within(span, _EVIDENCE)))
        return [Fact._make(row) for row in found]

    async def list_completions(self, span: Span) -> list[Achieved]:
        """List what the learners of a span completed, in no order."""
        found = await self._session.execute(_ACHIEVED.where(_within(span, _COMPLETIONS)))
        return [Achieved._make(row) for row in found]

    async def _histories(self, people: Sequence[Colleague], workshop: str | None) -> list[History]:
        keys = [learner_of("", each.id) for each in people]
        completions = defaultdict(list)
        order = (_COMPLETIONS.c.workshop, _COMPLETIONS.c.completed_at)
        wanted = _ACHIEVED.where(_of(keys, workshop, _COMPLETIONS)).order_by(*order)
        for row in await self._session.execute(wanted):
            completions[row.learner].append(Achieved._make(row))
        certificates = await self._certificates(
            [each.id for achieved in completions.values() for each in achieved]
        )
        packed = _PACKED[dialect_of(self._session)]
        done = packed.where(_of(keys, workshop, _EVIDENCE)).group_by(_EVIDENCE.c.learner)
        evidence = {
            learner: _unpacked(learner, facts)
            for learner, facts in await self._session.execute(done)
        }
        return [
            History(
                each,
                completions[key],
                certificates,
                evidence.get(key, ()),
            )
            for each, key in zip(people, keys, strict=True)
        ]

    async def _certificates(self, ids: Collection[int]) -> dict[int, list[Issued]]:
        found = await self._session.execute(
            select(*(_CERTIFICATES.c[name] for name in Issued._fields))
            .where(_CERTIFICATES.c.completion_id.in_(ids))
            .order_by(_CERTIFICATES.c.issued_at)
        )
        certificates = defaultdict(list)
        for row in found:
            certificates[row.completion_id].append(Issued._make(row))
        return dict(certificates)


_COLLEAGUES: Select[Any] = (
    select(
        *(_EMPLOYEES.c[name] for name in Colleague._fields[:6]),
        _EMPLOYEES.c.deactivated_at,
        _PEOPLE.c.language,
        _PEOPLE.c.last_language,
    )
    .join_from(_EMPLOYEES, _PEOPLE, _PEOPLE.c.employee_id == _EMPLOYEES.c.id, isouter=True)
    .order_by(_EMPLOYEES.c.number)
)
_FACTS: Select[Any] = select(*(_EVIDENCE.c[name] for name in Fact._fields))
# Of all rows the evidence has by far the most: each learner's in one text is read in half the time.
_PLAIN = [_EVIDENCE.c[name] for name in Fact._fields if name not in {"learner", "at"}]
_PACKED: dict[str, Select[Any]] = {
    "sqlite": select(
        _EVIDENCE.c.learner,
        func.json_group_array(
            func.json_array(*_PLAIN, type_coerce(_EVIDENCE.c.at, Text) + "+00:00")
        ),
    ),
    "postgresql": select(
        _EVIDENCE.c.learner,
        cast(func.json_agg(func.json_build_array(*_PLAIN, _EVIDENCE.c.at)), Text),
    ),
}
_ACHIEVED: Select[Any] = select(*(_COMPLETIONS.c[name] for name in Achieved._fields))


def _unpacked(learner: str, facts: str) -> list[Fact]:
    moment = datetime.fromisoformat
    return [
        Fact(number, learner, workshop, version, part, bool(passed), score, total, moment(at))
        for number, workshop, version, part, passed, score, total, at in json.loads(facts)
    ]


def _of(learners: Collection[str], workshop: str | None, table: Table) -> ColumnElement[bool]:
    theirs = table.c.learner.in_(learners)
    return theirs if workshop is None else and_(theirs, table.c.workshop == workshop)


def _within(span: Span, table: Table) -> ColumnElement[bool]:
    after = table.c.learner > span.after
    return after if span.upto is None else and_(after, table.c.learner <= span.upto)

"""Judging answers by cases: accuracy in all and by part, and what was taken for what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.asking import Answer, InputError, PostAnswer, Question, read_question
from bot.domain.drafting import PostVerdict
from bot.domain.ruling import MAX_ARTICLES, Verdict
from bot.library.library import Library


class CaseKind(StrEnum):
    """What a case is."""

    QUESTION = "question"
    POST = "post"

    @property
    def expects(self) -> str:
        """The key of what counts as right."""
        return "verdict" if self is CaseKind.POST else "ruling"


@dataclass(frozen=True)
class Case:
    """A question or a post with what counts as right (see the cases' own description).

    Attributes:
        kind: Whether it is answered or checked.
        rulings: Any of these.
        any_of: At least one of these is cited, if there are any.
        all_of: Each of these is cited.
        forbid: None of these is cited.
    """

    question: Question
    kind: CaseKind
    variety: str
    rulings: tuple[str, ...]
    any_of: frozenset[str]
    all_of: frozenset[str]
    forbid: frozenset[str]

    def is_right(self, answer: Answer | PostAnswer) -> bool:
        """Say whether an answer counts as right."""
        cited = set(answer.articles)
        return (
            answer.verdict in self.rulings
            and (not self.any_of or bool(cited & self.any_of))
            and self.all_of <= cited
            and not self.forbid & cited
            and len(cited) <= MAX_ARTICLES
        )


def read_case(line: str, place: str, library: Library) -> Case:
    """Read one line of a file of cases; a line with ``verdict`` is a post's.

    Raises:
        InputError: Naming the place and what is wrong.
    """
    question = read_question(line, place, library)
    value = json.loads(line)
    kind = CaseKind.POST if "verdict" in value else CaseKind.QUESTION
    key = kind.expects
    rulings = _names(value, key, place)
    known = {verdict.value for verdict in (PostVerdict if kind is CaseKind.POST else Verdict)}
    if not rulings or not set(rulings) <= known:
        raise InputError(f"{place}: {key} must list some of {', '.join(sorted(known))}")
    return Case(
        question=question,
        kind=kind,
        variety=str(value.get("variety", "")),
        rulings=tuple(rulings),
        any_of=frozenset(_names(value, "any_of", place)),
        all_of=frozenset(_names(value, "all_of", place)),
        forbid=frozenset(_names(value, "forbid", place)),
    )


def _names(value: dict[str, Any], key: str, place: str) -> list[str]:
    names = value.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(f"{place}: {key} must be a list of strings")
    return names


@dataclass
class Evaluation:
    """The figures over all cases of one kind.

    Attributes:
        parts: For each employer, variety and expected ruling: right ones and all.
        confusions: How often a wrong answer with this ruling and articles stood for these.
        foreign: Ids of cases whose answer cites an article that does not bind the person.
        false_alarms: Of posts that touch nothing: those said to touch something, and all.
        missed: Of posts that touch something: those said to touch nothing, and all.
    """

    library: Library
    kind: CaseKind = CaseKind.QUESTION
    right: int = 0
    total: int = 0
    parts: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    foreign: list[str] = field(default_factory=list)
    false_alarms: list[int] = field(default_factory=lambda: [0, 0])
    missed: list[int] = field(default_factory=lambda: [0, 0])
    wrong: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parts = {part: {} for part in ("employer", "variety", self.kind.expects)}

    def count(self, case: Case, answer: Answer | PostAnswer) -> None:
        """Count one answer."""
        right = case.is_right(answer)
        self.total += 1
        self.right += right
        values = (case.question.employer, case.variety, case.rulings[0])
        for counts, value in zip(self.parts.values(), values, strict=True):
            _count(counts.setdefault(value, [0, 0]), counted=right)
        employer = case.question.employer
        if not all(self.library.binds(employer, cited) for cited in answer.articles):
            self.foreign.append(case.question.id)
        if not right:
            wanted = _name(case.rulings[:1], sorted(case.any_of | case.all_of))
            got = _name([answer.verdict], answer.articles)
            self.confusions[wanted, got] += 1
            self.wrong.append(
                {**answer.to_json(), self.kind.value: case.question.text, "wanted": wanted}
            )
        if self.kind is CaseKind.POST:
            is_clear = answer.verdict == PostVerdict.CLEAR
            if set(case.rulings) == {PostVerdict.CLEAR}:
                _count(self.false_alarms, counted=not is_clear)
            elif PostVerdict.CLEAR not in case.rulings:
                _count(self.missed, counted=is_clear)

    def to_json(self) -> dict[str, Any]:
        """Give the figures as JSON values; shares are of 1."""
        posts = {"false_alarms": self.false_alarms, "missed": self.missed}
        return {
            "cases": self.total,
            "right": self.right,
            "accuracy": _share(self.right, self.total),
            **{
                f"by_{part}": {
                    value: {"cases": total, "accuracy": _share(right, total)}
                    for value, (right, total) in sorted(counts.items())
                }
                for part, counts in self.parts.items()
            },
            **{
                name: {"cases": total, "share": _share(counted, total)}
                for name, (counted, total) in posts.items()
                if self.kind is CaseKind.POST
            },
            "foreign_citations": self.foreign,
            "confusions": [
                {"wanted": wanted, "got": got, "times": times}
                for (wanted, got), times in self.confusions.most_common()
            ],
            "wrong": self.wrong,
        }

    def to_text(self) -> str:
        """Give the figures as a table for a terminal."""
        lines = [f"right      {self.right}/{self.total}  {_share(self.right, self.total):.1%}"]
        if self.kind is CaseKind.POST:
            for name, (counted, total) in (
                ("alarms", self.false_alarms),
                ("missed", self.missed),
            ):
                lines.append(f"{name:<10} {counted}/{total}  {_share(counted, total):.1%}")
        lines.append(f"foreign    {len(self.foreign)} citations that do not bind the person")
        for part, counts in self.parts.items():
            lines.append(f"by {part}")
            lines += [
                f"  {value:<18} {right:>4}/{total:<4} {_share(right, total):.1%}"
                for value, (right, total) in sorted(counts.items())
            ]
        lines.append("wanted -> got")
        lines += [
            f"  {times:>3} × {wanted} -> {got}"
            for (wanted, got), times in self.confusions.most_common()
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Figures:
    """The figures over a file of cases, questions apart from posts."""

    questions: Evaluation
    posts: Evaluation

    @classmethod
    def empty(cls, library: Library) -> Figures:
        """Start counting."""
        return cls(Evaluation(library), Evaluation(library, CaseKind.POST))

    def count(self, case: Case, answer: Answer | PostAnswer) -> None:
        """Count one answer with its like."""
        (self.posts if case.kind is CaseKind.POST else self.questions).count(case, answer)

    def to_json(self) -> dict[str, Any]:
        """Give the figures of questions as JSON values, and under ``posts`` those of posts."""
        figures = self.questions.to_json()
        return figures | {"posts": self.posts.to_json()} if self.posts.total else figures

    def to_text(self) -> str:
        """Give a table for each kind that there is."""
        tables = [f"posts\n{self.posts.to_text()}"] if self.posts.total else []
        if self.questions.total or not tables:
            tables.insert(0, self.questions.to_text())
        return "\n\n".join(tables)


def _count(of: list[int], *, counted: bool) -> None:
    of[0] += counted
    of[1] += 1


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _name(rulings: Sequence[str], articles: Sequence[str]) -> str:
    return f"{rulings[0]} [{', '.join(articles)}]"

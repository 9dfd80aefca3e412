"""Judging answers by cases: accuracy in all and by part, and what was taken for what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.asking import Answer, InputError, Question, read_question
from bot.domain.ruling import MAX_ARTICLES, Verdict
from bot.library.library import Library

_PARTS = ("employer", "variety", "ruling")


@dataclass(frozen=True)
class Case:
    """A question with what counts as right (see the acceptance cases' own description).

    Attributes:
        rulings: Any of these.
        any_of: At least one of these is cited, if there are any.
        all_of: Each of these is cited.
        forbid: None of these is cited.
    """

    question: Question
    variety: str
    rulings: tuple[str, ...]
    any_of: frozenset[str]
    all_of: frozenset[str]
    forbid: frozenset[str]

    def is_right(self, answer: Answer) -> bool:
        """Say whether an answer counts as right."""
        cited = set(answer.ruling.articles)
        return (
            answer.ruling.verdict.value in self.rulings
            and (not self.any_of or bool(cited & self.any_of))
            and self.all_of <= cited
            and not self.forbid & cited
            and len(cited) <= MAX_ARTICLES
        )


def read_case(line: str, place: str, library: Library) -> Case:
    """Read one line of a file of cases.

    Raises:
        InputError: Naming the place and what is wrong.
    """
    question = read_question(line, place, library)
    value = json.loads(line)
    rulings = _names(value, "ruling", place)
    known = {verdict.value for verdict in Verdict}
    if not rulings or not set(rulings) <= known:
        raise InputError(f"{place}: ruling must list some of {', '.join(sorted(known))}")
    return Case(
        question=question,
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
    """The figures over all cases.

    Attributes:
        parts: For each employer, variety and expected ruling: right ones and all.
        confusions: How often a wrong answer with this ruling and articles stood for these.
        foreign: Ids of cases whose answer cites an article that does not bind the person.
    """

    library: Library
    right: int = 0
    total: int = 0
    parts: dict[str, dict[str, list[int]]] = field(
        default_factory=lambda: {part: {} for part in _PARTS}
    )
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    foreign: list[str] = field(default_factory=list)
    wrong: list[dict[str, Any]] = field(default_factory=list)

    def count(self, case: Case, answer: Answer) -> None:
        """Count one answer."""
        right = case.is_right(answer)
        self.total += 1
        self.right += right
        values = (case.question.employer, case.variety, case.rulings[0])
        for part, value in zip(_PARTS, values, strict=True):
            counts = self.parts[part].setdefault(value, [0, 0])
            counts[0] += right
            counts[1] += 1
        employer = case.question.employer
        if not all(self.library.binds(employer, cited) for cited in answer.ruling.articles):
            self.foreign.append(case.question.id)
        if not right:
            wanted = _name(case.rulings[:1], sorted(case.any_of | case.all_of))
            got = _name([answer.ruling.verdict.value], answer.ruling.articles)
            self.confusions[wanted, got] += 1
            self.wrong.append(
                {**answer.to_json(), "question": case.question.text, "wanted": wanted}
            )

    def to_json(self) -> dict[str, Any]:
        """Give the figures as JSON values; shares are of 1."""
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


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _name(rulings: Sequence[str], articles: Sequence[str]) -> str:
    return f"{rulings[0]} [{', '.join(articles)}]"

"""When a workshop is completed: worked out of the evidence alone, never typed in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

FINAL = "final"
ATTENDED = "attended"


class Proof(Protocol):
    """One piece of evidence; ``bot.records.learning_rows.Evidence`` is one."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def part(self) -> str:
        """A lesson's id, ``final`` or ``attended``."""

    @property
    def score(self) -> int | None:
        """How many of ``total`` were right; None for what is not graded."""

    @property
    def total(self) -> int | None:
        """How many there were."""

    @property
    def at(self) -> datetime:
        """When it was done."""


@dataclass(frozen=True)
class Completed:
    """That all was done.

    Attributes:
        completed_at: When the last missing part was.
        score: Of the first final quiz that was passed; None for who attended.
        evidence: The ids of what proves it, in the order it was done in.
    """

    completed_at: datetime
    score: int | None
    total: int | None
    evidence: tuple[int, ...]


def has_passed(score: int | None, total: int | None, pass_mark: int) -> bool:
    """Say whether a final quiz is passed.

    Args:
        score: How many were right.
        total: Of how many.
        pass_mark: Percent that must be right.
    """
    return bool(total) and (score or 0) * 100 >= pass_mark * (total or 0)


def find_completion(
    evidence: Iterable[Proof], parts: Collection[str], pass_mark: int
) -> Completed | None:
    """Work out whether and when a learner completed a version of a workshop.

    There are two ways: to do every part, or to attend the live workshop. The earlier counts. A
    lesson is done when its question has been answered, rightly or not: the explanation has been
    read then, and the final quiz asks again. Of several final quizzes the first that was passed
    counts.

    Args:
        evidence: All that the learner did for the version, in any order.
        parts: What has to be done.
        pass_mark: Percent of the final quiz that must be right.
    """
    first: dict[str, Proof] = {}
    for proof in sorted(evidence, key=lambda each: (each.at, each.id)):
        if proof.part != FINAL or has_passed(proof.score, proof.total, pass_mark):
            first.setdefault(proof.part, proof)
    ways = []
    if parts and all(part in first for part in parts):
        ways.append([proof for part, proof in first.items() if part in parts])
    if ATTENDED in first:
        ways.append([first[ATTENDED]])
    if not ways:
        return None
    way = min(ways, key=lambda proofs: (proofs[-1].at, proofs[-1].id))
    final = next((proof for proof in way if proof.part == FINAL), None)
    return Completed(
        completed_at=way[-1].at,
        score=final.score if final else None,
        total=final.total if final else None,
        evidence=tuple(proof.id for proof in way),
    )

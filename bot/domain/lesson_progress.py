"""How far a learner has come who has not completed a workshop."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.completion import FINAL, Proof


class Stage(StrEnum):
    """Where a learner stands; the value is the phrase that says it."""

    NOT_BEGUN = "completion_not_begun"
    LEARNING = "completion_lessons"
    FAILED = "completion_failed"
    COMPLETED = "completion_completed"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a learner has come.

    Attributes:
        done: How many lessons are.
        lessons: How many there are.
    """

    stage: Stage
    done: int
    lessons: int


def measure_progress(evidence: Iterable[Proof], parts: Collection[str]) -> Progress:
    """Say how far a learner has come with a version of a workshop that they did not complete.

    Args:
        evidence: All that they did for it.
        parts: What has to be done: the ids of its lessons, and ``final``.
    """
    lessons = [part for part in parts if part != FINAL]
    tried = {proof.part for proof in evidence}
    done = sum(lesson in tried for lesson in lessons)
    stage = Stage.LEARNING if tried else Stage.NOT_BEGUN
    if FINAL in tried and done == len(lessons):
        stage = Stage.FAILED
    return Progress(stage, done, len(lessons))

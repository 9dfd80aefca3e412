from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.lesson_progress import Progress, Stage, measure_progress
from bot.records.completions import Fact

PARTS = ("a.l1", "a.l2", "final")
AT = datetime(2026, 11, 1, tzinfo=UTC)


def fact(part: str) -> Fact:
    return Fact(1, "employee:a", "a", "1", part, passed=False, score=None, total=None, at=AT)


@pytest.mark.parametrize(
    ("done", "progress"),
    [
        ((), Progress(Stage.NOT_BEGUN, 0, 2)),
        (("a.l2", "a.l2"), Progress(Stage.LEARNING, 1, 2)),
        (("a.l2", "a.l1"), Progress(Stage.LEARNING, 2, 2)),
        (("a.l1", "a.l2", "final"), Progress(Stage.FAILED, 2, 2)),
        (("a.l1", "final"), Progress(Stage.LEARNING, 1, 2)),
    ],
)
def test_how_far_somebody_is(done: tuple[str, ...], progress: Progress) -> None:
    assert measure_progress(map(fact, done), PARTS) == progress

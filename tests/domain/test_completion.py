from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.completion import Completed, find_completion, has_passed

_START = datetime(2026, 3, 1, 8, tzinfo=UTC)
_PARTS = ("w.l1", "w.l2", "final")


@dataclass(frozen=True)
class _Done:
    id: int
    part: str
    day: int
    score: int | None = None
    total: int | None = None

    @property
    def at(self) -> datetime:
        return _START + timedelta(days=self.day)


def _completed(*done: _Done) -> Completed | None:
    return find_completion(done, _PARTS, 80)


def test_all_parts_complete_a_workshop_when_the_last_is_done() -> None:
    lessons = (_Done(1, "w.l1", 0, 1, 1), _Done(2, "w.l2", 1, 0, 1))
    assert _completed(*lessons, _Done(3, "final", 2, 8, 10)) == Completed(
        _START + timedelta(days=2), 8, 10, (1, 2, 3)
    )


@pytest.mark.parametrize("missing", range(3))
def test_a_missing_part_completes_nothing(missing: int) -> None:
    done = [_Done(1, "w.l1", 0, 1, 1), _Done(2, "w.l2", 1, 1, 1), _Done(3, "final", 2, 10, 10)]
    del done[missing]
    assert _completed(*done) is None


def test_the_first_final_that_was_passed_counts() -> None:
    done = (
        _Done(5, "final", 4, 10, 10),
        _Done(3, "final", 2, 7, 10),
        _Done(4, "final", 3, 9, 10),
        _Done(1, "w.l1", 0, 1, 1),
        _Done(2, "w.l2", 1, 1, 1),
    )
    assert _completed(*done) == Completed(_START + timedelta(days=3), 9, 10, (1, 2, 4))


def test_a_lesson_counts_when_it_was_first_done() -> None:
    done = (_Done(9, "w.l1", 8, 1, 1), _Done(1, "w.l1", 0, 0, 1), _Done(2, "w.l2", 1, 1, 1))
    assert _completed(*done, _Done(3, "final", 2, 10, 10)) == Completed(
        _START + timedelta(days=2), 10, 10, (1, 2, 3)
    )


def test_who_attended_has_completed_without_a_score() -> None:
    assert _completed(_Done(1, "attended", 3), _Done(2, "w.l1", 4, 1, 1)) == Completed(
        _START + timedelta(days=3), None, None, (1,)
    )


@pytest.mark.parametrize(("day", "evidence", "score"), [(1, (4,), None), (5, (1, 2, 3), 10)])
def test_the_earlier_way_counts(day: int, evidence: tuple[int, ...], score: int | None) -> None:
    done = (_Done(1, "w.l1", 0, 1, 1), _Done(2, "w.l2", 1, 1, 1), _Done(3, "final", 2, 10, 10))
    completed = _completed(*done, _Done(4, "attended", day))
    assert completed is not None
    assert (completed.evidence, completed.score) == (evidence, score)


def test_a_version_without_parts_is_completed_by_attending_alone() -> None:
    assert find_completion([_Done(1, "w.l1", 0, 1, 1)], (), 80) is None


@pytest.mark.parametrize(
    ("score", "total", "passed"),
    [
        (8, 10, True),
        (7, 10, False),
        (0, 10, False),
        (6, 7, True),
        (5, 7, False),
        (None, None, False),
    ],
)
def test_the_pass_mark_is_reached_or_not(
    score: int | None,
    total: int | None,
    passed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert has_passed(score, total, 80) is passed

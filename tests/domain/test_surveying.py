from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.learners import learner_of
from bot.domain.surveying import (
    EVERYBODY,
    LEAST,
    OTHERS,
    PICKS,
    SKIPPED,
    Tally,
    publishable,
    shares,
)

STEP = st.sampled_from(("أ", "ب", "ج"))
PATHS = st.lists(STEP, max_size=3).map(" / ".join)


def tally(takers: int, pick: int = 0) -> Tally:
    counted = Tally.empty(2)
    for _ in range(takers):
        counted = counted.with_picks((pick, SKIPPED))
    return counted


def told(**takers: int) -> dict[str, int]:
    names = {name.replace("_", " / ").replace("none", ""): n for name, n in takers.items()}
    shown = publishable({name: tally(n) for name, n in names.items()})
    return {name: each.takers for name, each in shown.items()}


@pytest.mark.parametrize(
    ("takers", "shown"),
    [
        pytest.param({"A": 9}, {}, id="too few"),
        pytest.param({"A": 10}, {"": 10}, id="one group is everybody"),
        pytest.param({"A": 10, "B": 10}, {"": 20, "A": 10, "B": 10}, id="two"),
        pytest.param({"A": 10, "B": 9}, {"": 19}, id="a small one hides the only other"),
        pytest.param(
            {"A": 12, "B": 11, "C": 9},
            {"": 32, "A": 12, "*": 20},
            id="a small one takes the smallest along",
        ),
        pytest.param(
            {"A": 12, "B": 5, "C": 5}, {"": 22, "A": 12, "*": 10}, id="small ones make a group"
        ),
        pytest.param(
            {"A_x": 4, "A_y": 6, "B": 10}, {"": 20, "A": 10, "B": 10}, id="joined one level up"
        ),
        pytest.param(
            {"A_x": 14, "A_y": 6, "A_z": 4, "B": 10},
            {"": 34, "A / x": 14, "A / *": 10, "B": 10},
            id="the rest of a department",
        ),
        pytest.param(
            {"none": 3, "A_x_1": 2, "A": 8, "B": 15},
            {"": 28, "*": 13, "B": 15},
            id="nobody's department is the top",
        ),
    ],
)
def test_groups_that_are_told_of(takers: dict[str, int], shown: dict[str, int]) -> None:
    assert told(**takers) == shown


@given(st.dictionaries(PATHS, st.integers(1, 15), max_size=9))
def test_nothing_about_few_people_can_be_worked_out(takers: dict[str, int]) -> None:
    shown = publishable({path: tally(n) for path, n in takers.items()})
    groups = {name: each.takers for name, each in shown.items() if name != EVERYBODY}
    if not shown:
        assert sum(takers.values()) < LEAST
        return
    everybody = shown[EVERYBODY].takers
    assert everybody == sum(takers.values()) >= LEAST
    # The groups part everybody: whatever is taken from whatever leaves whole groups.
    if groups:
        assert sum(groups.values()) == everybody
    for size in range(1, len(groups) + 1):
        for some in combinations(groups.values(), size):
            assert sum(some) >= LEAST
            left = everybody - sum(some)
            assert left == 0 or left >= LEAST


@given(st.dictionaries(PATHS, st.integers(1, 15), max_size=9))
def test_nobody_is_lost_or_counted_twice(takers: dict[str, int]) -> None:
    shown = publishable({path: tally(n, len(path) % 5) for path, n in takers.items()})
    parts = [each for name, each in shown.items() if name != EVERYBODY]
    if parts:
        assert Tally.empty(2).with_all(parts) == shown[EVERYBODY]


def test_the_rest_has_a_name_of_its_own() -> None:
    assert OTHERS in told(A=12, B=11, C=9)


@given(st.lists(st.tuples(*[st.integers(0, SKIPPED)] * 3), max_size=20))
def test_a_tally_counts_and_comes_back_from_bytes(people: list[tuple[int, int, int]]) -> None:
    counted = Tally.empty(3)
    for picks in people:
        counted = counted.with_picks(picks)
    assert counted.takers == len(people)
    assert all(sum(row) == len(people) for row in counted.counts)
    assert counted.counts[1][4] == sum(picks[1] == 4 for picks in people)
    assert Tally.from_bytes(counted.to_bytes()) == counted
    assert len(counted.to_bytes()) == len(Tally.empty(3).to_bytes())


def test_shares_leave_out_who_skipped() -> None:
    counts = [3, 1, *[0] * 7, 4]
    assert len(counts) == PICKS
    assert shares(counts) == [75.0, 25.0, *[0.0] * 7, 50.0]
    assert shares([0] * PICKS) == [0.0] * PICKS


def test_a_learner_is_the_employee_where_one_is_known() -> None:
    assert learner_of("p1", None) == "person:p1"
    assert learner_of("p1", "e1") == "employee:e1"

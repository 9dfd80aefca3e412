from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.small_groups import choose_shown


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ({"a": 10, "b": 30}, {"a", "b"}),
        ({"a": 9}, set()),
        ({"a": 9, "b": 30, "c": 12}, {"b"}),
        ({"a": 9, "b": 12}, set()),
        ({"a": 5, "b": 5, "c": 12}, {"c"}),
        ({"a": 5, "b": 4, "c": 12, "d": 11}, {"c"}),
        ({"b": 12, "a": 3, "c": 12}, {"c"}),
        ({}, set()),
    ],
)
def test_which_groups_are_shown(people: dict[str, int], shown: set[str]) -> None:
    assert choose_shown(people) == shown


@given(st.dictionaries(st.integers(), st.integers(1, 25)))
def test_no_small_group_is_told_or_left_over(people: dict[int, int]) -> None:
    shown = choose_shown(people)
    hidden = [people[group] for group in people if group not in shown]
    assert all(people[group] >= 10 for group in shown)
    if shown and hidden:
        assert len(hidden) > 1
        assert sum(hidden) >= 10


@given(st.dictionaries(st.integers(), st.integers(1, 25)))
def test_the_order_makes_no_difference(people: dict[int, int]) -> None:
    assert choose_shown(people) == choose_shown(dict(reversed(people.items())))

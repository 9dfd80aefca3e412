from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.small_groups import choose_always_shown, choose_shown


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
    assert choose_shown(people, sum(people.values())) == shown


@pytest.mark.parametrize(
    ("people", "total", "shown"),
    [
        ({"a": 5, "b": 5, "c": 12}, 17, set()),
        ({"a": 5, "b": 5, "c": 12, "d": 15}, 32, {"d"}),
        ({"a": 10, "b": 10}, 10, {"a", "b"}),
    ],
)
def test_who_is_in_two_groups_is_counted_once(
    people: dict[str, int], total: int, shown: set[str]
) -> None:
    assert choose_shown(people, total) == shown


@given(st.dictionaries(st.integers(), st.integers(1, 25)))
def test_no_small_group_is_told_or_left_over(people: dict[int, int]) -> None:
    shown = choose_shown(people, sum(people.values()))
    hidden = [people[group] for group in people if group not in shown]
    assert all(people[group] >= 10 for group in shown)
    if shown and hidden:
        assert len(hidden) > 1
        assert sum(hidden) >= 10


@given(st.dictionaries(st.integers(), st.integers(1, 25)))
def test_the_order_makes_no_difference(people: dict[int, int]) -> None:
    total = sum(people.values())
    assert choose_shown(people, total) == choose_shown(dict(reversed(people.items())), total)


@pytest.mark.parametrize(
    ("before", "since", "shown"),
    [
        ({"a": 10, "b": 30}, {"a": 10, "b": 30}, {"a", "b"}),
        ({"a": 50, "b": 30}, {"a": 50}, {"a", "b"}),
        ({"a": 50, "b": 30}, {}, {"a", "b"}),
        ({"a": 50}, {"a": 3}, set()),
        ({"a": 50, "b": 20, "c": 30}, {"a": 3, "b": 20, "c": 30}, {"c"}),
        ({"a": 50, "b": 20, "c": 30}, {"a": 3, "c": 30}, set()),
        ({"a": 5, "b": 5, "c": 30}, {"c": 30}, {"c"}),
    ],
)
def test_what_is_shown_of_two_times(
    before: dict[str, int], since: dict[str, int], shown: set[str]
) -> None:
    periods = [(of, sum(of.values())) for of in (before, since)]
    assert choose_always_shown(periods) == shown


_PEOPLE = st.dictionaries(st.integers(0, 6), st.integers(0, 25))


@given(_PEOPLE)
def test_of_one_time_it_is_as_without_times(people: dict[int, int]) -> None:
    there = {group: n for group, n in people.items() if n}
    total = sum(people.values())
    assert choose_always_shown([(people, total)]) == choose_shown(there, total)


@given(_PEOPLE, _PEOPLE)
def test_no_small_group_is_told_or_left_over_at_any_time(
    before: dict[int, int], since: dict[int, int]
) -> None:
    shown = choose_always_shown([(before, sum(before.values())), (since, sum(since.values()))])
    for people in (before, since):
        assert all(people.get(group, 0) == 0 or people[group] >= 10 for group in shown)
        hidden = [n for group, n in people.items() if n and group not in shown]
        assert not shown or not hidden or (len(hidden) > 1 and sum(hidden) >= 10)

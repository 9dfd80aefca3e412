from __future__ import annotations

import statistics
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.item_analysis import Finding, Flag, Tally, examine

People = list[dict[int, bool]]
"""Whether each person was right, by question."""


def tally(people: People, question: int) -> Tally:
    """Add up naively."""
    rows = [(person[question], person) for person in people if question in person]
    paired = [(right, rest(person, question)) for right, person in rows if len(person) > 1]
    return Tally(
        answers=len(rows),
        right=sum(right for right, _ in rows),
        picks=Counter("0" if right else "1" for right, _ in rows),
        paired=len(paired),
        paired_right=sum(right for right, _ in paired),
        rest=sum(score for _, score in paired),
        rest_squared=sum(score**2 for _, score in paired),
        rest_right=sum(score for right, score in paired if right),
    )


def rest(person: dict[int, bool], question: int) -> float:
    others = [right for other, right in person.items() if other != question]
    return sum(others) / len(others)


def of(right: int, wrong: int, **more: object) -> Tally:
    return Tally(right + wrong, right, {"0": right, "1": wrong}, **more)  # type: ignore[arg-type]


def flags(tally: Tally, *, right: frozenset[int] = frozenset({0}), size: int = 4) -> list[Flag]:
    return [finding.flag for finding in examine(tally, right, size) if finding.choice is None]


def test_a_discrimination_computed_by_hand() -> None:
    # Five are right, with 1 of 1 elsewhere for four of them; of five wrong, one has it.
    # Means 0.5 and 0.5, covariance 0.4 - 0.25, variances 0.25 and 0.25.
    people: People = [{0: True, 1: True}] * 4 + [{0: True, 1: False}]
    people += [{0: False, 1: False}] * 4 + [{0: False, 1: True}]
    added = tally(people, 0)
    assert added.facility == 0.5
    assert added.discrimination == pytest.approx(0.6)


@given(
    st.lists(
        st.dictionaries(st.integers(0, 4), st.booleans(), min_size=1), min_size=1, max_size=60
    ),
    st.integers(0, 4),
)
def test_it_is_the_correlation_with_the_score_on_the_others(people: People, question: int) -> None:
    found = tally(people, question).discrimination
    pairs = [
        (float(person[question]), rest(person, question))
        for person in people
        if question in person and len(person) > 1
    ]
    try:
        expected = statistics.correlation(*zip(*pairs, strict=True))
    except (TypeError, statistics.StatisticsError):
        expected = None
    if len(pairs) < 10 or expected is None:
        assert found is None
    else:
        assert found == pytest.approx(expected, abs=1e-9)


@given(*[st.lists(st.fixed_dictionaries({0: st.booleans(), 1: st.booleans()}), max_size=20)] * 2)
def test_two_groups_add_up(some: People, others: People) -> None:
    added, together = tally(some, 0) + tally(others, 0), tally(some + others, 0)
    assert (added.answers, added.right, added.paired) == (
        together.answers,
        together.right,
        together.paired,
    )
    assert {k: n for k, n in added.picks.items() if n} == {
        k: n for k, n in together.picks.items() if n
    }
    assert added.rest_right == pytest.approx(together.rest_right)


def test_of_too_few_answers_nothing_is_said() -> None:
    assert of(9, 0).facility is None
    assert examine(of(9, 0), frozenset({0}), 4) == (Finding(Flag.TOO_FEW),)
    assert Flag.TOO_FEW not in flags(of(10, 0))


@pytest.mark.parametrize(
    ("right", "wrong", "size", "expected"),
    [
        (96, 4, 4, [Flag.TOO_EASY]),
        (95, 5, 4, []),
        (25, 75, 4, []),
        (24, 76, 4, [Flag.BELOW_GUESSING]),
        (33, 67, 3, [Flag.BELOW_GUESSING]),
        (34, 66, 3, []),
        (49, 51, 2, [Flag.BELOW_GUESSING]),
    ],
)
def test_too_easy_and_too_hard(right: int, wrong: int, size: int, expected: list[Flag]) -> None:
    assert flags(of(right, wrong), size=size) == expected


def test_several_right_choices_are_hardly_guessed() -> None:
    # One of the fifteen ways to choose among four is right.
    several = frozenset({0, 1})
    assert flags(of(24, 76), right=several) == [Flag.TOO_HARD]
    assert flags(of(6, 94), right=several) == [Flag.BELOW_GUESSING]


@pytest.mark.parametrize(
    ("rest_right", "expected"), [(26, [Flag.WEAK]), (24, [Flag.NEGATIVE]), (28, [])]
)
def test_weak_and_negative(rest_right: float, expected: list[Flag]) -> None:
    # Half of a hundred are right here, and half of the rest there: the variances are 0.25.
    tally = of(
        50, 50, paired=100, paired_right=50, rest=50.0, rest_squared=50.0, rest_right=rest_right
    )
    assert tally.discrimination == pytest.approx((rest_right - 25) / 25)
    assert flags(tally) == expected


def test_choices_that_mislead_or_mislead_nobody() -> None:
    tally = Tally(100, 40, {"0": 40, "1": 41, "2": 18, "3": 1})
    assert tally.taken(4) == (40, 41, 18, 1)
    found = examine(tally, frozenset({0}), 4)
    assert found == (Finding(Flag.PREFERRED, 1), Finding(Flag.UNTAKEN, 3))


def test_of_several_right_choices_the_least_taken_is_compared() -> None:
    tally = Tally(100, 30, {"01": 30, "02": 50, "03": 20})
    assert tally.taken(4) == (100, 30, 50, 20)
    assert examine(tally, frozenset({0, 1}), 4) == (Finding(Flag.PREFERRED, 2),)


def test_where_all_are_the_same_nothing_discriminates() -> None:
    assert tally([{0: True, 1: True, 2: False}] * 30, 0).discrimination is None
    mixed: People = [{0: True, 1: True, 2: False}, {0: False, 1: True, 2: False}]
    assert tally(mixed * 15, 0).discrimination is None


def test_of_few_answers_no_choice_and_no_correlation_is_judged() -> None:
    few = Tally(answers=40, right=30, picks={"0": 30, "1": 10}, paired=40, paired_right=30, rest=20)
    assert examine(few, frozenset({0}), 4) == ()

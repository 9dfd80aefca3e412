from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.domain.observation_figures import Case, Span, figures_of
from bot.domain.observing import ObservationKind, ObservationState, Outcome

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
DRAFT = Case(
    number="2026-0001",
    kind=ObservationKind.VIOLATION,
    state=ObservationState.RECORDED,
    outcome=None,
    articles=("a.1", "a.2"),
    link="https://x.com/1",
    seen_on=date(2026, 10, 31),
    month="2026-11",
    recorded_at=NOW - timedelta(days=20),
    referred_at=None,
    decided_at=None,
)


def referred(after: int, decided: int | None = None, **changes: Any) -> Case:
    """A case referred so many days after it was recorded, and decided so many days later."""
    at = DRAFT.recorded_at + timedelta(days=after)
    state = ObservationState.REFERRED if decided is None else ObservationState.DECIDED
    return replace(
        DRAFT,
        state=state,
        referred_at=at,
        outcome=None if decided is None else Outcome.REMINDER,
        decided_at=None if decided is None else at + timedelta(days=decided),
        **changes,
    )


def test_nothing() -> None:
    figures = figures_of([], NOW)
    assert (figures.recorded, figures.referred, figures.open) == (0, (), ())
    assert figures.to_referral == Span(0, None, None)
    assert set(figures.by_state.values()) == {0}
    assert (figures.by_article, figures.by_month) == ({}, {})


def test_drafts_are_counted_and_no_more() -> None:
    withdrawn = replace(DRAFT, state=ObservationState.WITHDRAWN)
    figures = figures_of([DRAFT, withdrawn], NOW)
    assert figures.recorded == 2
    assert figures.by_state[ObservationState.RECORDED] == 1
    assert figures.by_state[ObservationState.WITHDRAWN] == 1
    assert figures.referred == ()
    assert set(figures.by_kind.values()) == {0}
    assert (figures.by_article, figures.open) == ({}, ())


def test_counts() -> None:
    cases = [
        DRAFT,
        referred(1, 2, articles=("a.2",)),
        referred(2, 4, kind=ObservationKind.OBSERVATION, month="2026-10"),
        referred(3),
        replace(referred(1, 1), state=ObservationState.CLOSED, outcome=Outcome.NO_VIOLATION),
    ]
    figures = figures_of(cases, NOW)
    assert figures.by_kind == {
        ObservationKind.OBSERVATION: 1,
        ObservationKind.VIOLATION: 3,
        ObservationKind.RECOMMENDATION: 0,
    }
    assert list(figures.by_article.items()) == [("a.2", 4), ("a.1", 3)]
    assert list(figures.by_month.items()) == [("2026-10", 1), ("2026-11", 3)]
    assert figures.by_outcome[Outcome.REMINDER] == 2
    assert figures.by_outcome[Outcome.NO_VIOLATION] == 1
    assert figures.to_referral == Span(4, timedelta(days=1.5), timedelta(days=3))
    assert figures.to_decision == Span(3, timedelta(days=2), timedelta(days=4))
    assert [each.age.days for each in figures.open] == [19, 18, 17]
    assert all(one.age >= other.age for one, other in pairwise(figures.open))


def test_nine_of_ten() -> None:
    figures = figures_of([referred(days) for days in range(1, 12)], NOW)
    assert figures.to_referral == Span(11, timedelta(days=6), timedelta(days=10))
    figures = figures_of([referred(days) for days in range(1, 11)], NOW)
    assert figures.to_referral == Span(10, timedelta(days=5.5), timedelta(days=9))

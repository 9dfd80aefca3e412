"""The figures of a joint report on observations (uae-fed.10.6); pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from bot.domain.observing import DRAFTS, ENDED, ObservationKind, ObservationState, Outcome

_HIGH = 0.9


@dataclass(frozen=True)
class Case:
    """An observation without anybody's name.

    Attributes:
        link: None once it has expired.
        month: The month in which it was recorded, where the employer is: ``2026-11``.
        decided_at: When HR decided last; None while it has not.
    """

    number: str
    kind: ObservationKind
    state: ObservationState
    outcome: Outcome | None
    articles: tuple[str, ...]
    link: str | None
    seen_on: date
    month: str
    recorded_at: datetime
    referred_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True)
class Span:
    """How long something took.

    Attributes:
        number: Of how many.
        median: None where there is none, like the next.
        high: At most so long in nine cases of ten, by the nearest rank.
    """

    number: int
    median: timedelta | None
    high: timedelta | None


@dataclass(frozen=True)
class OpenCase:
    """A referral that is not closed, and how long ago it was referred."""

    case: Case
    age: timedelta


@dataclass(frozen=True)
class Figures:
    """What came of the observations of some time.

    Attributes:
        recorded: How many there were.
        by_state: Of all that were recorded.
        referred: Those that HR was given; all that follows is of them alone.
        by_kind: How many of each, the kinds in their order; likewise the next two.
        by_outcome: Of those decided.
        by_article: By the articles' ids, those named most often first; one case may name several.
        by_month: By the months in which they were recorded, in their order.
        to_referral: From recording to referral.
        to_decision: From referral to the last decision.
        open: Those not closed, the oldest first.
    """

    recorded: int
    by_state: Mapping[ObservationState, int]
    referred: tuple[Case, ...]
    by_kind: Mapping[ObservationKind, int]
    by_outcome: Mapping[Outcome, int]
    by_article: Mapping[str, int]
    by_month: Mapping[str, int]
    to_referral: Span
    to_decision: Span
    open: tuple[OpenCase, ...]


def figures_of(cases: Sequence[Case], now: datetime) -> Figures:
    """Count cases, and say how long they took.

    Args:
        cases: All that were recorded in some time, in the order of their numbers.
        now: The present moment, for the age of those that are open.
    """
    referred = [case for case in cases if case.state not in DRAFTS]
    states = Counter(case.state for case in cases)
    kinds = Counter(case.kind for case in referred)
    outcomes = Counter(case.outcome for case in referred)
    articles = Counter(article for case in referred for article in case.articles)
    months = Counter(case.month for case in referred)
    return Figures(
        recorded=len(cases),
        by_state={state: states[state] for state in ObservationState},
        referred=tuple(referred),
        by_kind={kind: kinds[kind] for kind in ObservationKind},
        by_outcome={outcome: outcomes[outcome] for outcome in Outcome},
        by_article=dict(sorted(articles.items(), key=lambda each: (-each[1], each[0]))),
        by_month=dict(sorted(months.items())),
        to_referral=_span((case.recorded_at, case.referred_at) for case in referred),
        to_decision=_span((case.referred_at, case.decided_at) for case in referred),
        open=tuple(
            OpenCase(case, now - case.referred_at)
            for case in sorted(referred, key=lambda case: case.referred_at or now)
            if case.state not in ENDED and case.referred_at is not None
        ),
    )


def _span(moments: Iterable[tuple[datetime | None, datetime | None]]) -> Span:
    took = sorted(end - start for start, end in moments if start and end)
    if not took:
        return Span(0, None, None)
    middle = timedelta(seconds=median(each.total_seconds() for each in took))
    return Span(len(took), middle, took[math.ceil(_HIGH * len(took)) - 1])

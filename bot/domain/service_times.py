"""How quickly questions are answered: figures of many, and of none alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median


@dataclass(frozen=True)
class Served:
    """One question, as the figures count it.

    Attributes:
        worked: In the desk's hours, the time to its first answer, or that it has waited or
            waited until it was closed.
        elapsed: The same by the clock.
        is_answered: There was an answer.
        is_open: It waits for one now, perhaps for a further one.
    """

    worked: timedelta
    elapsed: timedelta
    is_answered: bool
    is_open: bool


@dataclass(frozen=True)
class ServiceTimes:
    """What came of some questions.

    Attributes:
        asked: How many there were.
        answered: How many have had an answer.
        unanswered: How many were closed without one.
        open: How many wait now.
        worked: The median and the 90th percentile of the time to the first answer in the desk's
            hours; None where there was none.
        elapsed: The same by the clock.
        within: Which share of those that were answered, or should have been, were so within the
            target; None where there are none.
    """

    asked: int
    answered: int
    unanswered: int
    open: int
    worked: tuple[timedelta, timedelta] | None
    elapsed: tuple[timedelta, timedelta] | None
    within: float | None


def service_times(served: Sequence[Served], target: timedelta) -> ServiceTimes:
    """Count questions and the time that they took.

    Args:
        served: The questions.
        target: In the desk's hours, within how long each should have its first answer.
    """
    answered = [each for each in served if each.is_answered]
    within = sum(each.worked <= target for each in answered)
    late = sum(each.worked > target for each in served)
    return ServiceTimes(
        asked=len(served),
        answered=len(answered),
        unanswered=sum(not each.is_answered and not each.is_open for each in served),
        open=sum(each.is_open for each in served),
        worked=_spread([each.worked for each in answered]),
        elapsed=_spread([each.elapsed for each in answered]),
        within=within / (within + late) if within + late else None,
    )


def _spread(times: Sequence[timedelta]) -> tuple[timedelta, timedelta] | None:
    if not times:
        return None
    middle = timedelta(seconds=median(time.total_seconds() for time in times))
    return middle, sorted(times)[math.ceil(0.9 * len(times)) - 1]

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.daily import Calendar, Weekday
from bot.domain.working_hours import WorkingHours

DUBAI = ZoneInfo("Asia/Dubai")
WEEKEND = frozenset({Weekday.FRIDAY, Weekday.SATURDAY})
HOURS = WorkingHours(Calendar(DUBAI, WEEKEND), time(7, 30), time(14, 30))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, whose 19th is a Thursday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=DUBAI)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(19, 7, 29), at(19, 7, 30)),
        (at(19, 7, 30), at(19, 7, 30)),
        (at(19, 14, 29), at(19, 14, 29)),
        (at(19, 14, 30), at(22, 7, 30)),
        (at(20, 10), at(22, 7, 30)),
        (at(21, 23, 59), at(22, 7, 30)),
    ],
)
def test_when_it_is_open_next(moment: datetime, opens: datetime) -> None:
    assert HOURS.next_open(moment) == opens


@pytest.mark.parametrize(
    ("moment", "opens"),
    [(at(18, 6), at(19, 7, 30)), (at(18, 12), at(19, 7, 30)), (at(19, 6), at(22, 7, 30))],
)
def test_the_opening_of_a_later_day(moment: datetime, opens: datetime) -> None:
    assert HOURS.opening_after(moment) == opens


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (at(19, 9), at(19, 11), 2),
        (at(19, 11), at(19, 9), 0),
        (at(19, 0), at(19, 23), 7),
        (at(19, 13, 30), at(22, 8, 30), 2),
        (at(20, 1), at(21, 23), 0),
        (at(15, 0), at(22, 0), 35),
    ],
)
def test_what_was_waited_in_them(since: datetime, until: datetime, hours: float) -> None:
    assert HOURS.worked(since, until) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("since", "hours", "moment"),
    [
        (at(19, 9), 2, at(19, 11)),
        (at(19, 6), 7, at(19, 14, 30)),
        (at(19, 13, 30), 2, at(22, 8, 30)),
        (at(20, 9), 16, at(24, 9, 30)),
    ],
)
def test_when_so_much_has_been_worked(since: datetime, hours: float, moment: datetime) -> None:
    due = HOURS.after(since, timedelta(hours=hours))
    assert due == moment
    assert HOURS.worked(since, due) == timedelta(hours=hours)

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.daily import (
    FIRST_HOUR,
    LAST_HOUR,
    Calendar,
    Weekday,
    may_remind,
    next_reminder,
    quiet_from,
    streak,
)

MUSCAT = Calendar(ZoneInfo("Asia/Muscat"), frozenset({Weekday.FRIDAY, Weekday.SATURDAY}))
THURSDAY = datetime(2026, 11, 19, 5, 0, tzinfo=UTC)  # nine o'clock in Muscat

# Cairo and Santiago turn their clocks; Lord Howe does so by half an hour.
ZONES = ("Asia/Muscat", "Asia/Baghdad", "Africa/Cairo", "America/Santiago", "Australia/Lord_Howe")
calendars = st.builds(
    Calendar,
    st.sampled_from(ZONES).map(ZoneInfo),
    st.frozensets(st.sampled_from(Weekday), min_size=1, max_size=6),
)
hours = st.integers(FIRST_HOUR, LAST_HOUR)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(calendars, hours, moments, st.none() | st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_reminder_is_the_next_at_its_hour_on_a_working_day(
    calendar: Calendar, hour: int, after: datetime, since: timedelta | None
) -> None:
    reminded = None if since is None else after - since
    due = next_reminder(calendar, hour, after, reminded)
    assert after < due
    assert due.astimezone(calendar.zone).hour == hour
    assert may_remind(calendar, hour, due, reminded)
    day = calendar.day(after)
    while day < calendar.day(due):
        at = datetime(day.year, day.month, day.day, hour, tzinfo=calendar.zone)
        assert at <= after or not may_remind(calendar, hour, at, reminded)
        day += timedelta(days=1)


def test_it_is_quiet_from_the_hour_after_the_last_one() -> None:
    assert quiet_from(MUSCAT, THURSDAY) == datetime(2026, 11, 19, 17, 0, tzinfo=UTC)


@given(calendars, hours, moments)
def test_there_is_one_reminder_a_day_and_none_while_it_is_quiet(
    calendar: Calendar, hour: int, now: datetime
) -> None:
    assert not may_remind(calendar, hour, now, now)
    if may_remind(calendar, hour, now):
        local = now.astimezone(calendar.zone)
        assert FIRST_HOUR <= hour <= local.hour <= LAST_HOUR
        assert calendar.day(next_reminder(calendar, hour, now, now)) > local.date()


@pytest.mark.parametrize(
    ("hour", "after", "days"),
    [(10, timedelta(0), 0), (9, timedelta(0), 3), (8, timedelta(0), 3), (9, timedelta(days=1), 3)],
)
def test_the_weekend_is_left_out(hour: int, after: timedelta, days: int) -> None:
    due = next_reminder(MUSCAT, hour, THURSDAY + after)
    assert due == THURSDAY + timedelta(days=days, hours=hour - 9)


def test_a_late_reminder_goes_out_before_it_is_quiet() -> None:
    nine = THURSDAY
    assert not may_remind(MUSCAT, 9, nine - timedelta(minutes=1))
    assert may_remind(MUSCAT, 9, nine)
    assert may_remind(MUSCAT, 9, nine + timedelta(hours=11, minutes=59))
    assert not may_remind(MUSCAT, 9, nine + timedelta(hours=12))
    assert not may_remind(MUSCAT, 9, nine + timedelta(days=1))


def november(*days: int) -> set[date]:
    return {date(2026, 11, day) for day in days}


@pytest.mark.parametrize(
    ("days", "today", "count"),
    [
        ((), 19, 0),
        ((19,), 19, 1),
        ((18,), 19, 1),
        ((17,), 19, 0),
        ((16, 17, 18), 19, 3),
        ((18, 19), 22, 2),  # Friday and Saturday lie between; Sunday may still get one
        ((18, 19, 21), 22, 3),
        ((18, 19), 23, 0),
        ((15, 17, 18, 19), 19, 3),
    ],
)
def test_a_streak_goes_back_to_a_working_day_without_an_answer(
    days: tuple[int, ...], today: int, count: int
) -> None:
    assert streak(MUSCAT, november(*days), date(2026, 11, today)) == count


@given(calendars, st.frozensets(st.dates(date(2026, 1, 1), date(2026, 2, 1))))
def test_a_streak_is_of_days_with_an_answer(calendar: Calendar, days: frozenset[date]) -> None:
    assert 0 <= streak(calendar, days, date(2026, 2, 1)) <= len(days)

"""When the daily five minutes are due, and for how many days in a row they were taken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

FIRST_HOUR, LAST_HOUR = 7, 20
"""The hours to choose from; from the hour after the last one until the first it is quiet."""

MOST_IGNORED = 3
"""After so many reminders in a row that led to no answer there are no more."""

_DAY = timedelta(days=1)


class Weekday(StrEnum):
    """A day of the week, in the order in which Python numbers them."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_WEEK = tuple(Weekday)


@dataclass(frozen=True)
class Calendar:
    """The days that an employer's people go by.

    Attributes:
        zone: Where a day begins.
        weekend: The days without work; not all seven.
    """

    zone: ZoneInfo
    weekend: frozenset[Weekday]

    def day(self, moment: datetime) -> date:
        """Give the day that an aware moment falls on."""
        return moment.astimezone(self.zone).date()

    def works(self, day: date) -> bool:
        """Say whether a day is none of the weekend."""
        return _WEEK[day.weekday()] not in self.weekend


def next_reminder(
    calendar: Calendar, hour: int, after: datetime, reminded: datetime | None = None
) -> datetime:
    """Give the first moment to remind somebody: at their hour, on a working day.

    Args:
        calendar: Their days.
        hour: The hour that they chose.
        after: It is later than this aware moment.
        reminded: When they were reminded last; it is not on that day again.
    """
    taken = None if reminded is None else calendar.day(reminded)
    day = calendar.day(after)
    while True:
        due = datetime.combine(day, time(hour), calendar.zone).astimezone(UTC)
        if due > after and day != taken and calendar.works(day):
            return due
        day += _DAY


def may_remind(
    calendar: Calendar, hour: int, now: datetime, reminded: datetime | None = None
) -> bool:
    """Say whether a reminder that is due may go out now, perhaps late; else on another day.

    Args:
        calendar: The days of whom it is for.
        hour: The hour that they chose.
        now: The present moment, aware.
        reminded: When they were reminded last.
    """
    local, today = now.astimezone(calendar.zone), calendar.day(now)
    again = reminded is not None and calendar.day(reminded) == today
    return hour <= local.hour <= LAST_HOUR and calendar.works(today) and not again


def quiet_from(calendar: Calendar, now: datetime) -> datetime:
    """Give the moment of the present day from which on nobody is reminded."""
    at = datetime.combine(calendar.day(now), time(LAST_HOUR + 1), calendar.zone)
    return at.astimezone(UTC)


def streak(calendar: Calendar, days: Collection[date], today: date) -> int:
    """Count the days with an answer, back from today, until a working day without one.

    Today may still get one; days of the weekend count, and break nothing.

    Args:
        calendar: The person's days.
        days: Those with an answer.
        today: The present one.
    """
    if not days:
        return 0
    first, day, count = min(days), today, 0
    while day >= first and (day in days or day == today or not calendar.works(day)):
        count += day in days
        day -= _DAY
    return count

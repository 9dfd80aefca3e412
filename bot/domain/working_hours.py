"""Working hours: when a desk is open, and how long something waited in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.daily import Calendar

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingHours:
    """The hours of a desk, the same on each of its days.

    Attributes:
        calendar: Its days and whose clocks it goes by.
        opens: From when, by those clocks.
        closes: Until when; later than ``opens``.
    """

    calendar: Calendar
    opens: time
    closes: time

    def next_open(self, moment: datetime) -> datetime:
        """Give the first moment from an aware one on at which the desk is open."""
        opens, _ = next(self._spans(moment))
        return max(opens, moment)

    def opening_after(self, moment: datetime) -> datetime:
        """Give the first opening on a later day than that of an aware moment."""
        today = self.calendar.day(moment)
        spans = self._spans(moment)
        return next(opens for opens, _ in spans if self.calendar.day(opens) > today)

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """Say for how long the desk was open between two aware moments."""
        spans, total = self._spans(since), timedelta()
        while (span := next(spans))[0] < until:
            total += max(timedelta(), min(span[1], until) - max(span[0], since))
        return total

    def after(self, moment: datetime, work: timedelta) -> datetime:
        """Give the moment at which the desk has been open for so long since an aware one."""
        spans = self._spans(moment)
        while True:
            opens, closes = next(spans)
            since = max(opens, moment)
            if work <= closes - since:
                return since + work
            work -= closes - since

    def _spans(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Give the spans in which the desk is open, from the one that ends after a moment on."""
        day = self.calendar.day(moment)
        while True:
            closes = self._at(day, self.closes)
            if self.calendar.works(day) and closes > moment:
                yield self._at(day, self.opens), closes
            day += _DAY

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.calendar.zone).astimezone(UTC)

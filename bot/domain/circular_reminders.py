"""When somebody is reminded of a circular that they have not acknowledged; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum

from bot.domain.daily import Calendar

DAYS_AFTER = 5
"""So many days after the deadline there is a reminder each day, and then none any more."""

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""By night nobody is written to, by the employer's clock."""

_MORNING = time(9)
_LEAST = timedelta(hours=2)
"""The reminder of the last day comes so long before the deadline at least."""

_FRESH = timedelta(hours=12)
"""Who was sent it less than this before a reminder needs that one no more."""

_NEAR = timedelta(hours=4)
"""A reminder that a night or a weekend held up until so shortly before the next is left out."""


class Stage(IntEnum):
    """Which reminder is spent; the days after the deadline count on from ``DUE``."""

    START = 0
    WEEK = 1
    DAY = 2
    DUE = 3


LAST = Stage.DUE + DAYS_AFTER


@dataclass(frozen=True)
class Deadline:
    """Until when a circular is to be acknowledged.

    Attributes:
        calendar: The employer's days.
        at: The deadline.
        urgent: Reminders go out at any hour.
    """

    calendar: Calendar
    at: datetime
    urgent: bool = False

    def due(self, sent_at: datetime, now: datetime, reminded: int) -> int | None:
        """Say which reminder somebody is due; of several that were missed only the latest.

        Args:
            sent_at: When they were sent the circular.
            now: The present moment.
            reminded: Which reminder is spent.

        Returns:
            None where none is due now.
        """
        stage, moment = self.latest(now)
        if stage <= reminded or self.is_quiet(now) or moment < sent_at + _FRESH:
            return None
        if stage <= Stage.DUE and now > self.at:
            return None
        is_next_near = any(now < at <= now + _NEAR for _, at in self._moments())
        return None if is_next_near else stage

    def latest(self, now: datetime) -> tuple[int, datetime]:
        """Give the latest reminder whose moment has come, and that moment."""
        passed = ((stage, moment) for stage, moment in self._moments() if moment <= now)
        return max(passed, default=(int(Stage.START), datetime.min.replace(tzinfo=UTC)))

    def is_quiet(self, now: datetime) -> bool:
        """Say whether nobody is reminded now, by night and at the weekend.

        It is not where it is urgent, nor from the last reminder before the deadline on, which
        cannot wait.
        """
        local = now.astimezone(self.calendar.zone)
        if self.urgent or self._last_call() <= now < self.at:
            return False
        by_night = not QUIET_UNTIL <= local.time() < QUIET_FROM
        return by_night or not self.calendar.works(local.date())

    def _moments(self) -> Iterator[tuple[int, datetime]]:
        """Give each reminder with its moment; from the last day on they come in the morning."""
        yield Stage.WEEK, self._ahead(7)
        yield Stage.DAY, self._ahead(1)
        yield Stage.DUE, self._last_call()
        for after in range(1, DAYS_AFTER + 1):
            yield Stage.DUE + after, self._morning(after)

    def _ahead(self, days: int) -> datetime:
        """Give the deadline's hour so many days before; the morning of that day, not its night."""
        moment = self.at - timedelta(days=days)
        by_night = moment.astimezone(self.calendar.zone).time() >= QUIET_FROM
        return self._morning(-days) if by_night and not self.urgent else moment

    def _last_call(self) -> datetime:
        return min(self._morning(0), self.at - _LEAST)

    def _morning(self, after: int) -> datetime:
        day = self.calendar.day(self.at) + timedelta(days=after)
        return datetime.combine(day, _MORNING, self.calendar.zone).astimezone(UTC)

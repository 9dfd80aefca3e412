"""How people are reached by a message to many: the doors, and what a plan foresees; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal

from bot.domain.circulars import Unreached
from bot.domain.daily import Calendar
from bot.domain.working_hours import WorkingHours

FIRST_HOUR, LAST_HOUR = 8, 20
"""From the one until the other, by the employer's clock, circulars are sent on working days."""


@dataclass(frozen=True)
class Door:
    """One account of ours on a platform.

    Attributes:
        window: How long after a person's last message anything but a template may be sent; None
            for always.
        per_second: Messages that the platform lets pass each second.
        people_a_day: How many people may be sent a template in 24 hours; None for any number.
        price: What one template costs; None where nothing is paid or it is not known.
    """

    window: timedelta | None
    per_second: float
    people_a_day: int | None = None
    price: Decimal | None = None


Doors = Mapping[tuple[str, str], Door]
"""By the platform's name and our account on it."""


@dataclass
class ReachPlan:
    """What sending a circular now would do.

    Attributes:
        recipients: Whom it is for.
        told: How many of them were sent an earlier version of it.
        now: How many are sent it at once, by platform.
        by_template: How many a template asks to open it, by platform.
        beyond: How many of these have to wait for another day, for the platform's limit.
        unreached: How many cannot be reached, by the reason.
        messages: How many messages go out, by platform; a long circular is several.
        seconds: How long sending takes at the platforms' rates, without nights.
        days: How many more days the platform's limit makes of it.
        cost: What the templates cost; None where a price is not known.
        begins_at: When sending begins; None for at once.
        sample: Some of the recipients' names.
    """

    recipients: int = 0
    told: int = 0
    now: dict[str, int] = field(default_factory=dict)
    by_template: dict[str, int] = field(default_factory=dict)
    beyond: int = 0
    unreached: dict[Unreached, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    seconds: float = 0
    days: int = 0
    cost: Decimal | None = None
    begins_at: datetime | None = None
    sample: tuple[str, ...] = ()


def may_send(calendar: Calendar, now: datetime, *, urgent: bool) -> bool:
    """Say whether a circular may go to an employer's people now: no nights, no weekends."""
    return urgent or _hours(calendar).next_open(now) == now


def next_sending(calendar: Calendar, now: datetime, *, urgent: bool) -> datetime:
    """Give the first moment from now on at which a circular may go to an employer's people."""
    return now if urgent else _hours(calendar).next_open(now).astimezone(calendar.zone)


def _hours(calendar: Calendar) -> WorkingHours:
    return WorkingHours(calendar, time(FIRST_HOUR), time(LAST_HOUR))

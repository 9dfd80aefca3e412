from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.circular_reminders import LAST, Deadline, Stage
from bot.domain.daily import Calendar, Weekday

ZONE = ZoneInfo("Asia/Muscat")
CALENDAR = Calendar(ZONE, frozenset({Weekday.FRIDAY, Weekday.SATURDAY}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


SENT, DUE = at("2026-11-16T10:00"), at("2026-11-30T15:00")  # Monday and, a fortnight on, Monday


@pytest.mark.parametrize(
    ("now", "reminded", "expected"),
    [
        *(("2026-11-23T14:59", 0, None), ("2026-11-23T15:00", 0, Stage.WEEK)),
        ("2026-11-23T16:00", 1, None),
        *(("2026-11-29T14:59", 1, None), ("2026-11-29T15:00", 1, Stage.DAY)),
        # What was missed is skipped for the latest.
        ("2026-11-29T15:00", 0, Stage.DAY),
        *(("2026-11-30T08:59", 2, None), ("2026-11-30T09:00", 2, Stage.DUE)),
        *(("2026-11-30T23:00", 3, None), ("2026-12-01T09:00", 3, 4)),
        *(("2026-12-02T09:00", 4, 5), ("2026-12-03T20:59", 4, 6)),
        # By night, and on Friday and Saturday, not: it comes on the next working morning.
        *(("2026-12-03T21:00", 5, None), ("2026-12-04T10:00", 5, None)),
        *(("2026-12-05T10:00", 5, None), ("2026-12-06T08:00", 5, LAST)),
        ("2026-12-20T09:00", LAST, None),
        *(("2026-11-24T07:59", 0, None), ("2026-11-24T08:00", 0, Stage.WEEK)),
    ],
)
def test_reminders(now: str, reminded: int, expected: int | None) -> None:
    assert Deadline(CALENDAR, DUE).due(SENT, at(now), reminded) == expected


@pytest.mark.parametrize("now", ["2026-11-23T23:00", "2026-11-27T10:00"])
def test_what_is_urgent_waits_for_no_morning(now: str) -> None:
    assert Deadline(CALENDAR, DUE, urgent=True).due(SENT, at(now), 0) == Stage.WEEK
    assert Deadline(CALENDAR, DUE).due(SENT, at(now), 0) is None


def test_what_is_due_that_day_does_not_wait() -> None:
    friday = Deadline(CALENDAR, at("2026-11-27T07:00"))
    assert friday.due(SENT, at("2026-11-27T05:00"), 2) == Stage.DUE
    assert friday.due(SENT, at("2026-11-27T09:00"), 2) is None


@pytest.mark.parametrize(
    ("before", "expected"), [(timedelta(hours=11), None), (timedelta(hours=12), Stage.DAY)]
)
def test_who_was_sent_it_just_now_needs_none(before: timedelta, expected: int | None) -> None:
    now = DUE - timedelta(days=1)
    assert Deadline(CALENDAR, DUE).due(now - before, now, 0) == expected


def test_what_a_weekend_held_up_does_not_come_just_before_the_next() -> None:
    sunday = Deadline(CALENDAR, at("2026-11-29T15:00"))
    assert sunday.due(SENT, at("2026-11-28T15:00"), 1) is None
    assert sunday.due(SENT, at("2026-11-29T08:00"), 1) is None
    assert sunday.due(SENT, at("2026-11-29T09:00"), 1) == Stage.DUE


def test_the_moment_of_a_stage_is_given_with_it() -> None:
    deadline = Deadline(CALENDAR, DUE)
    assert deadline.latest(SENT)[0] == Stage.START
    assert deadline.latest(at("2026-12-02T12:00")) == (5, at("2026-12-02T09:00"))


@pytest.mark.parametrize(
    ("now", "reminded", "expected"),
    [
        *(("2026-11-23T08:59", 0, None), ("2026-11-23T09:00", 0, Stage.WEEK)),
        *(("2026-11-29T08:59", 1, None), ("2026-11-29T09:00", 1, Stage.DAY)),
        # Nobody is woken when the last day begins.
        *(("2026-11-29T23:59", 1, None), ("2026-11-30T00:30", 1, None)),
        *(("2026-11-30T08:59", 1, None), ("2026-11-30T09:00", 1, Stage.DUE)),
        ("2026-11-30T22:00", 2, Stage.DUE),
    ],
)
def test_the_end_of_a_day_is_reminded_of_in_mornings(
    now: str, reminded: int, expected: int | None
) -> None:
    deadline = Deadline(CALENDAR, at("2026-11-30T23:59"))
    assert deadline.due(SENT, at(now), reminded) == expected


def test_once_it_is_over_nobody_is_told_that_it_is_the_last_day() -> None:
    assert Deadline(CALENDAR, DUE).due(SENT, at("2026-11-30T15:01"), 2) is None

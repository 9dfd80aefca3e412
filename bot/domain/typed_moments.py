"""Days and hours as people type them; pure."""

from __future__ import annotations

import re
from datetime import datetime

from arabic import fold

_AFTERNOON = frozenset(map(fold, ("م", "مساء", "مساءً", "عصراً", "عصر", "ظهراً", "ظهر", "ليلاً", "pm")))
_NOON = 12
_LEAST_YEAR = 1000
_LONGEST = 60


def read_moment(text: str, local: datetime) -> datetime | None:
    """Read a day and an hour, such as ``6/12 8:30 صباحاً`` or ``2026-12-06 14:00``.

    Args:
        text: What was typed: the day, the month, the year if need be, the hour, its minutes if
            need be; a year may stand first, the month then comes before the day.
        local: The present by the writer's clock; without a year the next such day is meant.

    Returns:
        The moment by the same clock; None where the text is no moment to come.
    """
    folded = fold(text) if len(text) <= _LONGEST else ""
    numbers = [int(digits) for digits in re.findall(r"[0-9]{1,4}", folded)]
    match numbers:
        case [year, month, day, hour, *rest] if year >= _LEAST_YEAR:
            pass
        case [day, month, year, hour, *rest] if year >= _LEAST_YEAR:
            pass
        case [day, month, hour, *rest]:
            year = local.year
        case _:
            return None
    is_afternoon = not _AFTERNOON.isdisjoint(re.findall(r"[^\W\d]+", folded))
    hour += _NOON if is_afternoon and hour < _NOON else 0
    match rest:
        case []:
            minute = 0
        case [minute]:
            pass
        case _:
            return None
    moment = _moment(local, year, month, day, hour, minute)
    is_over = moment is not None and moment <= local
    if is_over and not any(number >= _LEAST_YEAR for number in numbers):
        moment = _moment(local, year + 1, month, day, hour, minute)
    return moment if moment is not None and moment > local else None


def _moment(local: datetime, *parts: int) -> datetime | None:
    try:
        return datetime(*parts, tzinfo=local.tzinfo)  # type: ignore[arg-type, misc]
    except ValueError:
        return None

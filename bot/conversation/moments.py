"""Hours and days as people write them, in either language; pure."""

from __future__ import annotations

from datetime import datetime

from bot.domain.meaning import Language
from bot.library.phrases import Phrases

_HALF_DAY = 12
_PARTS = ((12, "hour_morning"), (15, "hour_noon"), (18, "hour_afternoon"), (24, "hour_evening"))
"""Until which hour what is said with it, as in ٤ عصراً."""

_DAYS = (
    "day_monday",
    "day_tuesday",
    "day_wednesday",
    "day_thursday",
    "day_friday",
    "day_saturday",
    "day_sunday",
)


def said_hour(phrases: Phrases, language: Language, hour: int, minute: int = 0) -> str:
    """Say an hour of the day, 0 to 23, and its minutes where there are any."""
    number = (hour - 1) % _HALF_DAY + 1
    phrase = next(phrase for until, phrase in _PARTS if hour < until)
    return phrases.say(phrase, language, hour=f"{number}:{minute:02}" if minute else number)


def said_day(phrases: Phrases, language: Language, local: datetime) -> str:
    """Say the day of a local moment with its weekday: ``الأحد 6/12/2026``."""
    weekday = phrases.say(_DAYS[local.weekday()], language)
    return phrases.say("day_date", language, weekday=weekday, date=short_day(local, year=True))


def short_day(local: datetime, *, year: bool = False) -> str:
    """Write the day of a local moment in digits: ``6/12``."""
    return f"{local.day}/{local.month}" + (f"/{local.year}" if year else "")

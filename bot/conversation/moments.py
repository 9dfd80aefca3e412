"""Hours and days as people write them, in either language; pure."""

from __future__ import annotations

from datetime import datetime

from bot.documents.words import short_day
from bot.domain.daily import Weekday
from bot.domain.meaning import Language
from bot.library.phrases import Phrases

_HALF_DAY = 12
_PARTS = ((12, "hour_morning"), (15, "hour_noon"), (18, "hour_afternoon"), (24, "hour_evening"))
"""Until which hour what is said with it, as in ٤ عصراً."""

_DAYS = {
    Weekday.MONDAY: "day_monday",
    Weekday.TUESDAY: "day_tuesday",
    Weekday.WEDNESDAY: "day_wednesday",
    Weekday.THURSDAY: "day_thursday",
    Weekday.FRIDAY: "day_friday",
    Weekday.SATURDAY: "day_saturday",
    Weekday.SUNDAY: "day_sunday",
}


def said_hour(phrases: Phrases, language: Language, hour: int, minute: int = 0) -> str:
    """Say an hour of the day, 0 to 23, and its minutes where there are any."""
    number = (hour - 1) % _HALF_DAY + 1
    phrase = next(phrase for until, phrase in _PARTS if hour < until)
    return phrases.say(phrase, language, hour=f"{number}:{minute:02}" if minute else number)


def said_day(phrases: Phrases, language: Language, local: datetime) -> str:
    """Say the day of a local moment with its weekday: ``الأحد 6/12/2026``."""
    weekday = said_weekday(phrases, language, tuple(Weekday)[local.weekday()])
    return phrases.say("day_date", language, weekday=weekday, date=short_day(local, year=True))


def said_weekday(phrases: Phrases, language: Language, day: Weekday) -> str:
    """Name a day of the week."""
    return phrases.say(_DAYS[day], language)

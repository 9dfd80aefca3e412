"""What documents say: phrases, and dates in both calendars."""

from __future__ import annotations

from datetime import date
from typing import Literal, Protocol

from hijridate import Gregorian

from bot.domain.meaning import Language


class Say(Protocol):
    """Gives a phrase in a language, its placeholders filled."""

    def __call__(self, phrase: str, language: Language, **values: object) -> str:
        """Give a phrase."""


def short_day(day: date, *, year: bool = False) -> str:
    """Write a day in digits: ``6/12``."""
    return f"{day.day}/{day.month}" + (f"/{day.year}" if year else "")


def gregorian_words(day: date, say: Say, language: Language) -> str:
    """Write a day by the Gregorian calendar."""
    month = Gregorian(day.year, day.month, day.day).month_name(_locale(language))
    return say("document_gregorian", language, day=day.day, month=month, year=day.year)


def hijri_words(day: date, say: Say, language: Language) -> str | None:
    """Write a day by the calendar of Umm al-Qura; None if that does not reach it."""
    try:
        hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    except OverflowError:
        return None
    month = hijri.month_name(_locale(language))
    return say("document_hijri", language, day=hijri.day, month=month, year=hijri.year)


def _locale(language: Language) -> Literal["ar", "en"]:
    return "ar" if language is Language.ARABIC else "en"

"""Hours of the day as people write them."""

from __future__ import annotations

import re

from arabic import fold

_HALF_DAY = 12
_DAY = 24
_EARLIEST_SAID = 7
"""An hour that is said without its part of the day and is earlier is in the afternoon."""

_EARLIEST_NIGHT = 6
"""An hour at night that is earlier is after midnight."""

_MINUTES = re.compile(r"(?<!\d)(\d{1,2})\s*[:.٫]\s*\d\d(?!\d)")
_GREETING = re.compile(
    r"\b(?:صباح|مسا) (?:ال)?(?:خير|نور)\b|\bgood (?:morning|afternoon|evening)\b"
)

# In folded letters; the ordinals too, as in الساعة التاسعة.
_NAMES = (
    ("واحده", "الواحده", "وحده", "one"),
    ("ثنتين", "اثنين", "ثنتان", "اثنان", "ثنتينه", "الثانيه", "two"),
    ("ثلاث", "ثلاثه", "تلاته", "الثالثه", "three"),
    ("اربع", "اربعه", "الرابعه", "four"),
    ("خمس", "خمسه", "الخامسه", "five"),
    ("ست", "سته", "السادسه", "six"),
    ("سبع", "سبعه", "السابعه", "seven"),
    ("ثمان", "ثمانيه", "تمانيه", "ثمانه", "الثامنه", "eight"),
    ("تسع", "تسعه", "التاسعه", "nine"),
    ("عشر", "عشره", "العاشره", "ten"),
    ("حدعش", "احدعش", "حداشر", "الحاديه عشره", "الحاديه عشر", "eleven"),
    ("اثنعش", "اطنعش", "ثنعش", "اتناشر", "الثانيه عشره", "الثانيه عشر", "twelve"),
)
_HOURS = {name: hour for hour, names in enumerate(_NAMES, 1) for name in names}
_PARTS = {
    "morning": "ص|(?:ال)?صباحا?|(?:ال)?صبح|(?:ال)?ضحي|فجرا?|الفجر|am|a m|morning|sob7|sba7",
    "later": ("م|(?:ال)?مسا|(?:ال)?عصرا?|المغرب|مغرب|العشا|pm|p m|afternoon|evening|3asr|masa"),
    "night": "(?:ب|بال|ال)?ليلا?|night|leil|bel ?leil",
}
_PART = re.compile("|".join(rf"(?P<{part}>\b(?:{words})\b)" for part, words in _PARTS.items()))
_LONGEST_FIRST = "|".join(sorted(_HOURS, key=len, reverse=True))
# A number of minutes or questions is no hour.
_NUMBER = re.compile(
    rf"\b(?P<at>(?:ال|عال|بال)?ساعه |(?:al )?sa3a |at )?(?P<hour>\d{{1,2}}|{_LONGEST_FIRST})"
    r"(?=\b|am|pm|ص|م)(?! ?(?:دق|سوال|اسيل|اسل|يوم|ايام|مرات|ساعات"
    r"|minute|min\b|hour|question|day|time))"
)

_STOP = (
    r"و?(?:وقف|اوقف|يوقف|ايقاف|كنسل|قفل|اقفل|سكر|طفي|شيل)\w{0,3}|(?<!لا )توقف\w{0,3}"
    # Not الغد, الغداء, الغالي; بطل is a champion, عطلة a holiday, أطفالي are children.
    r"|و?(?:الغ[ياو]?|اطف[يو]?ا?)(?:ه|ها)?|(?<!يا )بطل(?:وا?|ي)?|عطل(?:ها?|وا?|ي)?(?<!عطله)"
    r"|(?<!t )stop|cancel|disable|unsubscribe|wagef|wa2ef|w2f"
)
_NO_MORE = (
    r"(?:ما|لا|مابي|مو|مش) ?(?:عاد )?(?:ا?بي|ا?بغ|ابا|ا?ريد|عايز|بدي|تذكر|ترسل|تدز)\w{0,4}|no more"
    r"|(?<!day )(?<!days )off(?! days?\b)|don ?t (?:want|need|remind|send|ask|bother|message)"
)
_STOPS = re.compile(rf"\b(?:{_STOP})\b")
_ENDS = re.compile(rf"\b(?:{_STOP}|{_NO_MORE})\b")
_MOVES = re.compile(r"\bو?(?:خل(?:ي|ها|ه|يها|يه|وها|وه)|غير\w*|بدل\w*|move|change|make|instead)\b")


def wants_end(text: str) -> bool:
    """Say whether a text about a daily habit wants it to end.

    Who names an hour and no word of stopping, as in "no, I want nine", rather moves it.
    """
    words = fold(text)
    ends = _ENDS if read_hour(text) is None else _STOPS
    return ends.search(words) is not None and _MOVES.search(words) is None


def read_hour(text: str) -> int | None:
    """Read the hour of the day that a text names.

    Without a part of the day it is the hour at which people are awake: 9 is in the morning, 5 in
    the afternoon. Minutes are left out.

    Args:
        text: What a person typed.

    Returns:
        0 to 23; None where no hour is named, or more than one.
    """
    words = _GREETING.sub(" ", fold(_MINUTES.sub(r"\1", text)))
    named = list(_NUMBER.finditer(words))
    named = [found for found in named if found["at"]] or named
    if len(named) != 1:
        return None
    (found,) = named
    hour = int(found["hour"]) if found["hour"].isdecimal() else _HOURS[found["hour"]]
    return _of_day(hour, _part(words, found)) if hour < _DAY else None


def _part(words: str, hour: re.Match[str]) -> str:
    """Give the part of the day that is named behind an hour, or else before it."""
    # «9م» is written without a space.
    behind = _PART.search(f" {words[hour.end() :]}")
    before = list(_PART.finditer(words[: hour.start()]))
    found = behind or (before[-1] if before else None)
    return str(found.lastgroup) if found else ""


def _of_day(hour: int, part: str) -> int:
    if hour > _HALF_DAY or hour == 0:
        return hour
    if part == "morning" or (part == "night" and hour % _HALF_DAY < _EARLIEST_NIGHT):
        return hour % _HALF_DAY
    if part in {"later", "night"} or hour < _EARLIEST_SAID:
        return hour % _HALF_DAY + _HALF_DAY
    return hour

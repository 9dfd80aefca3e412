"""The small closed set of icons that pictures and guides are drawn with."""

from __future__ import annotations

from enum import StrEnum


class Icon(StrEnum):
    """What a picture shows; ``bot.documents.icons`` draws each."""

    MEGAPHONE = "megaphone"
    SHIELD = "shield"
    LOCK = "lock"
    EYE = "eye"
    HEART = "heart"
    SCALES = "scales"
    CAMERA = "camera"
    KEY = "key"
    PEOPLE = "people"
    CLOCK = "clock"
    FLAG = "flag"
    PEN = "pen"
    LINK = "link"
    WARNING = "warning"
    QUESTION = "question"

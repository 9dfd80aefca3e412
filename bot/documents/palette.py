"""The colours of guides and pictures; whatever is read stands out by 4.5 to 1 or more."""

from __future__ import annotations

from typing import NamedTuple

from bot.documents.icons import Sign

INK = "#16242b"
MUTED = "#52616b"
PAPER = "#ffffff"
GREY = "#eef2f1"
BRAND = "#0b4f4a"
BRAND_LIGHT = "#14625c"
BRAND_LINE = "#176760"
GOLD = "#f3cf7a"


class Tone(NamedTuple):
    """The two colours of a sign.

    Attributes:
        strong: For the sign itself and for headings.
        tint: For what lies under them.
    """

    strong: str
    tint: str


TONES = {
    Sign.DO: Tone("#17704a", "#e6f3ec"),
    Sign.AVOID: Tone("#b02a2a", "#fbeae8"),
    Sign.CARE: Tone("#8a5800", "#fcf1da"),
}

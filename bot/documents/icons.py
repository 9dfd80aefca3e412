"""Icons drawn as lines, all in one hand: rounded strokes on a grid of 24 by 24."""

from __future__ import annotations

from enum import StrEnum

from bot.documents.canvas import Canvas
from bot.documents.styles import Box
from bot.domain.icons import Icon

_GRID = 24
_WEIGHT = 1.7
"""How thick an icon's lines are on the grid."""

_HEAVY = 2.5
"""How thick a sign's are."""

_RIM = 0.22
"""How much of a disc's width lies beside the icon on it."""


class Sign(StrEnum):
    """The marks of what is to be done, to be avoided, and to be done with care."""

    DO = "do"
    AVOID = "avoid"
    CARE = "care"


_PATHS: dict[Icon | Sign, str] = {
    Icon.MEGAPHONE: (
        "M4 9.5v5h3.5L16 19V5L7.5 9.5z M8 14.8l1.4 5.4h2.8l-1.4-4 M19 9a4.2 4.2 0 0 1 0 6"
    ),
    Icon.SHIELD: "M12 2.8l8 3v6c0 4.6-3.2 7.8-8 9.6c-4.8-1.8-8-5-8-9.6v-6z M8.3 12l2.6 2.6l4.8-5",
    Icon.LOCK: (
        "M6 11h12a1.2 1.2 0 0 1 1.2 1.2v7.6a1.2 1.2 0 0 1-1.2 1.2H6a1.2 1.2 0 0 1-1.2-1.2v-7.6"
        "A1.2 1.2 0 0 1 6 11z M8 11V7.2a4 4 0 0 1 8 0V11 M12 14.8v2.6"
    ),
    Icon.EYE: (
        "M2 12c2.6-4.6 6-7 10-7s7.4 2.4 10 7c-2.6 4.6-6 7-10 7s-7.4-2.4-10-7z"
        "M12 9a3 3 0 1 1 0 6a3 3 0 1 1 0-6z"
    ),
    Icon.HEART: (
        "M12 20.6C5.6 15.8 3 12.4 3 8.9A4.8 4.8 0 0 1 12 6.7A4.8 4.8 0 0 1 21 8.9"
        "C21 12.4 18.4 15.8 12 20.6z"
    ),
    Icon.SCALES: (
        "M12 3v18 M7.5 21h9 M5 6.5h14 M2 14.2l3-7.7l3 7.7a3 3 0 0 1-6 0z"
        "M16 14.2l3-7.7l3 7.7a3 3 0 0 1-6 0z"
    ),
    Icon.CAMERA: (
        "M4.2 7h3.6l1.6-2.6h5.2L16.2 7h3.6a1.2 1.2 0 0 1 1.2 1.2v10.6a1.2 1.2 0 0 1-1.2 1.2H4.2"
        "A1.2 1.2 0 0 1 3 18.8V8.2A1.2 1.2 0 0 1 4.2 7z M12 9.4a4 4 0 1 1 0 8a4 4 0 1 1 0-8z"
    ),
    Icon.KEY: (
        "M8 11.4a4.6 4.6 0 1 1 0 9.2a4.6 4.6 0 1 1 0-9.2z M11.3 12.7L20.6 3.4"
        "M17.6 6.4l3 3 M14.6 9.4l2 2"
    ),
    Icon.PEOPLE: (
        "M9 4.4a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7z M2.4 20v-1a5 5 0 0 1 5-5h3.2a5 5 0 0 1 5 5v1"
        "M15.6 4.7a3.5 3.5 0 0 1 0 6.4 M18 14.2a5 5 0 0 1 3.6 4.8v1"
    ),
    Icon.CLOCK: "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18z M12 7v5.2l3.4 2",
    Icon.FLAG: (
        "M5 21.4V3.6 M5 4.4C8 3 10.5 3.4 12.5 4.4C14.5 5.4 17 5.4 19 4.4V13.6"
        "C17 14.6 14.5 14.6 12.5 13.6C10.5 12.6 8 12.2 5 13.6"
    ),
    Icon.PEN: "M4 20l1-4.6L16.4 4a2.5 2.5 0 0 1 3.6 3.6L8.6 19z M14.2 6.2l3.6 3.6 M13 20.4h7",
    Icon.LINK: (
        "M10 13.2a4.5 4.5 0 0 0 6.8.5l2.9-2.9a4.5 4.5 0 0 0-6.4-6.4l-1.6 1.6"
        "M14 10.8a4.5 4.5 0 0 0-6.8-.5l-2.9 2.9a4.5 4.5 0 0 0 6.4 6.4l1.6-1.6"
    ),
    Icon.WARNING: "M12 3.8L2.4 20.2h19.2z M12 10v4.4 M12 17.2v.05",
    Icon.QUESTION: (
        "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18z M9.2 9.6a2.9 2.9 0 1 1 4.3 2.5c-1 .55-1.5 1.1-1.5 2"
        "M12 16.9v.05"
    ),
    Sign.DO: "M5 12.6l4.8 4.8L19.2 7.4",
    Sign.AVOID: "M6.4 6.4l11.2 11.2 M17.6 6.4L6.4 17.6",
    Sign.CARE: "M12 4.6v9.2 M12 18.8v.05",
}


def draw_icon(canvas: Canvas, icon: Icon | Sign, box: Box, ink: str) -> None:
    """Draw an icon.

    Args:
        canvas: What it is drawn on.
        icon: Which one.
        box: The square that it fills.
        ink: The colour of its lines, ``#rrggbb``.
    """
    weight = _HEAVY if isinstance(icon, Sign) else _WEIGHT
    canvas.shape(_PATHS[icon], box, grid=_GRID, line=ink, width=weight * box.w / _GRID)


def draw_badge(canvas: Canvas, icon: Icon | Sign, box: Box, fill: str, ink: str) -> None:
    """Draw an icon on a disc that fills a square."""
    radius = box.w / 2
    canvas.circle(box.x + radius, box.y + radius, radius, fill=fill)
    draw_icon(canvas, icon, box.inset(box.w * _RIM), ink)

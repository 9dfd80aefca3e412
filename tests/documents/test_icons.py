from __future__ import annotations

import io
from itertools import product

import pytest
from PIL import Image, ImageChops

from bot.documents.canvas import Canvas
from bot.documents.icons import Sign, draw_icon
from bot.documents.palette import (
    BRAND,
    BRAND_LIGHT,
    GOLD,
    GREY,
    INK,
    MUTED,
    PAPER,
    TONES,
)
from bot.documents.pictures import png
from bot.documents.styles import Box
from bot.domain.icons import Icon
from bot.domain.meaning import Language

READ = [
    *product((PAPER, GOLD), (BRAND, BRAND_LIGHT)),
    *product((INK, MUTED), (PAPER, GREY)),
    (BRAND, GREY),
    *((INK, tone.tint) for tone in TONES.values()),
    *((tone.strong, tone.tint) for tone in TONES.values()),
    *((tone.strong, PAPER) for tone in TONES.values()),
]


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2 has it."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("ink", "ground"), READ)
def test_what_is_read_stands_out_from_its_ground(ink: str, ground: str) -> None:
    dark, light = sorted((luminance(ink), luminance(ground)))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("icon", [*Icon, *Sign])
def test_an_icon_fills_its_square_and_no_more(icon: Icon | Sign) -> None:
    canvas = Canvas(72, 72, title="", language=Language.ENGLISH)
    canvas.add_page()
    draw_icon(canvas, icon, Box(24, 24, 24, 24), "#000000")
    picture = Image.open(io.BytesIO(png(canvas.pdf(), dpi=127))).convert("L")
    box = ImageChops.invert(picture).getbbox()
    assert box is not None
    left, top, right, bottom = (edge / 5 - 24 for edge in box)
    assert min(left, top) >= 0
    assert max(right, bottom) <= 24
    assert max(right - left, bottom - top) >= 12


def test_no_two_icons_look_alike() -> None:
    drawn = set()
    for icon in (*Icon, *Sign):
        canvas = Canvas(24, 24, title="", language=Language.ENGLISH)
        canvas.add_page()
        draw_icon(canvas, icon, canvas.page, "#000000")
        drawn.add(png(canvas.pdf()))
    assert len(drawn) == len(Icon) + len(Sign)

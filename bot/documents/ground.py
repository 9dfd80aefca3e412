"""The ground of a page's head: the brand's colour with stars."""

from __future__ import annotations

from bot.documents.canvas import Canvas
from bot.documents.palette import BRAND, BRAND_LINE, PAPER
from bot.documents.styles import Box

_STAR = (
    "M12 0.7L15.31 4.01H19.99V8.69L23.3 12L19.99 15.31V19.99H15.31L12 23.3L8.69 19.99H4.01V15.31"
    "L0.7 12L4.01 8.69V4.01H8.69z"
)
"""The eight-pointed star of Arab ornament, on a grid of 24."""


def draw_ground(canvas: Canvas, height: float, star: float) -> None:
    """Fill the upper part of a page with the brand's colour and stars that fade into it.

    Args:
        canvas: What it is drawn on, before all else: stars that reach too low are painted over.
        height: How much of the page.
        star: How wide a star is, in millimetres.
    """
    page = canvas.page
    canvas.rectangle(page._replace(h=height), fill=BRAND)
    for row in range(int(height / star) + 1):
        for column in range(4 - row % 2):
            x = column * star if canvas.rtl else page.w - (column + 1) * star
            canvas.shape(_STAR, Box(x, row * star, star, star), line=BRAND_LINE, width=star / 60)
    canvas.rectangle(Box(0, height, page.w, page.h - height), fill=PAPER)

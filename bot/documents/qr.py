"""QR codes, on a page and as a picture."""

from __future__ import annotations

import io
from itertools import groupby

import segno

from bot.documents.canvas import Canvas
from bot.documents.styles import Box

_QUIET = 4
"""How many modules of white paper the standard asks for around a code."""


def draw_qr(canvas: Canvas, text: str, box: Box, color: str) -> None:
    """Draw a code that a phone reads from paper, its white margin within the box.

    Args:
        canvas: What to draw on.
        text: What the code says, such as an address.
        box: A square.
        color: A dark one.
    """
    rows = [[bool(module) for module in row] for row in _code(text).matrix]
    grid = len(rows) + 2 * _QUIET
    bars: list[str] = []
    for y, row in enumerate(rows, _QUIET):
        x = _QUIET
        for dark, modules in groupby(row):
            length = len(list(modules))
            if dark:
                bars.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    canvas.shape(" ".join(bars), box, grid=grid, fill=color)


def qr_png(text: str, scale: int = 12) -> bytes:
    """Draw a code as a PNG picture, each module so many pixels wide."""
    file = io.BytesIO()
    _code(text).save(file, kind="png", scale=scale, border=_QUIET)
    return file.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m")

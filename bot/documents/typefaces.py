"""The typefaces as a document embeds them, each read from its file once."""

from __future__ import annotations

import io
from copy import copy
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.fonts import SubsetMap, TTFFont

from bot.documents.styles import Face

FONTS = Path(__file__).parents[2] / "content" / "fonts"

_SHAPING = ("GSUB", "GPOS", "GDEF", "DSIG", "kern")
"""Tables that only shaping reads: an embedded font does without."""


def embedded(face: Face, number: int) -> TTFFont:
    """Give a typeface for one document, none of its glyphs in use yet.

    Args:
        face: Which.
        number: Which of the document's fonts it becomes, from 1.
    """
    read, data = _read(face)
    font = copy(read)
    font.i = number
    font.missing_glyphs = []
    font.subset = SubsetMap(font)
    # Writing a document cuts its font down to the glyphs in use.
    font.ttfont = TTFont(io.BytesIO(data), recalcTimestamp=False, lazy=True)
    return font


@cache
def _read(face: Face) -> tuple[TTFFont, bytes]:
    path = FONTS / f"{face}.ttf"
    stripped = TTFont(path, recalcTimestamp=False)
    for table in _SHAPING:
        if table in stripped:
            del stripped[table]
    file = io.BytesIO()
    stripped.save(file)
    return TTFFont(FPDF(), path, face.lower(), ""), file.getvalue()

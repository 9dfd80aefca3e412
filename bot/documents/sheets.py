"""fpdf2's document, to which lines are written as they were shaped."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from fpdf import FPDF
from fpdf.drawing_primitives import color_from_hex_string
from fpdf.enums import PDFResourceType
from fpdf.fonts import Glyph, SubsetMap, TTFFont

from bot.documents.shaping import EMPTY, Letter, Mark, Shaped, outline
from bot.documents.styles import Face, Style
from bot.documents.typefaces import embedded

_SPACE = 0x20

_SLACK = 0.5
"""Thousandths of the size by which a letter may stand beside its place."""


class Sheets(FPDF):
    """A document whose lines keep, for its readers, the letters that they were shaped from."""

    def write_line(self, shaped: Shaped, style: Style, x: float, y: float) -> None:
        """Write a line.

        Args:
            shaped: The line.
            style: Its size and colour.
            x: Its left end, in millimetres from the page's left edge.
            y: Its baseline, in millimetres from the page's top.
        """
        left, base = x * self.k, (self.h - y) * self.k
        pen = shaped.letters[0].x if shaped.letters else 0
        written = [f"q {color_from_hex_string(style.color).serialize().lower()} BT"]
        written.append(f"1 0 0 1 {left + pen * style.size / 1000:.3f} {base:.3f} Tm")
        for face, letters in groupby(shaped.letters, key=lambda letter: letter.face):
            font = self._font(face)
            self._resource_catalog.add(PDFResourceType.FONT, font.i, self.page)
            shown, pen = self._shown(font, letters, pen)
            written.append(f"/F{font.i} {style.size:.2f} Tf [{shown}] TJ")
        written.append("ET")
        if shaped.marks:
            scale = style.size / 1000
            written.append(
                f"{scale:.5f} 0 0 {scale:.5f} {left:.3f} {base:.3f} cm {_shapes(shaped.marks)}"
            )
        self._out(" ".join([*written, "Q"]))

    def finish(self) -> bytes:
        """Give the document's bytes."""
        written = bytes(self.output())
        # Their caches would keep the fonts of every document ever made.
        SubsetMap.get_glyph.cache_clear()
        SubsetMap.pick.cache_clear()
        return written

    def _font(self, face: Face) -> TTFFont:
        if face.lower() not in self.fonts:
            self.fonts[face.lower()] = embedded(face, len(self.fonts) + 1)
        font = self.fonts[face.lower()]
        assert isinstance(font, TTFFont)  # noqa: S101 - what embedded gives
        return font

    @staticmethod
    def _shown(font: TTFFont, letters: Iterable[Letter], pen: float) -> tuple[str, float]:
        """Write letters as strings and the gaps between; give where the last one ends too."""
        shown: list[str] = []
        for letter in letters:
            code, width = _code(font, letter)
            if abs(letter.x - pen) > _SLACK:
                shown.append(f"{pen - letter.x:.0f}")
                pen = letter.x
            shown.append(f"<{code:04X}>")
            pen += width
        return "".join(shown).replace("><", ""), pen


def _code(font: TTFFont, letter: Letter) -> tuple[int, float]:
    """Give a letter's code in a font's subset, and its width in thousandths of the size."""
    empty = letter.glyph == EMPTY
    number = font.glyph_ids[_SPACE] if empty else letter.glyph
    name = font.ttfont.getGlyphName(number)
    width = (
        round(letter.width) if empty else round(font.scale * font.ttfont["hmtx"].metrics[name][0])
    )
    code = font.subset.pick_glyph(Glyph(number, (ord(letter.text),), name, width))
    assert code is not None  # noqa: S101 - a glyph has one
    return code, width


def _shapes(marks: Iterable[Mark]) -> str:
    return " ".join(
        f"q 1 0 0 1 {mark.x:.1f} {mark.y:.1f} cm {outline(mark.face, mark.glyph)} f Q"
        for mark in marks
    )

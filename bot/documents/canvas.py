"""Pages to draw on: boxes, lines, shapes and text in Arabic and English."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from fpdf.drawing import PaintedPath
from fpdf.drawing_primitives import Transform, color_from_hex_string
from fpdf.enums import TextDirection
from fpdf.prefs import ViewerPreferences
from fpdf.svg import svg_path_converter

from bot.documents.shaping import Shaped, shape
from bot.documents.sheets import Sheets
from bot.documents.styles import Align, Box, Face, Style
from bot.documents.wrapping import wrap
from bot.domain.meaning import Language

_POINT = 72 / 25.4
"""Points in a millimetre."""

_STEP = 0.5
"""How finely a text shrinks to fit, in points."""

_BELOW_MIDDLE = 0.3
"""How far below a line's middle its letters stand, as a part of their size."""

_SHAPES = 1_000
"""Lines that are kept shaped, some kilobytes each."""

_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


class Canvas:
    """A PDF in the making; all lengths are millimetres, from a page's top left corner.

    Args:
        width: The pages' width.
        height: The pages' height.
        title: The document's title, for the reader's window and for screen readers.
        language: The language, and with it the side where lines start.
        made: When the document was made; the same for the same content gives the same bytes.
    """

    def __init__(
        self,
        width: float,
        height: float,
        *,
        title: str,
        language: Language,
        made: datetime = _UNDATED,
    ) -> None:
        self.page = Box(0, 0, width, height)
        self.rtl = language is Language.ARABIC
        self._widths: dict[tuple[str, Face], float] = {}
        # A table says the same in many of its cells.
        self._shape = lru_cache(maxsize=_SHAPES)(shape)
        self._pdf = Sheets(unit="mm", format=(width, height))
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_title(title)
        self._pdf.set_lang(language)
        self._pdf.set_creation_date(made)
        self._pdf.set_producer("Waai")
        self._pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def add_page(self) -> None:
        """Begin a page; a document begins with one too."""
        self._pdf.add_page()

    def rectangle(
        self,
        box: Box,
        *,
        fill: str | None = None,
        line: str | None = None,
        width: float = 0.3,
        radius: float = 0,
    ) -> None:
        """Draw a rectangle, with rounded corners where a radius is given.

        Args:
            box: Where.
            fill: The colour inside, ``#rrggbb``; None leaves what lies under it.
            line: The colour of the edge; None draws none.
            width: The edge's thickness.
            radius: The corners' radius.
        """
        path = PaintedPath()
        path.rectangle(box.x, box.y, box.w, box.h, radius, radius)
        self._paint(path, fill, line, width)

    def rule(
        self, start: tuple[float, float], end: tuple[float, float], color: str, width: float
    ) -> None:
        """Draw a straight line with round ends."""
        path = PaintedPath(*start)
        path.line_to(*end)
        self._paint(path, None, color, width)

    def circle(  # noqa: PLR0913 - where, how large and in which ink
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str | None = None,
        line: str | None = None,
        width: float = 0.3,
    ) -> None:
        """Draw a circle around a centre."""
        path = PaintedPath()
        path.circle(x, y, radius)
        self._paint(path, fill, line, width)

    def shape(  # noqa: PLR0913 - what, where and in which ink
        self,
        svg_path: str,
        box: Box,
        *,
        grid: float = 24,
        fill: str | None = None,
        line: str | None = None,
        width: float = 0.3,
    ) -> None:
        """Draw a shape from the data of an SVG path.

        Args:
            svg_path: What stands in an SVG path's ``d``, on a grid from 0 to ``grid``.
            box: Where the grid comes to lie; its width sets the scale.
            grid: How wide the grid is.
            fill: The colour inside; None leaves what lies under it.
            line: The colour of the line; None draws none.
            width: The line's thickness in millimetres, whatever the scale.
        """
        path = PaintedPath()
        path.style.auto_close = False
        svg_path_converter(path, svg_path)
        scale = box.w / grid
        path.transform = Transform.scaling(scale).translate(box.x, box.y)
        self._paint(path, fill, line, width / scale)

    def text(self, text: str, box: Box, style: Style, align: Align = Align.START) -> float:
        """Write a text into a box, its lines broken at the box's width.

        Returns:
            The height of what was written, which may be more than the box's.
        """
        lines = self.lines(text, style, box.w)
        for number, line in enumerate(lines):
            self._line(line, box, box.y + number * style.line_height, style, align)
        return len(lines) * style.line_height

    def middle(self, text: str, box: Box, style: Style, align: Align = Align.CENTER) -> None:
        """Write a text halfway down a box."""
        spare = box.h - self.height(text, style, box.w)
        self.text(text, box._replace(y=box.y + spare / 2), style, align)

    def lines(self, text: str, style: Style, width: float) -> list[str]:
        """Give the lines that a text breaks into at a width."""
        return wrap(text, width, lambda part: self.width(part, style))

    def height(self, text: str, style: Style, width: float) -> float:
        """Give the height that a text takes at a width."""
        return len(self.lines(text, style, width)) * style.line_height

    def width(self, text: str, style: Style) -> float:
        """Give the width that a text takes on one line."""
        key = (text, style.face)
        if key not in self._widths:
            self._widths[key] = self._shaped(text, style).width
        return self._widths[key] * style.size / 1000 / _POINT

    def fit(self, text: str, box: Box, style: Style, *, smallest: float, lines: int = 1) -> Style:
        """Shrink a style until a text stays within a box.

        Args:
            text: What will be written.
            box: What it must stay within.
            style: The style at its largest.
            smallest: The size in points below which it does not go.
            lines: How many lines there may be.
        """
        while style.size > smallest and not self._fits(text, box, style, lines):
            style = replace(style, size=max(style.size - _STEP, smallest))
        return style

    def link(self, box: Box, url: str) -> None:
        """Make a box open an address when it is pressed."""
        self._pdf.link(box.x, box.y, box.w, box.h, url)

    def pdf(self) -> bytes:
        """Finish the document."""
        return self._pdf.finish()

    def _shaped(self, line: str, style: Style) -> Shaped:
        rtl = self.rtl if style.rtl is None else style.rtl
        return self._shape(line, style.face, TextDirection.RTL if rtl else TextDirection.LTR)

    def _fits(self, text: str, box: Box, style: Style, lines: int) -> bool:
        broken = self.lines(text, style, box.w)
        return (
            len(broken) <= lines
            and len(broken) * style.line_height <= box.h
            and all(self.width(word, style) <= box.w for word in text.split())
        )

    def _line(self, line: str, box: Box, y: float, style: Style, align: Align) -> None:
        shaped = self._shaped(line, style)
        spare = box.w - shaped.width * style.size / 1000 / _POINT
        at_left = (align is Align.START) is not self.rtl
        x = box.x + (spare / 2 if align is Align.CENTER else 0 if at_left else spare)
        baseline = y + style.line_height / 2 + _BELOW_MIDDLE * style.size / _POINT
        self._pdf.write_line(shaped, style, x, baseline)

    def _paint(self, path: PaintedPath, fill: str | None, line: str | None, width: float) -> None:
        path.style.fill_color = color_from_hex_string(fill) if fill else None
        path.style.stroke_color = color_from_hex_string(line) if line else None
        path.style.stroke_width = width
        path.style.stroke_cap_style = "round"
        path.style.stroke_join_style = "round"
        with self._pdf.drawing_context() as drawing:
            drawing.add_item(path, clone=False)

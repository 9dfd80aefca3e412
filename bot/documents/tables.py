"""Tables over any number of pages, their headings on each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.documents.canvas import Canvas
from bot.documents.flow import Piece
from bot.documents.palette import BRAND, GREY, INK, PAPER
from bot.documents.runs import runs_leftward
from bot.documents.styles import Align, Box, Face, Style

_HEADING = Style(Face.PLEX_BOLD, 8, PAPER, 1.35)
_CELL = Style(Face.PLEX, 8, INK, 1.35)

_PADDING = 1.4
"""Around a cell's text, in millimetres, as all lengths here."""

_MOST_LINES = 6
"""Of a cell; what is longer is set smaller."""

_SMALLEST = 4


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        heading: What stands above it.
        width: As a part of the widths of all.
        rtl: Whether its texts run from right to left; None, each as its letters do.
    """

    heading: str
    width: float
    rtl: bool | None = None


class Table:
    """Makes the rows of a table.

    Args:
        canvas: What they are drawn on.
        columns: In the order of reading.
        width: How wide it is.
    """

    def __init__(self, canvas: Canvas, columns: Sequence[Column], width: float) -> None:
        self._canvas = canvas
        self._columns = columns
        scale = width / sum(column.width for column in columns)
        self._widths = [column.width * scale for column in columns]

    def pieces(self, rows: Iterable[Sequence[str]]) -> Iterator[Piece]:
        """Give the headings and the rows."""
        headings = [column.heading for column in self._columns]
        styles = [_HEADING] * len(headings)
        head = self._row(headings, styles, BRAND)
        yield replace(head, keeps=True)
        for number, row in enumerate(rows):
            cells = list(map(self._style, row, self._columns))
            yield replace(self._row(row, cells, GREY if number % 2 else None), head=head)

    def _style(self, text: str, column: Column) -> Style:
        return replace(_CELL, rtl=runs_leftward(text) if column.rtl is None else column.rtl)

    def _row(self, texts: Sequence[str], styles: Sequence[Style], fill: str | None) -> Piece:
        canvas = self._canvas
        fitted = list(map(self._fitted, texts, styles, self._widths))
        heights = map(canvas.height, texts, fitted, map(_inside, self._widths))
        height = max(heights) + 2 * _PADDING

        def draw(box: Box) -> None:
            if fill is not None:
                canvas.rectangle(box, fill=fill)
            for text, style, cell in zip(texts, fitted, self._cells(box), strict=True):
                if text:
                    canvas.middle(text, cell.inset(_PADDING, 0), style, Align.START)

        return Piece(height, draw)

    def _fitted(self, text: str, style: Style, width: float) -> Style:
        box = Box(0, 0, _inside(width), _MOST_LINES * style.line_height)
        return self._canvas.fit(text, box, style, smallest=_SMALLEST, lines=_MOST_LINES)

    def _cells(self, box: Box) -> Iterator[Box]:
        x = box.right if self._canvas.rtl else box.x
        for width in self._widths:
            x -= width if self._canvas.rtl else 0
            yield box._replace(x=x, w=width)
            x += 0 if self._canvas.rtl else width


def _inside(width: float) -> float:
    return width - 2 * _PADDING

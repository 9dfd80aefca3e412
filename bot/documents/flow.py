"""Pieces that follow one another down the pages, and tables whose heads are said again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.documents.canvas import Canvas
from bot.documents.sides import part
from bot.documents.styles import Align, Box, Style

_PAD = 1.6
"""Around what stands in a cell, in millimetres, as all lengths here."""


@dataclass(frozen=True)
class Piece:
    """Something as wide as the page that is not parted.

    Attributes:
        draw: Draws it into a box of this height.
        keeps: It does not stand at the foot of a page, away from what follows it.
        head: What is said again above it where it begins a page; None for nothing.
    """

    height: float
    draw: Callable[[Box], None]
    keeps: bool = False
    head: Piece | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        title: What stands at its head.
        width: In millimetres.
        style: How its cells are set.
        align: Where they stand.
    """

    title: str
    width: float
    style: Style
    align: Align = Align.START


@dataclass(frozen=True)
class TableLook:
    """How a table looks.

    Attributes:
        head: How its head is set.
        tint: The colour under the head.
        edge: The colour of the rules between rows.
    """

    head: Style
    tint: str
    edge: str


def paged(pieces: Sequence[Piece], first: float, following: float) -> list[list[Piece]]:
    """Part pieces into pages.

    Args:
        pieces: In their order.
        first: The height that the first page has for them.
        following: That of each other page.
    """
    pages: list[list[Piece]] = [[]]
    room = first
    for group in _kept(pieces):
        if sum(piece.height for piece in group) > room and pages[-1]:
            head = group[0].head
            pages.append([head] if head else [])
            room = following - (head.height if head else 0)
        pages[-1] += group
        room -= sum(piece.height for piece in group)
    return pages


def draw_pieces(pieces: Sequence[Piece], box: Box) -> None:
    """Draw pieces one below the other from the top of a box."""
    y = box.y
    for piece in pieces:
        piece.draw(box._replace(y=y, h=piece.height))
        y += piece.height


def table(
    canvas: Canvas, columns: Sequence[Column], rows: Sequence[Sequence[str]], look: TableLook
) -> Iterator[Piece]:
    """Give a table's head and rows.

    Args:
        canvas: What they are drawn on.
        columns: In the direction of reading.
        rows: A text for each column; line feeds part paragraphs.
        look: How it looks.
    """
    heads = [Column(each.title, each.width, look.head, each.align) for each in columns]
    titles = [each.title for each in columns]
    head = _row(canvas, heads, titles, look, tint=look.tint)
    yield Piece(head.height, head.draw, keeps=True)
    for row in rows:
        drawn = _row(canvas, columns, row, look)
        yield Piece(drawn.height, drawn.draw, head=head)


def _row(
    canvas: Canvas,
    columns: Sequence[Column],
    texts: Sequence[str],
    look: TableLook,
    tint: str | None = None,
) -> Piece:
    cells = list(zip(columns, texts, strict=True))
    tallest = max(canvas.height(text, c.style, c.width - 2 * _PAD) for c, text in cells)

    def draw(box: Box) -> None:
        if tint:
            canvas.rectangle(box, fill=tint)
        rest = box
        for column, text in cells:
            cell, rest = part(rest, column.width, 0, rtl=canvas.rtl)
            canvas.text(text, cell.inset(_PAD), column.style, column.align)
        canvas.rule((box.x, box.bottom), (box.right, box.bottom), look.edge, 0.2)

    return Piece(tallest + 2 * _PAD, draw)


def _kept(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Give the groups of pieces that stand on one page."""
    group: list[Piece] = []
    for piece in pieces:
        group.append(piece)
        if not piece.keeps:
            yield group
            group = []
    if group:
        yield group

"""The joint report on observations: figures, what is open, the list, room for two signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.documents.canvas import Canvas
from bot.documents.flow import Column, Piece, TableLook, draw_pieces, paged, table
from bot.documents.ornaments import draw_frame
from bot.documents.palette import BRAND, INK, MUTED
from bot.documents.sides import part
from bot.documents.stacks import Divider, Line, draw_stack
from bot.documents.styles import Align, Box, Face, Style
from bot.documents.words import Say
from bot.domain.meaning import Language

_PAGE = Box(0, 0, 210, 297)
_HEAD = Box(24, 18, 162, 52)
_FIRST = Box(24, 71, 162, 197)
_NEXT = Box(24, 24, 162, 244)
_FOOT = Box(24, 273, 162, 8)

_GOLD = "#8f6312"
_TINT = "#f7f3e8"
_EDGE = "#e2d5b5"
_BAR = "#14625c"

_TITLE = Style(Face.PLEX_BOLD, 13, BRAND, 1.5)
_TEXT = Style(Face.PLEX, 9.5, INK, 1.45)
_SMALL = Style(Face.PLEX, 8.5, INK, 1.4)
_FINE = Style(Face.PLEX, 7.5, INK, 1.4, rtl=False)
_LABEL = Style(Face.PLEX_BOLD, 8.5, _GOLD, 1.4)
_NUMBER = Style(Face.PLEX_BOLD, 17, BRAND, 1.3)

_TABLE = TableLook(_LABEL, _TINT, _EDGE)

_GAP = 4
"""Between parts, in millimetres, as all lengths here."""

_TILES, _BAR_ROW, _LABELS, _VALUES, _SIGNATURES = 21, 6.6, 66, 14, 51


@dataclass(frozen=True)
class Bars:
    """Numbers side by side, each with what it counts."""

    title: str
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Rows:
    """A table.

    Attributes:
        heads: What stands above each column.
        rows: A text for each column.
        empty: What is said where there is no row.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


@dataclass(frozen=True)
class ReportDetails:
    """What a joint report says.

    Attributes:
        employer: The employer's name.
        title: What it is.
        period: Lines on which time it is about, and when it was made.
        tiles: A number each, and what it counts.
        note: What is to be known of the numbers.
        bars: What was counted.
        spans: What took how long: four columns.
        open: What is not closed: four columns.
        cases: All: number, day, kind, state, articles, link.
        departments: Who signs.
        signing: What each fills in.
        made: When it was made.
        language: The language.
    """

    employer: str
    title: str
    period: tuple[str, ...]
    tiles: tuple[tuple[str, int], ...]
    note: str
    bars: tuple[Bars, ...]
    spans: Rows
    open: Rows
    cases: Rows
    departments: tuple[str, ...]
    signing: tuple[str, ...]
    made: datetime
    language: Language


def observation_report(details: ReportDetails, say: Say) -> bytes:
    """Draw a joint report as a PDF, A4 portrait, on as many pages as it takes.

    Args:
        details: What it says.
        say: Gives the phrase ``document_page``.
    """
    canvas = Canvas(
        _PAGE.w, _PAGE.h, title=details.title, language=details.language, made=details.made
    )
    pages = paged(list(_pieces(canvas, details)), _FIRST.h, _NEXT.h)
    for number, pieces in enumerate(pages, 1):
        canvas.add_page()
        draw_frame(canvas, BRAND, _GOLD)
        if number == 1:
            draw_stack(canvas, _HEAD, list(_head(details)))
        draw_pieces(pieces, _FIRST if number == 1 else _NEXT)
        page = say("document_page", details.language, page=number, pages=len(pages))
        canvas.middle(page, _FOOT, Style(Face.PLEX, 8, MUTED))
    return canvas.pdf()


def _head(details: ReportDetails) -> Iterator[Line | Divider]:
    yield Line(details.employer, Style(Face.PLEX_BOLD, 13, BRAND), lines=2, below=1)
    yield Divider(80, _GOLD, 6)
    yield Line(details.title, Style(Face.AMIRI_BOLD, 25, BRAND, 1.4), lines=2, below=1)
    for line in details.period:
        yield Line(line, Style(Face.PLEX, 10.5, MUTED, 1.45))


def _pieces(canvas: Canvas, details: ReportDetails) -> Iterator[Piece]:
    yield _tiles(canvas, details.tiles)
    yield _paragraph(canvas, details.note)
    for bars in details.bars:
        yield from _bars(canvas, bars)
    number = replace(_SMALL, rtl=False)
    yield from _rows(canvas, details.spans, ((78, _TEXT), (28, _TEXT), (28, _TEXT), (28, _TEXT)))
    yield from _rows(canvas, details.open, ((34, number), (50, _SMALL), (44, _SMALL), (34, _SMALL)))
    yield from _rows(
        canvas,
        details.cases,
        ((20, number), (20, _SMALL), (27, _SMALL), (30, _SMALL), (23, _FINE), (42, _FINE)),
    )
    yield _signatures(canvas, details)


def _heading(canvas: Canvas, title: str) -> Piece:
    height = _GAP + _TITLE.line_height + 1

    def draw(box: Box) -> None:
        canvas.text(title, box._replace(y=box.y + _GAP), _TITLE)

    return Piece(height, draw, keeps=True)


def _paragraph(canvas: Canvas, text: str) -> Piece:
    style = replace(_TEXT, color=MUTED)
    height = canvas.height(text, style, _FIRST.w) + 1

    def draw(box: Box) -> None:
        canvas.text(text, box, style)

    return Piece(height, draw)


def _tiles(canvas: Canvas, tiles: Sequence[tuple[str, int]]) -> Piece:
    width = (_FIRST.w - _GAP * (len(tiles) - 1)) / len(tiles)

    def draw(box: Box) -> None:
        rest = box._replace(h=_TILES - _GAP)
        for label, number in tiles:
            tile, rest = part(rest, width, _GAP, rtl=canvas.rtl)
            canvas.rectangle(tile, fill=_TINT, line=_EDGE, radius=2)
            top, low = tile._replace(h=10), tile._replace(y=tile.y + 9.5, h=6)
            canvas.middle(str(number), top, _NUMBER)
            inside = low.inset(1, 0)
            canvas.middle(label, inside, canvas.fit(label, inside, _LABEL, smallest=6))

    return Piece(_TILES, draw)


def _bars(canvas: Canvas, bars: Bars) -> Iterator[Piece]:
    if not bars.rows:
        return
    yield _heading(canvas, bars.title)
    most = max(1, *(number for _, number in bars.rows))
    for label, number in bars.rows:
        yield _bar(canvas, label, number, number / most)


def _bar(canvas: Canvas, label: str, number: int, share: float) -> Piece:
    lines = len(canvas.lines(label, _SMALL, _LABELS))
    height = max(_BAR_ROW, lines * _SMALL.line_height + 1.6)

    def draw(box: Box) -> None:
        name, rest = part(box, _LABELS, 3, rtl=canvas.rtl)
        value, rest = part(rest, _VALUES, 2, rtl=canvas.rtl)
        canvas.middle(label, name, _SMALL, Align.START)
        canvas.middle(str(number), value, replace(_SMALL, face=Face.PLEX_BOLD), Align.START)
        track = rest._replace(y=rest.y + height / 2 - 1.5, h=3)
        canvas.rectangle(track, fill=_TINT, radius=1.5)
        if number:
            bar, _ = part(track, max(3, track.w * share), 0, rtl=canvas.rtl)
            canvas.rectangle(bar, fill=_BAR, radius=1.5)

    return Piece(height, draw)


def _rows(canvas: Canvas, rows: Rows, looks: Sequence[tuple[float, Style]]) -> Iterator[Piece]:
    yield _heading(canvas, rows.title)
    if not rows.rows:
        yield _paragraph(canvas, rows.empty)
        return
    columns = [
        Column(title, width, style, Align.END if style is _FINE and canvas.rtl else Align.START)
        for title, (width, style) in zip(rows.heads, looks, strict=True)
    ]
    yield from table(canvas, columns, rows.rows, _TABLE)


def _signatures(canvas: Canvas, details: ReportDetails) -> Piece:
    """Draw a box in two halves, a department each, with lines to fill in."""
    row = 7.8

    def draw(box: Box) -> None:
        rest = box._replace(y=box.y + 2 * _GAP, h=box.h - 2 * _GAP)
        width = (rest.w - _GAP) / 2
        for department in details.departments:
            half, rest = part(rest, width, _GAP, rtl=canvas.rtl)
            canvas.rectangle(half, line=_EDGE, fill="#ffffff", width=0.4, radius=2)
            inside = half.inset(5, 3)
            canvas.text(department, inside, Style(Face.PLEX_BOLD, 10.5, BRAND, 1.4))
            for number, label in enumerate(details.signing, 1):
                line = inside._replace(y=inside.y + number * row, h=row)
                name, blank = part(line, 20, 2, rtl=canvas.rtl)
                canvas.middle(label, name, _LABEL, Align.START)
                foot = line.y + row - 1.8
                canvas.rule((blank.x, foot), (blank.right, foot), _EDGE, 0.3)

    return Piece(_SIGNATURES, draw)

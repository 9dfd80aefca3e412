"""The protocol of a circular: what was sent, to whom, what became of it, and what proves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.documents.canvas import Canvas
from bot.documents.flow import Piece, draw_pieces, paged
from bot.documents.ornaments import draw_frame
from bot.documents.palette import BRAND, INK, MUTED
from bot.documents.runs import runs_leftward
from bot.documents.sides import columns, part
from bot.documents.stacks import Divider, Line, draw_stack
from bot.documents.styles import Align, Box, Face, Style
from bot.documents.tables import Column, Table
from bot.documents.words import Say
from bot.domain.meaning import Language

_PAGE = Box(0, 0, 210, 297)
_BODY = Box(20, 22, 170, 246)
_FOOT = Box(26, 273, 158, 8)

_GOLD = "#8f6312"
_TINT = "#f7f3e8"
_EDGE = "#e2d5b5"

_SECTION = Style(Face.PLEX_BOLD, 13, BRAND, 1.3)
_LABEL = Style(Face.PLEX_BOLD, 9, _GOLD, 1.35)
_VALUE = Style(Face.PLEX, 10, INK, 1.45)
_TEXT = Style(Face.PLEX, 10.5, INK, 1.7)
_NOTE = Style(Face.PLEX, 9.5, MUTED, 1.5)
_FIGURE = Style(Face.PLEX_BOLD, 15, BRAND, 1.2)

_HEAD = 52
"""The height of the first page's head, in millimetres, as all lengths here."""

_LABELS = 42
_PADDING = 1.6
_TILES = 4
"""Figures in a row."""

_TILE = 19
_GAP = 2
_SIGNATURE = 40
_APART = 6
_SPACE = Piece(2, lambda _: None)


@dataclass(frozen=True)
class Listing:
    """A table of the protocol.

    Attributes:
        none: What is said where it has no rows.
        note: What is said below it; empty for nothing.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    none: str
    note: str = ""


@dataclass(frozen=True)
class ProtocolDetails:
    """What a protocol says, in one language.

    Attributes:
        employer: The employer's name.
        title: The circular's.
        facts: Each a label and what it names.
        statement: The words that are acknowledged; empty where none are.
        figures: Each a label and a count.
        anchor: What of the journal proves it all, as facts.
        signatures: Who is to sign: what as, and the name, empty where it is to be written in.
        made: When the protocol was, in the zone of the employer.
    """

    employer: str
    title: str
    facts: Sequence[tuple[str, str]]
    statement: str
    figures: Sequence[tuple[str, int]]
    listings: Sequence[Listing]
    anchor: Sequence[tuple[str, str]]
    signatures: Sequence[tuple[str, str]]
    made: datetime
    language: Language


def protocol(details: ProtocolDetails, say: Say) -> bytes:
    """Draw the protocol of a circular as a PDF, A4 portrait, on as many pages as it takes.

    Args:
        details: What it says.
        say: Gives the phrases ``document_…``.
    """
    canvas = Canvas(
        _PAGE.w,
        _PAGE.h,
        title=say("document_protocol_file", details.language, title=details.title),
        language=details.language,
        made=details.made,
    )
    pages = paged(list(_Pieces(canvas, details, say).all()), _BODY.h, _BODY.h)
    for number, pieces in enumerate(pages, 1):
        canvas.add_page()
        draw_frame(canvas, BRAND, _GOLD)
        draw_pieces(pieces, _BODY)
        page = say("document_page", details.language, page=number, pages=len(pages))
        canvas.middle(page, _FOOT, Style(Face.PLEX, 8, MUTED))
    return canvas.pdf()


class _Pieces:
    """Makes the parts of a protocol."""

    def __init__(self, canvas: Canvas, details: ProtocolDetails, say: Say) -> None:
        self._canvas = canvas
        self._details = details
        self._say = say

    def all(self) -> Iterator[Piece]:
        """Give them in their order."""
        details = self._details
        yield Piece(_HEAD, lambda box: draw_stack(self._canvas, box, list(self._head())))
        yield from self._facts(details.facts)
        if details.statement:
            yield self._section(self._phrase("document_protocol_statement"))
            yield from self._paragraph(details.statement, _TEXT)
        yield self._section(self._phrase("document_protocol_figures"))
        for start in range(0, len(details.figures), _TILES):
            tiles = details.figures[start : start + _TILES]
            yield Piece(_TILE + _GAP, partial(self._draw_tiles, tiles))
        for listing in details.listings:
            yield from self._listing(listing)
        yield from (replace(piece, keeps=True) for piece in self._anchor())
        yield Piece(_SIGNATURE + _APART, self._draw_signatures)

    def _anchor(self) -> Iterator[Piece]:
        yield self._section(self._phrase("document_protocol_anchor"))
        yield from self._paragraph(self._phrase("document_protocol_anchor_about"), _NOTE)
        yield _SPACE
        yield from self._facts(self._details.anchor)

    def _head(self) -> Iterator[Line | Divider]:
        details = self._details
        yield Line(details.employer, Style(Face.PLEX_BOLD, 13, BRAND), lines=2, below=1)
        yield Divider(80, _GOLD, 6)
        title = self._phrase("document_protocol_title")
        yield Line(title, Style(Face.AMIRI_BOLD, 28, BRAND, 1.4), below=4)
        yield Line(details.title, Style(Face.PLEX, 13, MUTED, 1.4), lines=3)

    def _section(self, title: str) -> Piece:
        canvas = self._canvas

        def draw(box: Box) -> None:
            line = box._replace(y=box.y + 3, h=box.h - 3)
            canvas.middle(title, line, canvas.fit(title, line, _SECTION, smallest=8), Align.START)

        return Piece(14, draw, keeps=True)

    def _facts(self, facts: Sequence[tuple[str, str]]) -> Iterator[Piece]:
        for label, value in facts:
            style = self._fitted(value, replace(_VALUE, rtl=runs_leftward(value)))
            height = self._canvas.height(value, style, self._beside(_BODY)[1].w)
            yield Piece(height + 2 * _PADDING, partial(self._draw_fact, label, value, style))

    def _fitted(self, value: str, style: Style) -> Style:
        """Shrink what is one long word, such as a digest, until it takes one line."""
        if " " in value:
            return style
        return self._canvas.fit(value, self._beside(_BODY)[1], style, smallest=6)

    def _draw_fact(self, label: str, value: str, style: Style, box: Box) -> None:
        canvas = self._canvas
        canvas.rectangle(box, fill=_TINT)
        canvas.rule((box.x, box.bottom), (box.right, box.bottom), _EDGE, 0.2)
        name, rest = self._beside(box)
        canvas.middle(label, name, canvas.fit(label, name, _LABEL, smallest=6), Align.START)
        canvas.middle(value, rest, style, Align.START)

    def _beside(self, box: Box) -> tuple[Box, Box]:
        return part(box.inset(4, 0), _LABELS, 2, rtl=self._canvas.rtl)

    def _paragraph(self, text: str, style: Style) -> Iterator[Piece]:
        for line in self._canvas.lines(text, style, _BODY.w):
            yield Piece(style.line_height, partial(self._draw_line, line, style))

    def _draw_line(self, line: str, style: Style, box: Box) -> None:
        self._canvas.text(line, box, style)

    def _draw_tiles(self, tiles: Sequence[tuple[str, int]], box: Box) -> None:
        canvas = self._canvas
        row = box._replace(h=_TILE)
        for tile, (label, count) in zip(
            columns(row, _TILES, _GAP, rtl=canvas.rtl), tiles, strict=False
        ):
            canvas.rectangle(tile, fill=_TINT, line=_EDGE, width=0.2, radius=2)
            number = tile.inset(2, 1.5)._replace(h=7)
            canvas.middle(f"{count:,}", number, _FIGURE)
            name = tile.inset(2, 0)._replace(y=tile.y + 8.5, h=_TILE - 9.5)
            style = canvas.fit(label, name, replace(_LABEL, size=8), smallest=5, lines=2)
            canvas.middle(label, name, style)

    def _listing(self, listing: Listing) -> Iterator[Piece]:
        yield self._section(listing.title)
        if listing.rows:
            yield from Table(self._canvas, listing.columns, _BODY.w).pieces(listing.rows)
        else:
            yield from self._paragraph(listing.none, _NOTE)
        if listing.note:
            yield _SPACE
            yield from self._paragraph(listing.note, _NOTE)

    def _draw_signatures(self, box: Box) -> None:
        canvas, signatures = self._canvas, self._details.signatures
        row = box._replace(y=box.y + _APART, h=_SIGNATURE)
        places = columns(row, len(signatures), 4, rtl=canvas.rtl)
        for place, (role, name) in zip(places, signatures, strict=True):
            canvas.rectangle(place, line=_EDGE, width=0.3, radius=2)
            top = place.inset(3, 2)._replace(h=7)
            canvas.middle(role, top, canvas.fit(role, top, _LABEL, smallest=6))
            if name:
                below = top._replace(y=top.bottom, h=11)
                style = canvas.fit(name, below, replace(_VALUE, size=11), smallest=6, lines=2)
                canvas.middle(name, below, style)
            y = place.bottom - 6
            canvas.rule((place.x + 6, y), (place.right - 6, y), MUTED, 0.2)

    def _phrase(self, phrase: str) -> str:
        return self._say(phrase, self._details.language)

"""The copy of an acknowledgement for who gave it: what was accepted, by whom and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.documents.canvas import Canvas
from bot.documents.ornaments import draw_frame
from bot.documents.palette import BRAND, INK, MUTED
from bot.documents.qr import draw_qr
from bot.documents.runs import runs_leftward
from bot.documents.sides import part
from bot.documents.stacks import Divider, Line, draw_stack
from bot.documents.styles import Align, Box, Face, Style
from bot.documents.words import Say, gregorian_words, hijri_words
from bot.domain.meaning import Language
from bot.domain.serials import shown_serial

_PAGE = Box(0, 0, 210, 297)
_HEAD = Box(26, 20, 158, 44)
_FIRST = Box(26, 70, 158, 200)
_NEXT = Box(26, 24, 158, 246)
_FOOT = Box(26, 273, 158, 8)

_GOLD = "#8f6312"
_TINT = "#f7f3e8"
_EDGE = "#e2d5b5"

_WORDING = Style(Face.PLEX, 11.5, INK, 1.75)
_LABEL = Style(Face.PLEX_BOLD, 9, _GOLD, 1.3)
_VALUE = Style(Face.PLEX_BOLD, 11, INK, 1.3)

_BETWEEN = 2
"""What lies between paragraphs, in millimetres, as all lengths here."""

_LABELS_WIDTH = 34
_ROW = 8.5
_CARD_EDGE = 6
_CODE = 34
_ABOVE_CARD = 8


@dataclass(frozen=True)
class PledgeDetails:
    """What somebody acknowledged.

    Attributes:
        name: Who.
        employer: The employer's name.
        title: What the wording sums up, such as a regulation's title.
        wording: The wording, letter for letter; paragraphs are parted by line feeds.
        version: The wording's version.
        digest: The wording's SHA-256 in hexadecimal.
        accepted_at: When, in the zone of the employer.
        serial: As ``new_serial`` makes it.
        url: Where it is verified; None if nowhere.
        language: The wording's language.
    """

    name: str
    employer: str
    title: str
    wording: str
    version: str
    digest: str
    accepted_at: datetime
    serial: str
    url: str | None
    language: Language


def pledge(details: PledgeDetails, say: Say) -> bytes:
    """Draw the copy of an acknowledgement as a PDF, A4 portrait, on as many pages as it takes.

    Args:
        details: What was acknowledged.
        say: Gives the phrases ``document_…``.
    """
    language = details.language
    canvas = Canvas(
        _PAGE.w,
        _PAGE.h,
        title=say("document_pledge_file", language, name=details.name),
        language=language,
        made=details.accepted_at,
    )
    rows = list(_rows(details, say))
    card_height = len(rows) * _ROW + 2 * _CARD_EDGE
    pages = _paged(list(_lines(canvas, details.wording)), card_height + _ABOVE_CARD)
    for number, lines in enumerate(pages, 1):
        canvas.add_page()
        draw_frame(canvas, BRAND, _GOLD)
        body = _NEXT
        if number == 1:
            draw_stack(canvas, _HEAD, list(_head(details, say)))
            body = _FIRST
        for line, height in lines:
            canvas.text(line, body, _WORDING)
            body = body._replace(y=body.y + height)
        if number == len(pages):
            card = body._replace(y=body.y + _ABOVE_CARD, h=card_height)
            _draw_card(canvas, card, rows, details.url)
        page = say("document_page", language, page=number, pages=len(pages))
        canvas.middle(page, _FOOT, Style(Face.PLEX, 8, MUTED))
    return canvas.pdf()


def _lines(canvas: Canvas, wording: str) -> Iterator[tuple[str, float]]:
    """Give each line with its height, which is more at the end of a paragraph."""
    for paragraph in wording.split("\n"):
        *lines, last = canvas.lines(paragraph, _WORDING, _FIRST.w)
        yield from ((line, _WORDING.line_height) for line in lines)
        yield last, _WORDING.line_height + _BETWEEN


def _paged(lines: Sequence[tuple[str, float]], at_end: float) -> list[list[tuple[str, float]]]:
    """Part lines into pages; leave room on the last one for what stands at the end."""
    pages: list[list[tuple[str, float]]] = [[]]
    room = _FIRST.h
    for line, height in lines:
        if height > room:
            pages.append([])
            room = _NEXT.h
        pages[-1].append((line, height))
        room -= height
    return pages if at_end <= room else [*pages, []]


def _head(details: PledgeDetails, say: Say) -> Iterator[Line | Divider]:
    yield Line(details.employer, Style(Face.PLEX_BOLD, 13, BRAND), below=1)
    yield Divider(80, _GOLD, 6)
    title = say("document_pledge_title", details.language)
    yield Line(title, Style(Face.AMIRI_BOLD, 30, BRAND, 1.45))
    yield Line(details.title, Style(Face.PLEX, 12, MUTED, 1.4), lines=2)


def _rows(details: PledgeDetails, say: Say) -> Iterator[tuple[str, str, Style]]:
    """Give what the card says: a label, its value and the value's style, row by row."""
    language = details.language
    ltr = replace(_VALUE, rtl=False)
    at = details.accepted_at
    name = replace(_VALUE, rtl=runs_leftward(details.name))
    yield say("document_pledge_name", language), details.name, name
    day = gregorian_words(at, say, language)
    moment = say(
        "document_moment", language, day=day, time=f"{at:%H:%M}", offset=at.isoformat()[-6:]
    )
    yield say("document_pledge_at", language), moment, _VALUE
    if hijri := hijri_words(at, say, language):
        yield say("document_pledge_hijri", language), hijri, _VALUE
    yield say("document_pledge_version", language), details.version, ltr
    yield say("document_serial", language), shown_serial(details.serial), ltr
    digest = Style(Face.PLEX, 9, INK, 1.3, rtl=False)
    yield say("document_pledge_digest", language), f"sha256:{details.digest}", digest


def _draw_card(
    canvas: Canvas, card: Box, rows: Sequence[tuple[str, str, Style]], url: str | None
) -> None:
    """Draw the rows on a tinted card, the code beside all but the last, which is long."""
    canvas.rectangle(card, fill=_TINT, line=_EDGE, width=0.3, radius=3)
    wide = narrow = card.inset(_CARD_EDGE)
    if url:
        code, narrow = part(wide, _CODE, 6, rtl=not canvas.rtl)
        code = code._replace(h=_CODE, y=wide.y + ((len(rows) - 1) * _ROW - _CODE) / 2)
        canvas.rectangle(code, fill="#ffffff", radius=2)
        draw_qr(canvas, url, code, INK)
        canvas.link(code, url)
    for number, (label, value, style) in enumerate(rows, 1):
        inside = wide if number == len(rows) else narrow
        row = inside._replace(y=wide.y + (number - 1) * _ROW, h=_ROW)
        name, rest = part(row, _LABELS_WIDTH, 2, rtl=canvas.rtl)
        canvas.middle(label, name, canvas.fit(label, name, _LABEL, smallest=6), Align.START)
        canvas.middle(value, rest, canvas.fit(value, rest, style, smallest=6), Align.START)
        if number > 1:
            canvas.rule((row.x, row.y), (row.right, row.y), _EDGE, 0.2)

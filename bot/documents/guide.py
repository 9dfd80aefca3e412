"""A rulebook's visual guide: a poster to print, and pictures for the chat."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import partial

from bot.documents.canvas import Canvas
from bot.documents.guide_cards import Panels
from bot.documents.guide_frame import Frame
from bot.documents.guide_models import Guide
from bot.documents.guide_pages import Page, flow, page_height, rows_of, split
from bot.documents.pictures import png

A3 = (297.0, 420.0)
"""The poster's width and height in millimetres."""

_SCALES = tuple(size / 50 for size in range(45, 86))
"""The sizes that a poster may have; the smallest is still read when it is printed on A4."""

_HANDY = _SCALES.index(1.1)
"""The size below which a poster had better be set otherwise."""

_SETTINGS = ((2, 1, _HANDY), (3, 1, _HANDY), (2, 1, 0), (3, 1, 0), (2, 2, 0))
"""Columns, pages and the least size, in the order in which they are tried."""

_ROOMIER = 0.35
"""By how much of its height a row may be stretched to fill a page."""

PICTURE_WIDTH = 190.5
"""In millimetres; 1080 pixels."""

MOST_PICTURES = 3
_LIMIT = 2400 / 1080 * PICTURE_WIDTH
"""As high as the screen of a phone that is 1080 pixels wide."""

_CHAT_SCALES = (1.32, 1.26, 1.2, 1.14)
"""The sizes that pictures are tried in; at 1.14 a rule has letters of 25 pixels."""

_SPACE = 8.0
"""What lies between a page's head, its panels and its foot."""


@dataclass(frozen=True)
class _Layout:
    """Pages, with all that is needed to draw them."""

    frame: Frame
    panels: Panels
    pages: list[Page]

    def around(self, number: int) -> float:
        """Give the height of all that a page has beside its panels."""
        return _around(self.frame, number)

    def height(self, number: int) -> float:
        """Give the height that a page needs."""
        return page_height(self.pages[number], self.panels) + self.around(number)

    def fits(self, limit: float) -> bool:
        """Say whether no page is higher than that."""
        return all(self.height(number) <= limit for number in range(len(self.pages)))


def guide_pdf(guide: Guide) -> bytes:
    """Draw the poster: A3 upright, on as few pages as its rules need.

    The same guide gives the same bytes.
    """
    canvas = _canvas(guide, *A3)
    layout = _poster(canvas, guide)
    for number in range(len(layout.pages)):
        _draw_page(canvas, layout, number)
    return canvas.pdf()


def guide_pictures(guide: Guide) -> list[bytes]:
    """Draw the PNG pictures for the chat, at most three, each 1080 pixels wide.

    The same guide gives the same bytes.
    """
    return [png(page) for page in picture_pdfs(guide)]


def picture_pdfs(guide: Guide) -> list[bytes]:
    """Draw the pages that the pictures are made from."""
    layout = _chat(guide)
    return [_picture(guide, layout, number) for number in range(len(layout.pages))]


def _picture(guide: Guide, layout: _Layout, number: int) -> bytes:
    canvas = _canvas(guide, PICTURE_WIDTH, layout.height(number))
    frame, panels = _chat_pens(canvas, guide, layout.panels.scale)
    _draw_page(canvas, _Layout(frame, panels, layout.pages), number)
    return canvas.pdf()


def _chat(guide: Guide) -> _Layout:
    """Set pictures in the largest size in which none is too high, else in the smallest."""
    sheet = _canvas(guide, PICTURE_WIDTH, 0)

    def layout(scale: float) -> _Layout:
        frame, panels = _chat_pens(sheet, guide, scale)
        rows, around = rows_of(guide, 1), partial(_around, frame)
        return _Layout(frame, panels, split(rows, panels, MOST_PICTURES, _LIMIT, around))

    *larger, smallest = _CHAT_SCALES
    fitting = (found for found in map(layout, larger) if found.fits(_LIMIT))
    return next(fitting, None) or layout(smallest)


def _chat_pens(canvas: Canvas, guide: Guide, scale: float) -> tuple[Frame, Panels]:
    frame = Frame(canvas, guide, margin=6, head=0.74, foot=1.15)
    return frame, Panels(canvas, frame.body.w, scale)


def _poster(canvas: Canvas, guide: Guide) -> _Layout:
    """Set a poster on one page if it can be, else on two with whole groups, else on several."""
    frame = Frame(canvas, guide, margin=16, head=0.88, foot=1)
    high = canvas.page.h

    def layout(size: int, columns: int, most: int) -> _Layout:
        panels = Panels(canvas, frame.body.w, _SCALES[size])
        rows, around = rows_of(guide, columns), partial(_around, frame)
        return _Layout(frame, panels, split(rows, panels, most, high, around))

    def too_large(size: int, columns: int, most: int) -> bool:
        found = layout(size, columns, most)
        return not found.fits(high) or sum(map(len, found.pages)) > len(guide.groups)

    for columns, most, least in _SETTINGS:
        sizes = range(least, len(_SCALES))
        fitting = bisect_right(sizes, 0, key=partial(too_large, columns=columns, most=most))
        if fitting:
            return layout(sizes[fitting - 1], columns, most)
    panels = Panels(canvas, frame.body.w, _SCALES[_HANDY])
    return _Layout(frame, panels, flow(rows_of(guide, 2), panels, high - _around(frame, 0)))


def _around(frame: Frame, number: int) -> float:
    also = frame.also_height()
    between = (3 if also else 2) * _SPACE
    return frame.head_height(number) + also + frame.foot_height(number) + between


def _draw_page(canvas: Canvas, layout: _Layout, number: int) -> None:
    frame, panels, page = layout.frame, layout.panels, layout.pages[number]
    canvas.add_page()
    frame.draw_head(number, len(layout.pages))
    frame.draw_foot(number)
    left = canvas.page.h - layout.height(number)
    rows = [row for panel in page for row in panel.rows]
    spare = min(left, _ROOMIER * sum(map(panels.row_height, rows))) / len(rows)
    between = (left - spare * len(rows)) / (len(page) + 1)
    y = frame.head_height(number) + _SPACE + between
    for panel in page:
        y = panels.draw(panel, frame.body.x, y, spare) + panels.gap + between
    frame.draw_also(canvas.page.h - frame.foot_height(number) - _SPACE - frame.also_height())


def _canvas(guide: Guide, width: float, height: float) -> Canvas:
    title = f"{guide.title} – {guide.employer}"
    return Canvas(width, height, title=title, language=guide.language)

"""What was drawn on a page: the letters that a reader gets, and the places of texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pypdfium2

from bot.documents.canvas import Canvas
from bot.documents.styles import Align, Box, Style

_TOLERANCE = 0.01
"""Of a millimetre."""


def letters(pdf: bytes) -> str:
    """Give what a reader takes from all pages, without the spaces that lines break at."""
    with pypdfium2.PdfDocument(pdf) as document:
        return squeeze("".join(page.get_textpage().get_text_range() for page in document))


def squeeze(text: str) -> str:
    return "".join(text.split())


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Give the pages' widths and heights in whole millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        points = [page.get_size() for page in document]
    return [(round(wide * 25.4 / 72), round(high * 25.4 / 72)) for wide, high in points]


@contextmanager
def places_checked() -> Iterator[list[str]]:
    """Gather what stands outside its box or its page, or over another text."""
    faults: list[str] = []
    written: dict[int, list[tuple[str, Box]]] = {}
    write, begin = Canvas.text, Canvas.add_page

    def add_page(canvas: Canvas) -> None:
        written[id(canvas)] = []
        begin(canvas)

    def text(
        canvas: Canvas, said: str, box: Box, style: Style, align: Align = Align.START
    ) -> float:
        high = write(canvas, said, box, style, align)
        place = box._replace(h=high)
        if any(
            canvas.width(line, style) > box.w + _TOLERANCE
            for line in canvas.lines(said, style, box.w)
        ):
            faults.append(f"wider than its box: {said}")
        if not _within(place, canvas.page):
            faults.append(f"outside the page: {said}")
        faults.extend(
            f"over {other}: {said}"
            for other, taken in written[id(canvas)]
            if _overlap(place, taken)
        )
        written[id(canvas)].append((said, place))
        return high

    with patch.object(Canvas, "text", text), patch.object(Canvas, "add_page", add_page):
        yield faults


def _within(box: Box, page: Box) -> bool:
    return (
        box.x >= -_TOLERANCE
        and box.y >= -_TOLERANCE
        and box.right <= page.right + _TOLERANCE
        and box.bottom <= page.bottom + _TOLERANCE
    )


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.right - _TOLERANCE
        and other.x < one.right - _TOLERANCE
        and one.y < other.bottom - _TOLERANCE
        and other.y < one.bottom - _TOLERANCE
    )

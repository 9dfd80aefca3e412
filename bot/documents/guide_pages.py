"""Which of a guide's rows stand on which page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import combinations, groupby, pairwise
from math import ceil

from bot.documents.guide_cards import Panel, Panels, Row
from bot.documents.guide_models import Group, Guide

Page = tuple[Panel, ...]

Cuts = tuple[int, ...]
"""Where pages begin, by the number of their first row, and where the last one ends."""

Rows = Sequence[tuple[Group, Row]]
"""Rows, each with the group that it belongs to."""


def rows_of(guide: Guide, columns: int) -> Rows:
    """Give a guide's rows, of so many cards at most; later ones may have one less, and wider."""
    return [(group, row) for group in guide.groups for row in _even(group.cards, columns)]


def _even(cards: Row, most: int) -> Iterator[Row]:
    rows = ceil(len(cards) / most)
    for left in range(rows, 0, -1):
        size = ceil(len(cards) / left)
        yield cards[:size]
        cards = cards[size:]


def page_of(rows: Rows) -> Page:
    """Put rows into the panels of their groups."""
    return tuple(
        Panel(group, tuple(row for _, row in found))
        for group, found in groupby(rows, key=lambda each: each[0])
    )


def page_height(page: Page, panels: Panels) -> float:
    """Give the height of a page's panels with what lies between them."""
    return sum(map(panels.height, page)) + (len(page) - 1) * panels.gap


def flow(rows: Rows, panels: Panels, room: float) -> list[Page]:
    """Fill page after page.

    Args:
        rows: What is to be placed; a row higher than a page gets a page of its own.
        panels: What gives their heights.
        room: The height that a page has.
    """
    pages: list[Page] = []
    start = 0
    for end in range(1, len(rows) + 1):
        page = page_of(rows[start:end])
        if end - start > 1 and page_height(page, panels) > room:
            pages.append(page_of(rows[start : end - 1]))
            start = end - 1
    return [*pages, page_of(rows[start:])]


def split(
    rows: Rows, panels: Panels, most: int, limit: float, around: Callable[[int], float]
) -> list[Page]:
    """Part rows into few pages of about one height.

    Args:
        rows: What is to be placed.
        panels: What gives their heights.
        most: How many pages there may be.
        limit: The height that a page should not pass.
        around: Gives the height of all that a page has beside panels; the first page is 0.

    Returns:
        The pages: the fewest that keep to the limit, groups kept whole where that can be.
    """
    beside = [around(number) for number in range(most)]

    @cache
    def page(start: int, end: int) -> Page:
        return page_of(rows[start:end])

    @cache
    def height(start: int, end: int) -> float:
        return page_height(page(start, end), panels)

    def cost(cuts: Cuts) -> tuple[float, int, int, float]:
        spans = list(pairwise(cuts))
        heights = [height(*span) + beside[number] for number, span in enumerate(spans)]
        parts = sum(len(page(*span)) for span in spans)
        return max(*heights, limit), len(spans), parts, sum(high**2 for high in heights)

    best = min(_all_cuts(len(rows), most), key=cost)
    return [page(*span) for span in pairwise(best)]


def _all_cuts(rows: int, most: int) -> Iterator[Cuts]:
    for count in range(min(most, rows)):
        for cuts in combinations(range(1, rows), count):
            yield (0, *cuts, rows)

"""What follows one another down the pages, however many these are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.documents.styles import Box


@dataclass(frozen=True)
class Block:
    """Something of a height that stays on one page; lengths in millimetres.

    Attributes:
        height: How much of a page it takes.
        draw: Draws it into a box of this height.
        again: What stands above it where it begins a page; None for nothing.
        leads: It does not stay behind at a page's end when the next one goes on to another.
    """

    height: float
    draw: Callable[[Box], None]
    again: Block | None = None
    leads: bool = False


def paged(blocks: Iterable[Block], height: float) -> list[list[Block]]:
    """Part blocks into pages; there is at least one.

    Args:
        blocks: In their order; none may be higher than a page.
        height: How much room a page has.
    """
    pages: list[list[Block]] = [[]]
    leading: list[Block] = []
    room = height
    for block in blocks:
        leading.append(block)
        if block.leads:
            continue
        needed = sum(each.height for each in leading)
        if needed > room:
            pages.append([])
            if leading[0].again is not None:
                leading.insert(0, leading[0].again)
            room, needed = height, sum(each.height for each in leading)
        pages[-1] += leading
        room -= needed
        leading = []
    pages[-1] += leading
    return pages


def draw_page(blocks: Iterable[Block], box: Box) -> None:
    """Draw the blocks of a page, one below the other."""
    y = box.y
    for block in blocks:
        block.draw(box._replace(y=y, h=block.height))
        y += block.height

"""Centred lines, one below the other, halfway down a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.documents.canvas import Canvas
from bot.documents.ornaments import draw_divider
from bot.documents.styles import Align, Box, Style

_SMALLEST = 5
"""Points; whatever is set smaller is read by nobody."""


_STEP = 0.97
"""By what everything shrinks at once that is too tall."""


@dataclass(frozen=True)
class Line:
    """A text of a stack.

    Attributes:
        text: What is written.
        style: How, at its largest; it shrinks until it fits.
        lines: How many lines it may take.
        below: The space under it in millimetres.
    """

    text: str
    style: Style
    lines: int = 1
    below: float = 0


@dataclass(frozen=True)
class Divider:
    """A rule with a star in its middle; lengths in millimetres."""

    width: float
    color: str
    height: float


def draw_stack(canvas: Canvas, box: Box, stack: Sequence[Line | Divider]) -> None:
    """Draw lines and dividers in the middle of a box."""
    draw_stacks(canvas, [box], [stack])


def draw_stacks(
    canvas: Canvas, boxes: Sequence[Box], stacks: Sequence[Sequence[Line | Divider]]
) -> None:
    """Draw stacks side by side: all begin as high as the tallest, in the middle of its box."""
    drawn = [
        _fitted(canvas, box, [_narrowed(canvas, box, item) for item in stack])
        for box, stack in zip(boxes, stacks, strict=True)
    ]
    tallest = max(_total(canvas, box, stack) for box, stack in zip(boxes, drawn, strict=True))
    for box, stack in zip(boxes, drawn, strict=True):
        y = box.y + (box.h - tallest) / 2
        for item in stack:
            height = _height(canvas, box, item)
            if isinstance(item, Line):
                canvas.text(item.text, box._replace(y=y), item.style, Align.CENTER)
            else:
                draw_divider(canvas, box.x + box.w / 2, y + height / 2, item.width, item.color)
            y += height


def _narrowed(canvas: Canvas, box: Box, item: Line | Divider) -> Line | Divider:
    """Shrink a text until it takes no more lines than it may."""
    if isinstance(item, Divider):
        return item
    style = canvas.fit(item.text, box, item.style, smallest=_SMALLEST, lines=item.lines)
    return replace(item, style=style)


def _fitted(canvas: Canvas, box: Box, stack: Sequence[Line | Divider]) -> Sequence[Line | Divider]:
    """Shrink everything alike until it is no taller than its box."""
    while _total(canvas, box, stack) > box.h:
        stack = [_shrunk(item) for item in stack]
    return stack


def _shrunk(item: Line | Divider) -> Line | Divider:
    if isinstance(item, Divider):
        return replace(item, height=item.height * _STEP)
    style = replace(item.style, size=item.style.size * _STEP)
    return replace(item, style=style, below=item.below * _STEP)


def _total(canvas: Canvas, box: Box, stack: Sequence[Line | Divider]) -> float:
    return sum(_height(canvas, box, item) for item in stack)


def _height(canvas: Canvas, box: Box, item: Line | Divider) -> float:
    if isinstance(item, Divider):
        return item.height
    return canvas.height(item.text, item.style, box.w) + item.below

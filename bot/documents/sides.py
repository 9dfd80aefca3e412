"""Placing things side by side in the direction of reading."""

from __future__ import annotations

from bot.documents.styles import Box


def part(box: Box, width: float, gap: float, *, rtl: bool) -> tuple[Box, Box]:
    """Part a box into where a line starts and the rest.

    Args:
        box: What is parted.
        width: How wide the first part is.
        gap: What lies between the two.
        rtl: Lines start at the right.
    """
    rest = box.w - width - gap
    if rtl:
        return box._replace(x=box.right - width, w=width), box._replace(w=rest)
    return box._replace(w=width), box._replace(x=box.right - rest, w=rest)


def columns(box: Box, count: int, gap: float, *, rtl: bool) -> list[Box]:
    """Part a box into so many of one width, in the order of reading."""
    width = (box.w - (count - 1) * gap) / count
    boxes = [box._replace(x=box.x + place * (width + gap), w=width) for place in range(count)]
    return boxes[::-1] if rtl else boxes

"""How things on a page look: places, typefaces, text styles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Face(StrEnum):
    """A typeface; the value is its file in ``content/fonts`` without the ending."""

    AMIRI = "Amiri-Regular"
    AMIRI_BOLD = "Amiri-Bold"
    PLEX = "PlexArabic-Regular"
    PLEX_BOLD = "PlexArabic-Bold"


class Align(StrEnum):
    """Where a line stands in its box; start is the right edge of a right-to-left document."""

    START = "start"
    CENTER = "center"
    END = "end"


class Box(NamedTuple):
    """A rectangle on a page, in millimetres from its top left corner."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.y + self.h

    def inset(self, dx: float, dy: float | None = None) -> Box:
        """Give the box that lies so far inside this one, ``dy`` being ``dx`` unless given."""
        dy = dx if dy is None else dy
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)


@dataclass(frozen=True)
class Style:
    """How a text is set.

    Attributes:
        face: The typeface.
        size: The size of the letters in points.
        color: ``#rrggbb``.
        leading: The height of a line as a multiple of the size.
        rtl: Whether the text runs from right to left; None, as its document does.
    """

    face: Face = Face.PLEX
    size: float = 11
    color: str = "#1f2933"
    leading: float = 1.5
    rtl: bool | None = None

    @property
    def line_height(self) -> float:
        """The height of a line in millimetres."""
        return self.size * self.leading * 25.4 / 72

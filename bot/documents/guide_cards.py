"""A guide's cards, and the coloured panels that hold those of one group."""

from __future__ import annotations

from dataclasses import dataclass

from bot.documents.canvas import Canvas
from bot.documents.guide_models import Card, Group
from bot.documents.icons import Sign, draw_badge
from bot.documents.palette import INK, MUTED, PAPER, TONES
from bot.documents.sides import columns, part
from bot.documents.styles import Align, Box, Face, Style

Row = tuple[Card, ...]
"""Cards that stand side by side."""


@dataclass(frozen=True)
class Panel:
    """The rows of a group that stand on one page."""

    group: Group
    rows: tuple[Row, ...]


class Cards:
    """Draws cards in one size.

    Args:
        canvas: What they are drawn on.
        scale: How large letters and distances are; at 1 a rule has 11 points.
    """

    def __init__(self, canvas: Canvas, scale: float) -> None:
        self._canvas = canvas
        self._scale = scale
        self._pad = 4.2 * scale
        self._between = 0.6 * scale
        self._badge = 11.5 * scale
        self._title = Style(Face.PLEX_BOLD, 12.5 * scale, INK, leading=1.4)
        self._rule = Style(Face.PLEX, 11 * scale, INK, leading=1.45)
        self._place = Style(Face.PLEX, 9 * scale, MUTED, leading=1.4)

    def height(self, card: Card, width: float) -> float:
        """Give the height that a card needs at a width."""
        canvas, text = self._canvas, self._inside(Box(0, 0, width, 0))[1]
        foot = self._foot(card, text)[1]
        return (
            2 * self._pad
            + canvas.height(card.title, self._title, text.w)
            + canvas.height(card.rule, self._rule, text.w)
            + 3 * self._between
            + canvas.height(card.place, self._place, foot.w)
        )

    def draw(self, card: Card, box: Box, sign: Sign) -> None:
        """Draw a card; its last line stands at the box's foot."""
        canvas, tone = self._canvas, TONES[sign]
        canvas.rectangle(box, fill=PAPER, radius=3 * self._scale)
        badge, text = self._inside(box)
        draw_badge(canvas, card.icon, badge._replace(h=self._badge), tone.tint, tone.strong)
        below = text.y + canvas.text(card.title, text, self._title) + self._between
        canvas.text(card.rule, text._replace(y=below), self._rule)
        tag, place = self._foot(card, text)
        high = canvas.height(card.place, self._place, place.w)
        canvas.text(card.place, place._replace(y=text.bottom - high, h=high), self._place)
        if card.permits:
            line = self._place.line_height
            pill = tag._replace(y=text.bottom - line, h=line)
            canvas.rectangle(pill, fill=tone.tint, radius=line / 2)
            canvas.middle(card.permits, pill, self._permits(sign))

    def _inside(self, box: Box) -> tuple[Box, Box]:
        inner = box.inset(self._pad)
        return part(inner, self._badge, self._pad * 0.8, rtl=self._canvas.rtl)

    def _foot(self, card: Card, text: Box) -> tuple[Box, Box]:
        """Part the foot of a text into the tag, at the line's end, and the place."""
        if not card.permits:
            return text._replace(w=0), text
        wide = self._canvas.width(card.permits, self._permits(Sign.DO)) + 1.5 * self._pad
        return part(text, wide, self._pad * 0.5, rtl=not self._canvas.rtl)

    def _permits(self, sign: Sign) -> Style:
        return Style(Face.PLEX_BOLD, 9 * self._scale, TONES[sign].strong, leading=1.4)


class Panels:
    """Draws panels in one size.

    Args:
        canvas: What they are drawn on.
        width: How wide a panel is, in millimetres.
        scale: How large letters and distances are; at 1 a rule has 11 points.
    """

    def __init__(self, canvas: Canvas, width: float, scale: float) -> None:
        self._canvas = canvas
        self._cards = Cards(canvas, scale)
        self._width = width
        self.scale = scale
        self._pad = 4.6 * scale
        self._top = 12.5 * scale
        self._gap = 3.4 * scale
        self._heights: dict[Row, float] = {}

    @property
    def gap(self) -> float:
        """What lies between two panels."""
        return 2 * self._gap

    @property
    def heading(self) -> float:
        """The height of a panel without rows."""
        return self._top + 2 * self._pad

    def row_height(self, row: Row) -> float:
        """Give the height of a row, with the gap before it."""
        if row not in self._heights:
            width = (self._inner.w - (len(row) - 1) * self._gap) / len(row)
            self._heights[row] = max(self._cards.height(card, width) for card in row) + self._gap
        return self._heights[row]

    def height(self, panel: Panel) -> float:
        """Give the height of a panel."""
        return self.heading + sum(self.row_height(row) for row in panel.rows)

    def draw(self, panel: Panel, x: float, y: float, spare: float = 0) -> float:
        """Draw a panel.

        Args:
            panel: What it holds.
            x: Its left edge.
            y: Its upper edge.
            spare: By how much each row is higher than it need be.

        Returns:
            Its lower edge.
        """
        height = self.height(panel) + spare * len(panel.rows)
        box = Box(x, y, self._width, height)
        tint = TONES[panel.group.sign].tint
        self._canvas.rectangle(box, fill=tint, radius=5 * self.scale)
        inner = box.inset(self._pad)
        self._draw_heading(panel.group, inner._replace(h=self._top))
        y = inner.y + self._top
        for row in panel.rows:
            high = self.row_height(row) + spare
            line = inner._replace(y=y + self._gap, h=high - self._gap)
            places = columns(line, len(row), self._gap, rtl=self._canvas.rtl)
            for place, card in zip(places, row, strict=True):
                self._cards.draw(card, place, panel.group.sign)
            y += high
        return box.bottom

    @property
    def _inner(self) -> Box:
        return Box(0, 0, self._width, 0).inset(self._pad)

    def _draw_heading(self, group: Group, box: Box) -> None:
        canvas, strong = self._canvas, TONES[group.sign].strong
        badge, rest = part(box, box.h, self._pad * 0.8, rtl=canvas.rtl)
        draw_badge(canvas, group.sign, badge, strong, PAPER)
        title = Style(Face.PLEX_BOLD, 21 * self.scale, strong, leading=1.3)
        wide = canvas.width(group.title, title)
        name, about = part(rest, wide + 0.1, self._pad * 0.8, rtl=canvas.rtl)
        canvas.middle(group.title, name, title, Align.START)
        style = Style(Face.PLEX, 12.5 * self.scale, strong, leading=1.3)
        style = canvas.fit(group.about, about, style, smallest=6)
        # Both stand on one line, as the larger letters do.
        lower = about._replace(y=about.y + 0.8 * self.scale)
        canvas.middle(group.about, lower, style, Align.START)

"""What stands above and below a guide's panels."""

from __future__ import annotations

from bot.documents.canvas import Canvas
from bot.documents.ground import draw_ground
from bot.documents.guide_models import Group, Guide
from bot.documents.icons import draw_badge, draw_icon
from bot.documents.palette import (
    BRAND,
    BRAND_LIGHT,
    GOLD,
    GREY,
    INK,
    MUTED,
    PAPER,
    TONES,
)
from bot.documents.sides import part
from bot.documents.styles import Align, Box, Face, Style
from bot.domain.icons import Icon


class Frame:
    """Draws the head and the foot of a guide's pages in one size.

    Args:
        canvas: What they are drawn on.
        guide: Whose.
        margin: What is left free at a page's sides, in millimetres.
        head: How large the head is; at 1 the title has 44 points.
        foot: How large the foot is; at 1 the source has 9.6 points.
    """

    def __init__(
        self, canvas: Canvas, guide: Guide, *, margin: float, head: float, foot: float
    ) -> None:
        self._canvas = canvas
        self._guide = guide
        self._head = head
        self._foot = foot
        self.body = canvas.page.inset(margin, 0)
        """Between a page's sides."""

    def head_height(self, page: int) -> float:
        """Give the height of the head of a page, of which the first is 0."""
        return (24 if page else 84) * self._head

    def draw_head(self, page: int, pages: int) -> None:
        """Draw the head of a page, of which the first is 0."""
        if page:
            self._draw_slim(f"{page + 1}/{pages}", self.head_height(page))
        else:
            self._draw_full(self.head_height(page))

    def _draw_full(self, height: float) -> None:
        canvas, guide, s = self._canvas, self._guide, self._head
        draw_ground(canvas, height, 34 * s)
        y = 11 * s
        brand = Style(Face.AMIRI_BOLD, 28 * s, GOLD, leading=1.1)
        y += canvas.text(guide.brand, self._line(y, 0), brand) + 1 * s
        title = Style(Face.PLEX_BOLD, 44 * s, PAPER, leading=1.35)
        title = canvas.fit(guide.title, self._line(y, 20 * s), title, smallest=10)
        y += canvas.text(guide.title, self._line(y, 0), title)
        employer = Style(Face.PLEX, 23 * s, GOLD, leading=1.35)
        employer = canvas.fit(guide.employer, self._line(y, 12 * s), employer, smallest=8)
        canvas.text(guide.employer, self._line(y, 0), employer)
        self._draw_counts(height - 22 * s)

    def _draw_slim(self, page: str, height: float) -> None:
        canvas, s = self._canvas, self._head
        draw_ground(canvas, height, 34 * s)
        name = f"{self._guide.title} – {self._guide.employer}"
        number, line = part(
            Box(self.body.x, 0, self.body.w, height), 24 * s, 4 * s, rtl=not canvas.rtl
        )
        style = canvas.fit(name, line, Style(Face.PLEX_BOLD, 19 * s, PAPER), smallest=8)
        canvas.middle(name, line, style, Align.START)
        canvas.middle(page, number, Style(Face.PLEX_BOLD, 19 * s, GOLD), Align.END)

    def foot_height(self, page: int) -> float:
        """Give the height of the foot of a page, of which the first is 0."""
        wide, texts = self._foot_parts(self.body)[1].w, self._foot_texts(page)
        return (
            sum(self._canvas.height(said, style, wide) for said, style in texts) + 10 * self._foot
        )

    def draw_foot(self, page: int) -> None:
        """Draw the foot of a page, of which the first is 0."""
        canvas, sheet, height = self._canvas, self._canvas.page, self.foot_height(page)
        box = self.body._replace(y=sheet.h - height, h=height)
        canvas.rectangle(sheet._replace(y=box.y, h=height), fill=GREY)
        icon, text = self._foot_parts(box)
        draw_icon(canvas, Icon.QUESTION, icon._replace(h=icon.w), BRAND)
        y = text.y
        for said, style in self._foot_texts(page):
            y += canvas.text(said, text._replace(y=y), style)

    def _foot_parts(self, box: Box) -> tuple[Box, Box]:
        s = self._foot
        return part(box.inset(0, 5 * s), 12 * s, 5 * s, rtl=self._canvas.rtl)

    def _foot_texts(self, page: int) -> list[tuple[str, Style]]:
        informs = Style(Face.PLEX_BOLD, 13 * self._foot, BRAND, leading=1.4)
        small = Style(Face.PLEX, 9.6 * self._foot, MUTED, leading=1.45)
        guide = self._guide
        texts = [(guide.informs, informs), (guide.source, small)]
        return texts if page or not guide.note else [*texts, (guide.note, small)]

    def also_height(self) -> float:
        """Give the height of the strip on what else binds, nothing where there is none."""
        return 17 * self._foot if self._guide.also else 0

    def draw_also(self, y: float) -> None:
        """Draw the strip on what else binds, if there is any."""
        if not self._guide.also:
            return
        canvas, s = self._canvas, self._foot
        box = Box(self.body.x, y, self.body.w, self.also_height())
        canvas.rectangle(box, fill=GREY, radius=4 * s)
        icon, text = part(box.inset(5 * s, 0), 9 * s, 4 * s, rtl=canvas.rtl)
        draw_icon(canvas, Icon.LINK, Box(icon.x, y + 4 * s, 9 * s, 9 * s), BRAND)
        style = Style(Face.PLEX_BOLD, 13 * s, INK, leading=1.3)
        style = canvas.fit(self._guide.also, text, style, smallest=6, lines=2)
        canvas.middle(self._guide.also, text, style, Align.START)

    def _line(self, y: float, height: float) -> Box:
        return self.body._replace(y=y, h=height)

    def _draw_counts(self, y: float) -> None:
        canvas, s = self._canvas, self._head
        rest = Box(self.body.x, y, self.body.w, 14 * s)
        for group in self._guide.groups:
            wide = canvas.width(self._count(group), self._count_style) + 24 * s
            chip, rest = part(rest, wide, 4 * s, rtl=canvas.rtl)
            canvas.rectangle(chip, fill=BRAND_LIGHT, radius=7 * s)
            badge, text = part(chip.inset(2.5 * s), 9 * s, 3.5 * s, rtl=canvas.rtl)
            draw_badge(canvas, group.sign, badge, PAPER, TONES[group.sign].strong)
            canvas.middle(self._count(group), text, self._count_style, Align.START)

    @property
    def _count_style(self) -> Style:
        return Style(Face.PLEX_BOLD, 16 * self._head, PAPER, leading=1.3)

    @staticmethod
    def _count(group: Group) -> str:
        return f"{group.title}  {len(group.cards)}"

"""A lesson's picture for the chat: what it is about, what to do and what to avoid."""

from __future__ import annotations

from dataclasses import dataclass

from bot.documents.canvas import Canvas
from bot.documents.ground import draw_ground
from bot.documents.icons import Sign, draw_badge
from bot.documents.palette import BRAND_LIGHT, GOLD, INK, PAPER, TONES
from bot.documents.pictures import png
from bot.documents.sides import part
from bot.documents.styles import Align, Box, Face, Style
from bot.domain.icons import Icon
from bot.domain.meaning import Language

SIDE = 190.5
"""The picture's sides in millimetres; 1080 pixels."""

_MARGIN = 13.0
_GROUND = 101.0
_STAR = 31.75
_DISC = 54.0


@dataclass(frozen=True)
class LessonLabels:
    """What stands on a picture beside its content.

    Attributes:
        lesson: Which lesson it is, as in "Lesson 2 of 8".
        do: The heading of what to do.
        avoid: The heading of what to avoid.
    """

    lesson: str
    do: str
    avoid: str


@dataclass(frozen=True)
class LessonPicture:
    """A lesson as its picture shows it, in one language.

    Attributes:
        language: Which one.
        icon: What it is about.
        workshop: The name of the workshop or of its rulebook.
        labels: The words in that language that are the same in every workshop.
        headline: The lesson in some 40 letters at most.
        do: What to do, in some 60 letters at most.
        avoid: What to avoid, likewise.
    """

    language: Language
    icon: Icon
    workshop: str
    labels: LessonLabels
    headline: str
    do: str
    avoid: str


def lesson_png(picture: LessonPicture) -> bytes:
    """Draw a PNG of 1080 by 1080 pixels; the same picture gives the same bytes."""
    return png(lesson_pdf(picture))


def lesson_pdf(picture: LessonPicture) -> bytes:
    """Draw the page that the PNG is made from."""
    canvas = Canvas(SIDE, SIDE, title=picture.headline, language=picture.language)
    canvas.add_page()
    draw_ground(canvas, _GROUND, _STAR)
    body = canvas.page.inset(_MARGIN)
    _draw_names(canvas, picture, body._replace(h=10))
    _draw_headline(canvas, picture, Box(body.x, 28, body.w, _GROUND - 34))
    high = (SIDE - _GROUND - 3 * 8) / 2
    box = Box(body.x, _GROUND + 8, body.w, high)
    _draw_advice(canvas, Sign.DO, picture.labels.do, picture.do, box)
    box = box._replace(y=box.bottom + 8)
    _draw_advice(canvas, Sign.AVOID, picture.labels.avoid, picture.avoid, box)
    return canvas.pdf()


def _draw_names(canvas: Canvas, picture: LessonPicture, box: Box) -> None:
    style = Style(Face.PLEX_BOLD, 13, GOLD, leading=1.3)
    wide = canvas.width(picture.labels.lesson, style) + 10
    chip, name = part(box, wide, 5, rtl=not canvas.rtl)
    canvas.rectangle(chip, fill=BRAND_LIGHT, radius=chip.h / 2)
    canvas.middle(picture.labels.lesson, chip, style)
    small = canvas.fit(picture.workshop, name, style, smallest=8, lines=2)
    canvas.middle(picture.workshop, name, small, Align.START)


def _draw_headline(canvas: Canvas, picture: LessonPicture, box: Box) -> None:
    disc, text = part(box, _DISC, 8, rtl=not canvas.rtl)
    middle = disc.y + (disc.h - _DISC) / 2
    draw_badge(canvas, picture.icon, disc._replace(y=middle, h=_DISC), BRAND_LIGHT, GOLD)
    style = Style(Face.PLEX_BOLD, 40, PAPER, leading=1.3)
    style = canvas.fit(picture.headline, text, style, smallest=16, lines=3)
    canvas.middle(picture.headline, text, style, Align.START)


def _draw_advice(canvas: Canvas, sign: Sign, heading: str, text: str, box: Box) -> None:
    tone = TONES[sign]
    canvas.rectangle(box, fill=tone.tint, radius=6)
    badge, words = part(box.inset(8, 0), 17, 7, rtl=canvas.rtl)
    top = badge.y + (badge.h - badge.w) / 2
    draw_badge(canvas, sign, badge._replace(y=top, h=badge.w), tone.strong, PAPER)
    title = Style(Face.PLEX_BOLD, 15, tone.strong, leading=1.3)
    room = words._replace(h=words.h - title.line_height - 6)
    style = Style(Face.PLEX_BOLD, 20, INK, leading=1.35)
    style = canvas.fit(text, room, style, smallest=9, lines=2)
    high = title.line_height + canvas.height(text, style, words.w)
    y = words.y + (words.h - high) / 2
    canvas.text(heading, words._replace(y=y), title)
    canvas.text(text, words._replace(y=y + title.line_height), style)

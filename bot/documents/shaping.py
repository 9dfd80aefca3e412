"""Which glyphs a text is drawn with, and where each stands: HarfBuzz.

A reader of the file must get the text back letter for letter, whatever the typeface made of it. So
every letter has exactly one glyph that stands for it: a letter's own, or an empty one for what is
drawn otherwise, such as a vowel sign above another letter or the second letter of a ligature. What
is drawn above, below or beside the line is a shape, which no reader takes for a letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

import uharfbuzz
from fontTools.pens.basePen import BasePen
from fpdf.enums import TextDirection

from bot.documents.reading import stored
from bot.documents.runs import Run, visual_runs
from bot.documents.styles import Face
from bot.documents.typefaces import FONTS

_NEAR = 50
"""Thousandths of the size within which a letter may stand beside its pen."""

_APART = 8

EMPTY = -1
"""The glyph of a letter that nothing is drawn for."""

_SAME_WEIGHT = {
    Face.AMIRI: Face.PLEX,
    Face.AMIRI_BOLD: Face.PLEX_BOLD,
    Face.PLEX: Face.AMIRI,
    Face.PLEX_BOLD: Face.AMIRI_BOLD,
}


class Letter(NamedTuple):
    """A letter on the line.

    Attributes:
        face: Its typeface.
        glyph: What is drawn for it, or ``EMPTY``.
        text: The letter.
        x: Where it stands, in thousandths of the size from the line's left end.
        width: How far the next one is if that is drawn beside it, likewise.
    """

    face: Face
    glyph: int
    text: str
    x: float
    width: float


class Mark(NamedTuple):
    """A shape beside the letters; ``x`` and ``y`` are in thousandths of the size, ``y`` up."""

    face: Face
    glyph: int
    x: float
    y: float


class Shaped(NamedTuple):
    """A line as it is drawn.

    Attributes:
        letters: The letters, in the order in which a file holds them.
        marks: The shapes.
        width: How wide it is, in thousandths of the size.
    """

    letters: list[Letter]
    marks: list[Mark]
    width: float


class _Glyph(NamedTuple):
    face: Face
    number: int
    place: int
    start: float
    x: float
    y: float
    advance: float

    @property
    def on_line(self) -> bool:
        return bool(self.advance) and not self.y and abs(self.x - self.start) < _NEAR


def shape(line: str, face: Face, direction: TextDirection) -> Shaped:
    """Shape one line.

    Args:
        line: The line as it is read.
        face: What to set it in; a run of letters that this typeface lacks is set in the other.
        direction: The direction of the paragraph.
    """
    letters: dict[int, Letter] = {}
    marks: list[Mark] = []
    width = 0.0
    for run in visual_runs(line, direction):
        run_face = min((face, _SAME_WEIGHT[face]), key=lambda one: _missing(run.text, one))
        glyphs = _glyphs(run, run_face, width)
        for count, cluster in _clusters(run, glyphs):
            on_line = [glyph for glyph in cluster if glyph.on_line]
            stand = on_line if len(on_line) <= count else []
            rest = [glyph for glyph in cluster if glyph not in stand]
            letters |= _letters(run.direction, count, stand, rest)
            marks += [Mark(run_face, glyph.number, glyph.x, glyph.y) for glyph in rest]
        width += sum(glyph.advance for glyph in glyphs)
    order = [letters[place]._replace(text=text) for place, text in stored(line)]
    return Shaped(list(_without_leaps(order, marks)), marks, width)


@cache
def outline(face: Face, glyph: int) -> str:
    """Give a glyph's shape as PDF path operators, in thousandths of the size."""
    pen = _Pen()
    _font(face).draw_glyph_with_pen(glyph, pen)
    return " ".join(pen.operators)


@cache
def _font(face: Face) -> uharfbuzz.Font:
    blob = uharfbuzz.Blob.from_file_path(str(FONTS / f"{face}.ttf"))
    font = uharfbuzz.Font(uharfbuzz.Face(blob))
    font.scale = (1000, 1000)
    return font


def _missing(text: str, face: Face) -> int:
    font = _font(face)
    return sum(font.get_nominal_glyph(ord(letter)) is None for letter in text)


def _glyphs(run: Run, face: Face, x: float) -> list[_Glyph]:
    """Give a run's glyphs from left to right, the first one's pen standing at ``x``."""
    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = run.direction.value
    uharfbuzz.shape(_font(face), buffer)
    glyphs = []
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        where = (x, x + at.x_offset, at.y_offset)
        place = run.start + info.cluster
        glyphs.append(_Glyph(face, info.codepoint, place, *where, at.x_advance))
        x += at.x_advance
    return glyphs


def _clusters(run: Run, glyphs: Sequence[_Glyph]) -> Iterator[tuple[int, list[_Glyph]]]:
    """Part glyphs into those that stand together for some letters, with these letters' number."""
    places = sorted({glyph.place for glyph in glyphs})
    ends = dict(zip(places, [*places[1:], run.start + len(run.text)], strict=True))
    for place, cluster in groupby(glyphs, key=lambda glyph: glyph.place):
        yield ends[place] - place, list(cluster)


def _letters(
    direction: TextDirection, count: int, stand: Sequence[_Glyph], rest: Sequence[_Glyph]
) -> dict[int, Letter]:
    """Give each letter of a cluster, by its place, a glyph to stand for it."""
    rtl = direction is TextDirection.RTL
    cluster = sorted([*stand, *rest], key=lambda glyph: glyph.start)
    place, face = cluster[0].place, cluster[0].face
    advance = sum(glyph.advance for glyph in rest)
    letters = {
        place + number: Letter(face, glyph.number, "", glyph.x, glyph.advance)
        for number, glyph in enumerate(stand[::-1] if rtl else stand)
    }
    # Lines are held from left to right, so what follows a letter in Arabic is held before it.
    before = rtl or not stand
    left, right = cluster[0].start, max(glyph.start + glyph.advance for glyph in cluster)
    places = range(place + len(stand), place + count)
    for empty in places:
        # A reader drops a letter that comes twice in a place: so their widths tell them apart.
        width = empty % _APART + (advance if empty == places[0 if rtl else -1] else 0)
        letters[empty] = Letter(face, EMPTY, "", left if before else right, width)
    return letters


def _without_leaps(letters: Sequence[Letter], marks: list[Mark]) -> Iterator[Letter]:
    """Let an empty letter fill each gap before a letter further right: a reader sees a space."""
    for number, letter in enumerate(letters, 1):
        after = letters[number].x if number < len(letters) else 0
        gap = after - letter.x - letter.width
        if gap < _NEAR or letter.text == " ":
            yield letter
            continue
        if letter.glyph != EMPTY:
            marks.append(Mark(letter.face, letter.glyph, letter.x, 0))
        yield letter._replace(glyph=EMPTY, width=letter.width + gap)


class _Pen(BasePen):  # type: ignore[misc] # no types
    """Writes an outline as PDF path operators."""

    def __init__(self) -> None:
        super().__init__(None)
        self.operators: list[str] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - BasePen's name
        self.operators.append(f"{_point(pt)} m")

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - likewise
        self.operators.append(f"{_point(pt)} l")

    def _curveToOne(  # noqa: N802 - likewise
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self.operators.append(f"{_point(pt1)} {_point(pt2)} {_point(pt3)} c")

    def _closePath(self) -> None:  # noqa: N802 - likewise
        self.operators.append("h")


def _point(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"

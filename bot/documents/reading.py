"""In which order a line's letters stand in the file, so that readers put them in reading order.

A file holds letters where they are drawn; what copies or searches its text guesses the order in
which they are read. PDFium, which draws PDF in Chrome and Edge, takes a line from left to right,
parts it where letters change their direction, reverses each part that runs from right to left,
and the parts' order too where more words of strong letters run so. Here this is done backwards.
"""

from __future__ import annotations

import unicodedata
from enum import Enum, auto
from itertools import groupby
from typing import NamedTuple

_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")


class Stored(NamedTuple):
    """A letter as it is stored: its place in the line as it is read, and its text."""

    place: int
    text: str


class _Kind(Enum):
    LEFT = auto()
    RIGHT = auto()
    WEAK = auto()
    NEUTRAL = auto()


_KINDS = {
    "L": _Kind.LEFT,
    "R": _Kind.RIGHT,
    "AL": _Kind.RIGHT,
    **dict.fromkeys(("EN", "AN", "ES", "ET", "CS", "NSM", "BN"), _Kind.WEAK),
}
"""By bidirectional class: digits, what stands between them, and signs over letters are weak."""


def stored(line: str) -> list[Stored]:
    """Give a line's letters in the order in which the file holds them.

    Args:
        line: The line as it is read.
    """
    parts = [
        (kind, list(places))
        for kind, places in groupby(range(len(line)), key=lambda place: _kind(line[place]))
    ]
    kinds = [kind for kind, _ in parts]
    rightward = kinds.count(_Kind.RIGHT) > kinds.count(_Kind.LEFT)
    reverse = rightward
    mirrored = line.translate(_MIRRORED)
    ordered = []
    for kind, places in parts:
        if kind in {_Kind.LEFT, _Kind.RIGHT}:
            reverse = kind is _Kind.RIGHT
        if reverse and kind is not _Kind.WEAK:
            ordered.append([Stored(place, mirrored[place]) for place in places[::-1]])
        else:
            ordered.append([Stored(place, line[place]) for place in places])
    return [letter for part in (ordered[::-1] if rightward else ordered) for letter in part]


def _kind(letter: str) -> _Kind:
    return _KINDS.get(unicodedata.bidirectional(letter), _Kind.NEUTRAL)

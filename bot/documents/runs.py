"""The order in which a line of mixed directions is drawn: the Unicode Bidirectional Algorithm."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from fpdf.bidi import BidiParagraph, auto_detect_base_direction
from fpdf.enums import TextDirection


class Run(NamedTuple):
    """Letters of one direction.

    Attributes:
        start: The place of the first one in the line as it is read.
        text: The letters in the order in which they are read.
        direction: Theirs.
    """

    start: int
    text: str
    direction: TextDirection


def visual_runs(line: str, direction: TextDirection) -> list[Run]:
    """Part a line into runs, the leftmost first.

    Args:
        line: One line as it is read, without line breaks.
        direction: The direction of the paragraph that the line belongs to.
    """
    paragraph = BidiParagraph(line, direction, preserve_bn_chars=True)
    runs: list[Run] = []
    for level, drawn in groupby(
        paragraph.get_reordered_characters(), key=lambda char: char.embedding_level
    ):
        places = [char.character_index for char in drawn]
        start, end = min(places), max(places) + 1
        run_direction = TextDirection.RTL if level % 2 else TextDirection.LTR
        runs.append(Run(start, line[start:end], run_direction))
    return runs


def runs_leftward(text: str) -> bool:
    """Whether a text by itself runs from right to left: its first strong letter tells."""
    return auto_detect_base_direction(text) is TextDirection.RTL

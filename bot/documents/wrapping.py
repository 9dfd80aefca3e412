"""Breaking a text into lines that fit a width."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import regex

_PIECES = regex.compile(r"[^ ]+ *| +")
"""Words, each with the spaces after it; a no-break space holds its word together."""

Measure = Callable[[str], float]
"""Gives a text's width."""


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Break a text into lines, at spaces where it can be, else between letters.

    Args:
        text: Paragraphs, parted by line feeds.
        width: What no line may pass, in the unit of ``measure``.
        measure: Gives a text's width.

    Returns:
        The lines as they are read, without spaces at their ends; an empty paragraph is an
        empty line.
    """
    return [
        line for paragraph in text.split("\n") for line in _paragraph(paragraph, width, measure)
    ]


def _paragraph(text: str, width: float, measure: Measure) -> Iterator[str]:
    text, line = text.strip(), ""
    if measure(text) <= width:
        # Measuring is dear: most of what stands in tables is measured once.
        yield text
        return
    for piece in _PIECES.findall(text):
        if measure((line + piece).rstrip()) <= width:
            line += piece
            continue
        if line:
            yield line.rstrip()
        *whole, line = _split_word(piece, width, measure)
        yield from whole
    yield line.rstrip()


def _split_word(word: str, width: float, measure: Measure) -> list[str]:
    """Part a word that is wider than a line; one that is not stays whole."""
    if measure(word.rstrip()) <= width:
        return [word]
    parts = [""]
    for letter in regex.findall(r"\X", word):
        if parts[-1] and measure(parts[-1] + letter) > width:
            parts.append("")
        parts[-1] += letter
    return parts

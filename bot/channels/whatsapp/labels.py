"""Labels of buttons, cut to what WhatsApp shows and each unlike the others."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from bot.channels.whatsapp.markup import unmarked_line
from bot.conversation.splitting import utf16_units

_GRAPHEME = regex.compile(r"\X")
_ENOUGH = 0.5
"""A label is cut after a word where that leaves this share of what fits."""

_MORE = "…"
_LOOSE = " –—-،,:;"
"""What joins a label to the part that is cut off."""


def shortened(text: str, room: int) -> str:
    """Cut a text to so many UTF-16 code units, after a word where it can be, never in a grapheme.

    Returns:
        The text itself where it fits; else its beginning and an ellipsis.
    """
    if utf16_units(text) <= room:
        return text
    head, used = "", 0
    for match in _GRAPHEME.finditer(text):
        used += utf16_units(match[0])
        if used > room - 1:
            break
        head += match[0]
    word = head.rpartition(" ")[0] if not text[len(head) :].startswith(" ") else head
    kept = word if len(word) >= len(head) * _ENOUGH else head
    return kept.rstrip(_LOOSE) + _MORE


def whole(label: str) -> str:
    """Give a label as one line that is not empty."""
    return unmarked_line(label) or _MORE


def titles(labels: Iterable[str], room: int) -> list[str]:
    """Cut labels; those that would read alike, or say nothing in letters, are numbered."""
    given: list[str] = []
    for place, label in enumerate(map(whole, labels), 1):
        title, number = shortened(label, room), 1
        if not any(map(str.isalnum, title)):
            # Refused at times: https://github.com/glific/glific-frontend/issues/1947
            label = f"{place} {label}"  # noqa: PLW2901
            title = shortened(label, room)
        while title in given:
            number += 1
            title = f"{shortened(label, room - len(str(number)) - 1)} {number}"
        given.append(title)
    return given

"""How WhatsApp's apps show a text: https://faq.whatsapp.com/539178204879377."""

import re
from typing import Any

from tests.fakes.telegram_text import units

Json = dict[str, Any]

_MARK = re.compile(
    r"""
    ```(?P<pre>(?s:.+?))```
    | (?<![\w`])`(?P<code>[^`\n]+)`(?![\w`])
    | (?m:^)>[ ]?(?P<blockquote>[^\n]+)
    | (?<![\w*])\*(?P<bold>(?=\S)[^*\n]*(?<=\S))\*(?![\w*])
    | (?<!\w)_(?P<italic>(?=[^\s_])(?:[^_\n]|(?<=\w)_(?=\w))*(?<=\S))_(?!\w)
    | (?<![\w~])~(?P<strikethrough>(?=\S)[^~\n]*(?<=\S))~(?![\w~])
    """,
    re.VERBOSE,
)
_LITERAL = ("pre", "code")


def as_shown(text: str) -> tuple[str, tuple[Json, ...]]:
    """Take the marks out of a text; give it, and what they mark in UTF-16 units."""
    shown, place = "", 0
    marks: list[Json] = []
    for match in _MARK.finditer(text):
        shown += text[place : match.start()]
        kind = str(match.lastgroup)
        inner, within = (match[kind], ()) if kind in _LITERAL else as_shown(match[kind])
        offset = units(shown)
        marks.append({"type": kind, "offset": offset, "length": units(inner)})
        marks += [mark | {"offset": mark["offset"] + offset} for mark in within]
        shown, place = shown + inner, match.end()
    return shown + text[place:], tuple(marks)

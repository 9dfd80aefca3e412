"""What Telegram makes of a text: cleaning, and the HTML of parse mode.

The rules are those of td's ``clean_input_string`` (misc.cpp) and ``parse_html``
(MessageEntity.cpp): https://github.com/tdlib/td/tree/master/td/telegram.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "a": "text_link",
}
_TOKEN = re.compile(
    r"<(/?)([a-zA-Z-]*)([^<>]*)>|<|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|[^<&]+|&"
)
_HREF = re.compile(r'\s*href="([^"]*)"\s*')
# Line and paragraph separators and the controls of embedding and overriding direction.
_REMOVED = re.compile("[\r\u2028-\u202e]")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f]")


class MarkupError(ValueError):
    """The HTML that Telegram refuses."""


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def clean(text: str) -> str:
    return _CONTROLS.sub(" ", _REMOVED.sub("", text))


@dataclass
class _Parse:
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    is_open: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def opens(self, tag: str, rest: str, place: int) -> None:
        if tag not in _TYPES:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {place}')
        entity = {"type": _TYPES[tag], "offset": units(self.text), "length": 0}
        href = _HREF.fullmatch(rest)
        if tag == "a":
            entity["url"] = unescape(href[1]) if href else ""
        self.is_open.append((tag, entity))

    def closes(self, tag: str, place: int) -> None:
        if not self.is_open:
            raise MarkupError(f"Unexpected end tag at byte offset {place}")
        opened, entity = self.is_open.pop()
        if tag not in ("", opened):
            expected = f'expected "</{opened}>", found "</{tag}>"'
            raise MarkupError(f"Unmatched end tag at byte offset {place}, {expected}")
        entity["length"] = units(self.text) - entity["offset"]
        if entity["length"]:
            self.entities.append(entity)


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Give the text that people see and its entities.

    Raises:
        MarkupError: With Telegram's own sentence.
    """
    parse = _Parse()
    for token in _TOKEN.finditer(clean(source)):
        said, place = token[0], len(source[: token.start()].encode())
        if said.startswith("<"):
            closing, tag, rest = token[1], (token[2] or "").lower(), token[3] or ""
            if closing:
                parse.closes(tag, place)
            else:
                parse.opens(tag, rest, place)
        else:
            parse.text += unescape(said) if said.startswith("&") else said
    if parse.is_open:
        tag = parse.is_open[-1][0]
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{tag}"')
    lead = units(parse.text) - units(parse.text.lstrip())
    for entity in parse.entities:
        entity["offset"] = max(0, entity["offset"] - lead)
    return parse.text.strip(), sorted(parse.entities, key=lambda entity: int(entity["offset"]))

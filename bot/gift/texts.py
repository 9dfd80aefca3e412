"""Texts as GIFT has them: escaped, and marked with how they are formatted."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLANKS = " \t\n\r\0\v"
"""What Moodle takes from both ends of a text; no-break spaces and marks of direction stay."""

PLAIN = "plain"
_HTML = "html"
_AUTO = "moodle"
"""What a text is without a mark: markup works in it, and so do its line breaks."""

_ESCAPED = re.compile(r"\\([\\:#={}~n])")
_TO_ESCAPE = re.compile(r"[\\:#={}~\n]")
_MARK = re.compile(r"\[(html|moodle|plain|markdown)\]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_GAPS = re.compile(r" *\n *")
_EMPTY_LINES = re.compile(r"\n{3,}")

_BLOCKS = ("p", "div")
_SILENT = (*_BLOCKS, "br", "span")
"""Markup that an editor adds by itself and that says no more than where lines end."""


def escape(text: str) -> str:
    r"""Put a backslash before each sign of the format; a line break becomes ``\n``."""
    return _TO_ESCAPE.sub(r"\\\g<0>", text).replace("\n", "n")


def unescape(text: str) -> str:
    """Take back what ``escape`` did; any other backslash stays."""
    return _ESCAPED.sub(lambda sign: "\n" if sign[1] == "n" else sign[1], text)


def mask(text: str) -> str:
    """Blot out escaped signs, so that those left are the format's; the length stays."""
    return _ESCAPED.sub("\0\0", text)


def read_text(raw: str, inherited: str = _AUTO) -> tuple[str, str]:
    """Read a text that may begin with ``[html]``, ``[moodle]``, ``[plain]`` or ``[markdown]``.

    Args:
        raw: It, escaped.
        inherited: How it is formatted if it does not say so.

    Returns:
        The text without escapes and markup, and how it was formatted. Markdown stays as it is.

    Raises:
        ValueError: It holds markup that says more than where lines end.
    """
    raw = raw.strip(BLANKS)
    mark = _MARK.match(raw)
    formatted = mark[1] if mark else inherited
    text = unescape(raw[mark.end() :] if mark else raw).strip(BLANKS)
    if formatted == _HTML:
        text = _without_markup(re.sub(r"\s*\n\s*", " ", text))
    elif formatted == _AUTO and _TAG.search(text):
        text = _without_markup(text)
    return text, formatted


def write_text(text: str) -> str:
    """Escape a text that is read as plain, so that nothing it begins with is taken for a mark."""
    return f"[{PLAIN}]{escape(text)}" if text.startswith(("[", "%")) else escape(text)


def _without_markup(text: str) -> str:
    reader = _MarkupReader()
    reader.feed(text)
    reader.close()
    lines = _GAPS.sub("\n", "".join(reader.parts))
    return _EMPTY_LINES.sub("\n\n", lines).strip(BLANKS)


class _MarkupReader(HTMLParser):
    """Collects the text of simple HTML; paragraphs are parted by an empty line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs  # where the text stands and which way it runs
        if tag not in _SILENT:
            raise ValueError(f"<{tag}> cannot be shown in a chat. Take the markup out.")
        if tag == "br":
            self.parts.append("\n")
        self._part_blocks(tag)

    def handle_endtag(self, tag: str) -> None:
        self._part_blocks(tag)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def _part_blocks(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")

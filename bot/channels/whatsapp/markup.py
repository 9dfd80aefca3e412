"""WhatsApp's marks in text: https://faq.whatsapp.com/539178204879377; none is a person's own."""

from __future__ import annotations

import regex

from bot.conversation.messages import Block, BlockKind

_LOOKALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
"""There is no escaping in WhatsApp, and none of its apps reads these as marks."""

_MARK = regex.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])")
"""An underscore between letters marks nothing, and names and addresses hold it."""

_QUOTING = regex.compile(r"(?m)^>")
_LINE = regex.compile(r"(?m)^(\s*)(\S(?:[^\n]*\S)?)([^\S\n]*)$")
_MARKS = {BlockKind.VERDICT: "*", BlockKind.CITATION: "_"}
_CONTROLS = regex.compile(r"[\p{Cc}\p{Bidi_Control}]+")


def marked(block: Block) -> str:
    """Write a paragraph with marks of ours, and no others."""
    if block.kind is BlockKind.COPY:
        return f"```{block.text.replace('`', 'ˋ')}```" if block.text.strip() else block.text
    mark = "" if block.quote else _MARKS.get(block.kind, "")
    if not mark:
        return plain(block)
    # A mark holds for a line at most, and stands right beside what it marks.
    text = _QUOTING.sub("›", block.text).translate(_LOOKALIKES)
    return _LINE.sub(rf"\1{mark}\2{mark}\3", text)


def plain(block: Block) -> str:
    """Write a paragraph in which nothing is marked."""
    return unmarked(block.plain_text)


def unmarked(text: str) -> str:
    """Take what WhatsApp would read as marks for what looks like it; as long as the text."""
    text = _MARK.sub(lambda match: match[0].translate(_LOOKALIKES), text)
    return _QUOTING.sub("›", text)


def unmarked_line(text: str) -> str:
    """Write a text as one line, without controls that could reorder what stands beside it."""
    return " ".join(_CONTROLS.sub(" ", text).split())

"""The language of what comes in."""

from __future__ import annotations

from arabic import fold, is_english
from bot.conversation.commands import typed_command
from bot.conversation.events import Command, Incoming, Text
from bot.domain.meaning import Language

_SHORT = 3
"""Latin words from which a text that is no English must be Arabizi."""


def language_of(incoming: Incoming) -> Language | None:
    """Name the language that the person wrote just now; on first contact, that of their app.

    Returns:
        None where they wrote nothing, or a word or two that could be either.
    """
    content = incoming.content
    if isinstance(content, Text) and not content.forwarded:
        content = typed_command(content.text) or content
    if isinstance(content, Text) and not content.forwarded:
        return _written(content.text)
    if isinstance(content, Command) and content.name == "start":
        return Language.ENGLISH if incoming.language_hint.startswith("en") else Language.ARABIC
    return None


def _written(text: str) -> Language | None:
    """Name the language of a text; None where a Latin word or two could be either."""
    if is_english(text):
        return Language.ENGLISH
    folded = fold(text)
    latin = any("a" <= char <= "z" for char in folded)
    arabic = any(char.isalpha() and not "a" <= char <= "z" for char in folded)
    short = len(folded.split()) < _SHORT
    return None if not (latin or arabic) or (latin and not arabic and short) else Language.ARABIC

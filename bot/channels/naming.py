"""Names of files as people's devices may see them."""

from __future__ import annotations

import regex

_CONTROLS = regex.compile(r"[\p{Cc}\p{Cs}\p{Bidi_Control}]+")
_SEPARATORS = regex.compile(r"[/\\]+")
_LONGEST = 120
"""Characters, so that an Arabic name fits the 255 bytes of a file system."""


def file_name(name: str) -> str:
    """Write a name without controls, which could hide its ending, and without folders."""
    plain = _SEPARATORS.sub("-", _CONTROLS.sub(" ", name))
    return " ".join(plain.split()).lstrip(".")[-_LONGEST:] or "file"

"""One-time codes as people read, dictate and type them; pure but for the choice by chance."""

from __future__ import annotations

import re

from bot.domain.crockford import plain, random_letters, unmistaken

_LENGTH = 10
"""50 bits: with a hundred thousand codes about, one guess in ten thousand million is good."""

_ALONE = re.compile(r"([0-9A-Z]{5})[\s-]*([0-9A-Z]{5})")
_INSIDE = re.compile(r"(?<![0-9A-Z])([0-9A-Z]{5})-([0-9A-Z]{5})(?![0-9A-Z])")


def new_code() -> str:
    """Make a code of ten digits and capital letters; never of digits or of letters alone."""
    while True:
        code = random_letters(_LENGTH)
        if not (code.isalpha() or code.isdecimal()):
            return code


def shown(code: str) -> str:
    """Write a code as people read it: ``7K2QX-M9P3T``."""
    return f"{code[: _LENGTH // 2]}-{code[_LENGTH // 2 :]}"


def find_code(text: str) -> str | None:
    """Read a code: all of a text, or with its hyphen somewhere in it; in any digits and letters.

    Returns:
        The code as ``new_code`` made it; None where there is none. A word of ten letters is
        none, nor is a number.
    """
    typed = plain(text)
    found = _ALONE.fullmatch(typed) or _INSIDE.search(typed)
    code = found[1] + found[2] if found else ""
    if not code or code.isalpha() or code.isdecimal():
        return None
    return unmistaken(code)

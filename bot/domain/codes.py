"""One-time codes as people read, dictate and type them; pure but for the choice by chance."""

from __future__ import annotations

import re
import secrets
import unicodedata

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is taken for a digit, https://www.crockford.com/base32.html."""

_LENGTH = 10
"""50 bits: with a hundred thousand codes about, one guess in ten thousand million is good."""

_LOOKALIKES = str.maketrans("OIL", "011")
_ALONE = re.compile(r"([0-9A-Z]{5})[\s-]*([0-9A-Z]{5})")
_INSIDE = re.compile(r"(?<![0-9A-Z])([0-9A-Z]{5})-([0-9A-Z]{5})(?![0-9A-Z])")


def new_code() -> str:
    """Make a code of ten digits and capital letters; never of digits or of letters alone."""
    while True:
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
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
    plain = "".join(map(_plain, unicodedata.normalize("NFKC", text))).upper().strip()
    found = _ALONE.fullmatch(plain) or _INSIDE.search(plain)
    code = found[1] + found[2] if found else ""
    if not code or code.isalpha() or code.isdecimal():
        return None
    return code.translate(_LOOKALIKES)


def _plain(char: str) -> str:
    """Write a digit of any script as ASCII; leave marks of direction out."""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return "" if unicodedata.category(char) == "Cf" else char

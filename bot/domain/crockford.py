"""Codes that people read, dictate and type: https://www.crockford.com/base32.html."""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Five bits each; no letter that is taken for a digit, nor U."""

_LOOKALIKES = str.maketrans("OIL", "011")


def random_letters(count: int) -> str:
    """Choose letters and digits by chance, fit to be a secret."""
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def plain(text: str) -> str:
    """Write what people typed in capitals and ASCII digits, without marks of direction."""
    return "".join(map(_plain, unicodedata.normalize("NFKC", text))).upper().strip()


def unmistaken(text: str) -> str:
    """Read letters that look like digits as these."""
    return text.translate(_LOOKALIKES)


def _plain(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return "" if unicodedata.category(char) == "Cf" else char

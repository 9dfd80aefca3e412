"""A name's initials: enough to compare with a paper, too little to learn a name from."""

from __future__ import annotations

import unicodedata

_MOST = 4


def initials(name: str) -> str:
    """Give the first letter of each of the first words of a name, as in ``س. ع.`` or ``A. M.``."""
    letters = [letter for word in name.split() if (letter := _first_letter(word))]
    return " ".join(f"{letter}." for letter in letters[:_MOST])


def _first_letter(word: str) -> str:
    letters = (char for char in unicodedata.normalize("NFC", word) if char.isalpha())
    return next(letters, "").upper()

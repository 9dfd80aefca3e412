"""What people's thumbs and alphabets do to a text: typos, and Arabic in Latin letters."""

from __future__ import annotations

import random

from arabic import fold

_ROWS = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلاىةوزظ", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_LATIN = {
    **dict(zip("بتجدرزسفقكلمنه", "btjdrzsfqklmnh", strict=True)),
    "ا": "a",
    "و": "o",
    "ي": "i",
    "ث": "th",
    "ح": "7",
    "خ": "5",
    "ذ": "th",
    "ش": "sh",
    "ص": "9",
    "ض": "dh",
    "ط": "6",
    "ظ": "dh",
    "ع": "3",
    "غ": "gh",
}
_OTHER_LATIN = {
    "خ": "kh",
    "ق": "g",
    "و": "w",
    "ي": "y",
    "ا": "e",
    "ج": "g",
    "ث": "s",
    "ط": "t",
    "ض": "d",
}


def with_typos(text: str, share: float, chance: random.Random) -> str:
    """Spoil a share of a text's letters: a neighbour's key, a letter lost, doubled or swapped."""
    letters: list[str] = []
    for letter in text:
        if not letter.isalpha() or chance.random() >= share:
            letters.append(letter)
            continue
        kind = chance.randrange(4)
        if kind == 0:
            letters.append(_neighbour(letter, chance))
        elif kind == 1:
            letters += [letter, letter]
        elif kind == 2 and letters:  # noqa: PLR2004 - one of four kinds
            letters.insert(-1, letter)
    return "".join(letters)


def _neighbour(letter: str, chance: random.Random) -> str:
    for row in _ROWS:
        place = row.find(letter)
        if place >= 0:
            return row[min(max(place + chance.choice((-1, 1)), 0), len(row) - 1)]
    return letter


def as_arabizi(text: str, chance: random.Random) -> str:
    """Write an Arabic text in Latin letters, as one of many would: short vowels now and then."""
    words = []
    for word in fold(text).split():
        letters: list[str] = []
        for place, letter in enumerate(word):
            latin = _LATIN.get(letter, letter)
            if chance.random() < 0.25:  # noqa: PLR2004 - a quarter of letters has its other spelling
                latin = _OTHER_LATIN.get(letter, latin)
            letters.append(latin)
            between = 0 < place < len(word) - 1 and not {letter, word[place + 1]} & set("اوي")
            if between and chance.random() < 0.6:  # noqa: PLR2004 - most syllables are written out
                letters.append(chance.choice("aei"))
        words.append("".join(letters))
    return " ".join(words)

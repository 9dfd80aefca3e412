"""Folding of letters, digits, diacritics and elongation."""

import re
import unicodedata

_LETTERS = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ئ": "ي",
        "ی": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ک": "ك",
        # People write one sound in several ways: اگدر and اقدر, چذي and جذي.
        "گ": "ق",
        "چ": "ج",
        "پ": "ب",
        "ڤ": "ف",
        "ژ": "ز",
        "ء": "",
        "ـ": "",
    }
)
# Arabizi writes غ خ ض ظ as a digit with an apostrophe; any other apostrophe joins.
_DOTTED = {"3": "gh", "7": "kh", "9": "dh", "6": "dh"}
_DOTTED_DIGIT = re.compile(r"(?:(?<=[a-z])([3679])['\u2019`]|\b([3679])['\u2019`](?=[a-z]))")
_INNER_APOSTROPHE = re.compile(r"(?<=[a-z0-9])['\u2019`](?=[a-z])")
_NOT_WORD = re.compile(r"[^\w\u2600-\u27bf\U0001f300-\U0001faff]+|_")
_RUN = re.compile(r"(.)\1{2,}")
_SCRIPT_BORDER = re.compile(r"(?<=[\u0600-\u06ff])(?=[a-z])|(?<=[a-z])(?=[\u0600-\u06ff])")


def fold(text: str) -> str:
    """Bring spellings of the same words together.

    Unifies letter forms, drops diacritics, elongation, hamza, punctuation and invisible
    characters, writes digits as 0-9 and Latin letters small, shortens a letter that is
    repeated three times or more, and parts Arabic from Latin script.

    Args:
        text: What a person typed.

    Returns:
        Words parted by single spaces; empty if nothing is left.
    """
    decomposed = unicodedata.normalize("NFKC", text).lower().translate(_LETTERS)
    decomposed = _DOTTED_DIGIT.sub(lambda found: _DOTTED[found[1] or found[2]], decomposed)
    decomposed = _INNER_APOSTROPHE.sub("", decomposed)
    kept = "".join(_plain(char) for char in decomposed)
    words = _NOT_WORD.sub(" ", kept)
    parted = _SCRIPT_BORDER.sub(" ", _RUN.sub(r"\1", words))
    return " ".join(parted.split())


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    # Mn: diacritics; Cf: bidi controls, joiners, variation of emoji.
    return "" if category in {"Mn", "Cf"} else char

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

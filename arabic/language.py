"""Which language a message is written in: English, or Arabic in either script."""

import re

_FUNCTION_WORDS = (
    "a about after all allowed am an and any are as at be because been before but by can"
    " could did do does for from get had has have he her him his how i if in into is it its"
    " just may me might must my need no not of on one or our out over per she should so some"
    " than that the their them then there they this to under up us use using want was we were"
    " what when where which while who whom whose why will with without would you your"
    " please thanks thank hello hi okay i'm don't can't"
)
_KNOWN = frozenset(_FUNCTION_WORDS.split())
_WORD = re.compile(r"[a-z0-9']+")
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a\u0671-\u06d3]")
_LATIN_LETTER = re.compile(r"[a-z]")
_DIGIT_AS_LETTER = re.compile(
    r"(?<=[a-z])[235679](?=[a-z])|\b[35679](?=[a-z]{2})|(?<=[a-z]{2})[357](?![\w])"
)
_SHARE = 0.25
"""Of the words of an English sentence; Arabizi sentences stay below a tenth."""


def is_english(text: str, lexicon: frozenset[str] = frozenset()) -> bool:
    """Say whether a message is English rather than Arabic or Arabizi.

    Args:
        text: What a person typed.
        lexicon: English words known beside the function words.

    Returns:
        True for English; Arabizi, mixed text led by Arabic, and text without letters give False.
    """
    lowered = text.lower().replace("\u2019", "'")
    latin = len(_LATIN_LETTER.findall(lowered))
    if latin <= len(_ARABIC_LETTER.findall(lowered)):
        return False
    words = _WORD.findall(lowered)
    digits = len(_DIGIT_AS_LETTER.findall(lowered))
    function = sum(word in _KNOWN for word in words)
    known = sum(word in lexicon or word in _KNOWN for word in words)
    if digits * 3 >= len(words):
        return False
    return function >= _SHARE * len(words) or known >= 0.8 * len(words)

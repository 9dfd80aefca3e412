"""A typed text, parted into expressions that have a meaning in an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from arabic import fold
from bot.domain.answer_words import MEANING_OF, Meaning, Sense
from bot.domain.arabizi_words import MEANING_OF_SOUND, sound
from bot.domain.word_likeness import one_slip

_LONGEST = 4
"""Words of an expression."""

_NOISE = re.compile(
    r"(?<!\d)\d\d ?[%٪]"
    r"|(?<!\w)(?:[:;=]['-]?[()DPpdoO3*|]+|x[dD]+|<3|[اآأ]{3,}|ه{2,}|ا?م{2,}|a{3,}h*|[hu]*m{2,})(?!\w)"
)
"""Laughter, humming and faces made of signs, which folding would make letters of."""

_EMOJI = re.compile("([\u2600-\u27bf\U0001f000-\U0001faff])")
_CLAUSE_END = re.compile(
    r"(?<!\d)(?<!\b[أاد])[.:]|(?<!\b[أاد])[.:](?!\d)|[،,؛;!()\[\]=+/\n\u2026\u2014\u2013]|\s-|-\s|\b(?=يعني\b|(?:ال)?جواب)"
)
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")
_LETTER_EMOJI = str.maketrans({"🅰": " a ", "🅱": " b "})
_ARABIC_AND_DIGIT = re.compile(r"(?<=[\u0620-\u064a])(?=\d)|(?<=\d)(?=[\u0620-\u064a])")
_NUMBERED = re.compile(r"\b(option|number|answer|choice|no|ans|num)(?=\d\b)")
_JOINED = {
    "ابجده": re.compile("[ابجده](?:و?[ابجده])+"),
    "abcdef": re.compile("[a-f]{2,}"),
    "123456789": re.compile("[1-9]{2,}"),
}
_SHORTEST_SWAP, _SHORTEST_TYPO = 4, 6
"""Letters from which two swapped ones are forgiven, and any slip."""

_DOUBLED = re.compile(r"(.)\1")
_LONGEST_GLUED = 3
"""Letters up to which a doubled one may be another word."""

_CALL = re.compile(r"يا \w{2,}")
"""To somebody, as in "O brother"."""

_UNDOING = re.compile(r"لا (?:خل|حط|غير|بدل|امسح|شيل|سجل|عدل|الغ)\w{0,4}")
"""A correction, as in "no, make it"."""

RELATIVE = frozenset({"who", "what", "which", "when", "where", "whom", "whose", "how", "why", "لو"})
"""What asks at the beginning of a clause only."""

_VERBS = frozenset({"is", "are", "was", "would", "should", "will", "am", "shall"})
"""What makes a question of a clause that it begins."""

_PERSONS = frozenset({"he", "she", "it", "they", "you", "u", "we", "i", "one", "that", "who"})
_AUXILIARIES = frozenset({"do", "does", "did", "can", "could", "should", "would"})
"""What asks unless a person stands before it."""

_NOUNS = frozenset(
    {"statement", "claim", "sentence", "choice", "answer", "letter", "number", "best"}
)
"""Words before which "a" is no letter."""

_ARTICLE = re.compile("(?:al|el|il|l)(?=..)")


@dataclass(frozen=True)
class Part:
    """An expression of a text.

    Attributes:
        words: The expression, folded.
        meaning: What it means; None if it is not in the list.
        clause: Which clause of the text it stands in.
    """

    words: str
    meaning: Meaning | None
    clause: int = 0


def parts_of(text: str) -> list[Part]:
    """Part a text into the longest expressions that are known."""
    words = _words(text)
    parts: list[Part] = []
    place = 0
    while place < len(words):
        length = next(
            n for n in range(_LONGEST, 0, -1) if n == 1 or _known(_joined(words, place, n))
        )
        expression = _joined(words, place, length)
        meaning = _meaning(expression)
        clause = words[place][1]
        first = not parts or parts[-1].clause != clause
        after = words[place + length : place + length + 1]
        following = after[0][0] if after and after[0][1] == clause else ""
        told = expression in _AUXILIARIES and not first and parts[-1].words in _PERSONS
        if told or (expression in RELATIVE and not first) or _is_article(expression, following):
            meaning = None
        elif expression == "اي" and following and _meaning(following) is None:
            meaning = Sense.MINE  # "which" rather than "yes"
        elif expression in _VERBS and first:
            meaning = Sense.STOP
        parts.append(Part(expression, meaning, clause))
        place += length
    return _with_ones(parts)


def _is_article(word: str, following: str) -> bool:
    """Say whether "a" stands before a noun, not for a choice."""
    unknown = following.isalpha() and following.isascii() and _meaning(following) is None
    return word == "a" and (unknown or following in _NOUNS)


def _joined(words: Sequence[tuple[str, int]], place: int, length: int) -> str:
    return " ".join(word for word, _ in words[place : place + length])


def _words(text: str) -> list[tuple[str, int]]:
    """Part a text into folded words, emoji among them, each with the number of its clause."""
    heard = _NOISE.sub(" ", _SKIN.sub("", text.translate(_LETTER_EMOJI)))
    return [
        (word, number)
        for number, clause in enumerate(_CLAUSE_END.split(heard))
        for word in _folded(clause).split()
    ]


def _folded(clause: str) -> str:
    folded = fold(_EMOJI.sub(r" \1 ", clause))
    return _NUMBERED.sub(r"\1 ", _ARABIC_AND_DIGIT.sub(" ", folded))


def _with_ones(parts: Sequence[Part]) -> list[Part]:
    """Read "one" as the first, except in "the second one"."""
    read: list[Part] = []
    for part in parts:
        if part.meaning is not Sense.ONE:
            read.append(part)
        elif not read or read[-1].meaning in {Sense.FILLER, Sense.CORRECTION, Sense.NO}:
            read.append(Part(part.words, (0,), part.clause))
    return read


def _meaning(expression: str) -> Meaning | None:
    return _known(expression) or (None if " " in expression else _guessed(expression))


def _known(expression: str) -> Meaning | None:
    meaning = MEANING_OF.get(expression)
    if meaning is None and " " in expression and expression[0] == "و":
        meaning = MEANING_OF.get(expression[1:])  # "and the last one"
    if _CALL.fullmatch(expression):
        return meaning or Sense.COURTESY
    if _UNDOING.fullmatch(expression):
        return Sense.CORRECTION
    if not expression[0].isalnum() and " " not in expression:
        return meaning or Sense.FILLER  # any other emoji
    if meaning is None and expression.isascii() and not expression.isdecimal():
        heard = " ".join(map(sound, expression.split()))
        meaning = MEANING_OF_SOUND.get(heard) or MEANING_OF_SOUND.get(_ARTICLE.sub("", heard, 1))
    return meaning


@lru_cache(maxsize=5_000)
def _guessed(word: str) -> Meaning | None:
    """Read a word with "and" or the article before it, joined letters, or a slip."""
    joined = MEANING_OF.get(word[1:]) if word[0] in "وف" else None
    rest = word.removeprefix("و").removeprefix("ال")
    bare = MEANING_OF.get(rest) if rest != "ه" else None  # "اله" is no letter
    single = MEANING_OF.get(_DOUBLED.sub(r"\1", word))
    if single is not None and len(word) > _LONGEST_GLUED:
        return single
    if joined not in {None, Sense.NO} or isinstance(bare, tuple):
        return joined or bare
    for letters, form in _JOINED.items():
        places = tuple(letters.index(sign) for sign in word if sign in letters)
        if form.fullmatch(word) and list(places) == sorted(set(places)):
            return places
    if len(word) < _SHORTEST_SWAP:
        return None
    near = {
        meaning
        for known, meaning in MEANING_OF.items()
        if abs(len(known) - len(word)) <= 1
        and one_slip(known, word)
        and (
            sorted(known) == sorted(word)
            or (len(word) >= _SHORTEST_TYPO and meaning not in {Sense.TRUE, Sense.FALSE})
        )
    }
    return near.pop() if len(near) == 1 else None

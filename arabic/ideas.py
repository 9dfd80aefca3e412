"""The ideas that words stand for, across varieties and languages: ``ideas.txt``.

Hundreds of words name one idea, and most stand in few examples or in none; what was learnt
of an idea holds for all its words. A lexicon beside the words loses nothing that they tell.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from itertools import product

from arabic.letters import fold

_REMEMBERED = 50_000
_SHORTEST_STEM = 3
# Written as text: a list would take a line for each.
_PREFIXES = (
    "و ف ب ل ك ال لل بال وال فال كال هال عال ول وب ا ن ت ي م ام اي يت تت بي بت بن با"
    " هي هت هن ها حي حت حن حا سي ست سن سا دا دي دت وي وت ون وا"
)
_SUFFIXES = (
    "ه ها هم هن ك كم ج ي ني نا وا و ون ين ات ان ت تو توا وه وها وني ته تها تي تك يه يت يته ش لي له"
)
_ENGLISH_SUFFIXES = ("s", "es", "ed", "d", "ing", "er", "ers", "ly")


def _read() -> dict[str, frozenset[str]]:
    """Read the lexicon: a line an idea, ``name: word word expression_of_words``."""
    names: dict[str, set[str]] = {}
    for line in files("arabic").joinpath("ideas.txt").read_text("utf-8").splitlines():
        idea, _, words = line.partition(":")
        for word in words.split():
            names.setdefault(fold(word.replace("_", " ")), set()).add(idea.strip())
    return {word: frozenset(ideas) for word, ideas in names.items() if word}


_AFFIXES = [("", *_PREFIXES.split()), ("", *_SUFFIXES.split())]
_IDEAS = _read()
_LONGEST_EXPRESSION = max(len(words.split()) for words in _IDEAS)
_NONE: frozenset[str] = frozenset()


def ideas_of(folded: str) -> set[str]:
    """Give the ideas that a text names.

    Args:
        folded: A folded text.
    """
    words = folded.split()
    found: set[str] = set()
    for place, word in enumerate(words):
        found |= _ideas_of_word(word)
        for length in range(2, _LONGEST_EXPRESSION + 1):
            found |= _IDEAS.get(" ".join(words[place : place + length]), _NONE)
    return found


@lru_cache(maxsize=_REMEMBERED)
def _ideas_of_word(word: str) -> frozenset[str]:
    """Look a word up as it is, else by the longest stem that is known."""
    known = _IDEAS.get(word)
    if known is not None:
        return known
    stems = sorted(_stems(word), key=len, reverse=True)
    return next((_IDEAS[stem] for stem in stems if stem in _IDEAS), _NONE)


def _stems(word: str) -> list[str]:
    if word.isascii():
        cut = [word.removesuffix(suffix) for suffix in _ENGLISH_SUFFIXES if word.endswith(suffix)]
    else:
        cut = [
            word[len(prefix) : len(word) - len(suffix)]
            for prefix, suffix in product(*_AFFIXES)
            if word.startswith(prefix) and word.endswith(suffix)
        ]
    return [stem for stem in cut if len(stem) >= _SHORTEST_STEM]

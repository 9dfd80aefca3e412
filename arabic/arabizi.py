"""Reading Arabizi back into Arabic: a consonant skeleton looked up in known words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import product
from math import log2

# One class of consonants a line: what Latin letters do not tell apart, or writers confuse.
_CLASS_OF_LETTER = {
    **dict.fromkeys("سص", "s"),
    **dict.fromkeys("تطة", "t"),
    **dict.fromkeys("دضظذ", "d"),
    **dict.fromkeys("حه", "h"),
    "ث": "θ",
    "ب": "b",
    "ج": "j",
    "خ": "x",
    "ر": "r",
    "ز": "z",
    "ش": "ʃ",
    "ع": "ʕ",
    "غ": "ɣ",
    "ف": "f",
    "ق": "q",
    "ك": "k",
    "ل": "l",
    "م": "m",
    "ن": "n",
}
# What a Latin sign may stand for, as classes; the empty class is a vowel or silent.
_CLASSES_OF_SIGN = {
    "3'": ("ɣ",),
    "7'": ("x",),
    "9'": ("d",),
    "6'": ("d",),
    "sh": ("ʃ",),
    "ch": ("ʃ", "j", "k"),
    "kh": ("x",),
    "gh": ("ɣ",),
    "th": ("θ", "d"),
    "dh": ("d",),
    "ph": ("f",),
    "2": ("", "q"),
    "3": ("ʕ",),
    "4": ("d",),
    "5": ("x",),
    "6": ("t",),
    "7": ("h",),
    "8": ("q", "ɣ"),
    "9": ("s", "q"),
    "b": ("b",),
    "c": ("k", "s"),
    "d": ("d",),
    "f": ("f",),
    "g": ("q", "j", "ɣ"),
    "h": ("h", ""),
    "j": ("j",),
    "k": ("k", "q"),
    "l": ("l",),
    "m": ("m",),
    "n": ("n",),
    "p": ("b",),
    "q": ("q", "ɣ"),
    "r": ("r",),
    "s": ("s",),
    "t": ("t",),
    "v": ("f",),
    "x": ("x",),
    "z": ("z", "d"),
}
_VOWELS = {"a": "ا", "e": "ي", "i": "ي", "o": "و", "u": "و", "w": "و", "y": "ي"}
_PLAIN_LETTER = {
    "s": "س",
    "t": "ت",
    "d": "د",
    "h": "ه",
    "θ": "ث",
    "b": "ب",
    "j": "ج",
    "x": "خ",
    "r": "ر",
    "z": "ز",
    "ʃ": "ش",
    "ʕ": "ع",
    "ɣ": "غ",
    "f": "ف",
    "q": "ق",
    "k": "ك",
    "l": "ل",
    "m": "م",
    "n": "ن",
    "": "",
}
_LETTER_OF_SIGN = {"3": "ع", "7": "ح", "6": "ط", "9": "ص", "5": "خ", "2": "ا", "4": "ذ", "th": "ث"}
_SIGN = re.compile(r"3'|7'|9'|6'|sh|ch|kh|gh|th|dh|ph|[2-9a-z]")
_ARTICLE = re.compile(r"^(?:il|el|al|l)-?(?=[^aeiou]..)")
_CLITICS = {
    **dict.fromkeys(("al", "el", "il", "l"), "ال"),
    **dict.fromkeys(("bel", "bil", "bl"), "بال"),
    **dict.fromkeys(("lel", "lil"), "لل"),
    **dict.fromkeys(("fel", "fil", "fl"), "في ال"),
    "w": "و",
    "b": "ب",
    "f": "في",
}
_APART = re.compile(r"(?<!\S)((?:في |و|ب|ل)?ال|لل|و|ب) (?=[\u0620-\u06d3])")
_MAX_SKELETONS = 48
_REMEMBERED = 20_000
_COMMON = 0.04
"""What a word's being twice as common weighs, against 1 for letters that all agree."""


def join_clitics(text: str) -> str:
    """Write the article and one-letter words together with what follows, as Arabic does."""
    return _APART.sub(r"\1", text)


def skeleton(word: str) -> str:
    """Give the consonant classes of a folded Arabic word, doubled ones once.

    A final ha is mostly a ta marbuta, which is not heard.
    """
    classes = (_CLASS_OF_LETTER.get(letter, "") for letter in word.removesuffix("ه"))
    return _undoubled("".join(classes))


def _undoubled(classes: str) -> str:
    return re.sub(r"(.)\1+", r"\1", classes)


class ArabiziReader:
    """Reads Latin-script Arabic words by the Arabic words of the training data.

    Args:
        words: Known folded Arabic words with how often they occur.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        """Index the known words by skeleton."""
        self._words = dict(words)
        # Texts repeat their words: most of the time of reading went into reading them again.
        self.read = lru_cache(maxsize=_REMEMBERED)(self._read)
        self._by_skeleton: dict[str, list[str]] = {}
        for word in words:
            self._by_skeleton.setdefault(skeleton(word), []).append(word)

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> "ArabiziReader":
        """Learn the known words from folded texts."""
        counts = Counter(word for text in texts for word in text.split() if _is_arabic(word))
        return cls(counts)

    @property
    def words(self) -> dict[str, int]:
        """The known words with their counts, to be stored with a model."""
        return dict(self._words)

    def _read(self, word: str) -> str:
        """Read one Latin-script word as Arabic.

        Args:
            word: A folded word of Latin letters and the digits 2-9.

        Returns:
            The known word that fits best, else a letter-by-letter reading.
        """
        if word in _CLITICS:
            return _CLITICS[word]
        found = self._known(word)
        if found:
            return found
        stripped = _ARTICLE.sub("", word)
        if stripped != word:
            found = self._known(stripped)
            return "ال" + (found or _spell(stripped))
        return _spell(word)

    def _known(self, word: str) -> str:
        spelled = _spell(word)
        candidates = {
            known
            for key in _skeletons(word)
            for known in self._by_skeleton.get(key, ())
            if key or known == spelled
        }
        best, fit = "", 0.0
        for most, known in sorted((self._most(spelled, known), known) for known in candidates)[
            ::-1
        ]:
            if most <= fit:
                break
            own = self._fit(spelled, known)
            best, fit = (known, own) if own > fit else (best, fit)
        return best

    def _most(self, spelled: str, known: str) -> float:
        """Say how well a word fits at best, by its length: comparing letters takes longer."""
        lengths = len(spelled), len(known)
        return 2 * min(lengths) / max(sum(lengths), 1) + self._commonness(known)

    def _fit(self, spelled: str, known: str) -> float:
        """Weigh agreeing vowels against how common the word is."""
        likeness = SequenceMatcher(None, _open_end(spelled), _open_end(known)).ratio()
        return likeness + self._commonness(known)

    def _commonness(self, known: str) -> float:
        return _COMMON * log2(self._words[known])


def _skeletons(word: str) -> list[str]:
    options = [_CLASSES_OF_SIGN.get(sign, ("",)) for sign in _SIGN.findall(word)]
    keys = dict.fromkeys(
        _undoubled("".join(choice))
        for choice, _ in zip(product(*options), range(_MAX_SKELETONS), strict=False)
    )
    return list(keys)


def _spell(word: str) -> str:
    """Read letter by letter: long and first vowels are written, short ones are not."""
    signs = _SIGN.findall(word)
    letters: list[str] = []
    for place, sign in enumerate(signs):
        vowel = _VOWELS.get(sign)
        if sign == "2" and place:
            continue  # a hamza inside a word: folding drops it
        if vowel is None:
            known = _LETTER_OF_SIGN.get(sign) or _PLAIN_LETTER[_CLASSES_OF_SIGN[sign][0]]
            letters.append("" if letters and letters[-1] == known else known)
        elif sign in "wy" or _is_long(signs, place):
            letters.append("" if letters and letters[-1] == vowel else vowel)
    return "".join(letters)


def _open_end(word: str) -> str:
    """Write every final vowel alike: a final "a" may be alef, ya or ta marbuta."""
    return re.sub("[اهيو]$", "ا", word)


def _is_long(signs: list[str], place: int) -> bool:
    edge = place in {0, len(signs) - 1}
    return edge or signs[place] in signs[place - 1 : place] + signs[place + 1 : place + 2]


def _is_arabic(word: str) -> bool:
    return "\u0620" <= word[0] <= "\u06d3"

"""Which choice somebody means who types words of it, whole or in part and with slips."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from arabic import ArabiziReader, fold, ideas_of, is_english, join_clitics

_SMALL = frozenset(
    fold(
        "ع بيها بيه ويا وياه"
        " في من على الى إلى عن ان أن إن هذا هذه التي الذي اللي ما و او أو ثم قد هو هي كان كانت له"
        " لها به بها فيه فيها عليه عليها منه منها ذلك تلك هل يا كما حتى إذا اذا عند عنده لو مع"
        " اي أي تقول يقول بتقول مكتوب حق حقت مال بتاع بتاعة تبع كلمة عبارة تخص انها انه"
        " لأنه the a an of to in on for and or is are it its he she his her him they their them by"
        " with that this as at be been was were if so from any some what who about says saying"
        " mentions has have does do will would one you your"
    ).split()
)
"""Words that tell no choice from another."""

_SAME = (
    "شغل عمل دوام وظيفة، ممنوع محظور حرام prohibited forbidden banned، جائز مسموح يجوز عادي مباح"
    " allowed permitted، تجاوب تجيب ترد يجاب reply answer، تشوف ترى تنظر، حد حدا احد شخص فلان،"
    " باسورد مرور سر password، بس فقط وحده وحدها لحاله only، ناس أناس جمهور بشر people ppl public،"
    " تخلي تترك يخلي leave، صار حصل حدث، يحكي يتكلم يتحدث يقول، غلط خطأ أخطأ، صح أصاب صحيح،"
    " government govt gov، communication communications comm comms، department dept،"
    " picture photo pic، لازم واجب يجب must، حاجة ضرورة ضروري يحتاج، بلا بدون دون من_غير without،"
    " الموارد hr، رقم رقمه number figure، قروب مجموعة، بيان بين يوضح يبين"
)
_DENYING = frozenset(
    fold(
        "لا لم لن ليس ليست مو مب مش غير not dont doesnt didnt cannot cant isnt arent never neither"
    ).split()
)
_LEADING = {"نعم": "نعم", "yes": "نعم", "لا": "لا", "no": "لا"}
_LEADS = re.compile(r"^\s*(?:لا|نعم|no|yes)\s*[،,.:؛;-]", re.IGNORECASE)
_VERB = re.compile("[يتن]..|ا(?!ل)...")
_ARTICLE = re.compile("[وف]?(?:[بكعه]?ال|لل)(?=...)")
_PREFIXES = ("", "و", "ع", "ف", "ب", "ل", "ك", "ي", "ت", "ن", "ا", "بي", "بت", "ول", "وي", "وت")
_ENDINGS = ("", "ه", "ها", "هم", "ته", "تها", "تهم", "ت", "ات", "ون", "ين", "ان", "وا", "ي", "ا")
_ENGLISH_ENDINGS = ("", "ing", "ed", "es", "s", "d", "ly", "er", "e")
_SHORTEST_STEM = 3
_SHORTEST_TYPO, _SHORTEST_TYPOS, _ALIKE = 4, 7, 0.84
_KNOWN_SHARE = 0.6
"""How many words of a text must be a choice's."""

_FEWEST = 2
"""How many words must be a choice's where any other is not."""

_CLEARLY = 3
"""How many words must speak for a choice for each that speaks for another."""

_MOST, _LEAST = 0.75, 0.15
_LATIN = re.compile("[a-z][a-z2-9]*")


def one_slip(one: str, other: str) -> bool:
    """Say whether two words differ by one letter more, less or other, or by two swapped."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == len(other) == 2 and one == other[::-1])  # noqa: PLR2004 - two letters


@dataclass(frozen=True)
class _Word:
    """A word that counts.

    Attributes:
        bare: The word without what is written before it.
        denied: Whether a negation stands before it; None where that cannot be told.
        leads: It is the yes or no that a sentence begins with.
    """

    bare: str
    denied: bool | None = False
    leads: bool = False

    def is_like(self, other: _Word) -> bool:
        if self.leads or other.leads:
            return self.leads and other.leads and self.bare == other.bare
        agree = self.denied is None or other.denied is None or self.denied == other.denied
        same_script = self.bare.isascii() == other.bare.isascii()
        return agree and same_script and _alike(self.bare, other.bare)


@lru_cache(maxsize=10_000)
def _alike(one: str, other: str) -> bool:
    if not _stems(one).isdisjoint(_stems(other)) or not _ideas(one).isdisjoint(_ideas(other)):
        return True
    shortest = min(len(one), len(other))
    if shortest < _SHORTEST_TYPO or one[0] != other[0]:
        return False
    return one_slip(one, other) or (
        shortest >= _SHORTEST_TYPOS and SequenceMatcher(None, one, other).ratio() >= _ALIKE
    )


@lru_cache(maxsize=10_000)
def _stems(word: str) -> frozenset[str]:
    """Give all that a word may be built on."""
    prefixes: tuple[str, ...] = ("",)
    endings: tuple[str, ...] = _ENGLISH_ENDINGS
    forms = {word}
    if not word.isascii():
        prefixes, endings = _PREFIXES, _ENDINGS
        forms.add(re.sub("ه$", "ت", word))  # a ta marbuta before an ending
    stems = {
        form.removeprefix(prefix).removesuffix(ending)
        for form in forms
        for prefix in prefixes
        for ending in endings
    }
    return frozenset({word, *(stem for stem in stems if len(stem) >= _SHORTEST_STEM)})


_GROUPS = [
    frozenset(stem for word in fold(group).split() for stem in _stems(word))
    for group in _SAME.split("،")
]


@lru_cache(maxsize=10_000)
def _ideas(word: str) -> frozenset[str]:
    """Give what a word may stand for, so that varieties and languages meet."""
    stems = _stems(word)
    groups = {min(group) for group in _GROUPS if not stems.isdisjoint(group)}
    return frozenset(groups | ideas_of(word))


def _counting(words: Sequence[str], *, leads: bool, quoted: bool) -> list[_Word]:
    """Give the words that count, each with the negation before it.

    Args:
        words: Folded words.
        leads: The first word is a yes or no of its own.
        quoted: They are a choice's, where ``ما`` is "what" more often than "not".
    """
    found: list[_Word] = []
    denied: bool | None = False
    for place, word in enumerate(words):
        if not place and word in _LEADING and (leads or not _VERB.match("".join(words[1:2]))):
            found.append(_Word(_LEADING[word], leads=True))
        elif re.sub("^[وف]", "", word) in _DENYING:
            denied = True
        elif word in {"ما", "الا"}:  # "what" or "not", "except" or "not to"
            denied = None if quoted else True
        elif word not in _SMALL:
            found.append(_Word(_ARTICLE.sub("", word, 1), denied))
            denied = False
    return found


@dataclass(frozen=True)
class _Match:
    """How a text agrees with the choices.

    Attributes:
        text: The words that count in the text.
        choices: Those of each choice.
    """

    text: list[_Word]
    choices: list[list[_Word]]

    @cached_property
    def hits(self) -> list[frozenset[int]]:
        """Give for each choice which words of the text it has."""
        return [
            frozenset(
                place
                for place, word in enumerate(self.text)
                if any(word.is_like(own) for own in choice)
            )
            for choice in self.choices
        ]

    @cached_property
    def covered(self) -> list[float]:
        """Give for each choice the share of its words that the text has."""
        return [
            sum(any(own.is_like(word) for word in self.text) for own in choice)
            / max(len(choice), 1)
            for choice in self.choices
        ]

    def telling(self, places: frozenset[int]) -> int:
        """Count the words that can tell choices apart."""
        return sum(not self.text[place].leads for place in places)

    def unknown(self) -> int:
        """Count the words that no choice has."""
        return self.telling(frozenset(range(len(self.text))).difference(*self.hits))

    def beats(self, one: int, other: int) -> bool:
        """Say whether the words clearly speak for one choice against another."""
        own, others = self.hits[one] - self.hits[other], self.hits[other] - self.hits[one]
        if not own and not others:
            return bool(self.hits[one]) and self.covered[one] == 1 > self.covered[other]
        return self.telling(own) >= max(1, _CLEARLY * len(others))

    def one(self) -> int | None:
        """Give the only choice that all speaks for."""
        rivals = range(len(self.choices))
        for place in rivals:
            if self.hits[place] and all(self.beats(place, r) for r in rivals if r != place):
                return place
        return None

    def several(self) -> frozenset[int]:
        """Give the choices that the known words make up together; none if some are left over."""
        found = set()
        for place, own in enumerate(self.hits):
            others = (hits for rival, hits in enumerate(self.hits) if rival != place)
            if self.telling(own.difference(*others)):
                found.add(place)
        known = frozenset().union(*self.hits)
        left = known.difference(*(self.hits[place] for place in found))
        whole = {p for p, own in enumerate(self.hits) if self.covered[p] == 1 and left & own}
        found |= whole if left else set()
        return frozenset() if known.difference(*(self.hits[p] for p in found)) else frozenset(found)


def places_by_words(
    words: Sequence[str], choices: Sequence[str], *, several: bool, doubtful: bool
) -> frozenset[int]:
    """Find the choices that a text quotes.

    Args:
        words: The folded words of a text that have no other part in an answer.
        choices: The choices' texts.
        several: More than one may be meant.
        doubtful: Something in the text speaks against an answer, so most of a choice has to be
            there.

    Returns:
        Places of choices; none where no choice is clearly meant.
    """
    folded = [fold(choice) for choice in choices]
    match = _Match(
        _counting(_in_arabic(words, folded), leads=False, quoted=False),
        [
            _counting(own.split(), leads=bool(_LEADS.match(choice)), quoted=True)
            for own, choice in zip(folded, choices, strict=True)
        ],
    )
    unknown, all_told = match.unknown(), match.telling(frozenset(range(len(match.text))))
    enough = all_told - unknown >= _FEWEST or not unknown
    if not enough or unknown > (0 if doubtful else (1 - _KNOWN_SHARE) * all_told):
        return frozenset()
    one = match.one()
    found = match.several() if several else frozenset() if one is None else frozenset({one})
    if len(found) > 1 and unknown * 3 > all_told:
        return frozenset()
    least = _MOST if doubtful else _LEAST if all_told == 1 else 0
    return frozenset() if any(match.covered[place] < least for place in found) else found


def agrees(words: Sequence[str], statement: str) -> bool:
    """Say whether a text speaks of a statement: half of its words at least are of it."""
    own = _counting(fold(statement).split(), leads=False, quoted=True)
    said = _counting(_in_arabic(words, [fold(statement)]), leads=False, quoted=False)
    shared = sum(any(_alike(word.bare, other.bare) for other in own) for word in said)
    return bool(shared) and 2 * shared >= len(said)


def denies(statement: str) -> bool:
    """Say whether a statement holds a negation."""
    return not _DENYING.isdisjoint(fold(statement).split())


def _in_arabic(words: Sequence[str], choices: Sequence[str]) -> list[str]:
    """Read Arabizi by the words of Arabic choices."""
    text = " ".join(words)
    latin = any(_LATIN.fullmatch(word) for word in words)
    if not latin or is_english(text) or all(choice.isascii() for choice in choices):
        return list(words)
    reader = ArabiziReader.from_texts(choices)
    read = (reader.read(word) if _LATIN.fullmatch(word) else word for word in words)
    return join_clitics(" ".join(read)).split()

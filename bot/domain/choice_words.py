"""Which choice somebody means who types words of it, whole or in part and with slips."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from arabic import ArabiziReader, fold, is_english, join_clitics
from bot.domain.word_likeness import alike, bare

SMALL = frozenset(
    fold(
        "ع بيها بيه ويا وياه"
        " في من على الى إلى عن ان أن إن هذا هذه التي الذي اللي ما و او أو ثم قد هو هي كان كانت له"
        " لها به بها فيه فيها عليه عليها منه منها ذلك تلك هل يا كما حتى إذا اذا عند عنده لو مع"
        " اي أي تقول يقول بتقول مكتوب حق حقت مال بتاع بتاعة تبع كلمة عبارة تخص انها انه"
        " لأنه انا احنا هما همه اللى هن the a an of to in on for and or is are it its he"
        " she his her him they their them by"
        " with that this as at be been was were if so from any some what who about says saying"
        " mentions has have does do will would one you your"
    ).split()
)
"""Words that tell no choice from another."""

DENYING = frozenset(
    fold(
        "لا لم لن ليس ليست مو مب مش غير not dont doesnt didnt cannot cant isnt arent never neither"
    ).split()
)
_LEADING = {"نعم": "نعم", "yes": "نعم", "لا": "لا", "no": "لا"}
_LEADS = re.compile(r"^\s*(?:لا|نعم|no|yes)\s*[،,.:؛;-]", re.IGNORECASE)
_VERB = re.compile("[يتن]..|ا(?!ل)...")
_KNOWN_SHARE = 0.6
"""How many words of a text must be a choice's."""

_FEWEST = 2
"""How many words must be a choice's where any other is not."""

_CLEARLY = 3
"""How many words must speak for a choice for each that speaks for another."""

_MOST, _LEAST = 0.75, 0.15
_LATIN = re.compile("[a-z][a-z2-9]*")


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
        return agree and same_script and alike(self.bare, other.bare)


def starts_with_yes_or_no(choice: str) -> bool:
    """Say whether a choice, as it is written, begins with a yes or no of its own."""
    return bool(_LEADS.match(choice))


def leading(words: Sequence[str], *, leads: bool) -> str:
    """Give the yes or no that folded words begin with, or nothing.

    Args:
        words: Folded words.
        leads: Such a word is a yes or no of its own, whatever comes next.
    """
    first = _LEADING.get("".join(words[:1]), "")
    return first if leads or not _VERB.match("".join(words[1:2])) else ""


def _counting(words: Sequence[str], *, leads: bool, quoted: bool) -> list[_Word]:
    """Give the words that count, each with the negation before it.

    Args:
        words: Folded words.
        leads: The first word is a yes or no of its own.
        quoted: They are a choice's, where ``ما`` is "what" more often than "not".
    """
    found: list[_Word] = []
    denied: bool | None = False
    yes = leading(words, leads=leads)
    for place, word in enumerate(words):
        if not place and yes:
            found.append(_Word(yes, leads=True))
        elif re.sub("^[وف]", "", word) in DENYING:
            denied = True
        elif word in {"ما", "الا"}:  # "what" or "not", "except" or "not to"
            denied = None if quoted else True
        elif word not in SMALL:
            found.append(_Word(bare(word), denied))
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

    def left(self) -> frozenset[int]:
        """Give the words that no choice has."""
        return frozenset(range(len(self.text))).difference(*self.hits)

    def refuses(self) -> bool:
        """Say whether something is denied that no choice speaks of."""
        bare_choices = [word.bare for choice in self.choices for word in choice]
        return any(
            self.text[place].denied
            and not any(alike(self.text[place].bare, own) for own in bare_choices)
            for place in self.left()
        )

    def denied(self, choice: int) -> bool:
        """Say whether a choice denies anything."""
        return any(word.denied is not False or word.leads for word in self.choices[choice])

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
            _counting(own.split(), leads=starts_with_yes_or_no(choice), quoted=True)
            for own, choice in zip(folded, choices, strict=True)
        ],
    )
    unknown, all_told = (
        match.telling(match.left()),
        match.telling(frozenset(range(len(match.text)))),
    )
    enough = all_told - unknown >= _FEWEST or not unknown
    if not enough or unknown > (0 if doubtful else (1 - _KNOWN_SHARE) * all_told):
        return frozenset()
    one = match.one()
    found = match.several() if several else frozenset() if one is None else frozenset({one})
    if len(found) > 1 and unknown * 3 > all_told:
        return frozenset()
    if match.refuses() and not any(match.denied(place) for place in found):
        return frozenset()
    least = _MOST if doubtful else _LEAST if all_told == 1 else 0
    return frozenset() if any(match.covered[place] < least for place in found) else found


def agrees(words: Sequence[str], statement: str) -> bool:
    """Say whether a text speaks of a statement: half of its words at least are of it."""
    own = _counting(fold(statement).split(), leads=False, quoted=True)
    said = _counting(_in_arabic(words, [fold(statement)]), leads=False, quoted=False)
    shared = sum(any(alike(word.bare, other.bare) for other in own) for word in said)
    return bool(shared) and 2 * shared >= len(said)


def denies(statement: str) -> bool:
    """Say whether a statement holds a negation."""
    return not DENYING.isdisjoint(fold(statement).split())


def _in_arabic(words: Sequence[str], choices: Sequence[str]) -> list[str]:
    """Read Arabizi by the words of Arabic choices."""
    text = " ".join(words)
    latin = any(_LATIN.fullmatch(word) for word in words)
    if not latin or is_english(text) or all(choice.isascii() for choice in choices):
        return list(words)
    reader = ArabiziReader.from_texts(choices)
    read = (reader.read(word) if _LATIN.fullmatch(word) else word for word in words)
    return join_clitics(" ".join(read)).split()

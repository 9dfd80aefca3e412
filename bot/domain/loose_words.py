"""Which choice somebody means whose words are only roughly those of it.

Words are compared by root and by sound here, and what denies is weighed for a text as a whole. That
finds more than ``choice_words``, and so more of a text has to be of the choice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from arabic import fold
from bot.domain.choice_words import DENYING, SMALL, leading, starts_with_yes_or_no
from bot.domain.word_likeness import alike, bare, loosely_alike, parted

_NONE: frozenset[int] = frozenset()
_KNOWN_SHARE = 0.6
"""How many words of a text must be a choice's."""

_FEWEST, _CLEARLY = 2, 2
"""Words that must be a choice's where others are not, and for each that is another's."""

_SHORTEST_ALONE, _LEAST_ALONE = 4, 0.15
_SMALL_SOUNDS = frozenset(
    fold(
        "el al il w wa u fi fel bel lel min mn 3ala 3an ila ela ma3 ya inno enno eno in an ana howa"
        " huwa heya hiya bein elli illi tab3an 3ashan"
    ).split()
)
_NOT = frozenset({*DENYING, "الا", "محد", "la", "ma", "mo", "mu", "mish", "msh", "no"})
_MA = re.compile(r"(?<!مثل )(?<!زي )(?<!بعد )(?<!قبل )(?<!كل )(?<!حسب )\b[وف]?ما\b(?! دام)")
"""Where it is "not" more often than "what"."""

_AND = re.compile("^و(?=..)")


@dataclass(frozen=True)
class _Said:
    """What a segment of a text says.

    Attributes:
        words: Its words that can tell choices apart.
        yes: The yes or no that it begins with, or nothing.
        denies: It holds a negation; None where that cannot be told.
        denied: The words that a negation stands before.
    """

    words: tuple[str, ...]
    yes: str = ""
    denies: bool | None = False
    denied: frozenset[str] = frozenset()


def places_by_loose_words(
    segments: Sequence[Sequence[str]],
    choices: Sequence[str],
    statement: str,
    *,
    several: bool,
    wholly: bool,
) -> frozenset[int]:
    """Find the choices that a text quotes roughly.

    Args:
        segments: The folded words of a text that have no other part in an answer, by clause.
        choices: The choices' texts.
        statement: The question's text, whose words speak neither for nor against.
        several: More than one may be meant.
        wholly: All words, and not just one of many, have to be of a choice.

    Returns:
        Places of choices; none where no choice is clearly meant.
    """
    own = [_said(fold(choice).split(), choice) for choice in choices]
    known = {*SMALL, *DENYING, *(word for choice in choices for word in fold(choice).split())}
    about = [bare(word) for word in fold(statement).split() if word not in SMALL]
    split = [[piece for word in words for piece in parted(word, known)] for words in segments]
    whole = [word for words in split for word in words]
    parts = _by_and(split, own) if several else [whole]
    said = [_said(words, "") for words in parts]
    found = [_one(words, own, about) for words in said]
    if wholly and not all(
        place is not None and _is_whole(words, own[place])
        for words, place in zip(said, found, strict=True)
    ):
        return _NONE
    return _NONE if None in found else frozenset(place for place in found if place is not None)


def _said(words: Sequence[str], written: str) -> _Said:
    """Sort the words of a text, or of a choice as it is written."""
    yes = leading(words, leads=not written or starts_with_yes_or_no(written))
    rest = words[1:] if yes else words
    denies: bool | None = any(_denies(word) for word in rest)
    if not denies and _MA.search(" ".join(rest)):
        denies = None if written else True
    denied = frozenset(bare(own) for no, own in pairwise(rest) if _denies(no))
    small = SMALL | DENYING | _SMALL_SOUNDS
    return _Said(
        tuple(bare(w) for w in rest if w not in small and w not in {"ما", "وما"}),
        yes,
        denies,
        denied,
    )


def _denies(word: str) -> bool:
    own = re.sub("^[وف]", "", word)
    return own in _NOT or alike(own, "ممنوع") or alike(own, "prohibited")


def _one(said: _Said, choices: Sequence[_Said], about: Sequence[str]) -> int | None:
    """Give the only choice that a segment speaks for."""
    hits = [
        frozenset(
            place
            for place, word in enumerate(said.words)
            if any(loosely_alike(word, other) for other in choice.words)
        )
        for choice in choices
    ]
    places = [p for p, choice in enumerate(choices) if not said.yes or said.yes == choice.yes]
    best = max(places, key=lambda place: len(hits[place]), default=None)
    if best is None or not hits[best] or not _enough(said, hits[best], choices[best], about):
        return None
    clear = all(_clearly(hits[best], hits[rival]) for rival in places if rival != best)
    return best if clear and _is_of_one_mind(said, choices[best]) else None


def _is_of_one_mind(said: _Said, choice: _Said) -> bool:
    """Say whether a segment denies if its choice does, or leaves out what is denied there."""
    if None in {said.denies, choice.denies} or said.denies == choice.denies:
        return True
    denied = any(loosely_alike(word, own) for word in said.words for own in choice.denied)
    return not said.denies and bool(choice.denied) and not denied


def _enough(said: _Said, hits: frozenset[int], choice: _Said, about: Sequence[str]) -> bool:
    """Say whether enough of a segment is of a choice."""
    others = [word for place, word in enumerate(said.words) if place not in hits]
    unknown = sum(not any(alike(word, other) for other in about) for word in others)
    if len(hits) < _FEWEST:
        (place,) = hits
        word = said.words[place]
        known = any(
            alike(word, other)
            if word.isascii() != other.isascii()
            else len(word) >= _SHORTEST_ALONE and loosely_alike(word, other)
            for other in choice.words
        )
        foreign = not word.isascii() and any(other.isascii() for other in choice.words)
        return (
            not others and known and not foreign and len(hits) >= _LEAST_ALONE * len(choice.words)
        )
    all_told = unknown + len(hits) + bool(said.yes)
    return unknown <= (1 - _KNOWN_SHARE) * all_told


def _is_whole(said: _Said, choice: _Said) -> bool:
    """Say whether all words of a segment are of a choice, and enough of its words."""
    known = all(any(loosely_alike(word, other) for other in choice.words) for word in said.words)
    return known and (len(said.words) >= _FEWEST or len(said.words) * 2 >= len(choice.words))


def _clearly(own: frozenset[int], others: frozenset[int]) -> bool:
    return len(own - others) >= max(1, _CLEARLY * len(others - own))


def _by_and(segments: Sequence[Sequence[str]], choices: Sequence[_Said]) -> list[list[str]]:
    """Part clauses before each word that "and" is written together with."""
    own = {word for choice in choices for word in choice.words}
    found: list[list[str]] = []
    for words in segments:
        found.append([])
        for word in words:
            if word in {"و", "and", "w"}:
                found.append([])
            elif _AND.match(word) and word not in own:
                found.append([word.removeprefix("و")])
            else:
                found[-1].append(word)
    return [words for words in found if any(word not in SMALL for word in words)]

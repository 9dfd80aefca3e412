"""Answers in the words of choices, whole or in part, alone or beside a place."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from arabic import fold
from bot.domain.answer_grammar import Shown, picked
from bot.domain.answer_parts import RELATIVE, Part
from bot.domain.answer_words import CARDINALS, Every, Sense
from bot.domain.choice_words import agrees, places_by_words
from bot.domain.loose_words import places_by_loose_words
from bot.domain.quizzing import QuestionKind
from bot.domain.word_likeness import alike

_NONE: frozenset[int] = frozenset()
_REQUEST = re.compile(r"\w{3,}لي|\w{3,}[يو]ني")
"""How a text begins that asks for something: "write me"."""

_EITHER = re.compile(r"\b(?:او|ام|والا|هل|or|either|whether|otherwise)\b")
_UNTOLD = frozenset({Sense.CORRECTION, Sense.FILLER, Sense.COURTESY, Sense.MINE, Sense.ONE})
"""What has no part in the words of a choice."""

_DOUBTS = frozenset({Sense.STOP, Sense.OR, Sense.MINE})

_FEW = 3
"""Words of a request, which a choice may hold too."""


def quotes_a_place(parts: Sequence[Part], shown: Shown) -> bool:
    """Say whether a number or an ordinal may be a word of a choice, as in "the first warning"."""
    said = {_bare(word) for choice in shown.choices for word in fold(choice).split()}
    return any(isinstance(p.meaning, tuple) and _bare(p.words) in said for p in parts)


def in_words(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read words of choices; of several choices, each part of a text has to be of one."""
    exactly = quoted(parts, shown, asks=False)
    if exactly and shown.kind is not QuestionKind.MULTIPLE:
        return exactly
    roughly = _roughly(parts, shown)
    return exactly if exactly - roughly else roughly


def _is_said(word: str, said: Iterable[str]) -> bool:
    return any(alike(_bare(word), other) for other in said)


def _roughly(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read words that are roughly those of choices."""
    said = shown.said
    if shown.kind is QuestionKind.TRUE_FALSE or not parts or _requests(parts[0]):
        return _NONE
    few = len(parts) <= _FEW
    asks = parts[0].words in RELATIVE
    doubts = [part for part in parts if part.meaning in _DOUBTS]
    wholly = few and bool(doubts)
    if not asks:
        doubts = [p for p in doubts if p.meaning is Sense.OR or not _is_said(p.words, said)]
    if any(part.meaning is not Sense.OR for part in doubts):
        return _NONE
    clauses: dict[int, list[str]] = {}
    for part in parts:
        told = (
            part.meaning not in _UNTOLD
            or part.words in {"بس", "و", "w", "and"}
            or _bare(part.words) in said
        )
        if told and part.meaning is not Sense.OR:
            clauses.setdefault(part.clause, []).extend(part.words.split())
    several = shown.kind is QuestionKind.MULTIPLE
    places = places_by_loose_words(
        list(clauses.values()), shown.choices, shown.statement, several=several, wholly=wholly
    )
    either = all(_EITHER.search(fold(shown.choices[place])) for place in places)
    return places if either or not doubts else _NONE


def _bare(word: str) -> str:
    return word.removeprefix("ال")


def quoted(parts: Sequence[Part], shown: Shown, *, asks: bool) -> frozenset[int]:
    """Read the words of choices, alone or beside a place that agrees with them."""
    if not parts or shown.kind is QuestionKind.TRUE_FALSE:
        return _NONE
    said = {_bare(word) for choice in shown.choices for word in fold(choice).split()}
    telling = [part for part in parts if part.meaning not in _UNTOLD or _bare(part.words) in said]
    if (
        any(part.meaning is Sense.NO for part in telling[1:])
        and shown.kind is QuestionKind.MULTIPLE
    ):
        return _NONE
    doubtful = asks or _is_doubtful(parts, said, few=len(telling) <= _FEW)

    def found(quoting: Sequence[Part]) -> frozenset[int]:
        return places_by_words(
            [word for part in quoting for word in part.words.split()],
            shown.choices,
            several=shown.kind is QuestionKind.MULTIPLE,
            doubtful=doubtful,
        )

    match [part.meaning for part in telling]:
        case [Every(), Sense.EXCEPT | Sense.BUT | Sense.NOT, *_]:
            named = found(telling[2:])
            return frozenset(range(len(shown.choices))) - named if named else _NONE
        case _:
            pass
    if telling and isinstance(telling[0].meaning, tuple):
        pick = picked(telling[:1], len(shown.choices), asks=asks)
        apart = _bare(telling[0].words) not in said and not _is_number(telling[0].words)
        near = apart and not doubtful and _is_of(telling[1:], pick, shown)
        if near or (pick and found(telling[1:]) == pick):
            return pick
        if apart:
            return _NONE
    return found(telling)


def _requests(first: Part) -> bool:
    return first.meaning is None and bool(_REQUEST.fullmatch(first.words))


def _is_doubtful(parts: Sequence[Part], said: Container[str], *, few: bool) -> bool:
    """Say whether words ask for something, or are of the person, and are not of a choice."""
    return _requests(parts[0]) or any(
        part.meaning in _DOUBTS and (not place or few or _bare(part.words) not in said)
        for place, part in enumerate(parts)
    )


def _is_number(word: str) -> bool:
    return word.isdecimal() or word in CARDINALS


def _is_of(parts: Sequence[Part], pick: frozenset[int], shown: Shown) -> bool:
    """Say whether words after a place are mostly of the choice that stands there."""
    words = [word for part in parts for word in part.words.split()]
    return len(pick) == 1 and all(agrees(words, shown.choices[place]) for place in pick)

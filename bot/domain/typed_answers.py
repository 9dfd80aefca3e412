"""Answers to a quiz question that are typed instead of pressed.

A text is an answer only if every word of it has a part in one: a closed list of words, or the
words of a choice. On any doubt it is none: a question then gets its answer, and the person can
still press a button, while what was taken for an answer would be marked.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import replace

from arabic import fold
from bot.domain.answer_grammar import Shown, judged, outright, picked
from bot.domain.answer_parts import Part, parts_of
from bot.domain.answer_words import CARDINALS, MEANING_OF, Every, Sense
from bot.domain.choice_words import agrees, denies
from bot.domain.led_answers import BEGINNING, corrected, led
from bot.domain.quizzing import QuestionKind
from bot.domain.quoted_answers import in_words, quoted, quotes_a_place

__all__ = ["Shown", "read_answer"]

_NONE: frozenset[int] = frozenset()
_QUESTION_MARK = re.compile("[?؟❓❔⁉]")
_TITLES = frozenset({"ا", "د"})
"""Letters that stand before names too: professor, doctor."""

_ASKS = re.compile(r"(?:هل|is|are|was|would|should|will|do|does|did|can|could|may i) ")
_QUESTIONS = frozenset({"سوال", "السوال", "question"})
_ELSEWHERE = re.compile(r"@|://|^/")
_DOUBTS = frozenset({Sense.STOP, Sense.OR, Sense.MINE})
_TRUTH = frozenset({Sense.TRUE, Sense.FALSE})
_LONGEST = 80
"""Words of a text that quotes all choices of a question; longer ones are posts."""

_LONG, _SHORT, _SHORTER = 12, 8, 4
"""Words of a reason that may follow an answer, go before one, and go before "right"."""

_FEW = 3
"""Words of a request, which a choice may hold too."""


def read_answer(text: str, shown: Shown) -> frozenset[int] | None:
    """Read what a person typed while a question stood before them.

    Args:
        text: What they typed.
        shown: The question.

    Returns:
        Places of choices in the order shown, one unless the kind is ``multiple``; None where the
        text is no answer, or not clearly one.
    """
    folded = fold(text)
    whole = [place for place, choice in enumerate(shown.choices) if fold(choice) == folded]
    if len(whole) == 1:
        return frozenset(whole)
    if len(folded.split()) > _LONGEST or _ELSEWHERE.search(text) or _ASKS.match(folded):
        return None
    parts = _without_regrets(parts_of(text))
    said = {word for choice in shown.choices for word in fold(choice).split()}
    parts = [
        replace(part, meaning=None) if part.words in said - MEANING_OF.keys() else part
        for part in parts
    ]
    if all(_QUESTION_MARK.search(choice) for choice in shown.choices):
        parts = [part for part in parts if fold(part.words) not in _QUESTIONS]
    if not parts or _is_number_of_choice(parts, shown):
        return None
    if "\n" in text.strip():
        places = outright(parts, shown)
    else:
        _doubt, asked, last = text.rpartition(_question_mark(text))
        after = _after_question(parts_of(last), shown) if asked else _NONE
        places = after or _read(parts, shown, asks=bool(asked))
    fits = len(places) == 1 or (places and shown.kind is QuestionKind.MULTIPLE)
    return places if fits else None


def _without_regrets(parts: Sequence[Part]) -> list[Part]:
    """Leave out a "sorry" after all, and read "neither this nor that" as two refusals."""
    kept = list(parts)
    while kept and kept[-1].meaning is Sense.CORRECTION:
        kept.pop()
    rest = [place for place, part in enumerate(kept) if part.meaning is Sense.REST]
    if rest and kept[-1].meaning is Sense.FALSE:
        kept = kept[: rest[-1]]  # "and the others are wrong"
    for place in range(len(kept) - 3):
        no, one, other, two = kept[place : place + 4]
        neither = no.meaning is Sense.NO and other.words == "ولا"
        if neither and isinstance(one.meaning, tuple) and isinstance(two.meaning, tuple):
            kept[place] = kept[place + 2] = Part("ولا", Sense.NOT, no.clause)
    return kept


def _question_mark(text: str) -> str:
    marks = _QUESTION_MARK.findall(text)
    return marks[-1] if marks else "?"


def _read(parts: Sequence[Part], shown: Shown, *, asks: bool) -> frozenset[int]:
    def tail(rest: Sequence[Part]) -> frozenset[int]:
        return _read(rest, shown, asks=False)

    if asks:
        return _plain(parts, shown, asks=True)
    begun = any(part.words in BEGINNING for part in parts)
    words = in_words(parts, shown) if quotes_a_place(parts, shown) else _NONE
    return (
        (corrected(parts, tail, shown.said) if begun else _NONE)
        or _plain(parts, shown, asks=False)
        or words
        or corrected(parts, tail, shown.said)
        or _set_apart(parts, shown)
        or led(parts, shown)
        or in_words(parts, shown)
        or _about(parts, shown)
        or _at_last(parts, shown)
    )


def _after_question(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read an answer that follows what its author asked themselves."""
    if len(parts) > 1 and parts[0].meaning in {Sense.NO, Sense.CORRECTION}:
        return _read(parts, shown, asks=False)
    return _set_apart(parts, shown)


def _plain(parts: Sequence[Part], shown: Shown, *, asks: bool) -> frozenset[int]:
    """Read parts of which each has a part in an answer."""
    if shown.kind is QuestionKind.TRUE_FALSE:
        return judged(parts, shown.truths, asks=asks)
    places = picked(parts, len(shown.choices), asks=asks)
    return places or (quoted(parts, shown, asks=True) if asks else _NONE)


def _at_last(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read a last clause that answers, after others that ask nothing."""
    last = [part for part in parts if part.clause == parts[-1].clause]
    before = parts[: len(parts) - len(last)]
    idle = all(part.meaning in {None, Sense.FILLER, Sense.COURTESY} for part in before)
    if not before or not idle or len(before) > _SHORT:
        return _NONE
    return (
        quoted(last, shown, asks=False)
        if isinstance(last[0].meaning, tuple) or len(last) > _FEW
        else _NONE
    )


def _set_apart(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read an answer that stands in clauses of its own beside others, which give its reason."""
    if any(part.meaning is Sense.STOP for part in parts):
        return _NONE
    unknown = {part.clause for part in parts if part.meaning in {None, Sense.BECAUSE}}
    if not _at_an_end(parts, unknown):
        return _NONE
    places = outright([part for part in parts if part.clause not in unknown], shown)
    named = len(parts) > 1 and parts[0].words in _TITLES and parts[0].clause == parts[1].clause
    if _speaks_for_others([part for part in parts if part.clause in unknown], places, shown):
        return _NONE
    if not places or shown.kind is QuestionKind.TRUE_FALSE:
        return _NONE if named else places
    reason = quoted([part for part in parts if part.clause in unknown], shown, asks=False)
    agreed = reason or (_NONE if named else places)
    return places if agreed and agreed <= places else _NONE


def _speaks_for_others(parts: Sequence[Part], places: frozenset[int], shown: Shown) -> bool:
    """Say whether clauses that are set aside hold another pick."""
    if shown.kind is QuestionKind.TRUE_FALSE or any(p.meaning is Sense.BECAUSE for p in parts):
        return False
    said = shown.said
    others = [part.meaning for part in parts if part.words not in said]
    return Sense.CORRECTION in others or any(
        isinstance(meaning, tuple) and not set(meaning) <= places for meaning in others
    )


def _at_an_end(parts: Sequence[Part], reasons: Container[int]) -> bool:
    """Say whether the answer comes first, or last after a short reason."""
    known = [part.clause not in reasons for part in parts]
    if not parts or known[0]:
        return bool(parts) and known.count(False) <= _LONG
    before = known.index(True) if True in known else len(known)
    vague = any(part.meaning is Sense.MINE or isinstance(part.meaning, Every) for part in parts)
    longest = _SHORTER if parts[-1].meaning is Sense.TRUE else _SHORT  # "..., right"
    return before <= longest and all(known[before:]) and not vague


def _about(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read true or false, or yes or no, that is followed by words of the statement."""
    known = next((n for n, part in enumerate(parts) if part.meaning is None), len(parts))
    head, rest = parts[:known], parts[known:]
    if head and head[-1].meaning is Sense.NOT:
        head = head[:-1]
    meanings = {part.meaning for part in head}
    if any(part.meaning in _DOUBTS for part in parts) or shown.kind is not QuestionKind.TRUE_FALSE:
        return _NONE
    if Sense.NO in meanings and _TRUTH.isdisjoint(meanings) and denies(shown.statement):
        return _NONE  # "no" may repeat the statement or refuse it
    words = [word for part in rest for word in part.words.split()]
    return judged(head, shown.truths, asks=False) if agrees(words, shown.statement) else _NONE


def _is_number_of_choice(parts: Sequence[Part], shown: Shown) -> bool:
    """Say whether a text is a bare number that a choice speaks of, as in "3 days"."""
    numbers = [part.words for part in parts]
    said = {CARDINALS.get(word) for choice in shown.choices for word in fold(choice).split()}
    return all(word in CARDINALS for word in numbers) and not said.isdisjoint(
        CARDINALS[word] for word in numbers
    )

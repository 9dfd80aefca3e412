"""Answers to a quiz question that are typed instead of pressed.

A text is an answer only if every word of it has a part in one: a closed list of words, or the
words of a choice. On any doubt it is none: a question then gets its answer, and the person can
still press a button, while what was taken for an answer would be marked.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from arabic import fold
from bot.domain.answer_grammar import judged, picked
from bot.domain.answer_parts import Part, parts_of
from bot.domain.answer_words import CARDINALS, Every, Sense
from bot.domain.choice_words import agrees, denies, places_by_words
from bot.domain.quizzing import QuestionKind


@dataclass(frozen=True)
class Shown:
    """A question as it stands before a person.

    Attributes:
        kind: What it asks for.
        choices: The texts of its choices in the order shown.
        statement: What is said to be true or false.
    """

    kind: QuestionKind
    choices: tuple[str, ...]
    statement: str = ""


_NONE: frozenset[int] = frozenset()
_QUESTION_MARK = re.compile("[?؟❓❔⁉]")
_REQUEST = re.compile(r"\w{3,}لي|\w{3,}[يو]ني")
"""How a text begins that asks for something: "write me"."""

_TITLES = frozenset({"ا", "د"})
"""Letters that stand before names too: professor, doctor."""

_ASKS = re.compile(r"(?:هل|is|are|was|would|should|will|do|does|did|can|could|may i) ")
_ELSEWHERE = re.compile(r"@|://|^/")
_UNTOLD = frozenset({Sense.FILLER, Sense.COURTESY, Sense.MINE, Sense.ONE})
"""What has no part in the words of a choice."""

_DOUBTS = frozenset({Sense.STOP, Sense.OR, Sense.MINE})
_OUTRIGHT = (tuple, Every)
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
    if not parts or _is_number_of_choice(parts, shown):
        return None
    if "\n" in text.strip():
        places = _outright(parts, shown)
    else:
        _doubt, asked, last = text.rpartition(_question_mark(text))
        after = _set_apart(parts_of(last), shown) if asked else _NONE
        places = after or _read(parts, shown, asks=bool(asked))
    fits = len(places) == 1 or (places and shown.kind is QuestionKind.MULTIPLE)
    return places if fits else None


def _without_regrets(parts: Sequence[Part]) -> list[Part]:
    """Leave out a "sorry" after all, and read "neither this nor that" as two refusals."""
    kept = list(parts)
    while kept and kept[-1].meaning is Sense.CORRECTION:
        kept.pop()
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
    if shown.kind is QuestionKind.TRUE_FALSE:
        places = judged(parts, shown.choices, asks=asks)
        return places if asks else places or _set_apart(parts, shown) or _about(parts, shown)
    places = picked(parts, len(shown.choices), asks=asks)
    if not asks:
        places = places or _set_apart(parts, shown)
    return places or _quoted(parts, shown, asks=asks)


def _outright(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read words of which each has a part in an answer, and at least one says it outright."""
    if not any(isinstance(part.meaning, _OUTRIGHT) or part.meaning in _TRUTH for part in parts):
        return _NONE
    if shown.kind is QuestionKind.TRUE_FALSE:
        return judged(parts, shown.choices, asks=False)
    return picked(parts, len(shown.choices), asks=False)


def _set_apart(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read an answer that stands in clauses of its own beside others, which give its reason."""
    if any(part.meaning is Sense.STOP for part in parts):
        return _NONE
    unknown = {part.clause for part in parts if part.meaning in {None, Sense.BECAUSE}}
    if not _at_an_end(parts, unknown):
        return _NONE
    places = _outright([part for part in parts if part.clause not in unknown], shown)
    named = parts[0].words in _TITLES and bool(unknown)
    if not places or shown.kind is QuestionKind.TRUE_FALSE:
        return _NONE if named else places
    reason = _quoted([part for part in parts if part.clause in unknown], shown, asks=False)
    agreed = reason or (_NONE if named else places)
    return places if agreed and agreed <= places else _NONE


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
    if any(part.meaning in _DOUBTS for part in parts):
        return _NONE
    if Sense.NO in meanings and _TRUTH.isdisjoint(meanings) and denies(shown.statement):
        return _NONE  # "no" may repeat the statement or refuse it
    words = [word for part in rest for word in part.words.split()]
    return judged(head, shown.choices, asks=False) if agrees(words, shown.statement) else _NONE


def _is_number_of_choice(parts: Sequence[Part], shown: Shown) -> bool:
    """Say whether a text is a bare number that a choice speaks of, as in "3 days"."""
    numbers = [part.words for part in parts]
    said = {CARDINALS.get(word) for choice in shown.choices for word in fold(choice).split()}
    return all(word in CARDINALS for word in numbers) and not said.isdisjoint(
        CARDINALS[word] for word in numbers
    )


def _bare(word: str) -> str:
    return word.removeprefix("ال")


def _quoted(parts: Sequence[Part], shown: Shown, *, asks: bool) -> frozenset[int]:
    """Read the words of choices, alone or beside a place that agrees with them."""
    if not parts:
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
        apart = telling[0].words not in said and not _is_number(telling[0].words)
        near = apart and not doubtful and _is_of(telling[1:], pick, shown)
        if near or (pick and found(telling[1:]) == pick):
            return pick
        if apart:
            return _NONE
    return found(telling)


def _is_doubtful(parts: Sequence[Part], said: Container[str], *, few: bool) -> bool:
    """Say whether words ask for something, or are of the person, and are not of a choice."""
    return bool(_REQUEST.fullmatch(parts[0].words)) or any(
        part.meaning in _DOUBTS and (not place or few or _bare(part.words) not in said)
        for place, part in enumerate(parts)
    )


def _is_number(word: str) -> bool:
    return word.isdecimal() or word in CARDINALS


def _is_of(parts: Sequence[Part], pick: frozenset[int], shown: Shown) -> bool:
    """Say whether words after a place are mostly of the choice that stands there."""
    words = [word for part in parts for word in part.words.split()]
    return len(pick) == 1 and all(agrees(words, shown.choices[place]) for place in pick)

"""Answers to a quiz question that are typed instead of pressed.

A text is an answer only if every word of it has a part in one: a closed list of words, or the
words of a choice. On any doubt it is none: a question then gets its answer, and the person can
still press a button, while what was taken for an answer would be marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from arabic import fold
from bot.domain.answer_parts import Part, parts_of
from bot.domain.answer_words import CARDINALS, MEANING_OF, Every, Meaning, Places, Sense
from bot.domain.choice_words import agrees, places_by_words


class Kind(StrEnum):
    """What a question asks for; all but ``multiple`` have one answer."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    CASE = "case"


@dataclass(frozen=True)
class Shown:
    """A question as it stands before a person.

    Attributes:
        kind: What it asks for.
        choices: The texts of its choices in the order shown.
        statement: What is said to be true or false.
    """

    kind: Kind
    choices: tuple[str, ...]
    statement: str = ""


_NONE: frozenset[int] = frozenset()
_QUESTION_MARK = re.compile("[?؟❓❔⁉]")
_ELSEWHERE = re.compile(r"@|://|^/")
_ASKS_FIRST = frozenset({"is", "are", "was", "would", "should", "will", "am", "shall"})
_UNTOLD = frozenset({Sense.FILLER, Sense.COURTESY, Sense.MINE, Sense.ONE})
"""What has no part in the words of a choice."""

_DOUBTS = frozenset({Sense.STOP, Sense.OR, Sense.MINE})
_OUTRIGHT = (tuple, Every)
_TRUTH = frozenset({Sense.TRUE, Sense.FALSE})
_FEW = 2
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
    parts, folded = _without_regrets(parts_of(text)), fold(text)
    if not parts or _ELSEWHERE.search(text):
        return None
    whole = [place for place, choice in enumerate(shown.choices) if fold(choice) == folded]
    if len(whole) == 1:
        return frozenset(whole)
    if parts[0].words in _ASKS_FIRST or _is_number_of_choice(parts, shown):
        return None
    _doubt, asked, last = text.rpartition(_question_mark(text))
    after = _set_apart(parts_of(last), shown) if asked else _NONE
    places = after or _read(parts, shown, asks=bool(asked))
    fits = len(places) == 1 or (places and shown.kind is Kind.MULTIPLE)
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
    if shown.kind is Kind.TRUE_FALSE:
        places = _judged(parts, shown.choices, asks=asks)
        return (
            places or _NONE if asks else places or _set_apart(parts, shown) or _about(parts, shown)
        )
    places = _picked(parts, len(shown.choices), asks=asks)
    if not places and not asks:
        places = _set_apart(parts, shown)
    return places or _quoted(parts, shown, asks=asks)


def _outright(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read words of which each has a part in an answer, and at least one says it outright."""
    if not any(isinstance(part.meaning, _OUTRIGHT) or part.meaning in _TRUTH for part in parts):
        return _NONE
    if shown.kind is Kind.TRUE_FALSE:
        return _judged(parts, shown.choices, asks=False)
    return _picked(parts, len(shown.choices), asks=False)


def _set_apart(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read an answer that stands in clauses of its own beside others, which give its reason."""
    if any(part.meaning is Sense.STOP for part in parts):
        return _NONE
    unknown = {part.clause for part in parts if part.meaning in {None, Sense.BECAUSE}}
    places = _outright([part for part in parts if part.clause not in unknown], shown)
    if not places or shown.kind is Kind.TRUE_FALSE:
        return places
    reason = _quoted([part for part in parts if part.clause in unknown], shown, asks=False)
    return places if not reason or reason <= places else _NONE


def _about(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read true or false, or yes or no, that is followed by words of the statement."""
    known = next((n for n, part in enumerate(parts) if part.meaning is None), len(parts))
    head, rest = parts[:known], parts[known:]
    if head and head[-1].meaning is Sense.NOT:
        head = head[:-1]
    if any(part.meaning in _DOUBTS for part in parts):
        return _NONE
    words = [word for part in rest for word in part.words.split()]
    return _judged(head, shown.choices, asks=False) if agrees(words, shown.statement) else _NONE


def _is_number_of_choice(parts: Sequence[Part], shown: Shown) -> bool:
    """Say whether a text is a bare number that a choice speaks of, as in "3 days"."""
    numbers = [part.words for part in parts]
    said = {CARDINALS.get(word) for choice in shown.choices for word in fold(choice).split()}
    return all(word in CARDINALS for word in numbers) and not said.isdisjoint(
        CARDINALS[word] for word in numbers
    )


@dataclass
class _Judgement:
    """What was heard of true and false.

    What says it outright decides; then yes and no, which also answer other things and so must
    stand nearly alone; then mere assent.
    """

    said: list[bool] = field(default_factory=list)
    agreed: list[bool] = field(default_factory=list)
    denied: bool = False
    corrected: bool = False
    sure: bool = False
    aside: bool = False

    def hear(self, meaning: Meaning | None) -> bool:
        """Take a meaning in, and say whether it may stand in an answer."""
        if self.denied and meaning not in {Sense.TRUE, Sense.FALSE}:
            return False
        match meaning:
            case Sense.TRUE | Sense.FALSE:
                self.said.append((meaning is Sense.TRUE) != self.denied)
                self.denied = False
            case Sense.YES:
                self.agreed.append(True)
            case Sense.NO if not self.said:
                self.agreed.append(False)
            case Sense.NO | Sense.CORRECTION:
                self.said, self.corrected = [], True
            case Sense.NOT:
                self.denied = True
            case Sense.SURELY:
                self.sure = True
            case Sense.COURTESY | Sense.MINE:
                self.aside = True
        return meaning in _HEARD

    def verdict(self) -> bool | None:
        """Give what all together says; None if that is not clear."""
        heard = set(self.said or self.agreed)
        if self.denied or len(heard) > 1:
            return None
        if self.said:
            refused = self.agreed.count(False) == 1 and not self.corrected
            return None if refused and True in heard else heard.pop()
        if self.corrected or self.aside:
            return None
        return heard.pop() if heard else self.sure or None


_HEARD = frozenset(Sense) - {
    Sense.STOP,
    Sense.OR,
    Sense.EXCEPT,
    Sense.BUT,
    Sense.REST,
    Sense.ONE,
    Sense.BECAUSE,
}


def _judged(parts: Sequence[Part], choices: Sequence[str], *, asks: bool) -> frozenset[int]:
    """Read true or false, or the place of one."""
    truths = [MEANING_OF.get(fold(choice)) is not Sense.FALSE for choice in choices]
    heard = _Judgement()
    for part in parts:
        meaning = part.meaning
        if isinstance(meaning, tuple) and len(meaning) == 1 and -2 <= meaning[0] < 2:  # noqa: PLR2004 - two choices
            meaning = Sense.TRUE if truths[meaning[0]] else Sense.FALSE
            if heard.denied:
                return _NONE
        if meaning is Sense.BECAUSE and heard.said:
            break
        outright = {Sense.TRUE, Sense.FALSE, Sense.NOT}
        if not heard.hear(meaning) or (asks and meaning not in outright):
            return _NONE
    verdict = heard.verdict()
    return _NONE if verdict is None else frozenset({truths.index(verdict)})


@dataclass
class _Picks:
    """What was picked of so many choices."""

    size: int
    taken: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    denied: bool = False
    excepting: bool = False

    def hear(self, meaning: Meaning | None) -> bool:
        """Take a meaning in, and say whether it may stand in an answer."""
        if self.denied and not isinstance(meaning, tuple):
            return False
        match meaning:
            case tuple():
                return self._take(meaning)
            case Sense.REST:
                self.taken = set(range(self.size))
                return bool(self.refused)
            case Every(size):
                self.taken = set(range(self.size))
                return size in {None, self.size}
            case Sense.EXCEPT:
                self.excepting = True
                return len(self.taken) == self.size
            case Sense.BUT:
                self.excepting = len(self.taken) == self.size
            case Sense.NO | Sense.CORRECTION:
                self.taken, self.refused, self.excepting = set(), set(), False
            case Sense.NOT:
                self.denied = True
        return meaning not in {None, Sense.STOP, Sense.OR, Sense.FALSE, Sense.BECAUSE}

    def _take(self, places: Places) -> bool:
        meant = {place if place >= 0 else self.size + place for place in places}
        (self.refused if self.denied or self.excepting else self.taken).update(meant)
        self.denied = False
        return meant <= set(range(self.size))


def _picked(parts: Sequence[Part], size: int, *, asks: bool) -> frozenset[int]:
    """Read letters, numbers, ordinals and "all"."""
    heard = _Picks(size)
    for part in parts:
        if part.meaning is Sense.BECAUSE and heard.taken and not asks:
            break
        confirms = part.meaning in {Sense.TRUE, Sense.YES}
        if not heard.hear(part.meaning) or (asks and confirms):
            return _NONE
    return _NONE if heard.denied else frozenset(heard.taken - heard.refused)


def _quoted(parts: Sequence[Part], shown: Shown, *, asks: bool) -> frozenset[int]:
    """Read the words of choices, alone or beside a place that agrees with them."""
    said = {word for choice in shown.choices for word in fold(choice).split()}
    telling = [part for part in parts if part.meaning not in _UNTOLD or part.words in said]
    doubtful = asks or any(
        part.meaning in _DOUBTS and (len(telling) <= _FEW or part.words not in said)
        for part in parts
    )

    def found(quoting: Sequence[Part]) -> frozenset[int]:
        return places_by_words(
            [word for part in quoting for word in part.words.split()],
            shown.choices,
            several=shown.kind is Kind.MULTIPLE,
            doubtful=doubtful,
        )

    match [part.meaning for part in telling]:
        case [Every(), Sense.EXCEPT | Sense.BUT | Sense.NOT, *_]:
            named = found(telling[2:])
            return frozenset(range(len(shown.choices))) - named if named else _NONE
    if telling and isinstance(telling[0].meaning, tuple):
        beside = found(telling[1:])
        if beside and beside == _picked(telling[:1], len(shown.choices), asks=asks):
            return beside
    return found(telling)

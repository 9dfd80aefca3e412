"""How the parts of a typed answer add up: to true or false, or to picks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from arabic import fold
from bot.domain.answer_parts import Part
from bot.domain.answer_words import MEANING_OF, Every, Meaning, Places, Sense
from bot.domain.quizzing import QuestionKind

_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Shown:
    """A question as it stands before a person.

    Attributes:
        kind: What it asks for.
        choices: The texts of its choices in the order shown.
        statement: What is said to be true or false, or what is asked.
    """

    kind: QuestionKind
    choices: tuple[str, ...]
    statement: str = ""

    @property
    def truths(self) -> list[bool]:
        """For each choice of a question of true or false, which of them it is."""
        return [MEANING_OF.get(fold(choice)) is not Sense.FALSE for choice in self.choices]

    @cached_property
    def said(self) -> frozenset[str]:
        """The words that speak of the question rather than ask or tell something else."""
        texts = (self.statement,) if self.kind is QuestionKind.TRUE_FALSE else self.choices
        words = {word for text in texts for word in fold(text).split()}
        return frozenset(words | {word.removeprefix("ال") for word in words})


def outright(parts: Sequence[Part], shown: Shown) -> frozenset[int]:
    """Read words of which each has a part in an answer, and at least one says it outright."""
    said = (
        isinstance(part.meaning, tuple | Every) or part.meaning is Sense.MIDDLE for part in parts
    )
    if not any(said) and {Sense.TRUE, Sense.FALSE}.isdisjoint(part.meaning for part in parts):
        return _NONE
    if shown.kind is QuestionKind.TRUE_FALSE:
        return judged(parts, shown.truths, asks=False)
    return picked(parts, len(shown.choices), asks=False)


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
            case _:
                pass
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
    Sense.MIDDLE,
}


def judged(parts: Sequence[Part], truths: Sequence[bool], *, asks: bool) -> frozenset[int]:
    """Read true or false, or the place of one."""
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


_UNHEARD = frozenset({None, Sense.STOP, Sense.OR, Sense.FALSE, Sense.BECAUSE, Sense.MIDDLE})


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
            return meaning is Sense.FILLER
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
            case _:
                pass
        return meaning not in _UNHEARD

    def _take(self, places: Places) -> bool:
        meant = {place if place >= 0 else self.size + place for place in places}
        (self.refused if self.denied or self.excepting else self.taken).update(meant)
        self.denied = False
        return meant <= set(range(self.size))


def _goes_on(parts: Sequence[Part]) -> bool:
    """Say whether the first pick is joined to what was said before: "and the third"."""
    first = next((n for n, part in enumerate(parts) if isinstance(part.meaning, tuple)), 0)
    joined = parts[first].words not in MEANING_OF and parts[first].words.startswith("و")
    return joined or (first > 0 and parts[first - 1].words in {"و", "and"})


def picked(parts: Sequence[Part], size: int, *, asks: bool) -> frozenset[int]:
    """Read letters, numbers, ordinals and "all"."""
    heard = _Picks(size)
    if _goes_on(parts):
        return _NONE
    for part in parts:
        meaning = part.meaning
        if meaning is Sense.MIDDLE and size % 2:
            meaning = (size // 2,)
        if meaning is Sense.BECAUSE and heard.taken and not asks:
            break
        confirms = part.meaning in {Sense.TRUE, Sense.YES}
        if not heard.hear(meaning) or (asks and confirms):
            return _NONE
    return (
        _NONE
        if heard.denied or (heard.excepting and not heard.refused)
        else frozenset(heard.taken - heard.refused)
    )

"""What a sitting of the quiz gives at each step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.library.quizzes import Question


@dataclass(frozen=True)
class Graded:
    """An answer that counted.

    Attributes:
        picks: The places of the chosen choices in the bank.
    """

    question: Question
    picks: frozenset[int]
    right: bool


@dataclass(frozen=True)
class Result:
    """What came of a sitting.

    Attributes:
        score: How many of ``total`` were answered rightly.
        again: The articles of the others, each once, in order.
    """

    score: int
    total: int
    again: tuple[str, ...]


@dataclass(frozen=True)
class FinalResult:
    """What came of a workshop's final quiz.

    Attributes:
        passed: The pass mark was reached.
        pass_mark: Percent that must be right.
        completed: The workshop is completed with it.
        certified: There is a certificate of that.
    """

    passed: bool
    pass_mark: int
    completed: bool
    certified: bool


@dataclass(frozen=True)
class Turn:
    """Where a sitting is now.

    Attributes:
        sitting: Its id.
        position: Which question is asked, from 0.
        total: How many there are.
        question: The one to ask now; None where there is none left.
        order: The places that its choices have in the bank, in the order to show.
        last: The answer that was given just now.
        result: What came of it, where it has ended.
        resumed: It was begun earlier and is gone on with.
        workshop: Whose final quiz it is; empty for other sittings.
        final: What came of that, where it has ended.
    """

    sitting: str
    position: int
    total: int
    question: Question | None = None
    order: tuple[int, ...] = ()
    last: Graded | None = None
    result: Result | None = None
    resumed: bool = False
    workshop: str = ""
    final: FinalResult | None = None


class Refused(StrEnum):
    """Why an answer does not count.

    Attributes:
        UNKNOWN: There is no such sitting of this person's, or no such choice.
        BEFORE: The question was answered before: the first answer counts.
    """

    UNKNOWN = "unknown"
    BEFORE = "before"

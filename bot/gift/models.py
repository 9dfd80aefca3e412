"""What a file of questions in GIFT holds, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.errors import WaaiError

FULL = 100.0
"""The weight of the one right choice."""


class GiftError(WaaiError):
    """A file cannot be read or written; the message says what to do."""


@dataclass(frozen=True)
class GiftChoice:
    """One choice.

    Attributes:
        weight: The share of the grade that it brings, in percent, from -100 to 100.
        feedback: What is said to those who choose it.
        line: Where it stands in the file.
    """

    text: str
    weight: float = 0.0
    feedback: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class GiftQuestion:
    """One question: with choices, or a statement that is true or false.

    Attributes:
        title: Its name; empty if it has none.
        truth: Whether the statement is true; None for a question with choices.
        remarks: Of a statement: what is said after a wrong answer, and after a right one.
        feedback: What is said after any answer.
        idnumber: Its id in Moodle; empty if it has none.
        tags: Its tags in Moodle.
        line: Where it begins in the file.
    """

    title: str
    text: str
    choices: tuple[GiftChoice, ...] = ()
    truth: bool | None = None
    remarks: tuple[str, ...] = ()
    feedback: str = ""
    idnumber: str = ""
    tags: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Problem:
    """Something in a file that gives no question, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class GiftContents:
    """All that a file holds.

    Attributes:
        skipped: Whole questions of kinds that are none of ours.
        faults: What breaks the format's rules.
    """

    questions: tuple[GiftQuestion, ...]
    skipped: tuple[Problem, ...]
    faults: tuple[Problem, ...]

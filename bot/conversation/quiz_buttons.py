"""The buttons of quizzes and of the daily five minutes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StartQuiz:
    """Begin a quiz, or go on with the one that is open; "daily" for the daily five minutes."""

    kind: str = ""


@dataclass(frozen=True)
class AnswerQuestion:
    """The answer to a question of a sitting.

    Attributes:
        position: Which of its questions, from 0.
        picks: The places of the chosen choices in the bank, one digit each.
    """

    sitting: str
    position: str
    picks: str


@dataclass(frozen=True)
class PickChoices:
    """Show the question with these choices marked, where several may be right; fields as above."""

    sitting: str
    position: str
    picks: str


@dataclass(frozen=True)
class StartCircularQuiz:
    """Put questions on the articles that a circular is about."""

    circular: str


@dataclass(frozen=True)
class PauseQuiz:
    """Leave the open quiz for later."""


@dataclass(frozen=True)
class ShowProgress:
    """Show what is learnt, and what is left."""


@dataclass(frozen=True)
class SetDaily:
    """The daily five minutes at this hour, or not any more ("off"); "" shows the choice."""

    hour: str = ""


QuizButton = (
    StartQuiz
    | StartCircularQuiz
    | AnswerQuestion
    | PickChoices
    | PauseQuiz
    | ShowProgress
    | SetDaily
)

TAGS: dict[str, type[QuizButton]] = {
    "qs1": StartQuiz,
    "cq1": StartCircularQuiz,
    "qa1": AnswerQuestion,
    "qp1": PickChoices,
    "qz1": PauseQuiz,
    "qr1": ShowProgress,
    "dy1": SetDaily,
}

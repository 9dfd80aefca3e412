"""Button values of self-paced workshops; ``bot.conversation.buttons`` writes and reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShowWorkshop:
    """Show where the person is in their workshop."""


@dataclass(frozen=True)
class ShowLesson:
    """Show a lesson, whose id begins with its workshop's."""

    lesson: str


@dataclass(frozen=True)
class AskLesson:
    """Put the question of a lesson."""

    lesson: str


@dataclass(frozen=True)
class AnswerLesson:
    """The answer to the question of a lesson.

    Attributes:
        version: The question's.
        picks: The places of the chosen choices in the bank, one digit each.
    """

    lesson: str
    version: str
    picks: str


@dataclass(frozen=True)
class PickLesson:
    """Show the question with these choices marked, where several may be right; fields as above."""

    lesson: str
    version: str
    picks: str


@dataclass(frozen=True)
class StartFinal:
    """Begin the final quiz of the person's workshop, or go on with it."""


@dataclass(frozen=True)
class ShowCertificates:
    """Give the person's latest certificate."""


@dataclass(frozen=True)
class PrintCertificate:
    """Give one of the person's certificates."""

    serial: str


WorkshopButton = (
    ShowWorkshop
    | ShowLesson
    | AskLesson
    | AnswerLesson
    | PickLesson
    | StartFinal
    | ShowCertificates
    | PrintCertificate
)

WORKSHOP_TAGS: dict[str, type[WorkshopButton]] = {
    "wo1": ShowWorkshop,
    "ws1": ShowLesson,
    "wq1": AskLesson,
    "wa1": AnswerLesson,
    "wp1": PickLesson,
    "wf1": StartFinal,
    "wc1": ShowCertificates,
    "wd1": PrintCertificate,
}

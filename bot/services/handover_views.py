"""Hand-overs as a desk sees them: the question and its number, never who asks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.meaning import Language
from bot.errors import WaaiError
from bot.library.library import Library
from bot.records.base import Json
from bot.records.handovers import Handover, HandoverState

PURPOSE = "handover"
"""What an employee's next text is for while they answer: ``handover:<number>``."""

MORE = "handover-more"
"""What a person's next text is for when an answer did not do: ``handover-more:<number>``."""


class Refusal(StrEnum):
    """Why a desk cannot do what it wants with a hand-over."""

    FOREIGN = "foreign"
    GONE = "gone"
    NO_QUESTION = "no_question"
    ANSWERED = "answered"
    CLOSED = "closed"
    BUSY = "busy"
    STALE = "stale"
    UNREACHABLE = "unreachable"


_EXPLAINED = {
    Refusal.FOREIGN: "this employer has no such request, or its desk is not this employee's",
    Refusal.GONE: "there is no such request, or not any more",
    Refusal.NO_QUESTION: "whoever asked has not written the question yet",
    Refusal.ANSWERED: "it has been answered already",
    Refusal.CLOSED: "it has been closed already",
    Refusal.BUSY: "a colleague is answering it just now",
    Refusal.STALE: "this is not the text that was shown last",
    Refusal.UNREACHABLE: "whoever asked cannot be reached any more: it is closed",
}


class DeskRefusalError(WaaiError):
    """What a desk wants cannot be done."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(_EXPLAINED[refusal])
        self.refusal = refusal


@dataclass(frozen=True)
class DeskRequest:
    """A hand-over as a desk sees it.

    Attributes:
        question: None where whoever asks has not written it yet.
        asked_at: When the question came, or came back.
        waited: For how long it has waited since, in the desk's hours.
        is_overdue: Longer than the desk should take.
        answer: What was answered last; None for nothing yet.
        draft: What is written but not sent.
        untold: Nobody of the desk has been told of it, or has looked at it.
    """

    number: int
    employer: str
    state: HandoverState
    question: str | None
    asked_at: datetime
    waited: timedelta
    is_overdue: bool
    answer: str | None
    draft: str | None
    untold: bool = False


class Speaker(Protocol):
    """Puts into words what people are told of a hand-over without their asking for it.

    Each gives messages that every channel can carry, as JSON values, in their order.
    """

    def opened(self, request: DeskRequest, language: Language) -> Sequence[Json]:
        """Tell a desk of a question."""

    def answered(self, request: DeskRequest, language: Language) -> Sequence[Json]:
        """Bring whoever asked the answer."""

    def unanswered(self, request: DeskRequest, language: Language) -> Sequence[Json]:
        """Tell whoever asked that there will be no answer."""

    def lapsed(self, number: int, question: str, language: Language) -> Sequence[Json]:
        """Tell whoever asked that nobody answered while it could be kept."""

    def lapsed_at_desk(self, number: int, language: Language) -> Sequence[Json]:
        """Tell a desk that it let a question expire."""


def known(row: Handover, library: Library, now: datetime) -> DeskRequest:
    """Give a hand-over as a desk sees it.

    Args:
        row: The hand-over, of an employer that is there.
        library: All content.
        now: The present moment.
    """
    waited = library.working(row.employer).worked(row.waits_since, row.closed_at or now)
    target = timedelta(hours=library.desk_of(row.employer).target_hours)
    return DeskRequest(
        number=row.number,
        employer=row.employer,
        state=row.state,
        question=row.question,
        asked_at=row.waits_since,
        waited=waited,
        is_overdue=waited > target,
        answer=row.answer,
        draft=row.draft,
    )


def digest_of(text: str) -> str:
    """Give the SHA-256 of a question or an answer, by which it is known without being kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def named(digest: str) -> str:
    """Give the part of a digest by which a button names a text."""
    return digest[:16]

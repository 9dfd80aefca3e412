"""How many people a circular reached and how many acknowledged it; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.audience import Department
from bot.domain.circulars import DeliveryState

RECEIPTS = frozenset({"whatsapp"})
"""The platforms that tell whether a message arrived and was read."""


class Answered(StrEnum):
    """Whether somebody acknowledged, and when; each is the end of the phrase that says it."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT_YET = "not_yet"


def answered(acknowledged_at: datetime | None, due_at: datetime | None) -> Answered:
    """Say whether somebody acknowledged in time.

    Args:
        acknowledged_at: When they did; None while they have not.
        due_at: Until when they had to; None for no deadline.
    """
    if acknowledged_at is None:
        return Answered.NOT_YET
    return Answered.IN_TIME if due_at is None or acknowledged_at <= due_at else Answered.LATE


def is_unknown(state: DeliveryState, channel: str | None, answer: Answered) -> bool:
    """Say whether nobody can tell if a circular arrived: it was sent, and there are no receipts."""
    is_silent = channel not in RECEIPTS and answer is Answered.NOT_YET
    return state is DeliveryState.SENT and is_silent


@dataclass(frozen=True)
class Portion:
    """Recipients who are alike in all that is counted.

    Attributes:
        channel: The platform of the chat; None where there is none.
        reason: A short code; see ``bot.records.circular_rows.Delivery``.
        unopened: A template announced the circular to them, and they have not opened it.
        postponed: A reminder waits for room under the platform's limit.
        people: How many they are.
    """

    department: Department
    state: DeliveryState
    channel: str | None
    reason: str | None
    unopened: bool
    postponed: bool
    answer: Answered
    people: int


@dataclass
class Figures:
    """How far a circular is with some people.

    Attributes:
        people: How many they are.
        states: How many are exactly so far.
        unreached: How many cannot be sent it, by the code of the reason.
        failed: How many were not sent it, by the code of the reason.
        unknown: How many were sent it by a platform that does not tell whether it arrived.
        unopened: How many a template announced it to who have not opened it.
        postponed: How many could not be reminded yet for the platform's limit.
        answers: How many acknowledged, and when.
    """

    people: int = 0
    states: Counter[DeliveryState] = field(default_factory=Counter)
    unreached: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    unopened: int = 0
    postponed: int = 0
    answers: Counter[Answered] = field(default_factory=Counter)

    def add(self, portion: Portion) -> None:
        """Count some more people."""
        people = portion.people
        self.people += people
        self.states[portion.state] += people
        self.answers[portion.answer] += people
        if portion.state is DeliveryState.UNREACHED:
            self.unreached[portion.reason or ""] += people
        if portion.state is DeliveryState.FAILED:
            self.failed[portion.reason or ""] += people
        if is_unknown(portion.state, portion.channel, portion.answer):
            self.unknown += people
        if portion.unopened:
            self.unopened += people
        if portion.postponed:
            self.postponed += people

    @property
    def acknowledged(self) -> int:
        """How many acknowledged, in time or late."""
        return self.answers[Answered.IN_TIME] + self.answers[Answered.LATE]


@dataclass(frozen=True)
class UntoldManager:
    """A manager who was not told yet who of their people let the deadline pass.

    Attributes:
        employer: Whose manager it is.
        number: The employer's number of them.
        reason: A code of why they cannot be told; None while it is on its way.
        people: How many of their people have not acknowledged.
    """

    employer: str
    number: str
    reason: str | None
    people: int


@dataclass(frozen=True)
class Escalation:
    """Who was told, behind the deadline, who has not acknowledged.

    Attributes:
        told: How many managers were.
        untold: The managers who were not.
        unmanaged: How many have not acknowledged and have no manager who could be told.
    """

    told: int = 0
    untold: tuple[UntoldManager, ...] = ()
    unmanaged: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """What there is to count, each by the end of the phrase that says it."""
        counts = {
            "managers_told": self.told,
            "managers_untold": len(self.untold),
            "unmanaged": self.unmanaged,
        }
        return {name: count for name, count in counts.items() if count}


@dataclass(frozen=True)
class Status:
    """How far a circular is.

    Attributes:
        whole: With everybody.
        departments: With each department, by its path.
        escalation: Who was told of those who have not acknowledged.
    """

    whole: Figures
    departments: Mapping[Department, Figures]
    escalation: Escalation


def add_up(portions: Iterable[Portion], escalation: Escalation) -> Status:
    """Count the recipients of a circular."""
    whole, departments = Figures(), defaultdict[Department, Figures](Figures)
    for portion in portions:
        whole.add(portion)
        departments[portion.department].add(portion)
    by_path = {path: departments[path] for path in sorted(departments)}
    return Status(whole, by_path, escalation)

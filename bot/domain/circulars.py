"""Circulars: the course of one, how far each recipient's delivery is, and its digest; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any


class CircularState(StrEnum):
    """How far a circular is; what was sent stays sent in every one of them."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class CircularStep(StrEnum):
    """What is done with a circular."""

    CHANGE = "change"
    SUBMIT = "submit"
    REJECT = "reject"
    APPROVE = "approve"
    START = "start"
    FINISH = "finish"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    SUPERSEDE = "supersede"


_COURSE: Mapping[CircularStep, Mapping[CircularState, CircularState]] = {
    CircularStep.CHANGE: {CircularState.DRAFT: CircularState.DRAFT},
    CircularStep.SUBMIT: {CircularState.DRAFT: CircularState.SUBMITTED},
    CircularStep.REJECT: {CircularState.SUBMITTED: CircularState.DRAFT},
    CircularStep.APPROVE: {
        # Where no second person's approval is asked for, who writes it sends it.
        CircularState.DRAFT: CircularState.SCHEDULED,
        CircularState.SUBMITTED: CircularState.SCHEDULED,
    },
    CircularStep.START: {CircularState.SCHEDULED: CircularState.SENDING},
    CircularStep.FINISH: {CircularState.SENDING: CircularState.SENT},
    CircularStep.PAUSE: {
        CircularState.SCHEDULED: CircularState.PAUSED,
        CircularState.SENDING: CircularState.PAUSED,
    },
    CircularStep.RESUME: {CircularState.PAUSED: CircularState.SENDING},
    CircularStep.CANCEL: {
        state: CircularState.CANCELLED
        for state in CircularState
        if state not in {CircularState.CANCELLED, CircularState.SUPERSEDED}
    },
    CircularStep.SUPERSEDE: {
        CircularState.SENDING: CircularState.SUPERSEDED,
        CircularState.PAUSED: CircularState.SUPERSEDED,
        CircularState.SENT: CircularState.SUPERSEDED,
    },
}

BEGUN = frozenset(
    {
        CircularState.SENDING,
        CircularState.PAUSED,
        CircularState.SENT,
        CircularState.CANCELLED,
        CircularState.SUPERSEDED,
    }
)
"""States in which somebody may have been sent it."""


def after(state: CircularState, step: CircularStep) -> CircularState | None:
    """Give the state that a step leads to; None where it cannot be done now."""
    return _COURSE[step].get(state)


class DeliveryState(StrEnum):
    """How far a recipient's delivery is.

    ``sent`` is all that a platform without receipts ever tells: whether the message arrived is
    unknown there, and is called so.
    """

    PLANNED = "planned"
    UNREACHED = "unreached"
    QUEUED = "queued"
    SENDING = "sending"
    CANCELLED = "cancelled"
    FAILED = "failed"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"


class Unreached(StrEnum):
    """Why somebody cannot be sent a circular now; each may change by itself."""

    NO_CHAT = "no_chat"
    BLOCKED = "blocked"
    OPTED_OUT = "opted_out"
    LEFT = "left"
    NOT_OPENED = "not_opened"


ARRIVED = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ})
"""The platform took it, at least."""


@dataclass(frozen=True)
class CheckQuestion:
    """One question that must be answered right before the circular can be acknowledged.

    Attributes:
        question: In Arabic; likewise the choices.
        right: The place of the right choice, from 0.
        question_en: In English; empty for the Arabic.
    """

    question: str
    choices: tuple[str, ...]
    right: int
    question_en: str = ""
    choices_en: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the question as JSON values."""
        return dict(json_of(asdict(self)))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> CheckQuestion:
        """Read what ``to_json`` gave."""
        return cls(
            str(value["question"]),
            tuple(map(str, value["choices"])),
            int(value["right"]),
            str(value.get("question_en", "")),
            tuple(map(str, value.get("choices_en", ()))),
        )


@dataclass(frozen=True)
class CircularContent:
    """What a circular says; its digest is what an acknowledgement is of.

    Attributes:
        title: In Arabic; likewise body and statement.
        issuer: Who issues it, as it stands under the text.
        dated_on: The day that it bears.
        statement: The exact words that are acknowledged; empty where nothing is to be.
        due_at: Until when it is to be acknowledged; None for no deadline.
        articles: The articles that it is about.
        attachments: The SHA-256 of each file, in their order.
    """

    employer: str
    number: str
    version: int
    title: str
    body: str
    issuer: str
    dated_on: date
    title_en: str = ""
    body_en: str = ""
    statement: str = ""
    statement_en: str = ""
    due_at: datetime | None = None
    check: CheckQuestion | None = None
    articles: tuple[str, ...] = ()
    attachments: tuple[str, ...] = field(default=())

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of it, in hexadecimal digits."""
        written = json.dumps(
            json_of(asdict(self)), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(written.encode()).hexdigest()


def json_of(value: Any) -> Any:
    """Turn dates and tuples into what JSON has for them; moments into those of UTC."""
    if isinstance(value, datetime):
        # One moment has one digest, by whichever clock it was given.
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: json_of(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [json_of(each) for each in value]
    return value

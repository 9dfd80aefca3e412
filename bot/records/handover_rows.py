"""The rows of hand-overs: what was asked, what was answered, and by whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import IN_NO_ORDER, Base, PersonId, Token, new_token, partial_index
from bot.records.people_rows import Person


class HandoverReason(StrEnum):
    """Why a person is needed."""

    REQUESTED = "requested"
    OUTAGE = "outage"


class EndReason(StrEnum):
    """Why a hand-over was closed."""

    NO_ANSWER = "no_answer"
    THANKED = "thanked"
    ERASED = "erased"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"


class HandoverState(StrEnum):
    """How far a hand-over is."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Handover(Base):
    """One question handed over to a person.

    Attributes:
        number: What the person and HR call it by: 1001, 1002, ...
        question: Its text; None until the person tells it.
        created_at: When it was asked for: the last time, if the question came later.
        closed_at: When it was answered or closed; None while it is open.
        reopened_at: When the person asked on; None if they did not.
        reopened_for: The key of the event by which they did.
        answer: The latest answer; None until there is one.
        answered_by: The employee who gave it.
        answered_at: When the first answer went out; None until then.
        draft: An answer that is written but not sent yet.
        draft_by: The employee who wrote it.
        draft_at: When they did.
        tell_at: When the desk is to be told of it next; None for not any more, or not yet.
    """

    __tablename__ = "handovers"
    __table_args__ = (partial_index("ix_handovers_told", "tell_at", where="tell_at IS NOT NULL"),)

    id: Mapped[str] = mapped_column(Token, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(
        PersonId, ForeignKey(Person.id, ondelete="CASCADE"), index=True
    )
    employer: Mapped[str]
    reason: Mapped[HandoverReason]
    question: Mapped[str | None]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[HandoverState] = mapped_column(index=True)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    end_reason: Mapped[EndReason | None]
    reopened_at: Mapped[datetime | None]
    reopened_for: Mapped[str | None]
    answer: Mapped[str | None]
    answered_by: Mapped[str | None] = mapped_column(PersonId)
    answered_at: Mapped[datetime | None]
    draft: Mapped[str | None]
    draft_by: Mapped[str | None] = mapped_column(PersonId)
    draft_at: Mapped[datetime | None]
    tell_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def waits_since(self) -> datetime:
        """Since when the question waits that is open now."""
        return self.reopened_at or self.created_at

    def end(self, state: HandoverState, now: datetime, reason: EndReason | None = None) -> None:
        """Mark it as answered or closed: nobody is told of it, or writes an answer, any more."""
        self.state, self.closed_at, self.end_reason = state, now, reason
        self.draft = self.draft_by = self.draft_at = self.tell_at = None

    def reopen(self, question: str, key: str, now: datetime) -> None:
        """Let it wait for a further answer.

        Args:
            question: All that was asked, what was added last.
            key: What makes the event unique that brought it.
            now: The present moment.
        """
        # What was asked on is kept as long as what was asked.
        self.expires_at += now - self.waits_since
        self.question, self.state, self.tell_at = question, HandoverState.OPEN, now
        self.reopened_at, self.reopened_for = now, key
        self.closed_at = self.end_reason = None


class HandoverFigure(Base):
    """What stays of a question that is deleted, for the figures: neither its text nor who asked.

    Nor does it tell which of them one person asked: their ids are in no order.

    Attributes:
        created_at: When it was asked.
        answered_at: When the first answer went out; None for none.
        closed_at: When it was answered or closed the last time.
        end_reason: Why it was closed; None where it was answered, and no more was said.
    """

    __tablename__ = "handover_figures"
    __table_args__ = (
        Index("ix_handover_figures_employer_created_at", "employer", "created_at"),
        IN_NO_ORDER,
    )

    id: Mapped[str] = mapped_column(Token, primary_key=True, default=new_token)
    employer: Mapped[str]
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime]
    end_reason: Mapped[EndReason | None]


class Counter(Base):
    """The last number given; its row's lock makes numbers without gaps on every database."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]

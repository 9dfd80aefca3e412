"""The rows of monitoring and referral: observations, their screenshots, their steps."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.observing import ObservationKind, ObservationState, Outcome, Step
from bot.records.base import Base, PersonId, RowId, Token, partial_index
from bot.records.employees import Employee

Sha256 = String(64)


class Observation(Base):
    """What the communication department saw, and what HR made of it.

    Attributes:
        number: What both departments call it by, ``2026-0007``: an employer's own, by the year.
        link: Where it was seen; None once it has expired.
        seen_on: When, by the day where the employer is.
        text: What was seen; None once it has expired.
        articles: The ids of the articles that it touches.
        author_id: The communication department's employee who recorded it.
        subject_id: The employee who published it; None where that is not known, or has expired.
        outcome: What HR decided; None before that.
        decision: HR's words; None where there are none, or they have expired.
        decided_by: The employee of HR who decided.
        ended_at: When it was closed or withdrawn.
        expired_at: When its texts were deleted; what stays is for statistics.
    """

    __tablename__ = "observations"
    __table_args__ = (
        UniqueConstraint("employer", "number"),
        partial_index("ix_observations_to_expire", "ended_at", where="expired_at IS NULL"),
    )

    id: Mapped[str] = mapped_column(Token, primary_key=True)
    employer: Mapped[str]
    number: Mapped[str]
    kind: Mapped[ObservationKind]
    link: Mapped[str | None]
    seen_on: Mapped[date] = mapped_column(Date)
    text: Mapped[str | None]
    articles: Mapped[list[str]]
    author_id: Mapped[str] = mapped_column(PersonId, ForeignKey(Employee.id))
    subject_id: Mapped[str | None] = mapped_column(PersonId, ForeignKey(Employee.id))
    state: Mapped[ObservationState]
    outcome: Mapped[Outcome | None]
    decision: Mapped[str | None]
    decided_by: Mapped[str | None] = mapped_column(PersonId, ForeignKey(Employee.id))
    created_at: Mapped[datetime]
    referred_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    expired_at: Mapped[datetime | None]


class ObservationScreenshot(Base):
    """The picture or PDF that shows what was seen; apart, so that lists do not load it.

    Attributes:
        sha256: Of the content, in hexadecimal digits.
        content: The bytes; they are loaded only where they are asked for.
    """

    __tablename__ = "observation_screenshots"

    observation_id: Mapped[str] = mapped_column(
        Token, ForeignKey(Observation.id, ondelete="CASCADE"), primary_key=True
    )
    media_type: Mapped[str]
    sha256: Mapped[str] = mapped_column(Sha256)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class ObservationStep(Base):
    """One step that was taken.

    Attributes:
        by: The employee who took it.
    """

    __tablename__ = "observation_steps"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    observation_id: Mapped[str] = mapped_column(
        Token, ForeignKey(Observation.id, ondelete="CASCADE"), index=True
    )
    step: Mapped[Step]
    by: Mapped[str] = mapped_column(PersonId, ForeignKey(Employee.id))
    at: Mapped[datetime]

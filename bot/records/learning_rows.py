"""The rows of learning: versions of workshops, evidence, completions, certificates.

None of them depends on a chat: a completion is kept for good, the chat it was reached in is not.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import Base, RowId, Token


class WorkshopVersion(Base):
    """A version of a workshop, as it was when it was first used.

    Attributes:
        parts: What has to be done: the ids of its lessons, and ``final``.
        pass_mark: Percent of the final quiz that must be right.
        renew_by: Until when who completed an older version has to complete this one; None for a
            workshop's first version.
    """

    __tablename__ = "workshop_versions"

    workshop: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    parts: Mapped[list[str]]
    pass_mark: Mapped[int]
    published_at: Mapped[datetime]
    renew_by: Mapped[datetime | None]


class Evidence(Base):
    """One thing that a learner did for a workshop; never changed.

    Attributes:
        learner: Who; see ``bot.domain.learners``.
        part: A lesson's id, ``final`` or ``attended``.
        passed: The lesson's question was answered rightly at once; the final quiz was passed; the
            learner attended.
        score: How many of ``total`` were right; None for what is not graded.
        at: When it was done.
        source: Where it comes from. It makes the row unique: a thing is noted once.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("source"),
        Index("ix_evidence_learner", "learner", "workshop", "version"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    learner: Mapped[str]
    workshop: Mapped[str]
    version: Mapped[str]
    part: Mapped[str]
    passed: Mapped[bool]
    score: Mapped[int | None]
    total: Mapped[int | None]
    at: Mapped[datetime]
    source: Mapped[str]


class Completion(Base):
    """That a learner completed a version of a workshop; ``bot.domain.completion`` says when.

    Attributes:
        score: Of the final quiz; None for who attended instead.
        evidence: The ids of what proves it, in the order it was done in.
    """

    __tablename__ = "completions"
    __table_args__ = (UniqueConstraint("learner", "workshop", "version"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    learner: Mapped[str]
    workshop: Mapped[str]
    version: Mapped[str]
    completed_at: Mapped[datetime]
    score: Mapped[int | None]
    total: Mapped[int | None]
    evidence: Mapped[list[int]]


class Certificate(Base):
    """A certificate of a completion, as it was issued.

    Attributes:
        serial: See ``bot.domain.serials``.
        name: The learner's, as the roster had it.
        employer: The employer's id.
        revoked_at: Since when it is not valid any more.
        revoked_for: Why, for the employer; never shown to the public.
    """

    __tablename__ = "certificates"

    serial: Mapped[str] = mapped_column(Token, primary_key=True)
    completion_id: Mapped[int] = mapped_column(
        RowId, ForeignKey(Completion.id, ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    employer: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_for: Mapped[str | None]

"""Questions kept for a while without their author, to see where rules or understanding lack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import Base, Token, delete_where, new_token


class TriageReason(StrEnum):
    """Why a question is worth a look."""

    ANSWERED = "answered"
    NO_RULE = "no_rule"
    CLARIFY = "clarify"
    OUT_OF_SCOPE = "out_of_scope"
    OUTAGE = "outage"


class TriageQuestion(Base):
    """One question, with the day it was asked: a moment could be joined with the log.

    Attributes:
        created_at: The day (UTC).
        expires_at: From when it is deleted.
    """

    __tablename__ = "triage_questions"

    id: Mapped[str] = mapped_column(Token, primary_key=True, default=new_token)
    text: Mapped[str]
    employer: Mapped[str]
    reason: Mapped[TriageReason]
    created_at: Mapped[date]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class TriageQuestions:
    """The repository of questions to look at."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self, *, text: str, employer: str, reason: TriageReason, now: datetime, expires_at: datetime
    ) -> TriageQuestion:
        """Keep a question; only the day of ``now`` is stored."""
        question = TriageQuestion(
            text=text,
            employer=employer,
            reason=reason,
            created_at=now.astimezone(UTC).date(),
            expires_at=expires_at,
        )
        self._session.add(question)
        await self._session.flush()
        return question

    async def list_recent(self, limit: int) -> Sequence[TriageQuestion]:
        """List the newest questions, by day; within a day in no order that tells anything."""
        order = (TriageQuestion.created_at.desc(), TriageQuestion.id)
        return (
            await self._session.scalars(select(TriageQuestion).order_by(*order).limit(limit))
        ).all()

    async def delete_expired(self, now: datetime) -> int:
        """Delete what has expired.

        Returns:
            How many were deleted.
        """
        return await delete_where(self._session, TriageQuestion, TriageQuestion.expires_at <= now)

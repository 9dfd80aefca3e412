"""Questions kept for a while without their author, to see where rules or understanding lack."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import IN_NO_ORDER, Base, Token, delete_where, new_token, table_of


class TriageReason(StrEnum):
    """Why a question is worth a look."""

    ANSWERED = "answered"
    NO_RULE = "no_rule"
    CLARIFY = "clarify"
    OUT_OF_SCOPE = "out_of_scope"


class TriageQuestion(Base):
    """One question, with the day it was asked: a moment could be joined with the log.

    Attributes:
        created_at: The day (UTC).
        expires_at: From when it is deleted.
    """

    __tablename__ = "triage_questions"
    __table_args__ = (IN_NO_ORDER,)

    id: Mapped[str] = mapped_column(Token, primary_key=True, default=new_token)
    text: Mapped[str]
    employer: Mapped[str]
    reason: Mapped[TriageReason]
    created_at: Mapped[date]
    expires_at: Mapped[datetime] = mapped_column(index=True)


_ADD = insert(table_of(TriageQuestion))


class TriageQuestions:
    """The repository of questions to look at."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self, *, text: str, employer: str, reason: TriageReason, now: datetime, expires_at: datetime
    ) -> TriageQuestion:
        """Keep a question; only the day of ``now`` is stored."""
        values: dict[str, Any] = {
            "id": new_token(),
            "text": text,
            "employer": employer,
            "reason": reason,
            "created_at": now.astimezone(UTC).date(),
            "expires_at": expires_at,
        }
        await self._session.execute(_ADD, values)
        return TriageQuestion(**values)

    async def find(self, question_id: str | None) -> TriageQuestion | None:
        """Find a question; None for one that has expired, or for no id."""
        return await self._session.get(TriageQuestion, question_id) if question_id else None

    async def delete_expired(self, now: datetime) -> int:
        """Delete what has expired.

        Returns:
            How many were deleted.
        """
        return await delete_where(self._session, TriageQuestion, TriageQuestion.expires_at <= now)

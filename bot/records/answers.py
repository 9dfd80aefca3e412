"""Answers that were given, so that their buttons work and their ratings count."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.meaning import Language
from bot.domain.ruling import Role, Verdict
from bot.records.base import Base, Token, delete_where, new_token
from bot.records.triage import TriageQuestion


@dataclass(frozen=True)
class NewAnswer:
    """What is kept of an answer.

    Attributes:
        person_id: Who asked; only a hash of it is stored.
        employer: The employer whose rules were applied.
        role: The capacity that was assumed.
        verdict: The ruling.
        articles: Ids of the cited articles, the deciding one first.
        facets: What the question was about.
        readings: The facets offered to choose from.
        language: The answer's language.
        question_id: The question kept for triage, if it was.
    """

    person_id: str
    employer: str
    role: Role
    verdict: Verdict
    articles: Sequence[str]
    facets: Sequence[str]
    readings: Sequence[str]
    language: Language
    question_id: str | None = None


class Answer(Base):
    """One answer.

    Attributes:
        owner_hash: SHA-256 of the answer's id and the person's: binds buttons to a person.
        useful: How it was rated; None if it was not.
    """

    __tablename__ = "answers"

    id: Mapped[str] = mapped_column(Token, primary_key=True)
    owner_hash: Mapped[str] = mapped_column(String(64))
    employer: Mapped[str]
    role: Mapped[Role]
    verdict: Mapped[Verdict]
    articles: Mapped[list[str]]
    facets: Mapped[list[str]]
    readings: Mapped[list[str]]
    language: Mapped[Language]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    question_id: Mapped[str | None] = mapped_column(
        Token, ForeignKey(TriageQuestion.id, ondelete="SET NULL"), index=True
    )
    useful: Mapped[bool | None]
    rated_at: Mapped[datetime | None]


class Answers:
    """The repository of answers."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, new: NewAnswer, *, now: datetime, expires_at: datetime) -> Answer:
        """Keep an answer; its random id goes into its buttons."""
        token = new_token()
        answer = Answer(
            id=token,
            owner_hash=_owner_hash(token, new.person_id),
            employer=new.employer,
            role=new.role,
            verdict=new.verdict,
            articles=list(new.articles),
            facets=list(new.facets),
            readings=list(new.readings),
            language=new.language,
            question_id=new.question_id,
            created_at=now,
            expires_at=expires_at,
        )
        self._session.add(answer)
        await self._session.flush()
        return answer

    async def find_for(self, answer_id: str, person_id: str) -> Answer | None:
        """Find an answer that this person got; None for an unknown one or another's."""
        answer = await self._session.get(Answer, answer_id)
        if answer is None:
            return None
        mine = hmac.compare_digest(answer.owner_hash, _owner_hash(answer_id, person_id))
        return answer if mine else None

    async def rate(self, answer_id: str, *, useful: bool, now: datetime) -> bool:
        """Rate an answer.

        Returns:
            Whether the rating counts: only an answer's first one does.
        """
        rated = await self._session.scalars(
            update(Answer)
            .where(Answer.id == answer_id, Answer.useful.is_(None))
            .values(useful=useful, rated_at=now)
            .returning(Answer.id)
            .execution_options(synchronize_session=False)
        )
        return rated.one_or_none() is not None

    async def delete_expired(self, now: datetime) -> int:
        """Delete what has expired.

        Returns:
            How many were deleted.
        """
        return await delete_where(self._session, Answer, Answer.expires_at <= now)


def _owner_hash(answer_id: str, person_id: str) -> str:
    return hashlib.sha256(f"{answer_id}:{person_id}".encode()).hexdigest()

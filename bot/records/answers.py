"""Answers that were given, so that their buttons work and their ratings count."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.meaning import Language
from bot.domain.ruling import Role, Verdict
from bot.records.base import IN_NO_ORDER, Base, Token, delete_where, new_token, table_of
from bot.records.triage import TriageQuestion


@dataclass(frozen=True)
class NewAnswer:
    """What is kept of an answer.

    Attributes:
        person_id: Who asked; only a hash that needs a key is stored of it.
        employer: The employer whose rules were applied.
        role: The capacity that was assumed.
        verdict: The ruling.
        articles: Ids of the cited articles, the deciding one first.
        facets: What the question was about.
        readings: The facets offered to choose from.
        language: The answer's language.
        question_id: The question kept for triage, if it was.
        inform: It says that answers inform and do not approve; stored in the hash.
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
    inform: bool = False


class Answer(Base):
    """One answer, with days only: a moment could be joined with the outbox.

    Attributes:
        owner_hash: Binds buttons to a person, by a key that is not in the database.
        created_at: The day (UTC).
        latest_of: Binds the latest answer of a person to them for a follow-up, by the same key;
            None on all others, so that nobody's answers can be put together.
        useful: How it was rated; None if it was not.
        rated_at: The day (UTC).
    """

    __tablename__ = "answers"
    __table_args__ = (IN_NO_ORDER,)

    id: Mapped[str] = mapped_column(Token, primary_key=True)
    owner_hash: Mapped[str] = mapped_column(String(64))
    employer: Mapped[str]
    role: Mapped[Role]
    verdict: Mapped[Verdict]
    articles: Mapped[list[str]]
    facets: Mapped[list[str]]
    readings: Mapped[list[str]]
    language: Mapped[Language]
    created_at: Mapped[date]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    question_id: Mapped[str | None] = mapped_column(
        Token, ForeignKey(TriageQuestion.id, ondelete="SET NULL"), index=True
    )
    latest_of: Mapped[str | None] = mapped_column(String(64), unique=True)
    useful: Mapped[bool | None]
    rated_at: Mapped[date | None]


_ADD = insert(table_of(Answer))
_NOT_LATEST = (
    update(Answer)
    .where(Answer.latest_of == bindparam("mark"))
    .values(latest_of=None)
    .execution_options(synchronize_session=False)
)


class Answers:
    """The repository of answers.

    Args:
        session: The transaction.
        key: What owners are hashed with.
    """

    def __init__(self, session: AsyncSession, key: bytes) -> None:
        self._session = session
        self._key = key

    async def add(self, new: NewAnswer, *, now: datetime, expires_at: datetime) -> Answer:
        """Keep an answer, the person's latest now; its random id goes into its buttons."""
        token, latest_of = new_token(), self._latest_mark(new.person_id)
        await self._session.execute(_NOT_LATEST, {"mark": latest_of})
        values: dict[str, Any] = {
            "id": token,
            "owner_hash": self._owner_hash(token, new.person_id, inform=new.inform),
            "employer": new.employer,
            "role": new.role,
            "verdict": new.verdict,
            "articles": list(new.articles),
            "facets": list(new.facets),
            "readings": list(new.readings),
            "language": new.language,
            "question_id": new.question_id,
            "created_at": now.astimezone(UTC).date(),
            "expires_at": expires_at,
            "latest_of": latest_of,
        }
        await self._session.execute(_ADD, values)
        return Answer(**values)

    async def find_for(self, answer_id: str, person_id: str) -> Answer | None:
        """Find an answer that this person got; None for an unknown one or another's."""
        answer = await self._session.get(Answer, answer_id)
        if answer is None:
            return None
        mine = any(self._matches(answer, person_id, inform=inform) for inform in (False, True))
        return answer if mine else None

    async def find_latest(self, person_id: str, since: datetime) -> Answer | None:
        """Find the latest answer of a person, if it was given on that day or later."""
        query = select(Answer).where(
            Answer.latest_of == self._latest_mark(person_id),
            Answer.created_at >= since.astimezone(UTC).date(),
        )
        return (await self._session.scalars(query)).one_or_none()

    def informs(self, answer: Answer, person_id: str) -> bool:
        """Say whether this person's answer said that answers inform and do not approve."""
        return self._matches(answer, person_id, inform=True)

    async def rate(self, answer_id: str, *, useful: bool, now: datetime) -> bool:
        """Rate an answer.

        Returns:
            Whether the rating counts: only an answer's first one does.
        """
        rated = await self._session.scalars(
            update(Answer)
            .where(Answer.id == answer_id, Answer.useful.is_(None))
            .values(useful=useful, rated_at=now.astimezone(UTC).date())
            .returning(Answer.id)
            .execution_options(synchronize_session=False)
        )
        return rated.one_or_none() is not None

    def _matches(self, answer: Answer, person_id: str, *, inform: bool) -> bool:
        expected = self._owner_hash(answer.id, person_id, inform=inform)
        return hmac.compare_digest(answer.owner_hash, expected)

    def _latest_mark(self, person_id: str) -> str:
        return hmac.digest(self._key, f"latest:{person_id}".encode(), "sha256").hex()

    def _owner_hash(self, answer_id: str, person_id: str, *, inform: bool) -> str:
        # In a column of its own, what only a first ruling says would tell newcomers' questions.
        owner = f"{answer_id}:{person_id}:{inform:d}"
        return hmac.digest(self._key, owner.encode(), "sha256").hex()


async def delete_expired_answers(session: AsyncSession, now: datetime) -> int:
    """Delete what has expired, which needs no key.

    Returns:
        How many were deleted.
    """
    return await delete_where(session, Answer, Answer.expires_at <= now)

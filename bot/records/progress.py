"""What a person has done in the quiz so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.base import table_of
from bot.records.quiz_rows import QuizAnswer, Sitting


@dataclass(frozen=True)
class Given:
    """An answer that counted; see ``QuizAnswer``."""

    question: str
    is_right: bool
    answered_at: datetime


class QuizHistory:
    """Reads what people have answered."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_given(self, person_id: str) -> Sequence[Given]:
        """List a person's answers."""
        rows = await self._session.execute(_GIVEN, {"of_person": person_id})
        return [Given(row.question, row.is_right, row.answered_at) for row in rows]

    async def count_done(self, person_id: str) -> int:
        """Count a person's sittings whose last question was answered."""
        return (await self._session.scalars(_DONE, {"of_person": person_id})).one()


_answers = table_of(QuizAnswer)
_sittings = table_of(Sitting)

_GIVEN = select(_answers.c.question, _answers.c.is_right, _answers.c.answered_at).where(
    _answers.c.person_id == bindparam("of_person")
)
# One that was given up ended too, before its last question.
_DONE = select(func.count()).where(
    _sittings.c.person_id == bindparam("of_person"),
    _sittings.c.ended_at.is_not(None),
    _sittings.c.position >= func.json_array_length(_sittings.c.questions),
)

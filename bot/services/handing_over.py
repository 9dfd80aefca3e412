"""Handing a question over to a person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.answers import Answers
from bot.records.database import Database
from bot.records.handovers import HandoverReason, Handovers, NewHandover
from bot.records.people import People
from bot.records.triage import TriageQuestion
from bot.services.retention import Now, Retention


@dataclass(frozen=True)
class HandedOver:
    """A hand-over as the person hears of it.

    Attributes:
        number: What the person and HR call it by.
        employer: Whose HR has it.
        with_question: The question went along; False if the person must still tell it.
    """

    number: int
    employer: str
    with_question: bool


class HandoverService:
    """Opens hand-overs; a repeated request gives the one that is there."""

    def __init__(self, database: Database, retention: Retention, now: Now) -> None:
        self._database = database
        self._retention = retention
        self._now = now

    async def ask_about(self, person_id: str, answer_id: str) -> HandedOver | None:
        """Hand over the question of an answer; None for an unknown answer or another's."""
        async with self._database.transaction() as session:
            answer = await Answers(session).find_for(answer_id, person_id)
            if answer is None:
                return None
            kept = None
            if answer.question_id is not None:
                kept = await session.get(TriageQuestion, answer.question_id)
            question = kept.text if kept else None
            key = f"answer:{answer_id}"
            new = NewHandover(person_id, answer.employer, HandoverReason.REQUESTED, question, key)
            return await self._open(session, new)

    async def ask(
        self,
        person_id: str,
        question: str | None,
        key: str,
        reason: HandoverReason = HandoverReason.REQUESTED,
    ) -> HandedOver:
        """Hand a question over.

        Args:
            person_id: Who asks.
            question: Its text, if there is one.
            key: What makes the request unique, so that a repeated one opens nothing new.
            reason: Why a person is needed.
        """
        async with self._database.transaction() as session:
            person = await People(session).get(person_id)
            new = NewHandover(person_id, person.employer or "", reason, question, key)
            return await self._open(session, new)

    async def _open(self, session: AsyncSession, new: NewHandover) -> HandedOver:
        now = self._now()
        handover = await Handovers(session).add(
            new, now=now, expires_at=now + self._retention.handovers
        )
        return HandedOver(handover.number, handover.employer, handover.question is not None)

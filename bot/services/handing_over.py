"""Handing a question over to a person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.questions import join_questions
from bot.records.answers import Answers
from bot.records.database import Database
from bot.records.handovers import (
    WAITS,
    Handover,
    HandoverReason,
    Handovers,
    NewHandover,
    complete,
    key_of_answer,
)
from bot.records.people import People
from bot.records.triage import TriageQuestions
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
    """Opens hand-overs; a repeated request gives the one that is there.

    Args:
        database: Where they are kept.
        retention: How long.
        now: Gives the present moment.
        key: What the owners of answers are hashed with.
    """

    def __init__(self, database: Database, retention: Retention, now: Now, key: bytes) -> None:
        self._database = database
        self._retention = retention
        self._now = now
        self._key = key

    async def ask_about(self, person_id: str, answer_id: str) -> HandedOver | None:
        """Hand over the question of an answer; None for an unknown answer or another's."""
        async with self._database.transaction() as session:
            answer = await Answers(session, self._key).find_for(answer_id, person_id)
            if answer is None:
                return None
            await People(session).hold(person_id)
            kept = await TriageQuestions(session).find(answer.question_id)
            question = kept.text if kept else None
            if question is not None:
                asking = await Handovers(session).find_asking(person_id, question)
                if asking is not None:
                    return _told(asking)
            key = key_of_answer(answer_id)
            new = NewHandover(person_id, answer.employer, HandoverReason.REQUESTED, question, key)
            return await self._open(session, new)

    async def ask(self, person_id: str, question: str | None, key: str) -> HandedOver:
        """Hand a question over.

        Args:
            person_id: Who asks.
            question: Its text, if there is one.
            key: What makes the request unique, so that a repeated one opens nothing new.
        """
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            requested = HandoverReason.REQUESTED
            new = NewHandover(person_id, person.employer or "", requested, question, key)
            return await self._open(session, new)

    async def keep(self, person_id: str, question: str, key: str) -> HandedOver:
        """Keep a question that an outage left unanswered; an outage opens one for a person.

        Args:
            person_id: Who asked.
            question: Its text; a further one is added to the first.
            key: What makes the event unique.
        """
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            handovers, now = Handovers(session), self._now()
            kept = await handovers.find_outage(person_id, now - WAITS)
            if kept is None:
                outage = HandoverReason.OUTAGE
                new = NewHandover(person_id, person.employer or "", outage, question, key)
                expires_at = now + self._retention.handovers
                kept = await handovers.add(new, now=now, expires_at=expires_at)
            kept.question = join_questions(kept.question, question)
            return _told(kept)

    async def _open(self, session: AsyncSession, new: NewHandover) -> HandedOver:
        handovers, now = Handovers(session), self._now()
        handover = await handovers.find_by_key(new.idempotency_key)
        if handover is None:
            # Whoever asks once more for a person, without a question, is given the same number.
            since = now - (WAITS if new.question is not None else self._retention.handovers)
            handover = await handovers.find_waiting(new.person_id, since)
        if handover is None:
            expires_at = now + self._retention.handovers
            handover = await handovers.add(new, now=now, expires_at=expires_at)
        complete(handover, new, now)
        return _told(handover)


def _told(handover: Handover) -> HandedOver:
    return HandedOver(handover.number, handover.employer, handover.question is not None)

"""Handing a question over to a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.questions import add_question, join_questions
from bot.records.answers import Answers
from bot.records.awaited import await_text
from bot.records.database import Database
from bot.records.handovers import (
    WAITS,
    EndReason,
    Handover,
    HandoverReason,
    Handovers,
    HandoverState,
    NewHandover,
    complete,
    key_of_answer,
)
from bot.records.journal import SYSTEM, Journal, NewEntry
from bot.records.people import People
from bot.records.triage import TriageQuestions
from bot.services.handover_views import MORE, digest_of
from bot.services.retention import Now, Retention


@dataclass(frozen=True)
class HandedOver:
    """A hand-over as the person hears of it.

    Attributes:
        number: What the person and HR call it by.
        employer: Whose HR has it.
        with_question: The question went along; False if the person must still tell it.
        since: From when on it waits for an answer.
    """

    number: int
    employer: str
    with_question: bool
    since: datetime


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

    async def ask_about(self, person_id: str, answer_id: str, event: str) -> HandedOver | None:
        """Hand over the question of an answer.

        Args:
            person_id: Who asks.
            answer_id: The answer that did not do.
            event: What makes the request unique, so that it can be made again once it is closed.

        Returns:
            None for an unknown answer or another's.
        """
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
            earlier = await Handovers(session).find_by_key(key)
            if earlier is not None and earlier.state is not HandoverState.OPEN:
                # Nobody of the desk would look at that any more.
                key = f"{key}:{event}"
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
            handovers, now, employer = Handovers(session), self._now(), person.employer or ""
            kept = await handovers.find_outage(person_id, employer, now - WAITS)
            if kept is None:
                outage = HandoverReason.OUTAGE
                new = NewHandover(person_id, employer, outage, question, key)
                expires_at = now + self._retention.handovers
                kept = await handovers.add(new, now=now, expires_at=expires_at)
            kept.question = join_questions(kept.question, question)
            return _told(kept)

    async def finish(self, person_id: str, number: int) -> bool:
        """Close what was answered, since the person has what they need.

        Returns:
            False where it is not theirs, or waits for an answer.
        """
        async with self._database.transaction() as session:
            row = await self._theirs(session, person_id, number)
            if row is None or not _is_answered(row):
                return False
            if row.state is HandoverState.ANSWERED:
                row.end(HandoverState.CLOSED, self._now(), EndReason.THANKED)
                await self._note(session, row, "closed", reason=EndReason.THANKED)
            return True

    async def ask_more(self, person_id: str, number: int) -> bool:
        """Let the person's next text be added to what was answered; False as above."""
        async with self._database.transaction() as session:
            row = await self._theirs(session, person_id, number)
            if row is None or not _is_answered(row):
                return False
            person = await People(session).get(person_id)
            await_text(person, f"{MORE}:{number}", self._now())
            return True

    async def add_more(
        self, person_id: str, number: int, question: str, key: str
    ) -> HandedOver | None:
        """Open what was answered again with a further question.

        Args:
            person_id: Who asks.
            number: What they ask on about.
            question: The text to add.
            key: What makes the event unique; handled again it changes nothing.

        Returns:
            None where it is not theirs, or waits for an answer.
        """
        async with self._database.transaction() as session:
            row = await self._theirs(session, person_id, number)
            if row is not None and row.reopened_for == key:
                return _told(row)
            if row is None or not _is_answered(row):
                return None
            row.reopen(add_question(row.question or "", question), key, self._now())
            await self._note(session, row, "reopened", question_sha256=digest_of(question))
            return _told(row)

    async def _theirs(self, session: AsyncSession, person_id: str, number: int) -> Handover | None:
        """Hold a person and what they asked; None where that is somebody else's."""
        await People(session).hold(person_id)
        row = await Handovers(session).hold(number)
        return row if row is not None and row.person_id == person_id else None

    async def _note(self, session: AsyncSession, row: Handover, what: str, **body: str) -> None:
        # The journal is the employer's to read: it does not say who asked.
        await session.flush()
        entry = NewEntry(f"handover_{what}", SYSTEM, f"handover:{row.number}", body)
        await Journal(session).append(row.employer, [entry], self._now())

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
    asks = handover.question is not None
    return HandedOver(handover.number, handover.employer, asks, handover.waits_since)


def _is_answered(row: Handover) -> bool:
    return row.state is HandoverState.ANSWERED or row.end_reason is EndReason.THANKED

"""Questions that a person asked to have answered by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.base import insert_into, new_token
from bot.records.handover_rows import (
    Counter,
    EndReason,
    Handover,
    HandoverFigure,
    HandoverReason,
    HandoverState,
)

__all__ = [
    "Asked",
    "EndReason",
    "Handover",
    "HandoverReason",
    "HandoverState",
    "Handovers",
    "NewHandover",
]

FIRST_NUMBER = 1001
WAITS = timedelta(days=1)
"""How long a hand-over without a question waits for the next one that is asked."""

_COUNTER = "handover"
_NO_NUMBER = 2**31 - 1
"""The largest that the column takes; none gets so far."""


@dataclass(frozen=True)
class NewHandover:
    """What is known when a question is handed over.

    Attributes:
        person_id: Who asks.
        employer: Whose HR it goes to.
        reason: Why.
        question: The question, if the person agreed to hand it over.
        idempotency_key: The same key never makes a second hand-over.
    """

    person_id: str
    employer: str
    reason: HandoverReason
    question: str | None
    idempotency_key: str


class Asked(NamedTuple):
    """When a question was asked and answered, whether it is still there or not.

    Attributes:
        answered_at: When the first answer went out; None for none.
        closed_at: When it was answered or closed; None while it is open.
    """

    created_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None


class Handovers:
    """The repository of hand-overs."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, new: NewHandover, *, now: datetime, expires_at: datetime) -> Handover:
        """Add a hand-over; the same idempotency key gives the one that is there."""
        known = await self.find_by_key(new.idempotency_key)
        if known is not None:
            return known
        try:
            async with self._session.begin_nested():
                handover = _row(
                    new, await next_number(self._session, _COUNTER, FIRST_NUMBER), now, expires_at
                )
                self._session.add(handover)
        except IntegrityError:
            known = await self.find_by_key(new.idempotency_key)
            if known is None:
                raise
            return known
        return handover

    async def find_by_key(self, idempotency_key: str) -> Handover | None:
        """Find the hand-over that this key made."""
        query = select(Handover).where(Handover.idempotency_key == idempotency_key)
        return (await self._session.scalars(query)).one_or_none()

    async def move(self, person_id: str, to_id: str) -> None:
        """Give a person's hand-overs to another, whom they turned out to be."""
        await self._session.execute(
            update(Handover)
            .where(Handover.person_id == person_id)
            .values(person_id=to_id)
            .execution_options(synchronize_session=False)
        )

    async def find_waiting(self, person_id: str, since: datetime) -> Handover | None:
        """Find a person's open hand-over, asked for after a moment, that has no question yet."""
        return await self._find(_WAITING, person_id, {"since": since})

    async def find_asking(self, person_id: str, question: str) -> Handover | None:
        """Find a person's open hand-over of this very question."""
        return await self._find(_ASKING, person_id, {"question": question})

    async def find_outage(self, person_id: str, employer: str, since: datetime) -> Handover | None:
        """Find a person's open hand-over that an outage opened after a moment, at an employer."""
        return await self._find(_OUTAGE, person_id, {"of_employer": employer, "since": since})

    async def find(self, number: int) -> Handover | None:
        """Find a hand-over by its number, whatever number that is."""
        query = select(Handover).where(Handover.number == min(number, _NO_NUMBER))
        return (await self._session.scalars(query)).one_or_none()

    async def hold(self, number: int, *, waits: bool = True) -> Handover | None:
        """Give a hand-over that nobody else changes until the transaction ends.

        Args:
            number: Its number.
            waits: Wait for who is changing it; otherwise it is not found meanwhile.
        """
        given = Handover.number == min(number, _NO_NUMBER)
        query = select(Handover).where(given).with_for_update(skip_locked=not waits)
        held = await self._session.scalars(query, execution_options={"populate_existing": True})
        return held.one_or_none()

    async def list_open(self, employer: str) -> Sequence[Handover]:
        """List what waits for an employer's answer, the oldest first."""
        query = select(Handover).where(
            Handover.state == HandoverState.OPEN, Handover.employer == employer
        )
        return (await self._session.scalars(query.order_by(Handover.number))).all()

    async def list_asked(self, employer: str, since: datetime, until: datetime) -> list[Asked]:
        """List what an employer was asked from one moment to before another, in its order."""
        kept, gone = (
            select(row.created_at, row.answered_at, row.closed_at).where(
                row.employer == employer, row.created_at >= since, row.created_at < until
            )
            for row in (Handover, HandoverFigure)
        )
        asked = union_all(kept.where(Handover.question.is_not(None)), gone).order_by("created_at")
        return [Asked(*row) for row in await self._session.execute(asked)]

    async def list_untold(self, now: datetime, limit: int) -> Sequence[Handover]:
        """List those that the desk is to be told of by now, the longest due first."""
        due = select(Handover).where(Handover.tell_at <= now)
        return (await self._session.scalars(due.order_by(Handover.tell_at).limit(limit))).all()

    async def list_expired(self, now: datetime, limit: int) -> Sequence[Handover]:
        """List the questions that expire unanswered, the oldest first."""
        lapsed = select(Handover).where(Handover.expires_at <= now, _WAITS_FOR_ANSWER)
        return (await self._session.scalars(lapsed.order_by(Handover.number).limit(limit))).all()

    async def delete_expired(self, now: datetime) -> int:
        """Delete what has expired, but not what still waits for an answer.

        Returns:
            How many were deleted.
        """
        return await self._delete(now, Handover.expires_at <= now, ~_WAITS_FOR_ANSWER)

    async def erase(self, person_id: str, now: datetime) -> None:
        """Delete what a person asked, open or not."""
        await self._delete(now, Handover.person_id == person_id)

    async def _delete(self, now: datetime, *conditions: ColumnElement[bool]) -> int:
        """Delete hand-overs, of which figures stay where something was asked."""
        gone = await self._session.execute(
            delete(Handover)
            .where(*conditions)
            .returning(
                # SQLite 3.40 takes what is NULL for something in RETURNING … IS NOT NULL.
                func.length(Handover.question),
                Handover.employer,
                Handover.created_at,
                Handover.answered_at,
                Handover.closed_at,
                Handover.end_reason,
            )
            .execution_options(synchronize_session=False)
        )
        deleted = gone.all()
        self._session.add_all(
            HandoverFigure(
                employer=employer,
                created_at=created_at,
                answered_at=answered_at,
                closed_at=closed_at or now,
                end_reason=end_reason if closed_at else EndReason.ERASED,
            )
            for length, employer, created_at, answered_at, closed_at, end_reason in deleted
            if length is not None
        )
        await self._session.flush()
        return len(deleted)

    async def _find(
        self, query: Select[Handover], person_id: str, given: dict[str, Any]
    ) -> Handover | None:
        found = await self._session.scalars(query, {"of_person": person_id, **given})
        return found.one_or_none()


async def next_number(session: AsyncSession, counter: str, first: int) -> int:
    """Give the next number of a counter; who is given one lets others wait until they commit."""
    insert = insert_into(session, Counter).values(name=counter, value=first)
    numbers = await session.scalars(
        insert.on_conflict_do_update(
            index_elements=[Counter.name], set_={"value": Counter.value + 1}
        ).returning(Counter.value),
        execution_options={"populate_existing": True},
    )
    return numbers.one()


def key_of_answer(answer_id: str) -> str:
    """The idempotency key of the hand-over of an answer's question."""
    return f"answer:{answer_id}"


def complete(handover: Handover, new: NewHandover, now: datetime) -> None:
    """Let what is known now stand in a hand-over that has no question yet.

    Its old key is not needed: a person's events are handled in their order.
    """
    if handover.question is None:
        handover.expires_at += now - handover.created_at
        handover.employer, handover.question = new.employer, new.question
        handover.idempotency_key, handover.created_at = new.idempotency_key, now
        handover.tell_at = now if new.question is not None else None


def _row(new: NewHandover, number: int, now: datetime, expires_at: datetime) -> Handover:
    return Handover(
        id=new_token(),
        number=number,
        person_id=new.person_id,
        employer=new.employer,
        reason=new.reason,
        question=new.question,
        idempotency_key=new.idempotency_key,
        state=HandoverState.OPEN,
        created_at=now,
        tell_at=now if new.question is not None else None,
        expires_at=expires_at,
    )


def _newest_open(*conditions: ColumnElement[bool]) -> Select[Handover]:
    mine = Handover.person_id == bindparam("of_person")
    query = select(Handover).where(mine, Handover.state == HandoverState.OPEN, *conditions)
    return query.order_by(Handover.number.desc()).limit(1)


_WAITS_FOR_ANSWER = (Handover.state == HandoverState.OPEN) & Handover.question.is_not(None)
_SINCE = Handover.created_at > bindparam("since")
_WAITING = _newest_open(Handover.question.is_(None), _SINCE)
_ASKING = _newest_open(Handover.question == bindparam("question"))
_OUTAGE = _newest_open(
    Handover.reason == HandoverReason.OUTAGE,
    Handover.employer == bindparam("of_employer"),
    _SINCE,
)

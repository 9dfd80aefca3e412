"""Questions that a person asked to have answered by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import Base, PersonId, Token, delete_where, insert_into, new_token
from bot.records.people import Person

FIRST_NUMBER = 1001
WAITS = timedelta(days=1)
"""How long a hand-over without a question waits for the next one that is asked."""

_COUNTER = "handover"


class HandoverReason(StrEnum):
    """Why a person is needed."""

    REQUESTED = "requested"
    OUTAGE = "outage"


class HandoverState(StrEnum):
    """How far a hand-over is."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


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


class Handover(Base):
    """One question handed over to a person.

    Attributes:
        number: What the person and HR call it by: 1001, 1002, ...
        question: Its text; None until the person tells it.
        created_at: When it was asked for: the last time, if the question came later.
    """

    __tablename__ = "handovers"

    id: Mapped[str] = mapped_column(Token, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(
        PersonId, ForeignKey(Person.id, ondelete="CASCADE"), index=True
    )
    employer: Mapped[str]
    reason: Mapped[HandoverReason]
    question: Mapped[str | None]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[HandoverState] = mapped_column(index=True)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Counter(Base):
    """The last number given; its row's lock makes numbers without gaps on every database."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


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

    async def find_outage(self, person_id: str, since: datetime) -> Handover | None:
        """Find a person's open hand-over that an outage opened after a moment."""
        return await self._find(_OUTAGE, person_id, {"since": since})

    async def list_open(self, employer: str | None = None) -> Sequence[Handover]:
        """List what waits for an answer, the oldest first; None: of all employers."""
        query = select(Handover).where(Handover.state == HandoverState.OPEN)
        if employer is not None:
            query = query.where(Handover.employer == employer)
        return (await self._session.scalars(query.order_by(Handover.number))).all()

    async def close(self, number: int, state: HandoverState, now: datetime) -> bool:
        """Mark an open hand-over as answered or closed.

        Returns:
            False where there is no open one with this number.
        """
        changed = await self._session.scalars(
            update(Handover)
            .where(Handover.number == number, Handover.state == HandoverState.OPEN)
            .values(state=state, closed_at=now)
            .returning(Handover.id)
        )
        return changed.one_or_none() is not None

    async def delete_expired(self, now: datetime) -> int:
        """Delete what has expired.

        Returns:
            How many were deleted.
        """
        return await delete_where(self._session, Handover, Handover.expires_at <= now)

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
        handover.employer, handover.question = new.employer, new.question
        handover.idempotency_key, handover.created_at = new.idempotency_key, now


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
        expires_at=expires_at,
    )


def _newest_open(*conditions: ColumnElement[bool]) -> Select[Handover]:
    mine = Handover.person_id == bindparam("of_person")
    query = select(Handover).where(mine, Handover.state == HandoverState.OPEN, *conditions)
    return query.order_by(Handover.number.desc()).limit(1)


_SINCE = Handover.created_at > bindparam("since")
_WAITING = _newest_open(Handover.question.is_(None), _SINCE)
_ASKING = _newest_open(Handover.question == bindparam("question"))
_OUTAGE = _newest_open(Handover.reason == HandoverReason.OUTAGE, _SINCE)

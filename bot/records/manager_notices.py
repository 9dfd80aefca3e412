"""Managers who are told who let a circular's deadline pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import CircularState
from bot.domain.meaning import Language
from bot.records.circular_rows import Circular, ManagerNotice
from bot.records.employees import Employee
from bot.records.outbox_rows import Lane, OutboxMessage, OutboxState
from bot.records.people_rows import Person

__all__ = ["Key", "Manager", "ManagerNotice", "ManagerNotices"]

Key = tuple[str, str]
"""A manager's employer and number."""


@dataclass(frozen=True)
class Manager:
    """A manager who is on a chat."""

    employer: str
    number: str
    person_id: str
    language: Language


class ManagerNotices:
    """The repository of what managers are told of circulars."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold_to_tell(self, circular_id: str, now: datetime) -> Circular | None:
        """Give a circular whose managers are to be told now; None if somebody else is at it."""
        given = {"of_circular": circular_id, "at": now}
        return (await self._session.scalars(_TO_TELL, given)).first()

    async def list_open(self, circular_id: str) -> Sequence[ManagerNotice]:
        """List the notices of a circular that are not known to have reached their manager."""
        return (await self._session.scalars(_OPEN, {"of_circular": circular_id})).all()

    async def list_sent(
        self, circular_id: str
    ) -> Mapping[Key, Sequence[tuple[OutboxState, str | None]]]:
        """List how far the messages of these notices are, each with what went wrong last."""
        sent = defaultdict[Key, list[tuple[OutboxState, str | None]]](list)
        for row in await self._session.execute(_SENT, {"of_circular": circular_id}):
            sent[row.employer, row.number].append((row.state, row.error))
        return sent

    async def hold_managers(self, numbers: Collection[Key]) -> list[Manager]:
        """Give the employees of these employers and numbers who are on a chat.

        Nobody erases them until the transaction ends.
        """
        return [
            Manager(row.employer, row.number, row.id, row.language or row.last_language)
            for row in await self._session.execute(_MANAGERS, {"of_numbers": list(numbers)})
        ]


_TO_TELL = (
    select(Circular)
    .where(
        Circular.id == bindparam("of_circular"),
        Circular.state.in_([CircularState.SENDING, CircularState.SENT]),
        or_(Circular.escalated_at.is_(None), Circular.escalate_at <= bindparam("at")),
    )
    .with_for_update(skip_locked=True, key_share=True)
    .execution_options(populate_existing=True)
)
_IS_OPEN = and_(
    ManagerNotice.circular_id == bindparam("of_circular"), ManagerNotice.told_at.is_(None)
)
_OPEN = select(ManagerNotice).where(_IS_OPEN)
# A message does not say what it is of; but it was queued when its notice was.
_SENT = (
    select(ManagerNotice.employer, ManagerNotice.number, OutboxMessage.state, OutboxMessage.error)
    .join(
        Employee,
        and_(Employee.employer == ManagerNotice.employer, Employee.number == ManagerNotice.number),
    )
    .join(Person, Person.employee_id == Employee.id)
    .join(
        OutboxMessage,
        and_(
            OutboxMessage.person_id == Person.id,
            OutboxMessage.created_at == ManagerNotice.queued_at,
            OutboxMessage.lane == Lane.BULK,
        ),
    )
    .where(_IS_OPEN)
    .order_by(OutboxMessage.id)
)
_MANAGERS = (
    select(
        Employee.employer,
        Employee.number,
        Person.id,
        Person.language,
        Person.last_language,
    )
    .join(Person, Person.employee_id == Employee.id)
    .where(
        tuple_(Employee.employer, Employee.number).in_(bindparam("of_numbers", expanding=True)),
        Employee.deactivated_at.is_(None),
        Person.erase_at.is_(None),
    )
    # In the order in which people are held, and before anything for which somebody waits who
    # holds one of them.
    .order_by(Person.id)
    .with_for_update(read=True, key_share=True, of=Person)
)

"""What a recipient has of circulars: their deliveries, and what they acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, insert, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import ARRIVED, CircularState
from bot.records import outbox_statements as statements
from bot.records.base import DIALECTS, Reachable, among, dialect_of, is_among, table_of
from bot.records.circular_rows import Acknowledgement, Circular, Delivery
from bot.records.outbox_rows import ADDRESS, OutboxMessage, OutboxState
from bot.records.people_rows import Person

__all__ = ["Acknowledgements", "Held", "NewAcknowledgement", "Theirs", "Told"]


@dataclass(frozen=True)
class NewAcknowledgement:
    """An acknowledgement to keep; see ``bot.records.circular_rows.Acknowledgement``."""

    circular_id: str
    employee_id: str
    at: datetime
    digest: str
    channel: str
    message_id: str
    sequence: int


@dataclass(frozen=True)
class Held:
    """A circular's delivery to somebody; see ``bot.records.circular_rows.Delivery``.

    Attributes:
        state: How far the circular is.
        at: When they acknowledged it; None if they have not.
    """

    id: int
    employee_id: str
    state: CircularState
    at: datetime | None


@dataclass(frozen=True)
class Theirs:
    """A circular that somebody was sent.

    Attributes:
        at: When they acknowledged it; None if they have not.
    """

    circular: Circular
    at: datetime | None


@dataclass(frozen=True)
class Told:
    """All that is kept of a circular's way to somebody.

    Attributes:
        at: When they acknowledged it; None if they have not.
    """

    circular: Circular
    delivery: Delivery
    at: datetime | None


class Acknowledgements:
    """The repository of what recipients have and acknowledged."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def look_at(self, person_id: str, circular_id: str) -> Held | None:
        """Give a circular's delivery to a person; None where they are no recipient of it."""
        return (await self.look_at_all(circular_id, [person_id])).get(person_id)

    async def look_at_all(self, circular_id: str, person_ids: Sequence[str]) -> dict[str, Held]:
        """Give a circular's deliveries to those of some people who are recipients of it."""
        dialect = dialect_of(self._session)
        given = {"of_circular": circular_id, "of_people": among(dialect, person_ids)}
        rows = await self._session.execute(_LOOK_AT[dialect], given)
        return {person: Held(*row) for person, *row in rows}

    async def count_tries(self, delivery_ids: Sequence[int]) -> dict[int, int]:
        """Count an answer of each of these recipients to the circular's question.

        Returns:
            By the delivery, how many there are with this one.
        """
        if not delivery_ids:
            return {}
        # Held first, in one order: two who count the same must not wait for each other, and
        # neither may go by what the other has not counted yet.
        dialect = dialect_of(self._session)
        given = {"of_ids": among(dialect, delivery_ids)}
        held = (await self._session.execute(_TRIES[dialect], given)).all()
        await self._session.execute(_TRY[dialect], given)
        return {row.id: row.check_tries + 1 for row in held}

    async def add_all(self, new: Sequence[NewAcknowledgement]) -> None:
        """Keep acknowledgements.

        Raises:
            sqlalchemy.exc.IntegrityError: One of them acknowledged it already.
        """
        if new:
            await self._session.execute(_ADD, [asdict(each) for each in new])

    async def is_on_its_way(self, delivery_id: int, chat: Reachable) -> bool:
        """Say whether a delivery's message waits for the person to write there, and so comes."""
        given = {"of_id": delivery_id, **statements.at(chat)}
        return (await self._session.execute(_WAITS, given)).first() is not None

    async def find_newest(self, person_id: str, employer: str, number: str) -> Circular | None:
        """Give the newest version of a circular that a person was sent and that holds."""
        given = {"of_person": person_id, "of_employer": employer, "of_number": number}
        return (await self._session.scalars(_NEWEST, given)).first()

    async def list_of(self, person_id: str, limit: int, skip: int = 0) -> Sequence[Theirs]:
        """List what a person was sent, the newest first; not what a newer version replaced.

        Args:
            person_id: Who.
            limit: At most so many.
            skip: Without so many of the newest.
        """
        given = {"of_person": person_id, "most": limit, "skip": skip}
        rows = await self._session.execute(_LIST, given)
        return [Theirs(row.Circular, row.at) for row in rows]

    async def list_all_of(self, employee_id: str) -> Sequence[Told]:
        """List all that an employee was sent, what newer versions replaced too; oldest first."""
        rows = await self._session.execute(_ALL, {"of_employee": employee_id})
        return [Told(row.Circular, row.Delivery, row.at) for row in rows]

    async def forget_chat(self, employee_id: str) -> None:
        """Forget in which chats an employee was sent circulars."""
        await self._session.execute(_FORGET, {"of_employee": employee_id})


_deliveries = table_of(Delivery)
_circulars = table_of(Circular)
_people = table_of(Person)
_acknowledgements = table_of(Acknowledgement)
_outbox = table_of(OutboxMessage)

_IS_THEIRS = and_(
    _acknowledgements.c.circular_id == _deliveries.c.circular_id,
    _acknowledgements.c.employee_id == _deliveries.c.employee_id,
)
_LOOK_AT = {
    dialect: select(
        _people.c.id,
        _deliveries.c.id,
        _deliveries.c.employee_id,
        _circulars.c.state,
        _acknowledgements.c.at,
    )
    .join(_circulars, _circulars.c.id == _deliveries.c.circular_id)
    .join(_people, _people.c.employee_id == _deliveries.c.employee_id)
    .outerjoin(_acknowledgements, _IS_THEIRS)
    .where(
        is_among(dialect, _people.c.id, "of_people"),
        _deliveries.c.circular_id == bindparam("of_circular"),
    )
    for dialect in DIALECTS
}
_TRIES = {
    dialect: select(_deliveries.c.id, _deliveries.c.check_tries)
    .where(is_among(dialect, _deliveries.c.id, "of_ids"))
    .order_by(_deliveries.c.id)
    .with_for_update(key_share=True)
    for dialect in DIALECTS
}
_TRY = {
    dialect: update(_deliveries)
    .where(is_among(dialect, _deliveries.c.id, "of_ids"))
    .values(check_tries=_deliveries.c.check_tries + 1)
    for dialect in DIALECTS
}
_ADD = insert(_acknowledgements)
_WAITS = (
    select(_outbox.c.id)
    .where(
        _outbox.c.delivery_id == bindparam("of_id"),
        *(_outbox.c[name] == bindparam(f"of_{name}") for name in ADDRESS),
        _outbox.c.templated_at.is_not(None),
        _outbox.c.state.in_([OutboxState.QUEUED, OutboxState.SENDING]),
    )
    .limit(1)
)
_HOLDS = Circular.state.in_([CircularState.SENDING, CircularState.PAUSED, CircularState.SENT])
_NEWEST = (
    select(Circular)
    .join(Delivery, Delivery.circular_id == Circular.id)
    .join(Person, Person.employee_id == Delivery.employee_id)
    .where(
        Person.id == bindparam("of_person"),
        Circular.employer == bindparam("of_employer"),
        Circular.number == bindparam("of_number"),
        _HOLDS,
    )
    .order_by(Circular.version.desc())
    .limit(1)
)
_THEIRS = and_(
    Acknowledgement.circular_id == Delivery.circular_id,
    Acknowledgement.employee_id == Delivery.employee_id,
)
_LIST = (
    select(Circular, Acknowledgement.at)
    .join(Delivery, Delivery.circular_id == Circular.id)
    .join(Person, Person.employee_id == Delivery.employee_id)
    .outerjoin(Acknowledgement, _THEIRS)
    .where(
        Person.id == bindparam("of_person"),
        # What is paused or was called off is theirs only if it had reached them.
        or_(
            Circular.state.in_([CircularState.SENDING, CircularState.SENT]),
            and_(
                Circular.state.in_([CircularState.PAUSED, CircularState.CANCELLED]),
                Delivery.state.in_(sorted(ARRIVED)),
            ),
        ),
    )
    .order_by(Delivery.created_at.desc(), Delivery.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_ALL = (
    select(Circular, Delivery, Acknowledgement.at)
    .join(Delivery, Delivery.circular_id == Circular.id)
    .outerjoin(Acknowledgement, _THEIRS)
    .where(Delivery.employee_id == bindparam("of_employee"))
    .order_by(Delivery.id)
)
_FORGET = (
    update(_deliveries)
    .where(_deliveries.c.employee_id == bindparam("of_employee"))
    .values(person_id=null())
)

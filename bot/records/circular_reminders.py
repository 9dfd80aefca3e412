"""Who has not acknowledged a circular: whom to remind, and whose managers to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, func, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain.circulars import ARRIVED, CircularState, DeliveryState, Unreached
from bot.domain.meaning import Language
from bot.records.base import table_of
from bot.records.circular_rows import (
    IS_ANNOUNCED,
    Acknowledgement,
    Circular,
    Delivery,
    ManagerNotice,
)
from bot.records.employees import Employee
from bot.records.people_rows import Person


@dataclass(frozen=True)
class DueRecipient:
    """A recipient who has not acknowledged a circular.

    Attributes:
        delivery_id: Of the circular to them.
        left: They are with the employer no more.
        opted_out: They want no messages unasked.
        sent_at: When they were sent it, or a template asked them to open it.
        reminded: Which reminder is spent.
        arrived: They were sent it, and not a template alone.
        unreached: They did not open it in time: it would have to be sent anew.
    """

    delivery_id: int
    person_id: str
    language: Language
    left: bool
    opted_out: bool
    sent_at: datetime
    reminded: int
    arrived: bool
    unreached: bool


@dataclass(frozen=True)
class Missing:
    """An employee who has not acknowledged a circular, as their manager knows them.

    Attributes:
        names: In Arabic and in English; None where the roster has none.
        manager: The manager's number; None for none.
        is_manager_there: The roster has that manager.
        state: How far the circular is with them.
        reason: A code of why it failed or cannot be sent; None where it was or will be.
        announced: A template asked them to open it.
    """

    employer: str
    number: str
    names: tuple[str | None, str | None]
    manager: str | None
    is_manager_there: bool
    state: DeliveryState
    reason: str | None
    announced: bool

    @property
    def was_sent(self) -> bool:
        """Whether they were sent it, so that it is for them to acknowledge it."""
        return self.state in ARRIVED


class CircularReminders:
    """The repository of what is still to be acknowledged."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_running(self, since: datetime, until: datetime) -> Sequence[Circular]:
        """List circulars to acknowledge that were begun, by deadlines within some time."""
        given = {"since": since, "until": until}
        return (await self._session.scalars(_RUNNING, given)).all()

    async def hold_due(
        self, circular_id: str, stage: int, now: datetime, limit: int
    ) -> list[DueRecipient]:
        """Give who has yet to acknowledge a circular, and to be reminded that far.

        Nobody else is given them until the transaction ends. Who was reminded least comes first,
        so that a platform's limit does not leave out the same people each time.
        """
        given = {"of_circular": circular_id, "stage": stage, "at": now, "most": limit}
        return [
            DueRecipient(
                delivery_id=row.id,
                person_id=row.person_id,
                language=row.language or row.last_language,
                left=row.deactivated_at is not None,
                opted_out=row.reminders_off_at is not None or row.erase_at is not None,
                sent_at=row.sent_at,
                reminded=row.reminded,
                arrived=row.state in ARRIVED,
                unreached=row.state is DeliveryState.UNREACHED,
            )
            for row in await self._session.execute(_DUE_NOW, given)
        ]

    async def note_reminded(self, delivery_ids: Sequence[int], stage: int) -> None:
        """Note that a reminder is spent."""
        if delivery_ids:
            given = [{"of_id": each, "stage": stage} for each in delivery_ids]
            await self._session.execute(_REMINDED, given)

    async def list_missing(self, circular_id: str) -> list[Missing]:
        """List the employees who have not acknowledged a circular, by their number.

        Those are left out of whom it is known that their manager was told.
        """
        rows = await self._session.execute(_MISSING, {"of_circular": circular_id})
        return [
            Missing(
                row.employer,
                row.number,
                (row.name_ar, row.name_en),
                row.manager_number,
                row.manager_id is not None,
                row.state,
                row.reason,
                row.announced_at is not None,
            )
            for row in rows
        ]


_deliveries = table_of(Delivery)
_GOING = Circular.state.in_([CircularState.SENDING, CircularState.SENT])
_RUNNING = (
    select(Circular)
    .where(
        _GOING,
        Circular.statement != "",
        Circular.due_at > bindparam("since"),
        Circular.due_at <= bindparam("until"),
    )
    .order_by(Circular.due_at)
)
_IS_MISSING = ~exists().where(
    Acknowledgement.circular_id == Delivery.circular_id,
    Acknowledgement.employee_id == Delivery.employee_id,
)
_IS_UNOPENED = or_(
    and_(
        IS_ANNOUNCED,
        Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING]),
    ),
    and_(
        Delivery.state == DeliveryState.UNREACHED,
        Delivery.reason == Unreached.NOT_OPENED.value,
    ),
)
_DUE = (
    select(
        Delivery.id,
        Delivery.state,
        func.coalesce(Delivery.sent_at, Delivery.announced_at, Delivery.created_at).label(
            "sent_at"
        ),
        Delivery.reminded,
        Person.id.label("person_id"),
        Person.language,
        Person.last_language,
        Person.reminders_off_at,
        Person.erase_at,
        Employee.deactivated_at,
    )
    .join(Person, Person.employee_id == Delivery.employee_id)
    .join(Employee, Employee.id == Delivery.employee_id)
    .where(
        Delivery.circular_id == bindparam("of_circular"),
        Delivery.reminded < bindparam("stage"),
        or_(Delivery.state.in_(sorted(ARRIVED)), _IS_UNOPENED),
        _IS_MISSING,
    )
    .order_by(Delivery.reminded, Delivery.id)
    .limit(bindparam("most"))
    # The person too: whoever erases them holds them first.
    .with_for_update(skip_locked=True, of=[Delivery, Person])
)
# Who waits for room under a platform's limit is left for then.
_DUE_NOW = _DUE.where(or_(Delivery.next_at.is_(None), Delivery.next_at <= bindparam("at")))
_REMINDED = (
    update(_deliveries)
    .where(_deliveries.c.id == bindparam("of_id"))
    .values(reminded=bindparam("stage"), next_at=null())
)
_Manager = aliased(Employee)
_MISSING = (
    select(
        Employee.employer,
        Employee.number,
        Employee.name_ar,
        Employee.name_en,
        Employee.manager_number,
        _Manager.id.label("manager_id"),
        Delivery.state,
        Delivery.reason,
        Delivery.announced_at,
    )
    .join(Delivery, Delivery.employee_id == Employee.id)
    .outerjoin(
        _Manager,
        and_(
            _Manager.employer == Employee.employer,
            _Manager.number == Employee.manager_number,
            _Manager.deactivated_at.is_(None),
        ),
    )
    .where(
        Delivery.circular_id == bindparam("of_circular"),
        Delivery.state != DeliveryState.CANCELLED,
        Employee.deactivated_at.is_(None),
        _IS_MISSING,
        ~exists().where(
            ManagerNotice.circular_id == Delivery.circular_id,
            ManagerNotice.employer == Employee.employer,
            ManagerNotice.number == Employee.manager_number,
            ManagerNotice.told_at.is_not(None),
        ),
    )
    .order_by(Employee.number)
)

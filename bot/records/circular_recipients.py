"""The recipients of a circular with all that became of it: counted, and one after the other."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circular_figures import Answered, Escalation, Portion, UntoldManager
from bot.domain.circular_tally import Course
from bot.domain.circulars import ARRIVED, DeliveryState, Unreached
from bot.records.base import dialect_of, table_of
from bot.records.circular_openings import CircularOpening
from bot.records.circular_rows import (
    IS_ANNOUNCED,
    Acknowledgement,
    Circular,
    Delivery,
    ManagerNotice,
)
from bot.records.employees import Employee

_PAGE = 2_000
"""Recipients given at once."""

_DELIVERIES = table_of(Delivery)
_EMPLOYEES = table_of(Employee)
_ACKNOWLEDGEMENTS = table_of(Acknowledgement)
_OPENINGS = table_of(CircularOpening)
_NOTICES = table_of(ManagerNotice)
_CIRCULARS = table_of(Circular)


class Recipient(NamedTuple):
    """Somebody to whom a circular goes; see ``bot.records.circular_rows`` for all of it.

    Attributes:
        file_opened_at: When they first asked for one of its files.
        sequence: Of the entry of their acknowledgement in the journal; None before there is one.
    """

    employer: str
    number: str
    name_ar: str | None
    name_en: str | None
    department: list[str]
    manager_number: str | None
    state: DeliveryState
    reason: str | None
    channel: str | None
    queued_at: datetime | None
    announced_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    opened_at: datetime | None
    check_tries: int
    file_opened_at: datetime | None
    acknowledged_at: datetime | None
    sequence: int | None


class CircularRecipients:
    """The repository that reads a circular's recipients in bulk.

    Args:
        session: One that only reads.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def prepare(self) -> None:
        """Let all that follows see the same rows; SQLite shows one snapshot in any case."""
        if dialect_of(self._session) == "postgresql":
            await self._session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))

    async def count(
        self, circular_id: str, due_at: datetime | None, now: datetime
    ) -> list[Portion]:
        """Count the recipients.

        Args:
            circular_id: Of which circular.
            due_at: Until when it is to be acknowledged; None for no deadline.
            now: The present moment.
        """
        return [
            Portion(
                tuple(json.loads(department)),
                state,
                channel,
                reason,
                bool(unopened),
                bool(postponed),
                Answered(answer),
                people,
            )
            for department, state, channel, reason, unopened, postponed, answer, people in (
                await self._session.execute(_counted(circular_id, due_at), {"now": now})
            )
        ]

    async def look_at_managers(self, circular_id: str) -> Escalation:
        """Say which managers were told who let the deadline pass, and who has none to be told."""
        given = {"of_circular": circular_id}
        told = await self._session.scalar(_TOLD, given) or 0
        untold = (await self._session.execute(_UNTOLD, given)).all()
        unmanaged = await self._session.scalar(_UNMANAGED, given) or 0
        return Escalation(told, tuple(UntoldManager(*row) for row in untold), unmanaged)

    async def pages(self, circular_id: str) -> AsyncIterator[Sequence[Recipient]]:
        """Give the recipients by their employer and number, some thousands at a time."""
        listed = _LISTED.where(_DELIVERIES.c.circular_id == circular_id)
        rows = await self._session.stream(listed.execution_options(yield_per=_PAGE))
        async for page in rows.partitions():
            yield [Recipient._make(row) for row in page]

    async def courses(self, circular_id: str) -> AsyncIterator[Sequence[Course]]:
        """Give what became of it with each recipient by their id, some thousands at a time."""
        each = _COURSES.where(_DELIVERIES.c.circular_id == circular_id)
        rows = await self._session.stream(each.execution_options(yield_per=_PAGE))
        async for page in rows.partitions():
            yield [Course._make(row) for row in page]


def _counted(circular_id: str, due_at: datetime | None) -> Select[Any]:
    of, at = _DELIVERIES.c, _ACKNOWLEDGEMENTS.c.at
    in_time: ColumnElement[str] = literal(Answered.IN_TIME.value, Text)
    if due_at is not None:
        in_time = case((at <= due_at, in_time), else_=literal(Answered.LATE.value, Text))
    each = (
        # PostgreSQL cannot compare JSON, but the text of it.
        select(
            cast(_EMPLOYEES.c.department, Text).label("department"),
            of.state,
            of.channel,
            of.reason,
            case((_UNOPENED, 1), else_=0).label("unopened"),
            case((_POSTPONED, 1), else_=0).label("postponed"),
            case((at.is_(None), literal(Answered.NOT_YET.value, Text)), else_=in_time).label(
                "answer"
            ),
        )
        .select_from(_JOINED)
        .where(of.circular_id == circular_id)
        .subquery()
    )
    return select(*each.c, func.count()).group_by(*each.c)


# Whoever wrote anything has it whole, though they did not press the template's button.
_UNOPENED = and_(
    IS_ANNOUNCED,
    _DELIVERIES.c.opened_at.is_(None),
    _DELIVERIES.c.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING]),
)
# Before it is sent the moment is that of sending it.
_POSTPONED = and_(
    _DELIVERIES.c.next_at > bindparam("now"),
    or_(
        _DELIVERIES.c.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING, *sorted(ARRIVED)]),
        and_(
            _DELIVERIES.c.state == DeliveryState.UNREACHED,
            _DELIVERIES.c.reason == Unreached.NOT_OPENED.value,
        ),
    ),
    _ACKNOWLEDGEMENTS.c.at.is_(None),
)
_IS_THEIRS = and_(
    _ACKNOWLEDGEMENTS.c.circular_id == _DELIVERIES.c.circular_id,
    _ACKNOWLEDGEMENTS.c.employee_id == _DELIVERIES.c.employee_id,
)
_JOINED = _DELIVERIES.join(_EMPLOYEES, _EMPLOYEES.c.id == _DELIVERIES.c.employee_id).outerjoin(
    _ACKNOWLEDGEMENTS, _IS_THEIRS
)
_FILE_OPENED_AT = (
    select(func.min(_OPENINGS.c.at))
    .where(
        _OPENINGS.c.circular_id == _DELIVERIES.c.circular_id,
        _OPENINGS.c.employee_id == _DELIVERIES.c.employee_id,
    )
    .scalar_subquery()
)
_OF_EMPLOYEES, _OF_DELIVERIES = Recipient._fields[:6], Recipient._fields[6:-3]
_LISTED: Select[Any] = (
    select(
        *(_EMPLOYEES.c[name] for name in _OF_EMPLOYEES),
        *(_DELIVERIES.c[name] for name in _OF_DELIVERIES),
        _FILE_OPENED_AT,
        _ACKNOWLEDGEMENTS.c.at,
        _ACKNOWLEDGEMENTS.c.sequence,
    )
    .select_from(_JOINED)
    .order_by(_EMPLOYEES.c.employer, _EMPLOYEES.c.number)
)
_IS_MISSING = and_(
    _DELIVERIES.c.circular_id == bindparam("of_circular"),
    _DELIVERIES.c.state != DeliveryState.CANCELLED,
    _EMPLOYEES.c.deactivated_at.is_(None),
    _ACKNOWLEDGEMENTS.c.at.is_(None),
)
_UNTOLD: Select[Any] = (
    select(_NOTICES.c.employer, _NOTICES.c.number, _NOTICES.c.reason, func.count())
    .select_from(
        _JOINED.join(
            _NOTICES,
            and_(
                _NOTICES.c.circular_id == _DELIVERIES.c.circular_id,
                _NOTICES.c.employer == _EMPLOYEES.c.employer,
                _NOTICES.c.number == _EMPLOYEES.c.manager_number,
            ),
        )
    )
    .where(_IS_MISSING, _NOTICES.c.told_at.is_(None))
    .group_by(_NOTICES.c.employer, _NOTICES.c.number, _NOTICES.c.reason)
    .order_by(_NOTICES.c.employer, _NOTICES.c.number)
)
_TOLD = select(func.count()).where(
    _NOTICES.c.circular_id == bindparam("of_circular"), _NOTICES.c.told_at.is_not(None)
)
# Before the deadline there is nothing to tell anybody.
_UNMANAGED = (
    select(func.count())
    .select_from(_JOINED.join(_CIRCULARS, _CIRCULARS.c.id == _DELIVERIES.c.circular_id))
    .where(
        _IS_MISSING,
        _EMPLOYEES.c.manager_number.is_(None),
        _CIRCULARS.c.escalated_at.is_not(None),
    )
)
_COURSES: Select[Any] = (
    select(
        _DELIVERIES.c.employee_id,
        *(_DELIVERIES.c[name] for name in Course._fields[1:-3]),
        _FILE_OPENED_AT,
        _ACKNOWLEDGEMENTS.c.at,
        _ACKNOWLEDGEMENTS.c.sequence,
    )
    .select_from(_DELIVERIES.outerjoin(_ACKNOWLEDGEMENTS, _IS_THEIRS))
    .order_by(_DELIVERIES.c.employee_id)
)

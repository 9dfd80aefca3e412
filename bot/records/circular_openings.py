"""Which files of a circular its recipients asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, and_, bindparam, case, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.circulars import DeliveryState
from bot.records.base import (
    DIALECTS,
    Base,
    PersonId,
    Token,
    among,
    dialect_of,
    insert_by,
    is_among,
    table_of,
)
from bot.records.circular_rows import Circular, Delivery
from bot.records.employees import Employee


class CircularOpening(Base):
    """That a recipient asked for a file of a circular, or fetched it.

    Attributes:
        position: Which of its files.
        at: When they did so first.
    """

    __tablename__ = "circular_openings"

    circular_id: Mapped[str] = mapped_column(
        Token, ForeignKey(Circular.id, ondelete="CASCADE"), primary_key=True
    )
    employee_id: Mapped[str] = mapped_column(PersonId, ForeignKey(Employee.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Openings:
    """The repository of what was opened."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def note(
        self, circular_id: str, employee_id: str, now: datetime, position: int | None = None
    ) -> None:
        """Note that a recipient opened a circular, and which of its files; the first time counts.

        What they had not opened while it waited for them is sent by that: it needs no sending more.

        Args:
            circular_id: The circular.
            employee_id: The recipient.
            now: The present moment.
            position: Which of its files; None for the circular itself.
        """
        whose = {"of_circular": circular_id, "of_employee": employee_id}
        await self._session.execute(_OPEN, {**whose, "now": now})
        if position is not None:
            await self._session.execute(
                _ADD[dialect_of(self._session)],
                {
                    "circular_id": circular_id,
                    "employee_id": employee_id,
                    "position": position,
                    "at": now,
                },
            )

    async def list_among(
        self, circular_id: str, employee_ids: Sequence[str]
    ) -> dict[str, dict[int, datetime]]:
        """Say when recipients opened which files of a circular, by the recipient."""
        dialect, opened = dialect_of(self._session), defaultdict[str, dict[int, datetime]](dict)
        given = {"of_circular": circular_id, "of_employees": among(dialect, employee_ids)}
        for employee_id, position, at in await self._session.execute(_LIST[dialect], given):
            opened[employee_id][position] = at
        return opened


_openings = table_of(CircularOpening)
_deliveries = table_of(Delivery)
# Planned anew it was announced too, and would be sent once more to who has it by now.
_WAS_UNOPENED = and_(
    _deliveries.c.state.in_([DeliveryState.UNREACHED, DeliveryState.PLANNED]),
    _deliveries.c.announced_at.is_not(None),
)
_OPEN = (
    update(_deliveries)
    .where(
        _deliveries.c.circular_id == bindparam("of_circular"),
        _deliveries.c.employee_id == bindparam("of_employee"),
    )
    .values(
        opened_at=bindparam("now"),
        state=case((_WAS_UNOPENED, DeliveryState.SENT), else_=_deliveries.c.state),
        reason=case((_WAS_UNOPENED, null()), else_=_deliveries.c.reason),
        next_at=case((_WAS_UNOPENED, null()), else_=_deliveries.c.next_at),
        sent_at=case((_WAS_UNOPENED, bindparam("now")), else_=_deliveries.c.sent_at),
    )
)
_ADD = {dialect: insert_by(dialect, _openings).on_conflict_do_nothing() for dialect in DIALECTS}
_LIST = {
    dialect: select(_openings.c.employee_id, _openings.c.position, _openings.c.at).where(
        _openings.c.circular_id == bindparam("of_circular"),
        is_among(dialect, _openings.c.employee_id, "of_employees"),
    )
    for dialect in DIALECTS
}

"""What templates announced: who was asked to open a circular, and has not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, delete, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import DeliveryState
from bot.records.base import table_of
from bot.records.circular_rows import IS_ANNOUNCED, Delivery
from bot.records.outbox_rows import OutboxMessage, OutboxState


class Announced:
    """The repository of deliveries that a template announced."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def note(self, message_ids: Sequence[int], now: datetime) -> None:
        """Note of which deliveries the platform took a template.

        The first time counts since it was queued.

        Args:
            message_ids: Messages in whose place a template went out.
            now: The present moment.
        """
        if message_ids:
            await self._session.execute(_NOTE, {"of_messages": list(message_ids), "at": now})

    async def ask_again(self, delivery_ids: Sequence[int], now: datetime) -> None:
        """Let the template go out once more where a delivery waits for its person to write.

        Args:
            delivery_ids: Of people to whom a template may go now.
            now: The present moment.
        """
        waiting = await self._hold_waiting(delivery_ids, now)
        if waiting:
            await self._session.execute(_ASK_AGAIN, {"of_messages": waiting, "at": now})

    async def plan_again(self, delivery_ids: Sequence[int], now: datetime) -> None:
        """Plan those of some deliveries anew that nobody opened while they waited."""
        if delivery_ids:
            await self._session.execute(_PLAN_AGAIN, {"of_ids": list(delivery_ids), "at": now})

    async def take_back(self, delivery_ids: Sequence[int], now: datetime) -> None:
        """Take back what waits, of some deliveries, for its person to write."""
        waiting = await self._hold_waiting(delivery_ids, now)
        if waiting:
            await self._session.execute(_TAKE_BACK, {"of_messages": waiting})

    async def _hold_waiting(self, delivery_ids: Sequence[int], now: datetime) -> list[int]:
        if not delivery_ids:
            return []
        given = {"of_ids": list(delivery_ids), "at": now}
        return list(await self._session.scalars(_WAITING, given))


_deliveries = table_of(Delivery)
_outbox = table_of(OutboxMessage)
_IS_AMONG = _outbox.c.id.in_(bindparam("of_messages", expanding=True))

_NOTE = (
    update(_deliveries)
    .where(
        _IS_AMONG,
        _outbox.c.delivery_id == _deliveries.c.id,
        _deliveries.c.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING]),
    )
    .values(
        announced_at=case(
            (IS_ANNOUNCED, _deliveries.c.announced_at),
            # It was queued by another's clock.
            (_deliveries.c.queued_at > bindparam("at"), _deliveries.c.queued_at),
            else_=bindparam("at"),
        )
    )
)
_WAITING = (
    select(_outbox.c.id)
    .where(
        _outbox.c.delivery_id.in_(bindparam("of_ids", expanding=True)),
        _outbox.c.state == OutboxState.QUEUED,
        _outbox.c.templated_at.is_not(None),
        _outbox.c.external_id.is_not(None),
        _outbox.c.next_at > bindparam("at"),
    )
    .order_by(_outbox.c.id)
    # Whoever settles a message holds it before its delivery.
    .with_for_update(skip_locked=True)
)
_ASK_AGAIN = (
    update(_outbox)
    .where(_IS_AMONG)
    .values(
        templated_at=bindparam("at"),
        external_id=null(),
        next_at=bindparam("at"),
        # All tries anew, but one: what a template announced is not taken back by a pause.
        attempts=1,
    )
)
_PLAN_AGAIN = (
    update(_deliveries)
    .where(
        _deliveries.c.id.in_(bindparam("of_ids", expanding=True)),
        _deliveries.c.state == DeliveryState.UNREACHED,
    )
    .values(state=DeliveryState.PLANNED, reason=null(), next_at=bindparam("at"))
)
_TAKE_BACK = delete(_outbox).where(_IS_AMONG)

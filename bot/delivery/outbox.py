"""The way out: what each failure of a send means is decided here and nowhere else."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.channel import Channel, SendFailure, SendOutcome, Sent
from bot.conversation.clock import Clock
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.delivery.feeder import POLL_S, Batch, Feeder, pause_until
from bot.records.buckets import Buckets
from bot.records.database import Database
from bot.records.outbox import Lane, Outbox, OutboxMessage
from bot.records.people import People

MAX_ATTEMPTS = 8
"""With the back-off below, a platform may be away for some 14 minutes."""

_BULK_SHARE = 0.8
"""Circulars leave this much of a number's rate at most, so that replies always fit."""

_SEND_SHARE = 0.75
"""A send must end before its lease does, or the message would be sent twice."""

_LONGEST_BACK_OFF_S = 256.0
_HALT_S = 5.0
_LONGEST_HALT_S = 300.0
_jitter = random.SystemRandom()
_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Policy:
    """How one account sends.

    Attributes:
        per_second: Messages a second that the platform allows the account, all replicas together.
        burst: How many may go at once after a pause.
        keep_payload: Keep sent texts for a browser that comes back.
    """

    per_second: float = 1000
    burst: float = 1000
    keep_payload: bool = False


class OutboxWorker:
    """Sends queued messages: replies first, each recipient's in order, several at once.

    Args:
        database: Where messages are kept.
        channels: Each channel by its name and account.
        clock: The time.
        policies: How each account sends, by name and account; the default where none is given.
        in_flight: How many messages an account sends at once.
        lease: How long a message is out of reach after a crash.
    """

    def __init__(  # noqa: PLR0913 - the composition root names each of them
        self,
        database: Database,
        channels: Mapping[tuple[str, str], Channel],
        clock: Clock,
        *,
        policies: Mapping[tuple[str, str], Policy] | None = None,
        in_flight: int = 16,
        lease: timedelta = timedelta(seconds=30),
    ) -> None:
        given = policies or {}
        self._senders = [
            _Sender(
                database,
                channel,
                clock,
                policy=given.get(key, Policy()),
                lease=lease,
                in_flight=in_flight,
            )
            for key, channel in channels.items()
        ]

    def notify(self) -> None:
        """Say that there is something to send."""
        for sender in self._senders:
            sender.feeder.wake()

    async def run(self) -> None:
        """Send until cancelled; one account's trouble does not stop another's messages."""
        async with asyncio.TaskGroup() as group:
            for sender in self._senders:
                group.create_task(sender.feeder.run())


class _Sender:
    """Sends one account's messages."""

    def __init__(  # noqa: PLR0913 - made in one place only
        self,
        database: Database,
        channel: Channel,
        clock: Clock,
        *,
        policy: Policy,
        lease: timedelta,
        in_flight: int,
    ) -> None:
        self._database = database
        self._channel = channel
        self._clock = clock
        self._policy = policy
        self._lease = lease
        self._in_flight = in_flight
        self._bucket = f"{channel.name}:{channel.account}"
        self._halts = 0
        self._halted_until: datetime | None = None
        self.feeder = Feeder(f"outbox:{channel.name}", in_flight, self._claim, self._deliver)

    async def _claim(self, free: int) -> Batch[OutboxMessage]:
        if self._halts and free < self._in_flight:
            return Batch(())
        now, rate, burst = self._clock.now(), self._policy.per_second, self._policy.burst
        async with self._database.transaction() as session:
            allowed = await Buckets(session).allowance(self._bucket, rate, burst, now)
            if allowed.wait_s:
                return Batch((), min(allowed.wait_s, POLL_S), hold=True)
            # After a halt one message finds out whether it is over.
            limit = 1 if self._halts else min(free, allowed.whole)
            rows = await self._claim_lane(session, Lane.REPLY, limit, now)
            wait_s = POLL_S if len(rows) < limit else 0
            if not rows:
                # Circulars go when no reply waits.
                rows, wait_s = await self._claim_bulk(session, limit, now)
            if rows:
                await Buckets(session).spend(self._bucket, allowed, len(rows), now)
                return Batch(rows, wait_s)
            due = await Outbox(session).next_due(now, *self._account)
        return Batch((), min(wait_s, pause_until(due, now)))

    async def _claim_bulk(
        self, session: AsyncSession, limit: int, now: datetime
    ) -> tuple[list[OutboxMessage], float]:
        key, rate = f"{self._bucket}:bulk", self._policy.per_second * _BULK_SHARE
        burst = max(1, self._policy.burst * _BULK_SHARE)
        allowed = await Buckets(session).allowance(key, rate, burst, now)
        if allowed.wait_s:
            return [], allowed.wait_s
        limit = min(limit, allowed.whole)
        rows = await self._claim_lane(session, Lane.BULK, limit, now)
        if rows:
            await Buckets(session).spend(key, allowed, len(rows), now)
        return rows, POLL_S if len(rows) < limit else 0

    async def _claim_lane(
        self, session: AsyncSession, lane: Lane, limit: int, now: datetime
    ) -> list[OutboxMessage]:
        return await Outbox(session).claim(now, self._lease, *self._account, limit, lanes=[lane])

    @property
    def _account(self) -> tuple[str, str]:
        return self._channel.name, self._channel.account

    async def _deliver(self, row: OutboxMessage) -> None:
        started = time.perf_counter()
        address = Address(row.channel, row.account, row.user)
        outcome = await self._send(address, row)
        if isinstance(outcome, SendFailure) and outcome.moved_to:
            address = await self._move(address, outcome.moved_to)
            outcome = await self._send(address, row)
        async with self._database.transaction() as session:
            decided = await self._settle(session, row, address, outcome)
            more = decided != "sent" or await Outbox(session).has_open(address)
        if more:
            self.feeder.wake()
        _log.info(
            "outbox_message",
            message_id=row.id,
            channel=row.channel,
            lane=row.lane.value,
            outcome=decided,
            reason=outcome.reason if isinstance(outcome, SendFailure) else None,
            attempt=row.attempts,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )

    async def _send(self, address: Address, row: OutboxMessage) -> SendOutcome:
        try:
            message = Message.from_json(row.payload or {})
        except (KeyError, ValueError, TypeError):
            return SendFailure("unreadable")
        try:
            async with asyncio.timeout(self._lease.total_seconds() * _SEND_SHARE):
                return await self._channel.send(address, message)
        except TimeoutError:
            return SendFailure("timeout", retryable=True)
        except Exception as error:  # noqa: BLE001 - the worker loop: a channel's fault costs one message an attempt
            return SendFailure(f"raised:{type(error).__name__}", retryable=True)

    async def _move(self, address: Address, new_user: str) -> Address:
        async with self._database.transaction() as session:
            if not await People(session).move_link(address, new_user):
                await People(session).mark_blocked(address, self._clock.now())
            await Outbox(session).move(address, new_user)
        return Address(address.channel, address.account, new_user)

    async def _settle(
        self, session: AsyncSession, row: OutboxMessage, address: Address, outcome: SendOutcome
    ) -> str:
        now, outbox = self._clock.now(), Outbox(session)
        if isinstance(outcome, SendFailure) and outcome.halts_channel:
            await Buckets(session).halt(self._bucket, self._halt(now, outcome.retry_after))
            await outbox.retry(row.id, now, outcome.reason, count_attempt=False)
            return "halted"
        self._halts = 0
        if isinstance(outcome, Sent):
            kept = self._policy.keep_payload
            await outbox.sent(row.id, outcome.external_id, now, keep_payload=kept)
            return "sent"
        if outcome.retryable and not outcome.recipient_gone and row.attempts < MAX_ATTEMPTS:
            wait = _back_off(row.attempts, outcome.retry_after)
            await outbox.retry(row.id, now + wait, outcome.reason, count_attempt=True)
            return "retried"
        if outcome.recipient_gone:
            await People(session).mark_blocked(address, now)
        await outbox.failed(row.id, outcome.reason)
        return "failed"

    def _halt(self, now: datetime, retry_after: float | None) -> datetime:
        # What was in flight together fails together, and is one halt.
        if self._halted_until is None or self._halted_until <= now:
            self._halts += 1
        seconds = min(_LONGEST_HALT_S, _HALT_S * 2 ** (self._halts - 1))
        if retry_after is not None:
            seconds = retry_after
        self._halted_until = now + timedelta(seconds=seconds)
        return self._halted_until


def _back_off(attempts: int, retry_after: float | None) -> timedelta:
    seconds = min(_LONGEST_BACK_OFF_S, 4.0 ** (attempts - 1)) * _jitter.uniform(0.75, 1.25)
    return timedelta(seconds=max(seconds, retry_after or 0))

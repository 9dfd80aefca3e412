"""The way out: what each failure of a send means is decided here and nowhere else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from bot.conversation.channel import Channel, SendFailure, SendOutcome
from bot.conversation.clock import Clock
from bot.conversation.events import Address, Receipt
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.delivery.feeder import POLL_S, Batch, Feeder, pause_until
from bot.delivery.ledger import Ledger
from bot.delivery.policy import Policy
from bot.delivery.results import Answer, is_due_as_template, may_template, reference_of
from bot.delivery.settling import Settler
from bot.records.buckets import Buckets
from bot.records.database import Database
from bot.records.links import Links
from bot.records.outbox import Outbox, Outgoing
from bot.records.outcomes import Outcomes
from bot.records.portfolio import Portfolio

_SPARE_SHARE = 0.25
"""Of a lease: a send ends so long before it does, or the message would be sent twice."""

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


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
        in_flight: int = 32,
        lease: timedelta = timedelta(seconds=30),
    ) -> None:
        given = policies or {}
        self._senders = {
            key: _Sender(
                database,
                channel,
                clock,
                policy=given.get(key, Policy()),
                lease=lease,
                in_flight=in_flight,
            )
            for key, channel in channels.items()
        }

    async def receive(self, receipt: Receipt, event_id: int | None = None) -> str:
        """Take what a platform says of a message; says in one word what came of it.

        Args:
            receipt: What it says.
            event_id: The inbox's event that brought it, which is done with that.

        Raises:
            KeyError: It is of an account that nothing is sent from.
        """
        return await self._senders[receipt.address.channel, receipt.address.account].receive(
            receipt, event_id
        )

    def notify(self) -> None:
        """Say that there is something to send."""
        for sender in self._senders.values():
            sender.feeder.wake()

    async def run(self) -> None:
        """Send until cancelled; one account's trouble does not stop another's messages."""
        async with asyncio.TaskGroup() as group:
            for sender in self._senders.values():
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
        self._settler = Settler(channel, clock, policy)
        self.feeder = Feeder(f"outbox:{channel.name}", in_flight, self._claim, self._deliver)
        self._ledger = Ledger(database, self._settler, self.feeder.spawn, self.feeder.wake)

    async def _claim(self, free: int) -> Batch[Outgoing]:
        if self._settler.halts and free < self._in_flight:
            return Batch(())
        now, policy, bucket = self._clock.now(), self._policy, self._settler.bucket
        async with self._database.transaction() as session:
            allowed = await Buckets(session).allowance(
                bucket, policy.per_second, policy.burst, now, bulk=self._settler.bulk_bucket
            )
            if allowed.wait_s:
                return Batch((), min(allowed.wait_s, POLL_S), hold=True)
            # After a halt one message finds out whether it is over.
            limit = 1 if self._settler.halts else min(free, allowed.whole)
            bulk = min(limit, allowed.beyond(policy.reserve))
            rows = await Outbox(session).claim(
                now,
                self._lease,
                *self._account,
                limit,
                bulk=bulk,
                with_wrote=self._channel.limits.window is not None,
            )
            pause = 0 if len(rows) == free else policy.pause(allowed, len(rows), limit, bulk)
            if rows:
                await Buckets(session).spend(bucket, allowed, len(rows), now)
            else:
                due = await Outbox(session).next_due(now, *self._account)
                return Batch((), min(pause, pause_until(due, now)))
        return Batch(await self._within_limits([self._as_it_goes(row) for row in rows]), pause)

    async def _within_limits(self, rows: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """Count whom templates go to, and leave for later whom none may go to today.

        In transactions of their own: who counts is waited for, and others wait for what is claimed,
        some of whom are to count next.
        """
        templates = sorted(filter(is_due_as_template, rows), key=lambda row: row.id)
        if not templates:
            return rows
        now, most = self._clock.now(), self._policy.people_a_day
        async with self._database.transaction() as session:
            portfolio = Portfolio(session, *self._account)
            admitted = await portfolio.admit([row.user for row in templates], most, now)
            late = [row for row in templates if row.user not in admitted]
            until = await portfolio.next_room(now) if late else now
        if not late:
            return rows
        async with self._database.transaction() as session:
            # Who wrote while this waited let go what was queued, and this was not.
            late = await Outbox(session).look_who_wrote(late)
            over = [row for row in late if not self._is_let_through(row)]
            for row in over:
                await Outcomes(session).retry(row, until, "people_a_day", count_attempt=False)
        if over:
            _log.warning("templates_postponed", channel=self._channel.name, messages=len(over))
        waiting = {row.id for row in over}
        as_they_are = {row.id: row._replace(templated_at=None) for row in late}
        return [as_they_are.get(row.id, row) for row in rows if row.id not in waiting]

    @property
    def _account(self) -> tuple[str, str]:
        return self._channel.name, self._channel.account

    async def _deliver(self, row: Outgoing) -> None:
        started = time.perf_counter()
        address = Address(row.channel, row.account, row.user)
        outcome = await self._send(address, row)
        if isinstance(outcome, SendFailure) and outcome.moved_to:
            address = await self._move(address, outcome.moved_to)
            outcome = await self._send(address, row)
        decided = await self._ledger.settle(Answer(row, address, outcome))
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

    async def receive(self, receipt: Receipt, event_id: int | None) -> str:
        """Take what the platform says of a message of this account."""
        return await self._ledger.receive(receipt, event_id)

    async def _send(self, address: Address, row: Outgoing) -> SendOutcome:
        message = self._message_of(row)
        if isinstance(message, SendFailure):
            return message
        # Waiting for who may be written to may have used the lease up.
        left = row.next_at - self._clock.now() - self._lease * _SPARE_SHARE
        if left <= timedelta():
            return SendFailure("late", retryable=True)
        try:
            async with asyncio.timeout(left.total_seconds()):
                return await self._channel.send(address, message, reference_of(row))
        except TimeoutError:
            return SendFailure("timeout", retryable=True, ambiguous=self._policy.has_receipts)
        except Exception as error:  # noqa: BLE001 - the worker loop: a channel's fault costs one message an attempt
            return SendFailure(f"raised:{type(error).__name__}", retryable=True)

    def _message_of(self, row: Outgoing) -> Message | SendFailure:
        """Read what goes out, or say why nothing may."""
        try:
            message = Message.from_json(row.payload or {})
        except (KeyError, ValueError, TypeError):
            return SendFailure("unreadable")
        if message.until is not None and self._clock.now() >= message.until:
            return SendFailure("too_late")
        if is_due_as_template(row):
            return _waiting(message)
        if not self._is_let_through(row):
            return SendFailure("window_closed", needs_template=True)
        return message

    def _as_it_goes(self, row: Outgoing) -> Outgoing:
        """Let a template go in the place of a message that is not let through."""
        if self._is_let_through(row) or not may_template(row):
            return row
        return row._replace(templated_at=self._clock.now(), error="window_closed")

    def _is_let_through(self, row: Outgoing) -> bool:
        window = self._channel.limits.window
        if window is None or (row.payload or {}).get("template"):
            return True
        return row.wrote_at is not None and self._clock.now() < row.wrote_at + window

    async def _move(self, address: Address, new_user: str) -> Address:
        async with self._database.transaction() as session:
            if not await Links(session).move(address, new_user):
                await Links(session).mark_blocked(address, self._clock.now())
            await Outbox(session).move(address, new_user)
        return Address(address.channel, address.account, new_user)


def _waiting(message: Message) -> Message:
    """The template that says that a message waits for the person to write."""
    announced = message.announced
    return Message(
        tuple(Block(BlockKind.BODY, value) for value in announced.values),
        tuple(Button("", data) for data in announced.presses),
        message.language,
        template=announced.template,
    )

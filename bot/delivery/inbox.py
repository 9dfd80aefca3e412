"""Events that are stored are handled, each once and a person's in their order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.conversation.channel import Channel
from bot.conversation.clock import Clock
from bot.conversation.events import Incoming, Receipt
from bot.conversation.messages import Message
from bot.delivery.answers import Answers, Channels, parts_of
from bot.delivery.feeder import Batch, Feeder, pause_until
from bot.records.buckets import Buckets, bucket_of
from bot.records.database import Database
from bot.records.inbox import Inbox, InboxEvent
from bot.records.links import Links
from bot.records.outbox import NewMessage, Outbox

Handler = Callable[[Incoming, int], Awaitable[Sequence[Message]]]
Receiver = Callable[[Receipt, int], Awaitable[str]]

MAX_ATTEMPTS = 3
MAX_CLAIMS = 10
"""An event that was taken so often has killed the process each time."""

_BACK_OFF_S = 0.5
_ACKNOWLEDGE_S = 5
_MOST_RECEIPTS = 256
"""Receipts that wait to be settled; a circular brings two or three a message."""

_HANDLER_SHARE = 0.75
"""A handler must be done before its lease ends, or the event would be handled twice at once."""

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class _Failure:
    code: str


class InboxWorker:
    """Handles stored events: a person's in their order, different people's at once.

    Args:
        database: Where events and messages are kept.
        channels: Each channel by its name and account.
        handler: Answers one event, given with its number; it may be asked again for an event
            whose first answer was lost.
        clock: The time.
        apology: What a person gets whose event failed three times.
        receive: Takes what a platform says of a message that we sent, given with its event's
            number; closes the event.
        wake_outbox: Called when there is something to send.
        pulled: Channels, by name and account, whose recipients read the outbox themselves: a
            message that is stored needs no sending, and to send it only says that it is there.
        lanes: How many events are handled at once.
        lease: How long an event is out of reach after a crash.
    """

    def __init__(  # noqa: PLR0913 - the composition root names each of them
        self,
        database: Database,
        channels: Channels,
        handler: Handler,
        clock: Clock,
        *,
        apology: Callable[[Incoming], Message],
        receive: Receiver | None = None,
        wake_outbox: Callable[[], None] | None = None,
        pulled: Collection[tuple[str, str]] = (),
        lanes: int = 32,
        lease: timedelta = timedelta(seconds=20),
    ) -> None:
        self._database = database
        self._channels = channels
        self._handler = handler
        self._clock = clock
        self._apology = apology
        self._receive = receive
        self._wake_outbox = wake_outbox
        self._lease = lease
        self._receipts = asyncio.Semaphore(_MOST_RECEIPTS)
        self._feeder = Feeder("inbox", lanes, self._claim, self._process)
        self._answers = Answers(
            database,
            channels,
            clock,
            pulled=pulled,
            wake_outbox=wake_outbox,
            wake_inbox=self._feeder.wake,
            spawn=self._feeder.spawn,
        )

    def wake(self) -> None:
        """Say that an event has been stored."""
        self._feeder.wake()

    async def run(self) -> None:
        """Handle events until cancelled."""
        await self._feeder.run()

    async def _claim(self, free: int) -> Batch[InboxEvent]:
        now = self._clock.now()
        async with self._database.transaction() as session:
            inbox = Inbox(session)
            events = await inbox.claim_some(now, self._lease, free, self._channels)
            if events:
                return Batch(events)
            return Batch((), pause_until(await inbox.next_due(now), now))

    async def _process(self, event: InboxEvent) -> None:
        started = time.perf_counter()
        try:
            outcome = await self._handle(event)
        except asyncio.CancelledError:
            async with self._database.transaction() as session:
                await Inbox(session).release(event.id, self._clock.now())
            raise
        if outcome:
            _log_event(event, outcome, started)

    async def _handle(self, event: InboxEvent) -> str:
        """Handle an event; says what came of it, or nothing where that is not known yet."""
        if event.claims > MAX_CLAIMS:
            return await self._quarantine(event, "crashed")
        channel = self._channels[event.channel, event.account]
        try:
            incoming = channel.parse(event.payload or {})
        except Exception as error:  # noqa: BLE001 - the worker loop: what cannot be read must not stop it
            return await self._quarantine(event, f"parse:{type(error).__name__}")
        if incoming is None:
            await self._answers.complete(event, ())
            return "done"
        if isinstance(incoming, Receipt):
            # In no lane of its own: it is settled with many others, and nobody waits for it.
            await self._receipts.acquire()
            self._feeder.aside(self._take_aside(event, incoming))
            return ""
        self._feeder.aside(_acknowledge(channel, incoming))
        answer = await self._answer(channel, incoming, event)
        if channel.limits.window is not None:
            await self._note_wrote(channel, incoming)
        if isinstance(answer, _Failure):
            return await self._failed(event, channel, incoming, answer)
        await self._answers.complete(event, answer)
        return "done"

    async def _take_aside(self, event: InboxEvent, receipt: Receipt) -> None:
        started = time.perf_counter()
        try:
            outcome = await self._take_receipt(event, receipt)
            _log_event(event, f"receipt:{outcome}", started)
        except Exception as error:  # noqa: BLE001 - the worker loop: the event's lease ends and it is taken again
            _log.error("work_failed", worker="inbox", error=type(error).__name__)
        finally:
            self._receipts.release()
            self._feeder.wake()

    async def _take_receipt(self, event: InboxEvent, receipt: Receipt) -> str:
        """Take a receipt; taken again after a crash it changes nothing more."""
        if self._receive is None:
            return await self._quarantine(event, "receipt")
        try:
            return await self._receive(receipt, event.id)
        except Exception as error:  # noqa: BLE001 - the worker loop: a failing event must not stop it
            if event.attempts + 1 >= MAX_ATTEMPTS:
                return await self._quarantine(event, type(error).__name__)
            return await self._try_again(event, type(error).__name__)

    async def _note_wrote(self, channel: Channel, incoming: Incoming) -> None:
        """Note that the person may be written to, and let go what waited for that."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            at = min(incoming.sent_at or now, now)
            await Links(session).note_wrote(incoming.address, at)
            await Outbox(session).release(incoming.address, now)
            if channel.limits.counts_incoming:
                await Buckets(session).note_incoming(bucket_of(channel.name, channel.account))
        if self._wake_outbox is not None:
            self._wake_outbox()

    async def _answer(
        self, channel: Channel, incoming: Incoming, event: InboxEvent
    ) -> Sequence[NewMessage] | _Failure:
        try:
            async with asyncio.timeout(self._lease.total_seconds() * _HANDLER_SHARE):
                messages = await self._handler(incoming, event.id)
            return parts_of(messages, channel, incoming, event)
        except Exception as error:  # noqa: BLE001 - the worker loop: a failing event must not stop it
            return _Failure(type(error).__name__)

    async def _failed(
        self, event: InboxEvent, channel: Channel, incoming: Incoming, failure: _Failure
    ) -> str:
        attempt = event.attempts + 1
        if attempt >= MAX_ATTEMPTS:
            sorry = parts_of([self._apology(incoming)], channel, incoming, event)
            return await self._quarantine(event, failure.code, sorry)
        return await self._try_again(event, failure.code)

    async def _try_again(self, event: InboxEvent, code: str) -> str:
        back_off = timedelta(seconds=_BACK_OFF_S * 2**event.attempts)
        async with self._database.transaction() as session:
            await Inbox(session).release(event.id, self._clock.now() + back_off, failed=code)
        self._feeder.wake()
        return f"failed:{code}"

    async def _quarantine(
        self, event: InboxEvent, code: str, messages: Sequence[NewMessage] = ()
    ) -> str:
        await self._answers.quarantine(event, code, messages)
        return f"quarantined:{code}"


def _log_event(event: InboxEvent, outcome: str, started: float) -> None:
    _log.info(
        "inbox_event",
        event_id=event.id,
        channel=event.channel,
        outcome=outcome,
        ms=round((time.perf_counter() - started) * 1000, 1),
    )


async def _acknowledge(channel: Channel, incoming: Incoming) -> None:
    try:
        async with asyncio.timeout(_ACKNOWLEDGE_S):
            await channel.acknowledge(incoming)
    except Exception as error:  # noqa: BLE001 - best effort; the answer itself says more
        _log.warning("acknowledge_failed", channel=channel.name, error=type(error).__name__)

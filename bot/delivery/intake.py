"""The way in: an event is stored before the platform hears yes, with those that came beside it."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.conversation.clock import Clock
from bot.conversation.events import Address
from bot.errors import NotStoredError
from bot.records.arrivals import NewEvent, add_events
from bot.records.base import Json
from bot.records.database import Database, is_about_values

MAX_WAITING = 32 * 1024 * 1024
"""Characters that may wait for a commit; beyond that events are refused until later."""

_MAX_BATCH = 1024 * 1024
"""Characters of one commit: SQLite holds up the event loop meanwhile."""

_EVENT_COSTS = 1024
"""Characters that an event takes beside its payload, roughly."""

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Arrival:
    """What one caller brought."""

    events: Sequence[NewEvent]
    size: int
    told: asyncio.Future[list[bool]]


class Intake:
    """Keeps events for good: what arrives during a commit goes together into the next.

    Args:
        database: Where they are kept.
        clock: The time.
        wake: Called when there is something new to handle.
        max_waiting: Characters that may wait, so that an outage does not fill the memory.
        patience_s: How long a commit may take; a connection that hangs must not hold up the door
            for ever. Longer than the database's own waits.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        wake: Callable[[], None],
        *,
        max_waiting: int = MAX_WAITING,
        patience_s: float = 10,
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._max_waiting = max_waiting
        self._patience_s = patience_s
        self._waiting: deque[_Arrival] = deque()
        self._size = 0
        self._writing: asyncio.Task[None] | None = None
        self._closed = False

    async def store(
        self, channel: str, account: str, external_id: str, user: str, raw: Json
    ) -> bool:
        """Keep an event; only then may the platform be told that it arrived.

        Args:
            channel: The platform.
            account: Our account on it.
            external_id: The platform's id of the event, unique within the account.
            user: The platform's id of the chat; empty if it cannot be read.
            raw: The event as it came.

        Returns:
            False where it was there already.

        Raises:
            NotStoredError: Answer 503.
            ValueError: The event holds a number that JSON does not know.
        """
        payload = json.dumps(raw, allow_nan=False)
        event = NewEvent(Address(channel, account, user), external_id, payload)
        return (await self.store_all([event]))[0]

    async def store_all(self, events: Sequence[NewEvent]) -> list[bool]:
        """Keep events, all of them or none.

        Args:
            events: In the order in which a person's are to be handled.

        Returns:
            For each event whether it is new; False where it was there already or stands earlier
            in ``events``.

        Raises:
            NotStoredError: Answer 503.
        """
        if not events:
            return []
        size = sum(len(event.payload) + _EVENT_COSTS for event in events)
        if self._closed or (self._size and self._size + size > self._max_waiting):
            reason = "closed" if self._closed else "full"
            _log.warning("events_refused", reason=reason, events=len(events))
            raise NotStoredError(reason)
        told: asyncio.Future[list[bool]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Arrival(events, size, told))
        self._size += size
        if self._writing is None:
            # A task of its own: that a caller gives up must not stop the others' commit.
            self._writing = asyncio.create_task(self._write_all())
        return await told

    async def close(self) -> None:
        """Take nothing more and finish what has been taken."""
        self._closed = True
        if self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch = self._next_batch()
                await self._write(batch)
                self._size -= sum(arrival.size for arrival in batch)
        finally:
            self._writing = None

    def _next_batch(self) -> list[_Arrival]:
        batch, size = [], 0
        while self._waiting and size < _MAX_BATCH:
            arrival = self._waiting.popleft()
            batch.append(arrival)
            size += arrival.size
        return batch

    async def _write(self, batch: Sequence[_Arrival]) -> None:
        # Whoever has gone away will come again.
        awaited = [arrival for arrival in batch if not arrival.told.done()]
        if not awaited:
            return
        try:
            added = await self._commit([event for each in awaited for event in each.events])
        except Exception as error:  # noqa: BLE001 - a worker loop: each caller must be told
            if len(awaited) == 1 or not is_about_values(error):
                _fail(awaited, error)
                return
            middle = len(awaited) // 2
            await self._write(awaited[:middle])
            await self._write(awaited[middle:])
        else:
            _tell(awaited, added)
            if any(added):
                self._wake()

    async def _commit(self, events: Sequence[NewEvent]) -> list[bool]:
        async with asyncio.timeout(self._patience_s), self._database.transaction() as session:
            return await add_events(session, events, self._clock.now())


def _tell(arrivals: Sequence[_Arrival], added: Sequence[bool]) -> None:
    at = 0
    for arrival in arrivals:
        until = at + len(arrival.events)
        if not arrival.told.done():
            arrival.told.set_result(list(added[at:until]))
        at = until


def _fail(arrivals: Sequence[_Arrival], error: Exception) -> None:
    # Without its message or trace, which could show an event.
    code = type(error).__name__
    _log.error("events_not_stored", error=code, events=sum(len(each.events) for each in arrivals))
    for arrival in arrivals:
        if not arrival.told.done():
            arrival.told.set_exception(NotStoredError(code))

"""The way in: an event is stored before the platform hears yes, with those that came beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import islice

import structlog

from bot.conversation.clock import Clock
from bot.conversation.events import Address
from bot.errors import NotStoredError
from bot.records.arrivals import NewEvent, add_events
from bot.records.base import Json
from bot.records.database import Database
from bot.records.together import PATIENCE_S, Together

MAX_WAITING = 32 * 1024 * 1024
"""Characters that may wait for a commit; beyond that events are refused until later."""

_MAX_BATCH = 1024 * 1024
"""Characters of one commit: SQLite holds up the event loop meanwhile."""

_EVENT_COSTS = 1024
"""Characters that an event takes beside its payload, roughly."""

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


class Intake:
    """Keeps events for good: what arrives during a commit goes together into the next.

    Args:
        database: Where they are kept.
        clock: The time.
        wake: Called when there is something new to handle.
        max_waiting: Characters that may wait, so that an outage does not fill the memory.
        patience_s: How long a commit may take.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        wake: Callable[[], None],
        *,
        max_waiting: int = MAX_WAITING,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._max_waiting = max_waiting
        self._together = Together[Sequence[NewEvent], list[bool]](
            "events", self._commit, weigh=_size_of, most=_MAX_BATCH, patience_s=patience_s
        )
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
        weight = self._together.weight
        if self._closed or (weight and weight + _size_of(events) > self._max_waiting):
            reason = "closed" if self._closed else "full"
            _log.warning("events_refused", reason=reason, events=len(events))
            raise NotStoredError(reason)
        try:
            return await self._together.do(events)
        except Exception as error:  # noqa: BLE001 - whatever it is, the platform is to come again
            raise NotStoredError(type(error).__name__) from None

    async def close(self) -> None:
        """Take nothing more and finish what has been taken."""
        self._closed = True
        await self._together.finish()

    async def _commit(self, arrivals: Sequence[Sequence[NewEvent]]) -> Sequence[list[bool]]:
        events = [event for arrival in arrivals for event in arrival]
        async with self._database.transaction() as session:
            added = await add_events(session, events, self._clock.now())
        if any(added):
            self._wake()
        told = iter(added)
        return [list(islice(told, len(arrival))) for arrival in arrivals]


def _size_of(events: Sequence[NewEvent]) -> int:
    return sum(len(event.payload) + _EVENT_COSTS for event in events)

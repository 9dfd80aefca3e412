"""The loop of a worker: claim what is due, work on several at once, wait for news."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import structlog

Row = TypeVar("Row")

POLL_S = 1.0
"""Rows that another process wrote are found after this long at the latest."""

_LEAST_WAIT_S = 0.01
_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Batch(Generic[Row]):
    """What a claim found.

    Attributes:
        rows: What to work on now.
        wait_s: How long to wait before the next claim; 0 if there may be more at once.
        hold: News must not shorten that wait.
    """

    rows: Sequence[Row]
    wait_s: float = POLL_S
    hold: bool = False


def pause_until(due: datetime | None, now: datetime) -> float:
    """Give the seconds to wait for a moment, at most those of a poll."""
    if due is None:
        return POLL_S
    return min(POLL_S, max(_LEAST_WAIT_S, (due - now).total_seconds()))


class Feeder(Generic[Row]):
    """Works on rows as they become due, each in a task of its own.

    Args:
        name: What the log calls it.
        slots: The most rows at once.
        claim: Takes at most so many rows; may fail while the database is down.
        work: Does one row's work and notes the result; wakes the feeder where another row may be
            due now because this one was in its way.
        grace_s: On a stop, how long work that has begun may go on.
    """

    def __init__(
        self,
        name: str,
        slots: int,
        claim: Callable[[int], Awaitable[Batch[Row]]],
        work: Callable[[Row], Awaitable[None]],
        grace_s: float = 5,
    ) -> None:
        self._name = name
        self._slots = slots
        self._claim = claim
        self._work = work
        self._grace_s = grace_s
        self._news = asyncio.Event()
        self._full = False
        self._running: set[asyncio.Task[None]] = set()
        self._aside: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Say that there may be something to claim."""
        self._news.set()

    def aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside the rows that nothing waits for; it must not raise."""
        _ = self.spawn(work)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something as ``aside`` does; gives its task, by which to see whether it is over."""
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)
        return task

    async def run(self) -> None:
        """Work until cancelled; then finish what has begun, within the grace."""
        try:
            async with asyncio.TaskGroup() as group:
                try:
                    while True:
                        await self._feed(group)
                except asyncio.CancelledError:
                    if self._running:
                        await asyncio.wait(self._running, timeout=self._grace_s)
                    raise
        finally:
            for task in self._aside:
                task.cancel()
            await asyncio.gather(*self._aside, return_exceptions=True)

    async def _feed(self, group: asyncio.TaskGroup) -> None:
        self._news.clear()
        free = self._slots - len(self._running)
        self._full = not free
        batch: Batch[Row] = await self._claim_safely(free) if free else Batch(())
        self._full = self._full or len(batch.rows) == free
        for row in batch.rows:
            task = group.create_task(self._work_safely(row))
            self._running.add(task)
            task.add_done_callback(self._finished)
        if batch.hold:
            await asyncio.sleep(batch.wait_s)
        elif batch.wait_s:
            with suppress(TimeoutError):
                async with asyncio.timeout(batch.wait_s):
                    await self._news.wait()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._full:
            self._news.set()

    async def _claim_safely(self, free: int) -> Batch[Row]:
        try:
            return await self._claim(free)
        except Exception as error:  # noqa: BLE001 - the worker loop outlives an outage of the database
            # Without its message: a driver's can hold a person's data.
            _log.error("claim_failed", worker=self._name, error=type(error).__name__)
            return Batch((), hold=True)

    async def _work_safely(self, row: Row) -> None:
        try:
            await self._work(row)
        except Exception as error:  # noqa: BLE001 - the row's lease ends and it is taken again
            _log.error("work_failed", worker=self._name, error=type(error).__name__)
            self._news.set()

"""Work of many callers in one transaction: what comes during a commit goes into the next."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.records.database import is_about_values

Item = TypeVar("Item")
Result = TypeVar("Result")

_MOST = 256
"""Items of one commit: SQLite holds up the event loop meanwhile."""

PATIENCE_S = 10.0
"""Seconds for what somebody waits for: longer than the database's own waits, and short enough for
another try within an event's lease."""

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting(Generic[Item, Result]):
    """What one caller brought."""

    item: Item
    weight: int
    told: asyncio.Future[Result]


class Together(Generic[Item, Result]):
    """Commits items in groups, each caller being told of its own. The first goes at once.

    A group that fails for one of its items is halved until that one is alone; in an outage it
    fails whole, since a second try only makes all wait.

    Args:
        name: What the log calls it.
        commit: Does a group's work, all of it or nothing; gives a result an item, in their order.
        weigh: What an item weighs; each weighs 1 if not given.
        most: A group is full from this weight on.
        patience_s: How long a commit may take; None for as long as it takes. All wait for it: a
            connection that hangs must not hold them up for ever.
        key: Two items of one key never go into the same group.
        spawn: Runs the commits aside; tasks of their own if not given. Never the caller's: that
            one gives up must not stop the others' commit.
    """

    def __init__(  # noqa: PLR0913 - each caller names what it needs
        self,
        name: str,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        weigh: Callable[[Item], int] = lambda _item: 1,
        most: int = _MOST,
        patience_s: float | None = None,
        key: Callable[[Item], Hashable] = id,
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]] = asyncio.create_task,
    ) -> None:
        self._name = name
        self._commit = commit
        self._weigh = weigh
        self._most = most
        self._patience_s = patience_s
        self._key = key
        self._spawn = spawn
        self._waiting: deque[_Waiting[Item, Result]] = deque()
        self._task: asyncio.Task[None] | None = None
        self.weight = 0
        """What all that waits or is being committed weighs."""

    async def do(self, item: Item) -> Result:
        """Commit an item, with those that come beside it.

        Returns:
            Its result, once it is committed.

        Raises:
            Exception: It is not committed.
            asyncio.CancelledError: The commits were stopped; it may be committed or not.
        """
        told: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(item, self._weigh(item), told)
        self._waiting.append(waiting)
        self.weight += waiting.weight
        # Asked of the task: one that is stopped before it begins could say nothing itself.
        if self._task is None or self._task.done():
            self._task = self._spawn(self._write_all())
        return await told

    async def finish(self) -> None:
        """Wait until nothing is left to commit."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _write_all(self) -> None:
        group = list[_Waiting[Item, Result]]()
        try:
            while self._waiting:
                group = self._next_group()
                # Whoever has gone away will come again.
                await self._write([each for each in group if not each.told.done()])
                self.weight -= sum(each.weight for each in group)
        finally:
            # Where that was stopped, nobody may go on waiting for it.
            for each in (*group, *self._waiting):
                each.told.cancel()
            self._waiting.clear()
            self.weight = 0

    def _next_group(self) -> list[_Waiting[Item, Result]]:
        group, keys, weight = list[_Waiting[Item, Result]](), set[Hashable](), 0
        while self._waiting and weight < self._most:
            key = self._key(self._waiting[0].item)
            if key in keys:
                break
            keys.add(key)
            group.append(self._waiting.popleft())
            weight += group[-1].weight
        return group

    async def _write(self, group: Sequence[_Waiting[Item, Result]]) -> None:
        if not group:
            return
        try:
            async with asyncio.timeout(self._patience_s):
                results = await self._commit([each.item for each in group])
        except Exception as error:  # noqa: BLE001 - a worker loop: each caller must be told
            if len(group) == 1 or _is_outage(error):
                self._fail(group, error)
                return
            middle = len(group) // 2
            await self._write(group[:middle])
            await self._write(group[middle:])
        else:
            for each, result in zip(group, results, strict=True):
                if not each.told.done():
                    each.told.set_result(result)

    def _fail(self, group: Sequence[_Waiting[Item, Result]], error: Exception) -> None:
        # Without its message or trace, which could show what somebody wrote.
        code = type(error).__name__
        _log.error("not_committed", group=self._name, error=code, items=len(group))
        for each in group:
            if not each.told.done():
                each.told.set_exception(error)


def _is_outage(error: Exception) -> bool:
    return isinstance(error, SQLAlchemyError | OSError) and not is_about_values(error)

"""Results on their way into the outbox: those that come during a commit are settled together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.events import Receipt
from bot.delivery.results import Answer, Result, Told, told_by
from bot.delivery.settling import Settler
from bot.records.database import Database, is_about_values
from bot.records.inbox import Inbox
from bot.records.outbox import Outbox

_MOST = 256
"""Results of one commit: SQLite holds up the event loop meanwhile."""

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A result, and whoever waits for it to be settled."""

    result: Result
    told: asyncio.Future[str]


class Ledger:
    """Settles the results of one account's messages, in groups.

    Args:
        database: Where messages are kept.
        settler: Says what each result means.
        aside: Does something that nothing waits for, until the worker stops.
        wake: Called when a message may be due that was not before.
    """

    def __init__(
        self,
        database: Database,
        settler: Settler,
        aside: Callable[[Coroutine[Any, Any, None]], None],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._settler = settler
        self._aside = aside
        self._wake = wake
        self._waiting: deque[_Waiting] = deque()
        self._is_writing = False

    async def receive(self, receipt: Receipt, event_id: int | None = None) -> str:
        """Settle what the platform says of a message.

        Args:
            receipt: What it says.
            event_id: The inbox's event that brought it, which is done with that.

        Returns:
            One word for the log.

        Raises:
            Exception: It is not settled.
        """
        told = told_by(receipt, event_id)
        if told is not None:
            return await self.settle(told)
        if event_id is not None:
            async with self._database.transaction() as session:
                await Inbox(session).done(event_id)
        return "unknown_message"

    async def settle(self, result: Result) -> str:
        """Settle a result, with those that come beside it.

        Returns:
            One word for the log, once it is committed.

        Raises:
            Exception: It is not settled.
        """
        told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(result, told))
        if not self._is_writing:
            self._is_writing = True
            # A task of its own: that one's send is cancelled must not stop the others' commit.
            self._aside(self._write_all())
        return await told

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await self._write(self._next_group())
        finally:
            self._is_writing = False

    def _next_group(self) -> list[_Waiting]:
        """Take what waits, up to a second result of the same message."""
        group: dict[int, _Waiting] = {}
        while self._waiting and len(group) < _MOST:
            if self._waiting[0].result.message_id in group:
                break
            waiting = self._waiting.popleft()
            group[waiting.result.message_id] = waiting
        return list(group.values())

    async def _write(self, group: Sequence[_Waiting]) -> None:
        try:
            decided, more = await self._commit([waiting.result for waiting in group])
        except Exception as error:  # noqa: BLE001 - a worker loop: each must be told
            if len(group) == 1 or _is_outage(error):
                _fail(group, error)
                return
            # One that cannot be written must not fail the others'.
            middle = len(group) // 2
            await self._write(group[:middle])
            await self._write(group[middle:])
        else:
            for waiting, word in zip(group, decided, strict=True):
                if not waiting.told.done():
                    waiting.told.set_result(word)
            if more:
                self._wake()

    async def _commit(self, results: Sequence[Result]) -> tuple[Sequence[str], bool]:
        """Settle results; says also whether a message may be due that was not before."""
        async with self._database.transaction() as session:
            decided = await self._settler.settle_all(session, results)
            told = [result.event_id for result in results if isinstance(result, Told)]
            await Inbox(session).done_all([number for number in told if number is not None])
            return decided, await _may_be_due(session, results, decided)


async def _may_be_due(
    session: AsyncSession, results: Sequence[Result], decided: Sequence[str]
) -> bool:
    """Say whether a message may be due that was not before."""
    addresses = [result.address for result in results if isinstance(result, Answer)]
    # What was told of may be due again, or have been in the way of another.
    if len(addresses) < len(results) or set(decided) != {"sent"}:
        return True
    users = {address.user for address in addresses}
    return await Outbox(session).have_open(addresses[0], list(users))


def _is_outage(error: Exception) -> bool:
    return isinstance(error, SQLAlchemyError | OSError) and not is_about_values(error)


def _fail(group: Sequence[_Waiting], error: Exception) -> None:
    # Without its message or trace, which could show a person's data.
    code = type(error).__name__
    _log.error("results_not_settled", error=code, messages=len(group))
    for waiting in group:
        if not waiting.told.done():
            waiting.told.set_exception(error)

"""Results on their way into the outbox: those that come during a commit are settled together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.events import Receipt
from bot.delivery.results import Answer, Result, Told, told_by
from bot.delivery.settling import Settler
from bot.records.database import Database
from bot.records.inbox import Inbox
from bot.records.outbox import Outbox
from bot.records.together import Together


class Ledger:
    """Settles the results of one account's messages, in groups.

    Args:
        database: Where messages are kept.
        settler: Says what each result means.
        spawn: Runs the commits aside, until the worker stops.
        wake: Called when a message may be due that was not before.
    """

    def __init__(
        self,
        database: Database,
        settler: Settler,
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._settler = settler
        self._wake = wake
        self._together = Together[Result, str](
            "results", self._commit, key=lambda result: result.message_id, spawn=spawn
        )

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
        return await self._together.do(result)

    async def _commit(self, results: Sequence[Result]) -> Sequence[str]:
        async with self._database.transaction() as session:
            decided = await self._settler.settle_all(session, results)
            told = [result.event_id for result in results if isinstance(result, Told)]
            await Inbox(session).done_all([number for number in told if number is not None])
            more = await _may_be_due(session, results, decided)
        if more:
            self._wake()
        return decided


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

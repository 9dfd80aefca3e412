"""Queueing messages, sending them, and looking at what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import select

from bot.conversation.clock import SystemClock
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.records.database import Database
from bot.records.outbox import Lane, NewMessage, Outbox, OutboxMessage
from tests.delivery.wire import ACCOUNT, FixedClock, WireChannel, said

AMAL = Address("wire", ACCOUNT, "amal")
BADR = Address("wire", ACCOUNT, "badr")


async def queue(
    database: Database, *messages: str | Message, to: Address = AMAL, lane: Lane = Lane.REPLY
) -> None:
    """Queue messages; a text stands for a message that says it."""
    whole = (said(each) if isinstance(each, str) else each for each in messages)
    new = [NewMessage(to, message.to_json(), lane=lane) for message in whole]
    async with database.transaction() as session:
        await Outbox(session).add_all(new, FixedClock().now())


async def rows(database: Database) -> list[OutboxMessage]:
    async with database.reading() as session:
        return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


@asynccontextmanager
async def sending(
    database: Database,
    *channels: WireChannel,
    policy: Policy | None = None,
    clock: FixedClock | None = None,
    lease: timedelta = timedelta(seconds=30),
) -> AsyncIterator[OutboxWorker]:
    by_key = {(channel.name, channel.account): channel for channel in channels}
    worker = OutboxWorker(
        database,
        by_key,
        clock or SystemClock(),
        policies=dict.fromkeys(by_key, policy or Policy()),
        lease=lease,
    )
    run = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)

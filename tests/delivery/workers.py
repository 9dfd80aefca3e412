"""The product's workers for a test: what comes in is answered by the real conversation."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from uuid import uuid4

from sqlalchemy import select

from bot.channels.web.inbound import ACCOUNT, NAME, EventFrame, name_event, pack, read_frame
from bot.conversation.channel import Channel
from bot.conversation.clock import SystemClock
from bot.delivery.inbox import InboxWorker
from bot.delivery.intake import Intake
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.records.database import Database
from bot.records.schema import metadata
from tests.support.world import World

WEB_USER = "a" * 64


@asynccontextmanager
async def working(world: World, *channels: Channel) -> AsyncIterator[Intake]:
    """Let both workers run on these channels."""
    by_account = {(channel.name, channel.account): channel for channel in channels}
    policies = {(NAME, ACCOUNT): Policy(keep_payload=True)}
    outbox = OutboxWorker(world.database, by_account, SystemClock(), policies=policies)
    inbox = InboxWorker(
        world.database,
        by_account,
        world.router.handle,
        SystemClock(),
        apology=world.router.apology,
        wake_outbox=outbox.notify,
    )
    async with _running(inbox.run(), outbox.run()):
        yield Intake(world.database, SystemClock(), inbox.wake)


@asynccontextmanager
async def _running(*works: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Let these run for the block; one that fails ends it."""
    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(work) for work in works]
        try:
            yield
        finally:
            for run in runs:
                run.cancel()


async def from_the_web(intake: Intake, **fields: str) -> None:
    """Let a browser's frame in."""
    frame = read_frame(json.dumps({"id": str(uuid4()), **fields}))
    assert isinstance(frame, EventFrame)
    event = name_event(WEB_USER, frame)
    await intake.store(NAME, ACCOUNT, event, WEB_USER, pack(WEB_USER, "ar", frame))


async def cells(database: Database) -> str:
    """Every cell of every table, as text."""
    async with database.reading() as session:
        rows = [
            dict(row)
            for table in metadata.sorted_tables
            for row in (await session.execute(select(table))).mappings()
        ]
    return json.dumps(rows, ensure_ascii=False, default=str)

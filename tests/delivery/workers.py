"""The product's workers for a test: what comes in is answered by the real conversation."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, select

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.inbound import key_of, user_of
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.requests import RequestOptions
from bot.channels.web.inbound import ACCOUNT, NAME, EventFrame, name_event, pack, read_frame
from bot.conversation.channel import Channel
from bot.conversation.clock import SystemClock
from bot.conversation.events import Address
from bot.delivery.inbox import Handler, InboxWorker
from bot.delivery.intake import Intake
from bot.delivery.outbox import OutboxWorker
from bot.delivery.settling import Policy
from bot.records.database import Database
from bot.records.inbox import InboxEvent, InboxState
from bot.records.outbox_rows import OutboxMessage, OutboxState
from bot.records.schema import metadata
from tests.delivery.waiting import until
from tests.fakes.pacing import Bucket
from tests.fakes.telegram import FakeTelegram, FakeUser, ShownMessage
from tests.support.world import World

WEB_USER = "a" * 64
_PLENTY = 1000.0


@asynccontextmanager
async def working(
    world: World, *channels: Channel, handler: Handler | None = None
) -> AsyncIterator[Intake]:
    """Let both workers run on these channels; the handler is the router where none is given."""
    by_account = {(channel.name, channel.account): channel for channel in channels}
    policies = {(NAME, ACCOUNT): Policy(keep_payload=True)}
    outbox = OutboxWorker(world.database, by_account, SystemClock(), policies=policies)
    inbox = InboxWorker(
        world.database,
        by_account,
        handler or world.router.handle,
        SystemClock(),
        apology=world.router.apology,
        wake_outbox=outbox.notify,
    )
    async with _running(inbox.run(), outbox.run()):
        yield Intake(world.database, SystemClock(), inbox.wake)


@dataclass
class OnTelegram:
    """A bot that answers on the fake Telegram, which has no limits of rate here."""

    world: World
    telegram: FakeTelegram

    def address(self, user: FakeUser) -> Address:
        return Address("telegram", str(self.telegram.bot["id"]), str(user.id))

    async def seen(self, user: FakeUser) -> list[ShownMessage]:
        """Wait until all that came is answered; give what the person sees then."""
        await until(self._is_quiet)
        return self.telegram.messages_to(user)

    async def latest(self, user: FakeUser) -> ShownMessage:
        return (await self.seen(user))[-1]

    def refusals(self) -> list[str]:
        """What Telegram refused."""
        return [call.outcome for call in self.telegram.wire if call.outcome[:2] == "40"]

    async def _is_quiet(self) -> bool:
        if self.telegram.pending:
            return False
        is_open = [InboxState.PENDING, InboxState.PROCESSING]
        to_send = [OutboxState.QUEUED, OutboxState.SENDING]
        async with self.world.database.reading() as session:
            count = select(func.count())
            inbox = await session.scalar(
                count.select_from(InboxEvent).where(InboxEvent.state.in_(is_open))
            )
            outbox = await session.scalar(
                count.select_from(OutboxMessage).where(OutboxMessage.state.in_(to_send))
            )
        return not inbox and not outbox


@asynccontextmanager
async def on_telegram(world: World, handler: Handler | None = None) -> AsyncIterator[OnTelegram]:
    """Let a bot answer by long polling."""
    async with FakeTelegram() as telegram:
        telegram.chat_burst, telegram.overall = _PLENTY, Bucket(_PLENTY, _PLENTY)
        channel = TelegramChannel(
            telegram.token,
            telegram.base_url,
            RequestOptions(long_poll=1),
            files=world.files,
            phrases=world.library.phrases,
        )
        try:
            await channel.start()
            async with working(world, channel, handler=handler) as intake:
                store = functools.partial(_store, intake, channel)
                async with _running(Poller(channel, store).run()):
                    yield OnTelegram(world, telegram)
        finally:
            await channel.close()


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


async def _store(intake: Intake, channel: TelegramChannel, update: dict[str, object]) -> bool:
    key, user = key_of(update), user_of(update)
    return await intake.store(channel.name, channel.account, key, user, update)


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

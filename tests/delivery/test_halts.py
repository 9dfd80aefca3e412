"""An account that may not send for a while: it costs nobody an attempt, and others go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.graph import Account
from bot.conversation.channel import Channel, SendFailure, SendOutcome
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.records.database import Database
from bot.records.outbox import OutboxMessage, OutboxState
from tests.delivery.outgoing import rows
from tests.delivery.product import PATIENT, channel_on
from tests.delivery.waiting import until
from tests.delivery.wire import ACCOUNT, FixedClock, WireChannel
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.support.bulk import is_any_open, queue_to_many
from tests.support.world import World

IN_FLIGHT = (17, 17, 16)
AT_ONCE = 3


class _Jumping:
    """The time as it is, and further on by as much as a test says."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class _Flooded(WireChannel):
    """Refuses for 20 s what is in flight when the gate opens."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.is_flooded = True
        self.tries = 0

    async def send(self, address: Address, message: Message, reference: str = "") -> SendOutcome:
        self.tries += 1
        if self.is_flooded:
            await self.gate.wait()
            return SendFailure("flood", retryable=True, halts_channel=True, retry_after=20)
        return await super().send(address, message, reference)


@asynccontextmanager
async def _running(*workers: OutboxWorker) -> AsyncIterator[None]:
    runs = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for run in runs:
            run.cancel()
        await asyncio.gather(*runs, return_exceptions=True)


async def test_a_flood_stops_all_replicas_until_it_is_over(database_url: str) -> None:
    clock, channel = FixedClock(), _Flooded()
    channels = {("wire", ACCOUNT): channel}
    replicas = [Database(database_url) for _ in IN_FLIGHT]
    users = [Address("wire", ACCOUNT, str(number)) for number in range(120)]
    await queue_to_many(replicas[0], users, clock.now())
    workers = [
        OutboxWorker(replica, channels, clock, in_flight=slots)
        for replica, slots in zip(replicas, IN_FLIGHT, strict=True)
    ]
    async with _running(*workers):
        await until(lambda: channel.tries == sum(IN_FLIGHT))
        channel.gate.set()

        async def are_refused() -> bool:
            refused = [row for row in await rows(replicas[0]) if row.error == "flood"]
            return len(refused) == sum(IN_FLIGHT)

        await until(are_refused)
        channel.is_flooded = False
        clock.pass_(19.9)
        await asyncio.sleep(1.2)
        assert channel.tries == sum(IN_FLIGHT)
        clock.pass_(0.1)
        await until(lambda: _is_all_sent(replicas[0]))
        sent = await rows(replicas[0])
    assert {(row.state, row.attempts) for row in sent} == {(OutboxState.SENT, 1)}
    assert len(channel.log) == len(users)
    for replica in replicas:
        await replica.dispose()


def _whatsapp(world: World, platform: FakeWhatsApp, number: str) -> WhatsAppChannel:
    account = Account(number, platform.token, platform.base_url)
    return WhatsAppChannel(account, world.library, world.files, world, PATIENT)


async def test_a_number_that_is_throttled_pauses_alone(
    world: World, whatsapp: FakeWhatsApp
) -> None:
    second = whatsapp.number()
    async with AsyncExitStack() as stack:
        channels: dict[tuple[str, str], Channel] = {}
        for number in (whatsapp.phone_number_id, second.id):
            channel = _whatsapp(world, whatsapp, number)
            stack.push_async_callback(channel.close)
            channels["whatsapp", number] = channel
        users = [whatsapp.user() for _ in range(10)]
        users += [whatsapp.user(number=second) for _ in range(10)]
        for user in users:
            user.says("مرحبا")
        users[0].fails_with(130429, in_answer=True, times=1)
        to = [Address("whatsapp", user.number.id, user.address) for user in users]
        worker = OutboxWorker(world.database, channels, world, in_flight=1)
        await stack.enter_async_context(_running(worker))
        await queue_to_many(world.database, to, world.now())
        await until(lambda: _reached(whatsapp, users[10:]) == 10)
        await asyncio.sleep(1.2)
        assert _reached(whatsapp, users[:10]) == 0
        world.moment += timedelta(seconds=6)
        await until(lambda: _reached(whatsapp, users[:10]) == 10)
        assert {row.attempts for row in await rows(world.database)} == {1}


def _reached(whatsapp: FakeWhatsApp, users: Sequence[FakeUser]) -> int:
    return sum(bool(whatsapp.messages_to(user)) for user in users)


def _made(platform: FakeWhatsApp | FakeTelegram) -> list[bool]:
    """Say of each try to send whether the platform let it pass."""
    method = "messages" if isinstance(platform, FakeWhatsApp) else "sendMessage"
    return [call.outcome.startswith("ok") for call in platform.calls(method)]


@asynccontextmanager
async def _sending(
    world: World, platform: FakeWhatsApp | FakeTelegram, clock: _Jumping
) -> AsyncIterator[None]:
    """Send at the platform's own rate, with the token that it takes now."""
    channel = channel_on(world, platform)
    key = (channel.name, channel.account)
    policies = {key: Policy(30, 10)}
    # All that is on its way is refused together, however slow this machine is.
    if isinstance(channel, TelegramChannel):
        await channel.start()
    worker = OutboxWorker(
        world.database, {key: channel}, clock, policies=policies, in_flight=AT_ONCE
    )
    async with _running(worker):
        yield
    await channel.close()


async def test_a_token_revoked_in_the_middle_of_a_circular_costs_nobody_an_attempt(
    world: World, platform: FakeWhatsApp | FakeTelegram
) -> None:
    clock, channel = _Jumping(), channel_on(world, platform)
    users = [platform.user() for _ in range(60)]
    known = [user.address if isinstance(user, FakeUser) else str(user.id) for user in users]
    to = [Address(channel.name, channel.account, user) for user in known]
    await queue_to_many(world.database, to, clock.now())
    async with _sending(world, platform, clock):
        await until(lambda: sum(_made(platform)) >= 20)
        platform.token = f"{channel.account}:AAanother-token"
        await until(lambda: not all(_made(platform)))
        await asyncio.sleep(1)
        refused = _made(platform).count(False)
        assert refused <= AT_ONCE
        clock.ahead += timedelta(seconds=6)
        await until(lambda: _made(platform).count(False) == refused + 1)
        await asyncio.sleep(1)
        assert _made(platform).count(False) == refused + 1
    async with world.database.reading() as session:
        states = set(await session.scalars(select(OutboxMessage.state)))
    assert states == {OutboxState.QUEUED, OutboxState.SENT}
    clock.ahead += timedelta(seconds=30)
    async with _sending(world, platform, clock):
        await until(lambda: _is_all_sent(world.database))
    assert {row.attempts for row in await rows(world.database)} == {1}
    assert _made(platform).count(True) == len(users)


async def _is_all_sent(database: Database) -> bool:
    return not await is_any_open(database)

"""The whole product in this process: fake platforms on one side, a real database on the other.

The clock is the world's and moves only when a test says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.channels.telegram import webhook as telegram_webhook
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.requests import RequestOptions
from bot.channels.whatsapp import webhook as whatsapp_webhook
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.graph import Account, GraphOptions
from bot.conversation.channel import Channel
from bot.conversation.events import Address, Incoming
from bot.conversation.messages import Message
from bot.delivery.inbox import InboxWorker
from bot.delivery.intake import Intake
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.records.buckets import RateBucket
from bot.records.inbox import InboxEvent, InboxState
from bot.records.outbox import Lane, OutboxMessage, OutboxState
from bot.serving import serving
from bot.web import build_web_app
from tests.channels.telegram.conftest import QUICK
from tests.fakes.telegram import FakeTelegram, ShownMessage
from tests.fakes.telegram import FakeUser as TelegramUser
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.support.patience import PATIENCE_S
from tests.support.roster import employ
from tests.support.world import World

Handler = Callable[[Incoming, int], Awaitable[Sequence[Message]]]

PATIENT = GraphOptions(connect=PATIENCE_S, total=PATIENCE_S)
_PATIENT = RequestOptions(connect=PATIENCE_S, read=PATIENCE_S)
SECRET = "s3cret_of-the-tests"
_LEASE = timedelta(seconds=30)
_OPEN_EVENTS = select(InboxEvent.state, InboxEvent.next_at).where(
    InboxEvent.state.in_([InboxState.PENDING, InboxState.PROCESSING])
)
_OPEN_MESSAGES = (
    select(OutboxMessage)
    .where(OutboxMessage.state.in_([OutboxState.QUEUED, OutboxState.SENDING]))
    .order_by(OutboxMessage.id)
)


@dataclass
class Product:
    """One process of the product.

    Attributes:
        url: Of its web app.
        moments: When each request to WhatsApp came, by the world's clock; as long as the wire
            was when the clock last moved.
    """

    world: World
    platform: FakeWhatsApp | FakeTelegram
    channel: Channel
    inbox: InboxWorker
    outbox: OutboxWorker
    intake: Intake
    url: str
    moments: list[datetime] = field(default_factory=list)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Let the workers work for the block."""
        async with asyncio.TaskGroup() as group:
            runs = [group.create_task(worker.run()) for worker in (self.inbox, self.outbox)]
            try:
                yield
            finally:
                for run in runs:
                    run.cancel()

    def address(self, user: FakeUser | TelegramUser) -> Address:
        """Give what the product knows a person of the platform by."""
        known = user.address if isinstance(user, FakeUser) else str(user.id)
        return Address(self.channel.name, self.channel.account, known)

    async def join(
        self, user: FakeUser | TelegramUser, employer: str, number: str, *roles: str, **facts: Any
    ) -> None:
        """Let somebody be an employee whose chat is linked."""
        await employ(self.world, number, employer=employer, roles=["employee", *roles], **facts)
        code = await self.world.linking.issue_code(employer, number)
        await self.world.linking.redeem(self.address(user), code)

    async def says(self, user: FakeUser | TelegramUser, text: str) -> None:
        """Let somebody write, and wait until all is done."""
        user.says(text)
        await self.settled()

    async def presses(self, user: Any, *labels: str) -> None:
        """Let somebody press one button after the other, each where it was shown last."""
        platform: Any = self.platform
        for label in labels:
            await self.settled()
            shown = reversed(platform.messages_to(user))
            user.presses(next(one for one in shown if label in str(one.labels)), label)
        await self.settled()

    async def events(self) -> list[InboxEvent]:
        async with self.world.database.reading() as session:
            return list(await session.scalars(select(InboxEvent).order_by(InboxEvent.id)))

    async def messages(self) -> list[OutboxMessage]:
        async with self.world.database.reading() as session:
            return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))

    async def settled(self) -> None:
        """Wait until nothing is left to do at this moment."""
        await self.run_out(timedelta(0))

    async def seen(self, user: TelegramUser) -> list[ShownMessage]:
        """Wait for what is to be done; give what a person on Telegram sees then."""
        await self.settled()
        assert isinstance(self.platform, FakeTelegram)
        return self.platform.messages_to(user)

    async def run_out(self, most: timedelta) -> None:
        """Move the clock from one thing that is due to the next, for so long at most."""
        end = self.world.moment + most
        async with asyncio.timeout(300):
            while (due := await self._sure_next_due()) is not None and due <= end:
                self._note_moments()
                self.world.moment = due
                self.inbox.wake()
                self.outbox.notify()
        self._note_moments()
        self.world.moment = max(end, self.world.moment)

    def _note_moments(self) -> None:
        here = len(self.platform.wire) - len(self.moments)
        self.moments += [self.world.moment] * here

    async def _sure_next_due(self) -> datetime | None:
        """Say when the next thing is due, once nothing is being done any more."""
        before: datetime | None = self.world.moment
        due = await self._next_due()
        # A message that went out between two looks shows by its receipt in the next.
        while due != before or (due is not None and due <= self.world.moment):
            await asyncio.sleep(0.02)
            due, before = await self._next_due(), due
        return due

    async def _next_due(self) -> datetime | None:
        """Say when the next thing is due; now, while something is being done; None if nothing."""
        now = self.world.moment
        if isinstance(self.platform, FakeWhatsApp):
            await self.platform.webhook.quiet()
        elif self.platform.pending and self.platform.methods.webhook_url:
            return now
        async with self.world.database.reading() as session:
            halts = {
                bucket.key: bucket.halted_until or now
                for bucket in await session.scalars(select(RateBucket))
            }
            events = await session.execute(_OPEN_EVENTS)
            due = [now if state is InboxState.PROCESSING else at for state, at in events]
            rows = (await session.scalars(_OPEN_MESSAGES)).all()
        first: dict[tuple[object, ...], OutboxMessage] = {}
        for row in rows:
            # Of what goes to many, each message waits for its recipient by itself.
            alone = row.lane is Lane.BULK and row.external_id and row.next_at > now
            first.setdefault((row.user, row.lane, row.delivery_id if alone else None), row)
        for row in first.values():
            key = f"{row.channel}:{row.account}"
            is_in_flight = row.state is OutboxState.SENDING and row.next_at == now + _LEASE
            halted = max(halts.get(key, now), halts.get(f"{key}:{row.lane.value}", now))
            due.append(now if is_in_flight else max(row.next_at, halted))
        return min(due, default=None)


@asynccontextmanager
async def opened(
    world: World, platform: FakeWhatsApp | FakeTelegram, handler: Handler | None = None
) -> AsyncIterator[Product]:
    """Open the product's door for the block, and let the platform know of it.

    Args:
        world: The conversation and its database.
        platform: What posts to the door, and what is sent to.
        handler: Answers instead of the conversation.
    """
    async with AsyncExitStack() as stack:
        made = channel_on(world, platform)
        stack.push_async_callback(made.close)
        key, channel = (made.name, made.account), made
        world.sources[key] = made
        policies = {key: Policy(has_receipts=isinstance(platform, FakeWhatsApp))}
        outbox = OutboxWorker(
            world.database, {key: channel}, world, policies=policies, in_flight=48, lease=_LEASE
        )
        inbox = InboxWorker(
            world.database,
            {key: channel},
            handler or world.router.handle,
            world,
            apology=world.router.apology,
            receive=outbox.receive,
            wake_outbox=outbox.notify,
        )
        intake = Intake(world.database, world, inbox.wake, patience_s=3)
        stack.push_async_callback(intake.close)
        app = build_web_app(world.database.ping)
        if isinstance(platform, FakeWhatsApp):
            secret = platform.webhook.app_secret
            whatsapp_webhook.add_routes(app, made.account, secret, SECRET, intake.store_all)
        else:
            receive = telegram_webhook.handler(SECRET, made.account, intake.store_all)
            app.router.add_post(telegram_webhook.PATH, receive)
        port = await stack.enter_async_context(serving(app))
        url = f"http://127.0.0.1:{port}"
        if isinstance(made, TelegramChannel):
            await made.start()
            await made.set_webhook(url + telegram_webhook.PATH, SECRET)
        elif isinstance(platform, FakeWhatsApp):
            platform.now = lambda: world.now().timestamp()
            assert await platform.webhook.subscribe(url + whatsapp_webhook.PATH, SECRET)
        yield Product(world, platform, channel, inbox, outbox, intake, url)


def channel_on(
    world: World, platform: FakeWhatsApp | FakeTelegram
) -> WhatsAppChannel | TelegramChannel:
    """Make a channel with the token that the platform takes now."""
    if isinstance(platform, FakeTelegram):
        return TelegramChannel(
            platform.token,
            platform.base_url,
            _PATIENT,
            QUICK,
            files=world.files,
            phrases=world.library.phrases,
        )
    account = Account(platform.phone_number_id, platform.token, platform.base_url)
    return WhatsAppChannel(account, world.library, world.files, world, PATIENT)

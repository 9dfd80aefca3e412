"""WhatsApp's door on a real server, before a fake WhatsApp; only the model is scripted."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.whatsapp import webhook
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.graph import Account, GraphOptions
from bot.conversation.clock import SystemClock
from bot.delivery.inbox import InboxWorker
from bot.delivery.intake import Intake
from bot.delivery.outbox import OutboxWorker
from bot.delivery.settling import Policy
from bot.library.models import Template
from bot.records.database import Database
from bot.services.files import FileService
from bot.serving import serving
from bot.web import build_web_app
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.content import LANGUAGES
from tests.support.world import World

VERIFY = "verify-token-of-the-tests"


class ShiftedClock(SystemClock):
    """The time, and what a test lets pass of it."""

    def __init__(self) -> None:
        self._passed = timedelta()

    def now(self) -> datetime:
        return super().now() + self._passed

    def pass_(self, **time: float) -> None:
        self._passed += timedelta(**time)


@dataclass(frozen=True)
class WhatsAppProduct:
    """What runs."""

    world: World
    clock: ShiftedClock
    channel: WhatsAppChannel
    outbox: OutboxWorker


def approve(whatsapp: FakeWhatsApp, template: Template) -> None:
    """Let WhatsApp have a template in both languages."""
    for language in LANGUAGES:
        body, code = template.body.text(language), template.codes.text(language)
        whatsapp.template(template.name, body, code, category=template.category)


@contextlib.asynccontextmanager
async def running(database: Database, whatsapp: FakeWhatsApp) -> AsyncIterator[WhatsAppProduct]:
    """Run for the block, with the templates approved and the webhook subscribed."""
    clock, world = ShiftedClock(), World(database)
    for template in world.library.templates.values():
        approve(whatsapp, template)
    account = Account(whatsapp.phone_number_id, whatsapp.token, whatsapp.base_url)
    files = FileService(database, clock.now)
    options = GraphOptions(connect=1.0, total=2.0, acknowledge=0.5)
    channel = WhatsAppChannel(account, world.library, files, clock, options)
    key = (channel.name, channel.account)
    policies = {key: Policy(80, 80, has_receipts=True)}
    outbox = OutboxWorker(database, {key: channel}, clock, policies=policies)
    inbox = InboxWorker(
        database,
        {key: channel},
        world.router.handle,
        clock,
        apology=world.router.apology,
        receive=outbox.receive,
        wake_outbox=outbox.notify,
    )
    intake = Intake(database, clock, inbox.wake)
    app = build_web_app(database.ping)
    secret = whatsapp.webhook.app_secret
    webhook.add_routes(app, channel.account, secret, VERIFY, intake.store_all)
    async with serving(app) as port:
        url = f"http://127.0.0.1:{port}{webhook.PATH}"
        assert await whatsapp.webhook.subscribe(url, VERIFY)
        tasks = [asyncio.ensure_future(worker.run()) for worker in (inbox, outbox)]
        try:
            yield WhatsAppProduct(world, clock, channel, outbox)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await intake.close()
            await channel.close()

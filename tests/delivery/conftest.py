from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot import log
from bot.records.database import Database
from tests.delivery.product import Product, opened
from tests.fakes.pacing import Bucket
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.content import real_library
from tests.support.templates import approve
from tests.support.world import World


@pytest.fixture
def world(database: Database) -> World:
    """At the present moment: WhatsApp stamps what people send."""
    return World(database, moment=datetime.now(UTC))


@pytest.fixture
def logged(log_as_before: None) -> io.StringIO:
    """What is logged, as `run` has it logged."""
    assert log_as_before is None
    stream = io.StringIO()
    log.configure(stream, json=True, level="INFO")
    return stream


@pytest.fixture
async def whatsapp() -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp() as server:
        for template in real_library().templates.values():
            approve(server, template)
        yield server


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        server.chat_rate = server.chat_burst = 1000
        server.overall = Bucket(1000, 1000)
        yield server


@pytest.fixture(params=["whatsapp", "telegram"])
def platform(request: pytest.FixtureRequest) -> FakeWhatsApp | FakeTelegram:
    """Each of both."""
    made: FakeWhatsApp | FakeTelegram = request.getfixturevalue(request.param)
    return made


@pytest.fixture
async def on_whatsapp(world: World, whatsapp: FakeWhatsApp) -> AsyncIterator[Product]:
    """The product at work, WhatsApp its only channel."""
    async with opened(world, whatsapp) as product, product.working():
        yield product


@pytest.fixture
async def on_telegram(world: World, telegram: FakeTelegram) -> AsyncIterator[Product]:
    """The product at work, Telegram its only channel."""
    async with opened(world, telegram) as product, product.working():
        yield product

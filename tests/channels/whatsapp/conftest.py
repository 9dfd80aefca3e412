from collections.abc import AsyncIterator

import pytest

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.graph import Account, GraphOptions
from bot.records.database import Database
from bot.services.files import FileService
from tests.delivery.wire import FixedClock
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.content import real_library
from tests.support.templates import approve

IMPATIENT = GraphOptions(connect=1.0, total=2.0, acknowledge=0.3)


@pytest.fixture
async def whatsapp() -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp() as server:
        for template in real_library().templates.values():
            approve(server, template)
        yield server


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def channel(
    whatsapp: FakeWhatsApp, database: Database, clock: FixedClock
) -> AsyncIterator[WhatsAppChannel]:
    made = make_channel(whatsapp, database, clock)
    yield made
    await made.close()


def make_channel(
    whatsapp: FakeWhatsApp, database: Database, clock: FixedClock, url: str = ""
) -> WhatsAppChannel:
    account = Account(whatsapp.phone_number_id, whatsapp.token, url or whatsapp.base_url)
    files = FileService(database, clock.now)
    return WhatsAppChannel(account, real_library(), files, clock, IMPATIENT)

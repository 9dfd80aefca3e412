from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.requests import Pauses, RequestOptions
from tests.fakes.telegram import FakeTelegram

QUICK = Pauses(shortest=0.01, longest=0.05, conflict=0.05)
IMPATIENT = RequestOptions(connect=20, read=20, long_poll=1, acknowledge=20)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def channel(telegram: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(telegram.token, telegram.base_url, IMPATIENT, QUICK)
    await channel.start()
    yield channel
    await channel.close()

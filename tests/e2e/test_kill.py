from __future__ import annotations

import asyncio
import random
import secrets
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.records.database import Database
from bot.records.inbox import InboxState
from bot.records.outbox import OutboxState
from tests.delivery.waiting import until
from tests.e2e.product import Product, free_port, gone
from tests.e2e.visitor import Visitor, visiting
from tests.fakes.telegram import FakeTelegram, FakeUser

pytestmark = pytest.mark.slow

KILLS, VISITORS, USERS, QUESTIONS = 5, 6, 6, 14
IN_FLIGHT = 16
SAID = ("هل أقدر أنشر صورة من الدوام؟", "شكرا", "may I retweet a rumour?", "لايك بس، احاسب عليه؟")
BEFORE = 2
"""Messages that a person has before the questions: the greeting and the employer's choice."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'waai.db'}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    name = f"waai_{uuid.uuid4().hex}"
    asyncio.run(_on_server(server, f"CREATE DATABASE {name}"))
    yield make_url(server).set(drivername="postgresql", database=name).render_as_string()
    asyncio.run(_on_server(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _on_server(server: str, statement: str) -> None:
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@asynccontextmanager
async def _running(folder: Path, url: str) -> AsyncIterator[tuple[Product, FakeTelegram]]:
    async with FakeTelegram() as telegram:
        telegram.token = f"{telegram.bot['id']}:{secrets.token_hex(18)[:35]}"
        product = Product(
            folder,
            DATABASE_URL=url,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.base_url,
            WAAI_PORT=str(free_port()),
        )
        try:
            await asyncio.to_thread(product.start)
            yield product, telegram
        finally:
            await asyncio.to_thread(product.kill)


async def _talk(visitor: Visitor, moments: random.Random) -> None:
    await visitor.onboards()
    for number in range(QUESTIONS):
        # Like people do, not waiting for each answer.
        await visitor.send("text", text=SAID[number % len(SAID)])
        await asyncio.sleep(moments.uniform(0.5, 4))


async def _write(telegram: FakeTelegram, user: FakeUser, moments: random.Random) -> None:
    user.says("/start")
    await until(lambda: bool(telegram.messages_to(user)))
    user.presses(telegram.messages_to(user)[0], "الحكومة العراقية")
    for number in range(QUESTIONS):
        user.says(SAID[number % len(SAID)])
        await asyncio.sleep(moments.uniform(0.5, 4))


async def _kill_at_random(product: Product, moments: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(moments.uniform(0.3, 4))
        family = product.family()
        await asyncio.to_thread(product.kill)
        assert await asyncio.to_thread(gone, family)
        await asyncio.to_thread(product.start)


async def _states(url: str) -> tuple[set[str], set[str], int, int]:
    database = Database(url)
    async with database.reading() as session:
        inbox = set(await session.scalars(text("SELECT DISTINCT state FROM inbox_events")))
        outbox = set(await session.scalars(text("SELECT DISTINCT state FROM outbox_messages")))
        sent = int(await session.scalar(text("SELECT count(*) FROM outbox_messages")) or 0)
        outages = "SELECT count(*) FROM handovers WHERE reason = 'outage'"
        lost = int(await session.scalar(text(outages)) or 0)
    await database.dispose()
    return inbox, outbox, sent, lost


@pytest.mark.usefixtures("model")
async def test_kills_leave_nothing_unanswered_and_answer_nothing_twice(
    tmp_path: Path, url: str
) -> None:
    moments = random.Random(11)  # noqa: S311 - the same moments each time
    async with (
        asyncio.timeout(900),
        _running(tmp_path / "product", url) as (product, telegram),
        visiting(lambda: product.url, VISITORS) as visitors,
    ):
        users = [telegram.user() for _ in range(USERS)]
        async with asyncio.TaskGroup() as people:
            for visitor in visitors:
                people.create_task(_talk(visitor, moments))
            for user in users:
                people.create_task(_write(telegram, user, moments))
            people.create_task(_kill_at_random(product, moments))
        each = BEFORE + QUESTIONS
        await until(lambda: all(len(one.inbox) >= each for one in visitors))
        await until(lambda: all(len(telegram.messages_to(one)) >= each for one in users))
        await asyncio.sleep(2)
        assert await asyncio.to_thread(product.stop) == 0
        for visitor in visitors:
            numbers = [number for number, _ in visitor.inbox]
            assert len(numbers) == each
            assert numbers == sorted(set(numbers))
        repeated = sum(len(telegram.messages_to(one)) - each for one in users)
        assert repeated <= KILLS * IN_FLIGHT
        inbox, outbox, sent, outages = await _states(url)
    assert inbox == {InboxState.DONE}
    assert outbox == {OutboxState.SENT}
    assert sent == each * (VISITORS + USERS)
    print(f"after {KILLS} kills: {repeated} repeated, {outages} outages")  # noqa: T201 - figures

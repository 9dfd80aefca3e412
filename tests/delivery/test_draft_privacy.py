"""No word of a draft stays anywhere: not in a row, not in a line of the log."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import select

from bot import log
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web.channel import WebChannel
from bot.channels.web.inbound import ACCOUNT, NAME, TextFrame, name_event, pack
from bot.conversation.channel import Channel
from bot.conversation.clock import SystemClock
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.delivery.inbox import InboxWorker
from bot.delivery.intake import Intake
from bot.delivery.outbox import OutboxWorker
from bot.delivery.settling import Policy
from bot.records.database import Database
from bot.records.schema import metadata
from bot.wiring import web_history
from tests.delivery.waiting import until
from tests.fakes.telegram import FakeTelegram
from tests.support.world import World, drafts

POST = "قنديل المدير فاشل ومهزلة"
MARKED = ("فاشل", "ومهزلة")
MEANING = drafts(
    "offend",
    words={"offend": tuple((POST.index(word), POST.index(word) + len(word)) for word in MARKED)},
)
WEB_USER = "a" * 64
SENT: list[dict[str, Any]] = [
    {"text": POST},
    {"caption": POST, "photo": [], "forward_origin": {}},
]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    root, structured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    log.configure(stream, json=True, level="INFO")  # as `run` does
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**structured)


@asynccontextmanager
async def working(world: World, *channels: Channel) -> AsyncIterator[Intake]:
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
    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(worker.run()) for worker in (inbox, outbox)]
        yield Intake(world.database, SystemClock(), inbox.wake)
        for run in runs:
            run.cancel()


async def cells(database: Database) -> str:
    """Every cell of every table, as text."""
    async with database.reading() as session:
        rows = [
            dict(row)
            for table in metadata.sorted_tables
            for row in (await session.execute(select(table))).mappings()
        ]
    return json.dumps(rows, ensure_ascii=False, default=str)


async def says_on_the_web(intake: Intake, text: str) -> None:
    frame = TextFrame(type="text", id=uuid4(), text=text)
    event = name_event(WEB_USER, frame)
    await intake.store(NAME, ACCOUNT, event, WEB_USER, pack(WEB_USER, "ar", frame))


def from_telegram(user: int, number: int, **more: Any) -> dict[str, object]:
    chat = {"id": user, "type": "private", "first_name": "س"}
    sender = {"id": user, "is_bot": False, "first_name": "س", "language_code": "ar"}
    message = {"message_id": number, "date": 1790000000, "chat": chat, "from": sender, **more}
    return {"update_id": number, "message": message}


async def answers(database: Database) -> list[Message]:
    return [message for _, message in await web_history(database)(WEB_USER, 0)]


async def test_a_draft_leaves_no_word_behind(world: World, logged: io.StringIO) -> None:
    world.understanding.meanings[POST] = MEANING
    async with FakeTelegram() as telegram:
        channel = TelegramChannel(telegram.token, telegram.base_url)
        await channel.start()
        web = WebChannel(web_history(world.database))
        user = telegram.user("س")
        on_telegram = Address("telegram", channel.account, str(user.id))
        for address in (on_telegram, Address(NAME, ACCOUNT, WEB_USER)):
            await world.draft_service.await_draft(await world.person("uae-fed", address))
        async with working(world, channel, web) as intake:
            await says_on_the_web(intake, POST)
            for number, more in enumerate(SENT, 1):
                raw = from_telegram(user.id, number, **more)
                await intake.store("telegram", channel.account, str(number), str(user.id), raw)
            await until(lambda: len(telegram.messages_to(user)) == 2)
            await until(lambda: logged.getvalue().count("outbox_message") == len(SENT) + 1)
        await channel.close()
    shown = telegram.messages_to(user)[0]
    assert shown.marked("underline") == list(MARKED)
    (said,) = await answers(world.database)
    (quote,) = [block.quote for block in said.blocks if block.quote]
    assert (len(quote.spans), quote.words) == (2, ())
    everything = await cells(world.database)
    for word in POST.split():
        assert word not in everything
        assert json.dumps(word).strip('"') not in everything
        assert word not in logged.getvalue()
    assert "inbox_event" in logged.getvalue()

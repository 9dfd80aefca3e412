"""No word of a draft stays anywhere: not in a row, not in a line of the log."""

from __future__ import annotations

import io
import json
from typing import Any

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web.channel import WebChannel
from bot.channels.web.inbound import ACCOUNT, NAME
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.records.database import Database
from bot.wiring import web_history
from tests.delivery.waiting import until
from tests.delivery.workers import WEB_USER, cells, from_the_web, working
from tests.fakes.telegram import FakeTelegram
from tests.support.world import World, drafts

POST = "قنديل المدير فاشل ومهزلة"
MARKED = ("فاشل", "ومهزلة")
MEANING = drafts(
    "offend",
    words={"offend": tuple((POST.index(word), POST.index(word) + len(word)) for word in MARKED)},
)
SENT: list[dict[str, Any]] = [
    {"text": POST},
    {"caption": POST, "photo": [], "forward_origin": {}},
]


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
            await from_the_web(intake, type="text", text=POST)
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

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.demo.on_telegram import TelegramOnStage, telegram_on_stage
from tests.demo.scripted import SARA, Scripted
from tests.demo.stage import Chat, NotPossible, Stage
from tests.support.patience import PATIENCE_S

KEYBOARD = {"inline_keyboard": [[{"text": "مفيدة", "callback_data": "ra1"}]]}
ASKS = {"keyboard": [[{"text": "أرسل رقمي", "request_contact": True}]], "one_time_keyboard": True}


@pytest.fixture
async def on_stage() -> AsyncIterator[TelegramOnStage]:
    async with telegram_on_stage() as platform:
        yield platform


async def asks(platform: TelegramOnStage, method: str, **params: Any) -> Any:
    """Ask as the product would."""
    settings = platform.settings()
    url = f"{settings['TELEGRAM_API_URL']}{settings['TELEGRAM_BOT_TOKEN']}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=params) as answer:
        return (await answer.json())["result"]


def newest(platform: TelegramOnStage, person: str) -> Any:
    return platform.chat(person).items[-1]


async def test_a_message_is_read_once_the_bot_has_confirmed_it(on_stage: TelegramOnStage) -> None:
    sara, omar = (person.id for person in on_stage.people)
    on_stage.act(sara, {"do": "say", "text": "/start"})
    assert (newest(on_stage, sara).text, newest(on_stage, sara).ticks) == ("/start", 1)
    (update,) = await asks(on_stage, "getUpdates")
    await asks(on_stage, "getUpdates", offset=update["update_id"] + 1)
    assert newest(on_stage, sara).ticks == 3
    assert on_stage.chat(omar).items == ()
    last = on_stage.wire()[-1]
    assert (last.method, last.status, last.is_poll) == ("getUpdates", 200, True)


async def test_an_answer_its_button_and_its_edit(on_stage: TelegramOnStage) -> None:
    sara = on_stage.people[0].id
    on_stage.act(sara, {"do": "say", "text": "سؤال"})
    await asks(on_stage, "sendChatAction", chat_id=int(sara), action="typing")
    assert on_stage.chat(sara).is_typing
    said = {"chat_id": int(sara), "text": "<b>لا</b>", "parse_mode": "HTML"}
    await asks(on_stage, "sendMessage", **said, reply_markup=KEYBOARD)
    assert not on_stage.chat(sara).is_typing
    shown = newest(on_stage, sara)
    assert [mark["type"] for mark in shown.marks] == ["bold"]
    on_stage.act(sara, {"do": "press", "item": shown.id, "value": "ra1"})
    assert newest(on_stage, sara).buttons[0][0].waiting
    query = (await asks(on_stage, "getUpdates"))[-1]["callback_query"]
    await asks(on_stage, "answerCallbackQuery", callback_query_id=query["id"])
    assert not newest(on_stage, sara).buttons[0][0].waiting
    edit = {"chat_id": int(sara), "message_id": int(shown.id), "text": "شكرًا"}
    await asks(on_stage, "editMessageText", **edit)
    assert (newest(on_stage, sara).is_edited, newest(on_stage, sara).buttons) == (True, ())
    with pytest.raises(NotPossible):
        on_stage.act(sara, {"do": "press", "item": shown.id, "value": "ra1"})


async def test_a_number_is_shared_by_the_keyboard_that_asks_for_it(
    on_stage: TelegramOnStage,
) -> None:
    sara, omar = (person.id for person in on_stage.people)
    await asks(on_stage, "sendMessage", chat_id=int(sara), text="رقمك؟", reply_markup=ASKS)
    ((button,),) = on_stage.chat(sara).replies
    on_stage.act(sara, {"do": "reply", "value": button.value})
    assert newest(on_stage, sara).footer == on_stage.people[0].note
    assert on_stage.chat(sara).replies == ()
    on_stage.act(sara, {"do": "other_contact"})
    updates = await asks(on_stage, "getUpdates")
    owners = [update["message"]["contact"]["user_id"] for update in updates]
    assert owners == [int(sara), int(omar)]


async def test_who_has_blocked_the_bot_can_only_let_it_back_in(on_stage: TelegramOnStage) -> None:
    sara = on_stage.people[0].id
    on_stage.act(sara, {"do": "block"})
    assert on_stage.chat(sara) == Chat(is_blocked=True, can=("unblock",))
    with pytest.raises(NotPossible):
        on_stage.act(sara, {"do": "say", "text": "سؤال"})
    on_stage.act(sara, {"do": "unblock"})
    for do in ("voice", "photo"):
        on_stage.act(sara, {"do": do})
        assert newest(on_stage, sara).kind == do
    with pytest.raises(NotPossible):
        on_stage.act(sara, {"do": "say", "text": "س" * 4097})


@contextlib.asynccontextmanager
async def talking(stage: Stage) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with aiohttp.ClientSession() as session:
        headers = {"Origin": stage.url}
        async with session.ws_connect(f"{stage.url}/wire", headers=headers) as socket:
            yield socket


async def test_the_page_is_told_of_each_change_once() -> None:
    stage = Stage(Scripted())
    async with stage.served(), talking(stage) as socket:
        first = await socket.receive_json(timeout=PATIENCE_S)
        assert (first["ready"], len(first["chats"][SARA]["items"])) == (False, 5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.receive(), 0.3)
        stage.is_ready = True
        assert (await socket.receive_json(timeout=PATIENCE_S))["ready"]


async def test_another_page_of_the_browser_cannot_play() -> None:
    stage = Stage(Scripted())
    async with stage.served() as url, aiohttp.ClientSession() as session:
        for origin in ({}, {"Origin": "https://evil.example"}):
            answer = await session.get(f"{url}/wire", headers=origin)
            assert answer.status == 403


async def test_a_file_is_handed_out_under_its_name() -> None:
    async with Stage(Scripted()).served() as url, aiohttp.ClientSession() as session:
        answer = await session.get(f"{url}/file/4")
        assert await answer.read() == b"%PDF"
        assert answer.content_disposition is not None
        assert answer.content_disposition.filename == "شهادة إتمام.pdf"
        assert (await session.get(f"{url}/file/5")).status == 404

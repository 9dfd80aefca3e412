import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.polling import Poller, Store
from tests.channels.telegram.conftest import IMPATIENT, QUICK
from tests.channels.telegram.shelf import Shelf, until
from tests.fakes.telegram import FakeTelegram


@asynccontextmanager
async def polling(channel: TelegramChannel, store: Store) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(Poller(channel, store, QUICK).run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_updates_are_stored_as_they_were_sent(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sara, shelf = telegram.user(), Shelf()
    sent = [sara.says("أ"), sara.sends_voice(), sara.blocks(), sara.unblocks()]
    async with polling(channel, shelf.store):
        await until(lambda: len(shelf.kept) == 4)
        sent.append(sara.says("ب"))
        await until(lambda: not telegram.pending)
    assert list(shelf.kept.values()) == sent
    assert telegram.wire[1].method == "deleteWebhook"
    assert telegram.wire[2].params == {
        "timeout": 1,
        "allowed_updates": ["message", "callback_query", "my_chat_member"],
    }
    assert telegram.wire[3].params["offset"] == sent[3]["update_id"] + 1


async def test_an_update_of_a_kind_that_no_release_knows(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    shelf = Shelf()
    strange: dict[str, Any] = {"update_id": 9, "message": {"chat": "?", "\u202e": [None]}}
    telegram.pending[9] = strange
    async with polling(channel, shelf.store):
        await until(lambda: shelf.kept)
    assert shelf.kept == {9: strange}


async def test_the_offset_waits_for_the_store(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sara, shelf = telegram.user(), Shelf()
    ids = [sara.says(text)["update_id"] for text in "أبجد"]
    shelf.failures, shelf.fails_at = 3, ids[2]
    async with polling(channel, shelf.store):
        await until(lambda: len(shelf.kept) == 4)
    assert shelf.texts == list("أبجد")
    assert shelf.seen == [*ids[:2], ids[2], ids[2], ids[2], *ids[2:]]
    offsets = [call.params.get("offset") for call in telegram.calls("getUpdates")]
    assert offsets[:4] == [None, ids[2], ids[2], ids[2]]


async def test_nothing_is_lost_when_it_is_cancelled_in_the_store(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sara, shelf, reached = telegram.user(), Shelf(), asyncio.Event()
    sara.says("أ")

    async def hang(_: dict[str, object]) -> None:
        reached.set()
        await asyncio.sleep(60)

    async with polling(channel, hang):
        await reached.wait()
    async with polling(channel, shelf.store):
        await until(lambda: shelf.kept)
    assert shelf.texts == ["أ"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""),
        (502, b"<html>"),
        (200, b"<html>"),
        (200, b'{"ok":true}'),
        (200, b'{"ok":true,"result":[{}]}'),
        (200, b'{"ok":true,"result":7}'),
        (200, b"[" * 100_000),
        (400, b'{"ok":false,"description":"Bad Request"}'),
        (401, b'{"ok":false,"description":"Unauthorized"}'),
    ],
)
async def test_it_survives_bad_answers(
    telegram: FakeTelegram, channel: TelegramChannel, status: int, body: bytes
) -> None:
    sara, shelf = telegram.user(), Shelf()
    sara.says("أ")
    for method in ("deleteWebhook", "getUpdates"):
        telegram.fail_next(status, body, method)
    with capture_logs() as lines:
        async with polling(channel, shelf.store):
            await until(lambda: shelf.kept)
    assert {line["event"] for line in lines} <= {"telegram_poll_failed"}
    assert shelf.texts == ["أ"]


async def test_it_survives_a_cut(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    sara, shelf = telegram.user(), Shelf()
    sara.says("أ")
    telegram.cut_next_answer("getUpdates")
    async with polling(channel, shelf.store):
        await until(lambda: shelf.kept)
    assert telegram.calls("getUpdates")[0].outcome == "ok, answer cut"


async def test_it_survives_a_line_that_hangs(telegram: FakeTelegram) -> None:
    sara, shelf = telegram.user(), Shelf()
    impatient = replace(IMPATIENT, read=0.1)
    channel = TelegramChannel(telegram.token, telegram.base_url, impatient, QUICK)
    sara.says("أ")
    telegram.slow(3.0, "getUpdates")
    async with polling(channel, shelf.store):
        await until(lambda: telegram.calls("getUpdates"))
        telegram.slow(0, "getUpdates")
        await until(lambda: shelf.kept)
    await channel.close()
    assert shelf.texts == ["أ"]


async def test_a_second_poller_is_named(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    sara, shelf = telegram.user(), Shelf()
    second = TelegramChannel(telegram.token, telegram.base_url, IMPATIENT, QUICK)
    await second.start()
    with capture_logs() as lines:
        async with polling(channel, shelf.store), polling(second, shelf.store):
            await until(lambda: any(line["event"] == "telegram_second_poller" for line in lines))
    await second.close()
    refused = [call for call in telegram.wire if call.outcome.startswith("409")]
    assert refused
    sara.says("أ")
    async with polling(channel, shelf.store):
        await until(lambda: shelf.kept)


async def test_a_webhook_that_is_set_meanwhile_is_deleted_again(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sara, shelf = telegram.user(), Shelf()
    async with polling(channel, shelf.store):
        await until(lambda: telegram.calls("getUpdates"))
        telegram.methods.webhook_url = "http://127.0.0.1:1/"
        await until(lambda: len(telegram.calls("deleteWebhook")) == 2)
        sara.says("أ")
        await until(lambda: shelf.kept)


async def test_a_quiet_poll_asks_without_an_offset(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    sara, shelf = telegram.user(), Shelf()
    update = sara.says("أ")
    async with polling(channel, shelf.store):
        await until(lambda: len(telegram.calls("getUpdates")) >= 3)
    offsets = [call.params.get("offset") for call in telegram.calls("getUpdates")]
    assert offsets[:3] == [None, update["update_id"] + 1, None]

import asyncio
import hashlib
import io
import json
import zlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.webhook import MAX_BODY, PATH, announce, handler
from bot.errors import ConfigurationError, NotStoredError
from bot.records.arrivals import NewEvent
from tests.channels.telegram.conftest import QUICK
from tests.channels.telegram.shelf import Shelf, until
from tests.fakes.telegram import FakeTelegram

SECRET = "s3cret_of-the-tests"
GOOD = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
UPDATE = {"update_id": 5, "message": {"text": "سرّ"}}


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def url(shelf: Shelf) -> AsyncIterator[str]:
    app = web.Application(client_max_size=10)  # the handler's own limit is the one that counts
    app.router.add_post(PATH, handler(SECRET, "5", shelf.keep))
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    await runner.cleanup()


async def post(url: str, body: Any, headers: dict[str, str]) -> int:
    data = io.BytesIO(body) if isinstance(body, bytes) else body
    async with ClientSession() as session, session.post(url, data=data, headers=headers) as answer:
        return answer.status


def test_an_empty_secret_is_refused(shelf: Shelf) -> None:
    with pytest.raises(ValueError, match="secret"):
        handler("", "5", shelf.keep)


async def test_an_update_is_stored_and_so_is_a_repeated_one(url: str, shelf: Shelf) -> None:
    for _ in range(2):
        assert await post(url, json.dumps(UPDATE), GOOD) == 200
    assert shelf.kept == {5: UPDATE}


@pytest.mark.parametrize(
    "secret", [None, "", SECRET[:-1], SECRET + "x", SECRET.upper(), "سر", "\udcff"]
)
async def test_a_wrong_secret_stores_and_logs_nothing(
    url: str, shelf: Shelf, secret: str | None
) -> None:
    name = "X-Telegram-Bot-Api-Secret-Token"
    with capture_logs() as lines:
        shown = b"" if secret is None else secret.encode("utf-8", "surrogateescape")
        body = json.dumps(UPDATE, ensure_ascii=False).encode()
        header = b"" if secret is None else name.encode() + b": " + shown + b"\r\n"
        assert await post_raw(url, header, body) == 401
    assert shelf.seen == []
    assert "سرّ" not in str(lines)
    assert SECRET not in str(lines)


async def post_raw(url: str, header: bytes, body: bytes) -> int:
    """Post with header bytes that a client library would not send."""
    host, port = url.split("/")[2].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n".encode()
    writer.write(head + header + b"Connection: close\r\n\r\n" + body)
    status = int((await reader.readline()).split()[1])
    writer.close()
    await writer.wait_closed()
    return status


async def test_the_secret_is_checked_before_the_body(url: str) -> None:
    assert await post(url, b"x" * (MAX_BODY + 1), {}) == 401


BAD = {
    "empty": b"",
    "no json": b"{",
    "no utf-8": b'{"update_id":1,"t":"\xff"}',
    "utf-16": json.dumps(UPDATE).encode("utf-16"),
    "array": b"[]",
    "string": b'"x"',
    "null": b"null",
    "deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "rather deep": b'{"a":' * 65 + b"1" + b"}" * 65,
    "not a number": b'{"update_id":NaN}',
    "long number": b'{"update_id":' + b"9" * 5_000 + b"}",
    "half a pair": b'{"update_id":1,"t":"\\ud800"}',
    "no id": b'{"message":{}}',
    "no number for an id": b'{"update_id":"5"}',
    "a truth for an id": b'{"update_id":true}',
    "zero bytes": b"\0" * 9,
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
async def test_a_body_that_is_no_update_is_kept_and_not_sent_again(
    url: str, shelf: Shelf, channel: TelegramChannel, body: bytes
) -> None:
    with capture_logs() as lines:
        for _ in range(2):
            assert await post(url, body, GOOD) == 200
    assert shelf.seen == []
    ((key, kept),) = shelf.unusable.items()
    assert key == hashlib.sha256(body).hexdigest()
    assert kept["raw"] == body[: 64 * 1024].decode("utf-8", "replace")
    with pytest.raises(KeyError):  # so that the inbox quarantines it
        channel.parse(kept)
    assert [line["event"] for line in lines] == ["telegram_webhook_unusable"] * 2
    assert "message" not in str(lines)


async def test_of_a_long_body_that_is_no_update_the_start_is_kept(url: str, shelf: Shelf) -> None:
    for end in (b"a", b"b"):
        assert await post(url, b"x" * 100_000 + end, GOOD) == 200
    assert [kept["raw"] for kept in shelf.unusable.values()] == ["x" * 64 * 1024] * 2


def padded(size: int) -> bytes:
    frame = b'{"update_id":5,"pad":"%s"}'
    return frame % (b"x" * (size - len(frame) + 2))


async def chunked(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 50_000):
        yield body[start : start + 50_000]


async def test_the_limit_of_the_body(url: str, shelf: Shelf) -> None:
    assert await post(url, padded(MAX_BODY), GOOD) == 200
    assert await post(url, padded(MAX_BODY + 1), GOOD) == 413
    assert await post(url, chunked(padded(MAX_BODY)), GOOD) == 200
    assert await post(url, chunked(padded(MAX_BODY + 60_000)), GOOD) == 413
    assert len(shelf.seen) == 2


async def test_packed_bodies(url: str, shelf: Shelf) -> None:
    packed = GOOD | {"Content-Encoding": "deflate"}
    assert await post(url, zlib.compress(json.dumps(UPDATE).encode()), packed) == 200
    assert await post(url, zlib.compress(padded(30 * MAX_BODY)), packed) in (400, 413)
    assert await post(url, b"not deflate at all", packed) == 400
    assert shelf.seen == [5]


async def test_a_store_that_fails_is_asked_again() -> None:
    async def keep(_: Sequence[NewEvent]) -> list[bool]:
        raise NotStoredError

    app = web.Application()
    app.router.add_post(PATH, handler(SECRET, "5", keep))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    with capture_logs() as lines:
        async with ClientSession() as web_client:
            answer = await web_client.post(url, json=UPDATE, headers=GOOD)
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    await runner.cleanup()
    assert "سرّ" not in str(lines)


async def test_telegram_delivers_and_repeats_in_order(
    telegram: FakeTelegram, channel: TelegramChannel, url: str, shelf: Shelf
) -> None:
    sara, omar = telegram.user(), telegram.user("عمر")
    early = sara.says("أ")["update_id"]
    telegram.retry = (0.01, 0.05)
    shelf.failures, shelf.fails_at = 3, 0
    await channel.set_webhook(url, SECRET)
    late = [sara.says("ب")["update_id"], omar.says("ج")["update_id"]]
    await until(lambda: not telegram.pending)
    assert set(shelf.kept) == {early, *late}
    accepted = [update_id for update_id, status in telegram.deliveries if status == 200]
    assert accepted.index(early) < accepted.index(late[0])
    assert [status for _, status in telegram.deliveries].count(503) == 3
    assert telegram.wire[-1].params == {
        "url": url,
        "allowed_updates": ["message", "callback_query", "my_chat_member"],
        "secret_token": SECRET,
    }


async def test_the_address_is_announced_however_long_it_takes(
    telegram: FakeTelegram, channel: TelegramChannel, url: str
) -> None:
    telegram.fail_next(502)
    telegram.cut_next_answer()
    announcing = asyncio.create_task(announce(channel, url, SECRET, QUICK))
    await until(lambda: [call.outcome for call in telegram.wire].count("ok") > 1)
    await asyncio.sleep(0.1)
    assert not announcing.done()
    announcing.cancel()


async def test_an_address_that_telegram_refuses_is_said(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: bad webhook"}
    telegram.fail_next(400, refusal)
    with pytest.raises(ConfigurationError, match="TELEGRAM_WEBHOOK_URL"):
        await announce(channel, "https://waai.example/hook", SECRET, QUICK)


async def test_telegram_with_another_secret_is_refused(
    telegram: FakeTelegram, channel: TelegramChannel, url: str, shelf: Shelf
) -> None:
    await channel.set_webhook(url, "another")
    telegram.user().says("أ")
    await until(lambda: len(telegram.deliveries) > 1)
    assert {status for _, status in telegram.deliveries} == {401}
    assert shelf.seen == []
    assert telegram.pending

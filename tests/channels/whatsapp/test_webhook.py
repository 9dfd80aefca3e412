import asyncio
import hashlib
import hmac
import io
import json
import zlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs

from bot.channels.whatsapp.inbound import parse
from bot.channels.whatsapp.unpacking import key_of
from bot.channels.whatsapp.webhook import MAX_BODY, PATH, add_routes
from bot.errors import NotStoredError
from bot.records.arrivals import NewEvent
from tests.channels.whatsapp.bodies import (
    MESSAGES,
    NUMBER_ID,
    SECRET,
    body,
    change,
    signed,
    status,
)

VERIFY = "verify-token-of-the-tests"
BODY = json.dumps(body(change(MESSAGES["text"]))).encode()


class Shelf:
    """Keeps events, or says that it cannot."""

    def __init__(self) -> None:
        self.batches: list[Sequence[NewEvent]] = []
        self.broken = False

    async def keep(self, events: Sequence[NewEvent]) -> list[bool]:
        if self.broken:
            raise NotStoredError
        self.batches.append(events)
        return [True] * len(events)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def url(shelf: Shelf) -> AsyncIterator[str]:
    app = web.Application(client_max_size=10)  # the handler's own limit is the one that counts
    add_routes(app, NUMBER_ID, SECRET, VERIFY, shelf.keep)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    await runner.cleanup()


async def post(url: str, content: Any, headers: dict[str, str]) -> int:
    data = io.BytesIO(content) if isinstance(content, bytes) else content
    async with ClientSession() as session, session.post(url, data=data, headers=headers) as answer:
        return answer.status


async def handshake(url: str, **fields: str) -> tuple[int, str]:
    query = {f"hub.{name}": value for name, value in fields.items()}
    async with ClientSession() as session, session.get(url, params=query) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(("secret", "token"), [("", VERIFY), (SECRET, "")])
def test_an_empty_secret_is_refused(shelf: Shelf, secret: str, token: str) -> None:
    with pytest.raises(ValueError, match="a webhook needs"):
        add_routes(web.Application(), NUMBER_ID, secret, token, shelf.keep)


async def test_the_handshake(url: str) -> None:
    right = {"mode": "subscribe", "verify_token": VERIFY, "challenge": "1158201444"}
    assert await handshake(url, **right) == (200, "1158201444")
    for wrong in ({"verify_token": VERIFY[:-1]}, {"verify_token": ""}, {"mode": "unsubscribe"}):
        assert await handshake(url, **right | wrong) == (403, "")
    assert await handshake(url, **right | {"challenge": "<script>"}) == (400, "")
    assert (await handshake(url))[0] == 403


async def test_all_that_a_body_brings_is_stored_together(url: str, shelf: Shelf) -> None:
    whole = body(
        change(MESSAGES["text"], MESSAGES["reply"], statuses=[status("sent")]),
        change(MESSAGES["image"]),
    )
    content = json.dumps(whole).encode()
    assert await post(url, content, signed(content)) == 200
    (batch,) = shelf.batches
    assert [event.external_id for event in batch] == [
        key_of("wamid.text"),
        key_of("wamid.reply"),
        f"status:{key_of('wamid.OURS')}:sent",
        key_of("wamid.image"),
    ]


def of_sha1() -> dict[str, str]:
    digest = hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()
    return {"X-Hub-Signature": f"sha1={digest}"}


RESERIALISED = json.dumps(json.loads(BODY), ensure_ascii=False).encode()
FORGED = {
    "missing": {},
    "empty": {"X-Hub-Signature-256": ""},
    "wrong": {"X-Hub-Signature-256": f"sha256={'0' * 64}"},
    "cut": {"X-Hub-Signature-256": signed(BODY)["X-Hub-Signature-256"][:-1]},
    "no scheme": {"X-Hub-Signature-256": signed(BODY)["X-Hub-Signature-256"][7:]},
    "of the JSON written anew": signed(RESERIALISED),
    "of SHA-1": of_sha1(),
    "of SHA-1 in its place": {"X-Hub-Signature-256": of_sha1()["X-Hub-Signature"]},
    "of another app": signed(BODY, "the-other-secret"),
    "of nothing": signed(b""),
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_body_is_neither_stored_nor_logged(
    url: str, shelf: Shelf, headers: dict[str, str]
) -> None:
    with capture_logs() as lines:
        assert await post(url, BODY, headers) == 401
    assert shelf.batches == []
    assert [line["event"] for line in lines] == ["whatsapp_webhook_refused"]
    for private in (MESSAGES["text"]["text"]["body"], "971500000001", SECRET):
        assert private not in str(lines)


UNUSABLE = {
    "empty": b"",
    "no json": b"{",
    "no utf-8": b'{"object":"x","t":"\xff"}',
    "array": b"[]",
    "deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "rather deep": b'{"a":' * 65 + b"1" + b"}" * 65,
    "deep lists": b'{"entry":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a million lists": b'{"entry":[' + b"[]," * 1_000_000 + b"1]}",
    "not a number": b'{"entry":NaN}',
    "long number": b'{"entry":' + b"9" * 5_000 + b"}",
    "zero bytes": b"\0" * 9,
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE.keys())
async def test_what_is_signed_and_cannot_be_used_is_kept_and_not_sent_again(
    url: str, shelf: Shelf, content: bytes
) -> None:
    with capture_logs() as lines:
        assert await post(url, content, signed(content)) == 200
        assert await post(url, content, {}) == 401
    ((event,),) = shelf.batches
    assert event.external_id == hashlib.sha256(content).hexdigest()
    assert len(event.payload) < 500_000
    with pytest.raises(KeyError):  # so that the inbox quarantines it
        parse(json.loads(event.payload), NUMBER_ID)
    assert lines[0]["event"] == "whatsapp_webhook_unusable"


def padded(size: int) -> bytes:
    frame = b'{"object":"x","pad":"%s"}'
    return frame % (b"x" * (size - len(frame) + 2))


async def dripped(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def test_the_limit_of_the_body(url: str, shelf: Shelf) -> None:
    most, over = padded(MAX_BODY), padded(MAX_BODY + 1)
    assert await post(url, most, signed(most)) == 200
    assert await post(url, over, signed(over)) == 413
    assert await post(url, dripped(most, 50_000), signed(most)) == 200
    assert await post(url, dripped(over, 50_000), signed(over)) == 413
    assert len(shelf.batches) == 2


async def test_a_body_that_comes_byte_by_byte(url: str, shelf: Shelf) -> None:
    assert await post(url, dripped(BODY, 1), signed(BODY)) == 200
    assert len(shelf.batches) == 1


async def test_packed_bodies_are_not_unpacked(url: str, shelf: Shelf) -> None:
    for content in (BODY, padded(30 * MAX_BODY)):
        packed = zlib.compress(content)
        headers = signed(packed) | {"Content-Encoding": "deflate"}
        assert await post(url, packed, headers) in (400, 415)
    assert shelf.batches == []


async def test_a_store_that_fails_is_asked_again(url: str, shelf: Shelf) -> None:
    shelf.broken = True
    async with ClientSession() as session:
        answer = await session.post(url, data=io.BytesIO(BODY), headers=signed(BODY))
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    shelf.broken = False
    assert await post(url, BODY, signed(BODY)) == 200


async def test_a_body_that_stops_on_its_way_stores_nothing(url: str, shelf: Shelf) -> None:
    host, port = url.split("/")[2].split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    signature = signed(BODY)["X-Hub-Signature-256"]
    head = f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(BODY)}\r\n"
    writer.write(f"{head}X-Hub-Signature-256: {signature}\r\n\r\n".encode() + BODY[:-1])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.1)
    assert shelf.batches == []

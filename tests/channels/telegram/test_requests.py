"""What our HTTP client makes of servers that are no Telegram."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest import mock

import aiohttp
import pytest
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.channels.telegram.failures import failure_of
from bot.channels.telegram.requests import AiohttpRequest, RequestOptions

SECRET = "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@asynccontextmanager
async def saying(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that says the same to everybody, with its address and what it heard."""
    heard: list[bytes] = []

    async def answer_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(4096))
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(answer_one, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/bot{SECRET}/getMe", heard


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    request = AiohttpRequest(RequestOptions(connect=1.0, read=1.0), pool=2)
    yield request
    await request.shutdown()


def told(error: TelegramError) -> str:
    return "".join(traceback.format_exception(error, chain=True))


async def test_what_is_no_http_does_not_make_the_token_known(request_: AiohttpRequest) -> None:
    async with saying(b"\x00 nonsense\r\n\r\n") as (url, _):
        with pytest.raises(NetworkError) as caught:
            await request_.post(url)
    assert SECRET not in told(caught.value)


async def test_no_redirection_is_followed(request_: AiohttpRequest) -> None:
    async with saying(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}') as (url, heard):
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n"
        async with saying(moved.encode()) as (old, _):
            with pytest.raises(TelegramError) as caught:
                await request_.post(old)
    assert heard == []
    assert SECRET not in told(caught.value)


async def test_a_connection_that_takes_too_long_does_not_make_the_token_known(
    request_: AiohttpRequest,
) -> None:
    slow = mock.patch.object(aiohttp.TCPConnector, "connect", side_effect=TimeoutError)
    with slow, pytest.raises(TimedOut) as caught:
        await request_.post(f"http://127.0.0.1:1/bot{SECRET}/getMe")
    assert SECRET not in told(caught.value)
    assert failure_of(caught.value).reason == "unreachable"

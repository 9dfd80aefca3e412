"""A person at the web chat: the page's side of the socket, as the page itself behaves."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp

from bot.conversation.messages import BlockKind, Message
from tests.support.patience import PATIENCE_S

_dumps = functools.partial(json.dumps, ensure_ascii=False)


class Visitor:
    """One session; what was not confirmed is sent again after a reconnection.

    Attributes:
        inbox: Every message with its number, in the order in which they came.
        errors: The codes of what was not taken.
    """

    def __init__(self, url: Callable[[], str], client: aiohttp.ClientSession) -> None:
        self.inbox: list[tuple[int, Message]] = []
        self.errors: list[str] = []
        self._url = url
        self._client = client
        self._cookie = ""
        self._unconfirmed: dict[str, dict[str, Any]] = {}
        self._news = asyncio.Event()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._read = 0

    async def run(self) -> None:
        """Stay connected until cancelled."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
                await self._stay()
            self._socket = None
            await asyncio.sleep(0.1)

    async def _stay(self) -> None:
        url = self._url()
        if not url:
            return
        if not self._cookie:
            async with self._client.get(url) as page:
                self._cookie = page.headers["Set-Cookie"].partition(";")[0]
        headers = {"Origin": url, "Cookie": self._cookie, "Accept-Language": "ar"}
        async with self._client.ws_connect(f"{url}/chat/ws", headers=headers) as socket:
            last = self.inbox[-1][0] if self.inbox else 0
            await socket.send_json({"type": "resume", "after": last})
            for frame in list(self._unconfirmed.values()):
                await socket.send_json(frame, dumps=_dumps)
            self._socket = socket
            async for raw in socket:
                self._take(json.loads(raw.data))

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "stored":
                self._unconfirmed.pop(frame["id"], None)
            case "message":
                self.inbox.append((frame["number"], Message.from_json(frame["message"])))
            case "error" if frame["code"] == "slow_down":
                again = self._unconfirmed[frame["id"]]
                asyncio.get_running_loop().call_later(1, self._resend, again)
            case "error":
                self._unconfirmed.pop(frame["id"], None)
                self.errors.append(frame["code"])
            case _:  # typing, pong
                pass
        self._news.set()

    async def send(self, kind: str, **fields: Any) -> None:
        frame = {"type": kind, "id": str(uuid.uuid4()), **fields}
        self._unconfirmed[frame["id"]] = frame
        await self._write(frame)

    async def _write(self, frame: dict[str, Any]) -> None:
        if self._socket is not None:
            with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                await self._socket.send_json(frame, dumps=_dumps)

    def _resend(self, frame: dict[str, Any]) -> None:
        self._resending = asyncio.create_task(self._write(frame))

    async def next(self, seconds: float = PATIENCE_S) -> Message:
        """Give the next message that was not looked at yet."""
        async with asyncio.timeout(seconds):
            while len(self.inbox) <= self._read:
                self._news.clear()
                await self._news.wait()
        self._read += 1
        return self.inbox[self._read - 1][1]

    async def says(self, text: str, seconds: float = PATIENCE_S) -> Message:
        """Type a text and give what comes back."""
        await self.send("text", text=text)
        return await self.next(seconds)

    async def presses(self, label: str) -> Message:
        """Press the button of the last message whose label begins so; give what comes back."""
        number, message = self.inbox[-1]
        data = next(one.data for one in message.buttons if one.label.startswith(label))
        await self.send("press", message=str(number), data=data)
        return await self.next()

    async def onboards(self, employer: str = "uae-fed") -> None:
        """Come for the first time and choose an employer."""
        await self.send("command", name="start")
        await self.next()
        await self.send("press", message="", data=f"em1:{employer}")
        await self.next()


@contextlib.asynccontextmanager
async def visiting(url: str | Callable[[], str], people: int = 1) -> AsyncIterator[list[Visitor]]:
    """So many people at the chat for the block."""
    where = url if callable(url) else lambda: url
    connector = aiohttp.TCPConnector(limit=0)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as client:
        visitors = [Visitor(where, client) for _ in range(people)]
        tasks = [asyncio.create_task(visitor.run()) for visitor in visitors]
        try:
            yield visitors
            for task in tasks:
                if task.done():
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def part(message: Message, kind: BlockKind) -> str:
    """The text of the first block of a kind; empty if there is none."""
    return next((block.text for block in message.blocks if block.kind is kind), "")

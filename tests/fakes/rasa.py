"""A model server on loopback that can be killed, hang, and say anything."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.conversation.messages import Block, BlockKind, Message
from bot.domain.meaning import Draft, Intent, Meaning, Reading
from tests.fakes.understanding import parse_of

ANSWER = Message((Block(BlockKind.BODY, "جواب"),))
POST = Draft(0.1, (Reading(frozenset({"offend"}), 0.7),), {"offend": ((0, 2),)})
MEANING = Meaning(Intent.ASK_RULE, 0.8, (Reading(frozenset({"like"}), 0.8),), draft=POST)


@dataclass
class FakeRasa:
    """What it is told to do, and what it was asked.

    Attributes:
        meanings: Of each text; ``MEANING`` for all others.
        status: Of each answer.
        body: What each answer holds; None for the right one.
        content_type: Of such a body.
        delay_s: Before each answer.
        asked: Path and body of each request with the right token.
        was_asked: Set with the first of them.
    """

    meanings: dict[str, Meaning] = field(default_factory=dict)
    status: int = 200
    body: bytes | None = None
    content_type: str = "application/json"
    delay_s: float = 0
    token: str = "secret"
    asked: list[tuple[str, Any]] = field(default_factory=list)
    url: str = ""
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def stop(self) -> None:
        """Die: the port is closed and open connections are cut."""
        self._dying.set()
        await self._runner.cleanup()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[FakeRasa]:
        app = web.Application()
        app.router.add_post("/model/parse", self._parse)
        app.router.add_post("/webhooks/rest/webhook", self._converse)
        self._dying = asyncio.Event()
        self._runner = web.AppRunner(app, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await self.stop()

    async def _parse(self, request: web.Request) -> web.Response:
        text = (await request.json())["text"]
        return await self._answer(request, parse_of(text, self.meanings.get(text, MEANING)))

    async def _converse(self, request: web.Request) -> web.Response:
        body = await request.json()
        answer = {"recipient_id": body["sender"], "custom": ANSWER.to_json()}
        return await self._answer(request, [answer])

    async def _answer(self, request: web.Request, right: object) -> web.Response:
        if request.query.get("token") != self.token:
            raise web.HTTPUnauthorized
        self.asked.append((request.path, await request.json()))
        self.was_asked.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.delay_s):
                await self._dying.wait()
        if self._dying.is_set() and request.transport is not None:
            request.transport.abort()
        if self.body is None:
            return web.json_response(right, status=self.status)
        return web.Response(
            body=self.body, status=self.status, headers={"Content-Type": self.content_type}
        )

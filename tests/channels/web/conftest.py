"""A running website, and a page's side of the socket without a browser."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page as Tab

from bot.channels.web import sessions
from tests.support.chat_page import open_chromium, open_tab
from tests.support.patience import PATIENCE_S
from tests.support.website import Website, open_website

_dumps = functools.partial(json.dumps, ensure_ascii=False)


class Page:
    """One socket of one session."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, kind: str, **fields: Any) -> str:
        frame_id = fields.pop("id", str(uuid.uuid4()))
        # As a browser writes it: an Arabic letter is two bytes, not an escape of six.
        await self.socket.send_json({"type": kind, "id": frame_id, **fields}, dumps=_dumps)
        return str(frame_id)

    async def resume(self, after: int = 0) -> None:
        await self.socket.send_json({"type": "resume", "after": after})

    async def read(self) -> dict[str, Any]:
        frame: dict[str, Any] = await self.socket.receive_json(timeout=PATIENCE_S)
        return frame

    async def read_kind(self, kind: str) -> dict[str, Any]:
        """Read on to the next frame of a kind."""
        while (frame := await self.read())["type"] != kind:
            pass
        return frame

    async def read_until_pong(self) -> list[dict[str, Any]]:
        await self.socket.send_json({"type": "ping"})
        frames = []
        while (frame := await self.read())["type"] != "pong":
            frames.append(frame)
        return frames


class Browser:
    """One session with any number of pages."""

    def __init__(self, site: Website, client: aiohttp.ClientSession) -> None:
        self.site = site
        self.client = client
        self.secret = sessions.new_secret()
        self.user = sessions.name_user(self.secret)

    async def open(self, **headers: str) -> Page:
        given = {
            "Origin": self.site.url,
            "Cookie": f"waai_session={self.secret}",
            "Accept-Language": "ar-AE,ar;q=0.9",
        } | headers
        return Page(await self.client.ws_connect(f"{self.site.url}/chat/ws", headers=given))


@pytest.fixture
async def stopped_site(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Website]:
    async with open_website(sqlite_template, tmp_path) as site:
        yield site


@pytest.fixture
async def site(stopped_site: Website) -> AsyncIterator[Website]:
    async with stopped_site.running():
        yield stopped_site


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        yield client


@pytest.fixture
def browser(site: Website, client: aiohttp.ClientSession) -> Browser:
    return Browser(site, client)


@pytest.fixture
def browser_type() -> type[Browser]:
    return Browser


@pytest.fixture
async def page() -> AsyncIterator[Tab]:
    async with open_chromium() as chromium, open_tab(chromium) as page:
        yield page

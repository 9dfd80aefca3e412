"""The trainer's screen: a page for the projector, with the code that lets people in."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files as resources
from typing import Any

import segno
import structlog
from aiohttp import web

from bot.channels.web.channel import DATABASE_ERRORS, DATABASE_TIMEOUT_S
from bot.channels.web.headers import HEADERS, UNKEPT, content_policy
from bot.channels.web.styles import read_static
from bot.conversation.session_words import SessionWords
from bot.domain.meaning import Language
from bot.services.session_screen import Screen, ScreenService

_FILES = {"screen.css": "text/css", "screen.js": "text/javascript"}
_MOST_WAYS = 2
_SCREEN = "{screen:[0-9a-f]{32}}"

# Whoever sees the address can show the screen: it must reach no other site.
_HEADERS = HEADERS | UNKEPT | {"Referrer-Policy": "no-referrer"}

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Ways:
    """How people reach Waai; None for a way that is not set up.

    Attributes:
        telegram: The bot's name, without @.
        whatsapp: The number in digits, with the country code.
        site: The public address of the chat.
    """

    telegram: str | None = None
    whatsapp: str | None = None
    site: str | None = None

    def links(self, code: str) -> dict[str, str]:
        """Give links that bring a code along, by their way; at most two fit a screen."""
        said = f"in-{code}"
        links = {
            "telegram": self.telegram and f"https://t.me/{self.telegram}?start={said}",
            "whatsapp": self.whatsapp and f"https://wa.me/{self.whatsapp}?text={said}",
            "web": self.site and f"{self.site.rstrip('/')}/#link={said}",
        }
        given = [(way, link) for way, link in links.items() if link]
        return dict(given[:_MOST_WAYS])


def add_screen(
    app: web.Application, screens: ScreenService, words: SessionWords, ways: Ways
) -> None:
    """Register the screen's addresses.

    They are ``/session/<secret>`` for the page, with ``/state`` what it shows now and ``/qr/...``
    its pictures behind that; ``/session/`` shows the page again to a browser that was there.
    """
    site = _Site(screens, words, ways)
    app.router.add_get("/session/", site.page)
    app.router.add_get("/session/static/{name}", site.static)
    app.router.add_get(f"/session/{_SCREEN}", site.page)
    app.router.add_get(f"/session/{_SCREEN}/state", site.state)
    app.router.add_get(f"/session/{_SCREEN}/qr/{{way}}.svg", site.picture)


class _Site:
    def __init__(self, screens: ScreenService, words: SessionWords, ways: Ways) -> None:
        self._screens = screens
        self._words = words
        self._ways = ways
        folder = resources("bot.channels.web") / "static"
        self._page = (folder / "screen.html").read_text(encoding="utf-8")
        self._static = {name: read_static(name) for name in _FILES}

    async def page(self, request: web.Request) -> web.Response:
        headers = _HEADERS | {"Content-Security-Policy": content_policy(request.host)}
        return web.Response(text=self._page, content_type="text/html", headers=headers)

    async def static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in _FILES:
            raise web.HTTPNotFound(headers=HEADERS)
        body = self._static[name]
        tag = hashlib.sha256(body).hexdigest()[:32]
        headers = HEADERS | {"Cache-Control": "no-cache", "ETag": f'"{tag}"'}
        if any(known.value == tag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        kind = _FILES[name]
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)

    async def state(self, request: web.Request) -> web.Response:
        screen = await self._show(request)
        return web.json_response(self._told(screen), headers=_HEADERS)

    async def picture(self, request: web.Request) -> web.Response:
        screen = await self._show(request)
        link = self._ways.links(screen.code or "").get(request.match_info["way"])
        if screen.code is None or link is None:
            raise web.HTTPNotFound(headers=_HEADERS)
        return web.Response(body=_qr(link), content_type="image/svg+xml", headers=_HEADERS)

    async def _show(self, request: web.Request) -> Screen:
        try:
            async with asyncio.timeout(DATABASE_TIMEOUT_S):
                screen = await self._screens.show(request.match_info["screen"])
        except DATABASE_ERRORS as error:
            _log.warning("screen_unavailable", error=type(error).__name__)
            raise web.HTTPServiceUnavailable(headers=_HEADERS) from None
        if screen is None:
            raise web.HTTPNotFound(headers=_HEADERS)
        return screen

    def _told(self, screen: Screen) -> dict[str, Any]:
        return {
            "state": screen.state.value,
            "code": screen.code,
            "left_ms": round(screen.left.total_seconds() * 1000),
            "present": screen.counts.present,
            "registered": screen.counts.registered,
            "capacity": screen.session.capacity,
            "ways": list(self._ways.links(screen.code or "")),
            "words": {language.value: list(self._lines(screen, language)) for language in Language},
        }

    def _lines(self, screen: Screen, language: Language) -> Iterator[str]:
        yield self._words.title(screen.session, language)
        yield from self._words.when_and_where(screen.session, language)


def _qr(link: str) -> bytes:
    picture = io.BytesIO()
    code = segno.make(link, error="m", micro=False)
    code.save(picture, kind="svg", border=2, dark="#10282a", light="#ffffff", omitsize=True)
    return picture.getvalue()

"""The page, its files, its socket and people's documents on an aiohttp application."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from importlib.resources import files as resources
from urllib.parse import quote

import structlog
from aiohttp import WSMsgType, web
from pydantic import ValidationError

from bot.channels.naming import file_name
from bot.channels.web import inbound, sessions
from bot.channels.web.channel import (
    DATABASE_ERRORS,
    DATABASE_TIMEOUT_S,
    Connection,
    WebChannel,
)
from bot.channels.web.headers import HEADERS, UNKEPT, content_policy
from bot.channels.web.outbound import ErrorCode, error_frame, pong_frame, stored_frame
from bot.channels.web.styles import read_static
from bot.conversation.events import Address
from bot.errors import NotStoredError
from bot.services.files import FileContent, FileService

Store = Callable[[str, str, str, str, dict[str, object]], Awaitable[bool]]
"""Commits one raw event: channel, account, external id, user, raw; False if it was there."""

Fetched = Callable[[Address, str], Awaitable[None]]
"""Told whenever somebody has fetched a document, by its id."""

NO_SESSION = 4401
"""Close code: the browser sent no session cookie, the page must be loaded again."""

TOO_MANY_SOCKETS = 4429
"""Close code: the session has too many pages open."""

_HEARTBEAT_S = 25.0
_CLOSE_TIMEOUT_S = 2.0
_FILES = {
    "chat.css": "text/css",
    **{
        f"{name}.js": "text/javascript"
        for name in ("chat", "log", "memory", "phrases", "quotes", "wire")
    },
}
_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


async def _unheeded(_: Address, __: str) -> None: ...


def add_routes(
    app: web.Application,
    channel: WebChannel,
    store: Store,
    documents: FileService,
    fetched: Fetched = _unheeded,
) -> None:
    """Register the page's addresses, and close the sockets at shutdown.

    They are ``/``, ``/static/...``, ``/chat/ws``, and ``/files/...`` for documents.
    """
    site = _Site(channel, store, documents, fetched)
    app.router.add_get("/", site.page)
    app.router.add_get("/static/{name}", site.static)
    app.router.add_get("/chat/ws", site.chat)
    app.router.add_get("/files/{id}", site.document)

    async def close(_: web.Application) -> None:
        await channel.close()

    app.on_shutdown.append(close)


class _Site:
    def __init__(
        self, channel: WebChannel, store: Store, documents: FileService, fetched: Fetched
    ) -> None:
        self._channel = channel
        self._documents = documents
        self._fetched = fetched
        self._store = store
        self._rate = sessions.MessageRate()
        folder = resources("bot.channels.web") / "static"
        self._page = (folder / "chat.html").read_text(encoding="utf-8")
        self._static = {name: read_static(name) for name in _FILES}
        self._tags = {
            name: hashlib.sha256(body).hexdigest()[:32] for name, body in self._static.items()
        }

    async def page(self, request: web.Request) -> web.Response:
        headers = HEADERS | {
            "Content-Security-Policy": content_policy(request.host),
            **UNKEPT,
        }
        response = web.Response(text=self._page, content_type="text/html", headers=headers)
        # Set at every visit: a session ends 30 days after the last one.
        response.set_cookie(
            sessions.COOKIE,
            sessions.find_secret(request.cookies) or sessions.new_secret(),
            max_age=sessions.MAX_AGE_S,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=_is_https(request),
        )
        return response

    async def static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in _FILES:
            raise web.HTTPNotFound(headers=HEADERS)
        tag = self._tags[name]
        headers = HEADERS | {"Cache-Control": "no-cache", "ETag": f'"{tag}"'}
        if any(known.value == tag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=self._static[name], content_type=_FILES[name], charset="utf-8", headers=headers
        )

    async def document(self, request: web.Request) -> web.Response:
        """Give a document to the session whose person may have it; to others it is not there."""
        secret = sessions.find_secret(request.cookies)
        if secret is None:
            raise web.HTTPNotFound(headers=HEADERS | UNKEPT)
        address = Address(inbound.NAME, inbound.ACCOUNT, sessions.name_user(secret))
        try:
            async with asyncio.timeout(DATABASE_TIMEOUT_S):
                found = await self._documents.find_for(address, request.match_info["id"])
                if found is not None:
                    await self._fetched(address, request.match_info["id"])
        except DATABASE_ERRORS as error:
            _log.warning("web_document_unavailable", error=type(error).__name__)
            raise web.HTTPServiceUnavailable(headers=HEADERS | UNKEPT) from None
        if found is None:
            raise web.HTTPNotFound(headers=HEADERS | UNKEPT)
        return _attachment(found)

    async def chat(self, request: web.Request) -> web.WebSocketResponse:
        if not sessions.is_same_origin(request.headers.get("Origin", ""), request.host):
            raise web.HTTPForbidden(headers=HEADERS)
        socket = web.WebSocketResponse(
            timeout=_CLOSE_TIMEOUT_S,
            heartbeat=_HEARTBEAT_S,
            compress=False,
            max_msg_size=inbound.MAX_FRAME_BYTES,
        )
        await socket.prepare(request)
        secret = sessions.find_secret(request.cookies)
        if secret is None:
            # A page cannot see the status of a refused handshake, only a close code.
            await socket.close(code=NO_SESSION)
            return socket
        connection = self._channel.connect(sessions.name_user(secret), socket)
        if connection is None:
            await socket.close(code=TOO_MANY_SOCKETS)
            return socket
        language = sessions.first_language(request.headers.get("Accept-Language", ""))
        try:
            await self._converse(socket, connection, language)
        finally:
            self._channel.disconnect(connection)
        return socket

    async def _converse(
        self, socket: web.WebSocketResponse, connection: Connection, language: str
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            pushing = tasks.create_task(connection.push_forever())
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(connection, language, message.data)
                elif message.type is WSMsgType.BINARY:
                    await connection.tell(error_frame(ErrorCode.INVALID))
            pushing.cancel()

    async def _receive(self, connection: Connection, language: str, data: str) -> None:
        try:
            frame = inbound.read_frame(data)
        except ValidationError:
            await connection.tell(error_frame(ErrorCode.INVALID, inbound.find_id(data)))
            return
        match frame:
            case inbound.PingFrame():
                await connection.tell(pong_frame())
            case inbound.ResumeFrame():
                connection.resume(frame.after)
            case _:
                await self._take(connection, language, frame)

    async def _take(self, connection: Connection, language: str, frame: inbound.EventFrame) -> None:
        error = await self._try_to_store(connection.user, language, frame)
        frame_id = str(frame.id)
        await connection.tell(error_frame(error, frame_id) if error else stored_frame(frame_id))

    async def _try_to_store(
        self, user: str, language: str, frame: inbound.EventFrame
    ) -> ErrorCode | None:
        if isinstance(frame, inbound.TextFrame) and len(frame.text) > inbound.MAX_TEXT:
            return ErrorCode.TOO_LONG
        if not self._rate.take(user):
            return ErrorCode.SLOW_DOWN
        try:
            async with asyncio.timeout(DATABASE_TIMEOUT_S):
                await self._store(
                    inbound.NAME,
                    inbound.ACCOUNT,
                    inbound.name_event(user, frame),
                    user,
                    inbound.pack(user, language, frame),
                )
        except (NotStoredError, TimeoutError) as error:
            _log.warning("web_store_unavailable", error=type(error).__name__)
            return ErrorCode.UNAVAILABLE
        return None


def _attachment(document: FileContent) -> web.Response:
    # Saved and never shown: what is in it could be a page that speaks in our name.
    name = quote(file_name(document.name), safe="")
    disposition = f"attachment; filename*=UTF-8''{name}"
    headers = {"Content-Disposition": disposition, "Content-Type": document.media_type}
    return web.Response(body=document.content, headers=HEADERS | UNKEPT | headers)


def _is_https(request: web.Request) -> bool:
    # Behind a proxy the connection itself is plain; a forged header hurts only its sender.
    forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0]
    return request.secure or forwarded.strip().lower() == "https"

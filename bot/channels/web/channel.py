"""The web channel: who is connected, and what each page has not seen yet."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from aiohttp import WSCloseCode, web
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.web import inbound, outbound
from bot.conversation.channel import FetchFailure, Limits, Sent
from bot.conversation.events import Address, Incoming, SentFile
from bot.conversation.messages import Message

History = Callable[[str, int], Awaitable[Sequence[tuple[int, Message]]]]
"""Gives a user's messages after a number, in order; perhaps not all at once, but at least two of
several; empty at the end."""

MAX_SOCKETS = 5
"""Pages that one session may have open at the same time."""

DATABASE_ERRORS = (SQLAlchemyError, OSError)
"""What the database raises when it is away; a timeout is an OSError."""

DATABASE_TIMEOUT_S = 10.0

_CATCH_UP_S = 30.0
_RETRY_S = 2.0

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


class Connection:
    """One open page; it has its own place in the history of its user.

    Attributes:
        user: The session's address.
    """

    def __init__(self, user: str, socket: web.WebSocketResponse, history: History) -> None:
        self.user = user
        self._socket = socket
        self._history = history
        self._seen: int | None = None
        self._typing = False
        self._woken = False
        self._news = asyncio.Event()

    def resume(self, after: int) -> None:
        """Begin to push what comes after this number; only the first call counts."""
        if self._seen is None:
            self._seen = after
            self.wake()

    def wake(self) -> None:
        """Look for new messages."""
        self._woken = True
        self._news.set()

    def show_typing(self) -> None:
        """Show that an answer is being prepared."""
        self._typing = True
        self._news.set()

    async def tell(self, frame: Mapping[str, Any]) -> None:
        """Send one frame; a page that has gone resumes by itself, so nothing is raised."""
        with contextlib.suppress(ConnectionResetError):
            await self._socket.send_json(frame)

    async def close(self) -> None:
        """Say goodbye, so that the page connects again at once."""
        await self._socket.close(code=WSCloseCode.GOING_AWAY)

    async def push_forever(self) -> None:
        """Push each message of the history once and in order, until cancelled."""
        while True:
            await self._wait()
            if self._typing:
                self._typing = False
                await self.tell(outbound.typing_frame())
            if not self._woken:
                continue
            self._woken = False
            try:
                await self._push_unseen()
            except DATABASE_ERRORS as error:
                _log.warning("web_history_unavailable", error=type(error).__name__)
                await self.tell(outbound.error_frame(outbound.ErrorCode.UNAVAILABLE))
                await asyncio.sleep(_RETRY_S)
                self.wake()

    async def _wait(self) -> None:
        """Wait for news, or until it is time to look without any."""
        try:
            async with asyncio.timeout(_CATCH_UP_S):
                await self._news.wait()
        except TimeoutError:
            # A wake-up reaches only the pages of its own process.
            self._woken = True
        self._news.clear()

    async def _push_unseen(self) -> None:
        if self._seen is None:
            return
        while messages := await self._read(self._seen):
            for number, message in messages:
                await self.tell(outbound.message_frame(number, message))
                self._seen = number
            # The answer overtook the sign that announces it.
            self._typing = False
            if len(messages) == 1:
                return

    async def _read(self, after: int) -> Sequence[tuple[int, Message]]:
        async with asyncio.timeout(DATABASE_TIMEOUT_S):
            return await self._history(self.user, after)


class WebChannel:
    """Waai's own site. Implements ``bot.conversation.channel.Channel``.

    Sending writes to no socket: it wakes the user's pages, and each reads the outbox after the
    last number it has seen. So nothing is lost, doubled or out of order, whether a page is
    connected, reconnecting or closed.
    """

    name = inbound.NAME
    account = inbound.ACCOUNT
    limits = Limits(text_units=16_000, button_label=80, keeps_text=True)

    def __init__(self, history: History) -> None:
        self._history = history
        self._connections: defaultdict[str, set[Connection]] = defaultdict(set)

    def parse(self, raw: dict[str, object]) -> Incoming | None:
        """Read a stored raw event.

        Raises:
            ValueError: The event cannot be used.
        """
        return inbound.parse(raw)

    async def send(self, address: Address, message: Message, reference: str = "") -> Sent:  # noqa: ARG002 - the port's
        """Wake the user's pages; with none open it is read from the outbox on the next visit."""
        for connection in self._connections.get(address.user, ()):
            connection.wake()
        return Sent(external_id="")

    async def acknowledge(self, incoming: Incoming) -> None:
        """Show on the user's pages that an answer is being prepared."""
        for connection in self._connections.get(incoming.address.user, ()):
            connection.show_typing()

    async def fetch(self, file: SentFile, most: int) -> FetchFailure:  # noqa: ARG002 - the port's
        """Give nothing: a page sends no files."""
        return FetchFailure("no_files")

    def connect(self, user: str, socket: web.WebSocketResponse) -> Connection | None:
        """Register an open page; None if the session has ``MAX_SOCKETS`` already."""
        if len(self._connections.get(user, ())) >= MAX_SOCKETS:
            return None
        connection = Connection(user, socket, self._history)
        self._connections[user].add(connection)
        return connection

    def disconnect(self, connection: Connection) -> None:
        """Forget a page that has gone."""
        connections = self._connections[connection.user]
        connections.discard(connection)
        if not connections:
            del self._connections[connection.user]

    async def close(self) -> None:
        """Close every page's socket; used when the server stops."""
        everyone = [one for some in self._connections.values() for one in some]
        await asyncio.gather(*(connection.close() for connection in everyone))

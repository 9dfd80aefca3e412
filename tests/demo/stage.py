"""A page on loopback where a person plays an employee on a fake platform, and sees its wire.

The page knows no platform: it shows what a ``Platform`` says and hands it what the person does.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from aiohttp import WSMsgType, web

Json = dict[str, Any]

LOOK_S = 0.1
"""How often it is looked whether anything has changed."""

_HERE = Path(__file__).parent
_PARTS = ("page.css", "phone.css", "page.js", "bubbles.js", "dom.js")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"
)


class NotPossible(Exception):  # noqa: N818  # what the page tells the person, not an error of ours
    """The person asked for what cannot be done; its code is one that the page has words for."""


@dataclass(frozen=True)
class Person:
    """Somebody whom one can play.

    Attributes:
        note: What to know about them: a number, an employer.
    """

    id: str
    name: str
    note: str


@dataclass(frozen=True)
class Button:
    """A button below a message, or of the reply keyboard.

    Attributes:
        waiting: It was pressed, and the press is not answered yet.
    """

    label: str
    value: str
    waiting: bool = False


@dataclass(frozen=True)
class Row:
    """A choice of a list."""

    label: str
    value: str
    description: str = ""
    section: str = ""


@dataclass(frozen=True)
class Choices:
    """A list that a button opens."""

    button: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class File:
    """A file, with its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class Item:
    """One message of a chat, of either side.

    Attributes:
        own: The person sent it.
        at: When, in seconds since 1970.
        text: What it says.
        marks: Parts of it as ``{type, offset, length}`` in UTF-16 units, ``url`` for a link.
        kind: What an own message without a text is: ``contact``, ``voice``, ``photo``; of the
            other side's ``template``.
        ticks: Of an own message: 1 sent, 2 delivered, 3 read. Of the other side's: 0.
        header: A line above the text.
        footer: A line below it.
        is_unread: The other side wants to know whether the person has read it, who has not yet.
    """

    id: str
    own: bool
    at: int
    text: str = ""
    marks: tuple[Json, ...] = ()
    kind: str = ""
    ticks: int = 0
    is_edited: bool = False
    is_unread: bool = False
    header: str = ""
    footer: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    choices: Choices | None = None
    file: File | None = None


@dataclass(frozen=True)
class Chat:
    """A person's chat as it is now.

    Attributes:
        is_late: So long after the person's last message that only templates arrive.
        replies: The keyboard that stands in place of the letters.
        commands: What can be written with a slash, and what it does.
        can: The rarer things that this person can do now; the page knows their names.
    """

    items: tuple[Item, ...] = ()
    is_typing: bool = False
    is_blocked: bool = False
    is_late: bool = False
    replies: tuple[tuple[Button, ...], ...] = ()
    commands: tuple[tuple[str, str], ...] = ()
    can: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exchange:
    """One request on the wire and its answer.

    Attributes:
        number: Its place, from 0.
        at: Seconds since the first.
        ms: Until the answer; None while it waits.
        status: The answer's HTTP status, 0 while there is none.
        is_push: The platform asked the product (a webhook), not the other way round.
        is_poll: It waits for something to happen, so that its time says nothing.
        note: What the platform complained about.
    """

    number: int
    at: float
    method: str
    status: int
    ms: float | None
    is_push: bool = False
    is_poll: bool = False
    note: str = ""


class Platform(Protocol):
    """A fake platform, as the stage needs it."""

    @property
    def name(self) -> str:
        """``telegram``, ``whatsapp``: it chooses the colours."""

    @property
    def people(self) -> tuple[Person, ...]:
        """Whom one can play."""

    def settings(self) -> dict[str, str]:
        """The product's settings by which it finds this platform."""

    async def meet(self, url: str) -> None:
        """Take note of where the product listens."""

    def chat(self, person: str) -> Chat:
        """What a person sees."""

    def act(self, person: str, action: Json) -> None:
        """Do what a person does: ``do`` says what, the rest depends on it.

        ``say`` (``text``), ``press`` and ``choose`` (``item``, ``value``), ``reply`` (``value``),
        ``read`` (all that is unread), and each of ``Chat.can``.

        Raises:
            NotPossible: It cannot be done now.
        """

    def file(self, item: str) -> tuple[str, str, bytes]:
        """Give a message's file: its name, its media type, its content.

        Raises:
            KeyError: There is none.
        """

    def wire(self) -> tuple[Exchange, ...]:
        """The last exchanges, in order."""

    def problems(self) -> tuple[str, ...]:
        """What did not fit the platform's description."""


@dataclass
class Stage:
    """The page's server.

    Attributes:
        is_ready: The product runs.
        url: Where the page is, once served.
    """

    platform: Platform
    is_ready: bool = False
    url: str = field(default="", init=False)

    @contextlib.asynccontextmanager
    async def served(self, port: int = 0) -> AsyncIterator[str]:
        """Serve the page on loopback; gives its address."""
        app = web.Application()
        app.router.add_get("/", self._page)
        app.router.add_get("/wire", self._talk)
        app.router.add_get("/file/{item}", self._file)
        for part in _PARTS:
            app.router.add_get(f"/{part}", self._part)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self.url
        finally:
            await runner.cleanup()

    def snapshot(self) -> str:
        """Give all that the page shows, as JSON."""
        people = self.platform.people
        shown = {
            "platform": self.platform.name,
            "ready": self.is_ready,
            "people": [asdict(person) for person in people],
            "chats": {person.id: asdict(self.platform.chat(person.id)) for person in people},
            "wire": [asdict(exchange) for exchange in self.platform.wire()],
            "problems": self.platform.problems(),
        }
        return json.dumps(shown, ensure_ascii=False)

    async def _page(self, _: web.Request) -> web.StreamResponse:
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
        return web.FileResponse(_HERE / "page.html", headers=headers)

    async def _part(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_HERE / request.path[1:], headers={"Cache-Control": "no-store"})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            name, media_type, content = self.platform.file(request.match_info["item"])
        except KeyError:
            raise web.HTTPNotFound from None
        disposition = f"attachment; filename*=UTF-8''{quote(name)}"
        headers = {"Content-Disposition": disposition, "Content-Type": media_type}
        return web.Response(body=content, headers=headers)

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        # Any page of the browser may open a socket to loopback; only ours may play.
        if request.headers.get("Origin") != self.url:
            raise web.HTTPForbidden
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        showing = asyncio.create_task(self._show(socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._do(socket, json.loads(message.data))
        finally:
            showing.cancel()
        return socket

    async def _show(self, socket: web.WebSocketResponse) -> None:
        shown = ""
        while not socket.closed:
            now = self.snapshot()
            if now != shown:
                shown = now
                with contextlib.suppress(ConnectionError):
                    await socket.send_str(now)
            await asyncio.sleep(LOOK_S)

    async def _do(self, socket: web.WebSocketResponse, action: Json) -> None:
        try:
            self.platform.act(str(action.pop("person")), action)
        except NotPossible as error:
            await socket.send_json({"refused": str(error)})

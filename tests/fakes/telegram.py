"""A fake Bot API server on loopback that enforces the real limits.

    async with FakeTelegram() as telegram:
        channel = TelegramChannel(telegram.token, telegram.base_url)
        sara = telegram.user("سارة")
        sara.says("...")
        telegram.messages_to(sara)

``wire`` is the truth of what was asked and answered. Leaving the block fails where a request or
an update does not fit the Bot API's description.
"""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fakes.faults import Faults, reset
from tests.fakes.telegram_files import Upload
from tests.fakes.telegram_methods import Methods, Params
from tests.fakes.telegram_refusals import Refusal, bad
from tests.fakes.telegram_user import FakeUser
from tests.fakes.telegram_world import ShownMessage, World

__all__ = ["Call", "FakeTelegram", "FakeUser", "ShownMessage"]

_INTEGERS = {"chat_id", "message_id", "offset", "limit", "timeout", "cache_time"}
_INTEGERS |= {"max_connections", "message_thread_id"}
_JSON = {"reply_markup", "link_preview_options", "allowed_updates", "entities"}
_JSON |= {"reply_parameters", "show_alert", "drop_pending_updates", "disable_notification"}
_JSON |= {"protect_content", "allow_paid_broadcast", "commands", "scope", "caption_entities"}
_JSON |= {"disable_content_type_detection"}


_PIECE = 4096
"""Bytes of a file that are written at once."""


@dataclass
class Call:
    """One request: when it came (monotonic), what it asked, what became of it.

    Attributes:
        method: Of the Bot API, or "download" for the bytes of a file.
        took: Seconds until it was answered; None while it waits.
    """

    time: float
    method: str
    params: Params
    outcome: str = "waiting"
    took: float | None = None

    @property
    def status(self) -> int:
        """The answer's HTTP status; 0 while there is none."""
        if self.took is None:
            return 0
        return 200 if self.outcome.startswith("ok") else int(self.outcome.split()[0])


class FakeTelegram(World, Faults):
    """The server; use it as an asynchronous context manager.

    Attributes:
        wire: Every request, in order.
        deliveries: Every post to the webhook: update id and status, 0 where nobody answered.
        retry: The first and the longest pause between two posts of an update, in seconds.
    """

    def __init__(self) -> None:
        World.__init__(self)
        Faults.__init__(self)
        self.methods = Methods(self)
        self.wire: list[Call] = []
        self.deliveries: list[tuple[int, int]] = []
        self.retry = (0.02, 0.5)
        self.url = ""
        self._couriers: dict[int, asyncio.Task[None]] = {}
        self.on_update.append(self._send_couriers)
        self.methods.on_webhook.append(self._send_couriers)

    @property
    def base_url(self) -> str:
        return f"{self.url}/bot"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=0)  # the shelf says what is too large
        app.router.add_route("*", "/bot{token:[^/]*}/{method}", self._handle)
        app.router.add_get("/file/bot{token:[^/]*}/{path:.+}", self._on_download)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        for courier in self._couriers.values():
            courier.cancel()
        await asyncio.gather(*self._couriers.values(), return_exceptions=True)
        self.methods.end_poll("stop")
        await self._session.close()
        await self._runner.cleanup()
        if kind is None:
            assert not self.violations, self.violations

    def calls(self, *methods: str) -> list[Call]:
        """Give the requests to these methods, in order."""
        return [call for call in self.wire if call.method in methods]

    @property
    def refusals(self) -> list[str]:
        """What was refused, in order."""
        return [call.outcome for call in self.wire if call.status >= 400]

    async def posts(self, *updates: dict[str, Any], together: bool = False) -> list[int]:
        """Post updates to the webhook in this very order, or all at the same moment.

        Together with ``holding`` they come late, early or twice.

        Returns:
            The status of each, 0 where nobody answered.
        """
        if together:
            return [status for status, _ in await asyncio.gather(*map(self._post, updates))]
        return [(await self._post(update))[0] for update in updates]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            params = _decode(await _fields(request))
        except ValueError:
            return _respond(bad("can't parse JSON object").to_json())
        call = Call(time.monotonic(), method, params)
        self.wire.append(call)
        try:
            return await self._answer(request, call)
        finally:
            call.took = time.monotonic() - call.time

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        method = call.method
        if request.match_info["token"] != self.token:
            call.outcome = "401 Unauthorized"
            return _respond(Refusal(401, "Unauthorized").to_json())
        fault = self.take_fault(method)
        await asyncio.sleep(self.delay(method))
        if fault and not fault.cut:
            call.outcome = f"{fault.status} injected"
            return _respond(fault.body, fault.status)
        try:
            answer = {"ok": True, "result": await self.methods.call(method, call.params)}
            call.outcome = "ok"
        except Refusal as refusal:
            answer = refusal.to_json()
            call.outcome = f"{refusal.code} {refusal.description}"
        if fault:
            call.outcome += ", answer cut"
            reset(request)
        return _respond(answer)

    async def _on_download(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        call = Call(time.monotonic(), "download", {"path": path})
        self.wire.append(call)
        fault = self.take_fault("download")
        await asyncio.sleep(self.delay("download"))
        try:
            stored = self.shelf.open(path, is_ours=request.match_info["token"] == self.token)
        except Refusal as refusal:
            call.outcome, call.took = f"{refusal.code} {refusal.description}", 0.0
            return _respond(refusal.to_json())
        call.outcome, call.took = "ok", 0.0
        if fault and not fault.cut:
            call.outcome = f"{fault.status} injected"
            return _respond(fault.body, fault.status)
        return await self._give(request, stored.content, cut=fault is not None)

    async def _give(self, request: web.Request, content: bytes, *, cut: bool) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.content_length = len(content) if self.shelf.tells_sizes else None
        await answer.prepare(request)
        with contextlib.suppress(ConnectionError):  # who asked may have had enough
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                await answer.write(piece)
                self.shelf.served += len(piece)
                if cut:
                    reset(request)
        return answer

    def _send_couriers(self) -> None:
        """See that each chat with updates has somebody who posts them, in order."""
        if not self.methods.webhook_url:
            return
        for chat in {_chat_of(update) for update in self.pending.values()}:
            courier = self._couriers.get(chat)
            if courier is None or courier.done():
                self._couriers[chat] = asyncio.create_task(self._deliver(chat))

    async def _deliver(self, chat: int) -> None:
        pause, longest = self.retry
        while self.methods.webhook_url:
            waiting = [u for _, u in sorted(self.pending.items()) if _chat_of(u) == chat]
            if not waiting:
                return
            status, asked = await self._post(waiting[0])
            if 200 <= status < 300:
                self.pending.pop(waiting[0]["update_id"], None)
                pause = self.retry[0]
                continue
            # Retry-After is honoured, but not for longer than a test has time.
            await asyncio.sleep(min(max(pause, asked), longest))
            pause *= 2

    async def _post(self, update: dict[str, Any]) -> tuple[int, float]:
        secret = self.methods.webhook_secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        status, asked = 0, 0.0
        with contextlib.suppress(aiohttp.ClientError):
            async with self._session.post(
                self.methods.webhook_url, json=update, headers=headers
            ) as answer:
                status, asked = answer.status, float(answer.headers.get("Retry-After", "0"))
        self.deliveries.append((update["update_id"], status))
        return status, asked


def _chat_of(update: dict[str, Any]) -> int:
    content = next(value for value in update.values() if isinstance(value, dict))
    return int(content["from"]["id"])


async def _fields(request: web.Request) -> dict[str, Any]:
    is_json = request.content_type == "application/json"
    fields = dict(await request.json() if is_json else await request.post())
    files = {k: _upload(v) for k, v in fields.items() if isinstance(v, web.FileField)}
    return dict(request.query) | fields | files


def _upload(part: web.FileField) -> Upload:
    with part.file as file:
        return Upload(part.filename, part.content_type, file.read())


def _decode(fields: dict[str, Any]) -> Params:
    """Turn a form's strings into the values that they stand for."""
    params: Params = {}
    for key, value in fields.items():
        if not isinstance(value, str):
            params[key] = value
        elif key in _INTEGERS and value.removeprefix("-").isdecimal():
            params[key] = int(value)
        else:
            params[key] = json.loads(value) if key in _JSON else value
    return params


def _respond(body: dict[str, Any] | bytes, status: int | None = None) -> web.Response:
    if isinstance(body, bytes):
        return web.Response(status=status or 200, body=body)
    return web.json_response(body, status=status or body.get("error_code", 200))

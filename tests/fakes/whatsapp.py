"""A fake WhatsApp Cloud API on loopback that enforces the real limits.

    async with FakeWhatsApp() as whatsapp:
        channel = WhatsAppChannel(whatsapp.token, whatsapp.phone_number_id, whatsapp.base_url)
        await whatsapp.webhook.subscribe("http://127.0.0.1:8080/whatsapp/webhook", "verify token")
        sara = whatsapp.user("سارة", phone="971500000001")
        sara.says("...")
        whatsapp.messages_to(sara)

``wire`` is the truth of what was asked and answered, ``webhook.deliveries`` of what was told.
Leaving the block fails where a request or a webhook does not fit Meta's description.
"""

import asyncio
import json
import re
import secrets
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.faults import Faults, reset
from tests.fakes.whatsapp_errors import GraphError, unknown_object
from tests.fakes.whatsapp_media import StoredMedia
from tests.fakes.whatsapp_messages import mark_read, send
from tests.fakes.whatsapp_spec import problems_of_send, problems_of_webhook
from tests.fakes.whatsapp_user import FakeUser
from tests.fakes.whatsapp_webhook import Webhook
from tests.fakes.whatsapp_world import Number, ShownMessage, World

__all__ = ["Call", "FakeUser", "FakeWhatsApp", "ShownMessage"]

VERSION = "v23.0"

_MIB = 1024 * 1024
_LINK_S = 300.0
"""For so long the address of a file is good."""


@dataclass
class Call:
    """One request: when it came (monotonic), what it asked, what became of it.

    Attributes:
        method: "messages", "read" (the mark), "media", "media_url", "delete_media", "download".
        object_id: The number, or the file, that it is about.
        code: The error with which it was refused; 0 where it was not.
        status: The answer's HTTP status; 0 where there was no answer.
        took: Seconds until it was answered, or cut off; None while it waits.
    """

    time: float
    method: str
    object_id: str
    body: Any
    outcome: str = "waiting"
    code: int = 0
    status: int = 0
    took: float | None = None


class FakeWhatsApp(World, Faults):
    """The server; use it as an asynchronous context manager.

    Attributes:
        wire: Every request, in order.
        webhook: How the product is told.
        token: The access token; ``revoke_token`` and ``renew_token`` change it.
        throttle_status: The HTTP status of rate limits: documented as 400, seen as 429.
        is_status_first: Tell a message's statuses before its own answer.
        gate: What a message's answer waits for.
        tells_sizes: How large a file is stands in the answers, and before its bytes.
        elsewhere: What is named as the address of a file in place of this server's own.
    """

    def __init__(self) -> None:
        World.__init__(self)
        Faults.__init__(self)
        self.wire: list[Call] = []
        self.webhook = Webhook(self.violations)
        self.token = "EAAfake-token-of-the-tests"
        self.throttle_status = 400
        self.is_status_first = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.url = ""
        self.tells_sizes = True
        self.elsewhere = ""
        self._downloads: dict[str, tuple[StoredMedia, float]] = {}
        self.on_notice.append(self.webhook.accept)

    @property
    def base_url(self) -> str:
        return f"{self.url}/{VERSION}"

    @property
    def phone_number_id(self) -> str:
        return self.main_number.id

    async def __aenter__(self) -> Self:
        # Meta's description takes seconds to read, for which nothing that waits must be held up.
        problems_of_webhook({"entry": []})
        app = web.Application(client_max_size=110 * _MIB)
        app.router.add_post("/{version}/{id}/messages", self._on_message)
        app.router.add_post("/{version}/{id}/media", self._on_upload)
        app.router.add_get("/{version}/{id}", self._on_media_url)
        app.router.add_delete("/{version}/{id}", self._on_delete)
        app.router.add_get("/files/download/{id}", self._on_download)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        await self.webhook.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        await self.webhook.close()
        await self._runner.cleanup()
        if kind is None:
            assert not self.violations, self.violations

    def user(
        self, name: str = "سارة", phone: str = "", bsuid: str | None = None, **more: Any
    ) -> FakeUser:
        """Let somebody in who has not written yet; numbers are made up where none are given."""
        place = len(self.users)
        phone = phone or str(971_500_000_000 + place)
        bsuid = f"AE.{9_100_000_000_000 + place}" if bsuid is None else bsuid
        number = more.pop("number", self.main_number)
        user = FakeUser(self, f"person {place}", name, phone, bsuid, number, **more)
        self.users.append(user)
        return user

    def calls(self, *methods: str) -> list[Call]:
        """Give the requests of these kinds, in order."""
        return [call for call in self.wire if call.method in methods]

    def refuse_next(self, code: int, method: str | None = "messages", times: int = 1) -> None:
        """Refuse the next requests with a Graph error, without doing what they ask."""
        error = GraphError(code)
        for _ in range(times):
            self.fail_next(error.status, error.to_answer(), method)

    def revoke_token(self) -> str:
        """Let the token end; nothing passes until it is renewed. Gives the old one."""
        old, self.token = self.token, ""
        return old

    def renew_token(self) -> str:
        self.token = f"EAAtoken-{secrets.token_hex(4)}"
        return self.token

    async def _on_message(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        try:
            payload = json.loads(raw)
        except ValueError:
            payload = None
        is_mark = isinstance(payload, dict) and "status" in payload
        call = self._called(request, "read" if is_mark else "messages", payload)
        return await self._answer(request, call)

    async def _on_upload(self, request: web.Request) -> web.StreamResponse:
        fields: dict[str, Any] = {}
        if request.content_type == "multipart/form-data":
            fields |= dict(await request.post())
        file = fields.get("file")
        if isinstance(file, web.FileField):
            fields["file"] = (file.filename, file.content_type, file.file.read())
        return await self._answer(request, self._called(request, "media", fields))

    async def _on_media_url(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, self._called(request, "media_url", dict(request.query)))

    async def _on_delete(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(
            request, self._called(request, "delete_media", dict(request.query))
        )

    async def _on_download(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, self._called(request, "download", None))

    def _called(self, request: web.Request, method: str, body: Any) -> Call:
        call = Call(time.monotonic(), method, request.match_info["id"], body)
        self.wire.append(call)
        return call

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        answer: web.StreamResponse
        fault = None
        try:
            self._check_token(request)
            fault = self.take_fault(call.method)
            await asyncio.sleep(self.delay(call.method))
            if fault and not fault.cut:
                answer = _respond(fault.body, fault.status)
                call.outcome, call.code = "injected", _code_of(fault.body)
            else:
                answer, call.outcome = await self._do(call), "ok"
        except GraphError as error:
            status = self.throttle_status if error.code in (130429, 131056) else error.status
            answer = _respond(error.to_answer(), status)
            call.outcome, call.code = str(error), error.code
        if fault and fault.cut:
            call.outcome += ", answer cut"
            reset(request)
        else:
            call.status = answer.status
        call.took = time.monotonic() - call.time
        return answer

    def _check_token(self, request: web.Request) -> None:
        version = request.match_info.get("version", VERSION)
        if not re.fullmatch(r"v\d+\.0", version):
            raise GraphError(100, f"Unknown path components: /{version}")
        if not self.token or request.headers.get("Authorization") != f"Bearer {self.token}":
            raise GraphError(190, "Error validating access token: Session has expired", subcode=463)

    async def _do(self, call: Call) -> web.StreamResponse:
        if call.method in ("messages", "read"):
            return web.json_response(await self._message(call))
        if call.method == "media":
            return web.json_response({"id": self._upload(call).id})
        if call.method == "download":
            return self._download(call.object_id)
        media = self.media.get(call.object_id)
        if call.body.get("phone_number_id", media.number_id) != media.number_id:
            raise unknown_object(call.object_id)
        if call.method == "delete_media":
            del self.media.files[media.id]
            return web.json_response({"success": True})
        key = f"{media.id}-{len(self._downloads)}"
        self._downloads[key] = media, time.monotonic() + _LINK_S
        size = {"file_size": str(len(media.content))} if self.tells_sizes else {}
        more = {"url": self.elsewhere or f"{self.url}/files/download/{key}"}
        more |= {"messaging_product": "whatsapp"}
        return web.json_response(media.properties | size | more)

    def _download(self, key: str) -> web.Response:
        found, until = self._downloads.get(key, (None, 0.0))
        if found is None or found.is_expired or time.monotonic() > until:
            raise GraphError(100, "Media not found", status=404)
        answer = web.Response(body=found.content, content_type=found.mime)
        if not self.tells_sizes:
            answer.enable_chunked_encoding()
        return answer

    def end_links(self) -> None:
        """Let the addresses of files grow too old."""
        self._downloads = {key: (media, 0.0) for key, (media, _) in self._downloads.items()}

    async def _message(self, call: Call) -> dict[str, Any]:
        number = self._number(call)
        if not isinstance(call.body, dict):
            raise GraphError(100, "The request body is not valid JSON")
        if call.body.get("messaging_product") != "whatsapp":
            raise GraphError(100, "The parameter messaging_product is required.")
        try:
            if call.method == "read":
                return mark_read(self, call.body)
            answer, message = send(self, number, call.body)
        finally:
            self.violations += problems_of_send(call.body)
        if self.is_status_first:
            await self.webhook.flush(message.user.key if message.user else message.address)
        await self.gate.wait()
        return answer

    def _upload(self, call: Call) -> StoredMedia:
        number = self._number(call)
        if call.body.get("messaging_product") != "whatsapp":
            raise GraphError(100, "The parameter messaging_product is required.")
        if not isinstance(call.body.get("file"), tuple):
            raise GraphError(100, "The parameter file is required.")
        filename, mime, content = call.body["file"]
        call.body["file"] = f"{filename}, {mime}, {len(content)} bytes"
        return self.media.add(number.id, mime, content, filename)

    def _number(self, call: Call) -> Number:
        if call.object_id not in self.numbers:
            raise unknown_object(call.object_id)
        return self.numbers[call.object_id]


def _respond(body: dict[str, Any] | bytes, status: int) -> web.Response:
    if isinstance(body, bytes):
        return web.Response(status=status, body=body)
    return web.json_response(body, status=status)


def _code_of(body: dict[str, Any] | bytes) -> int:
    return int(body.get("error", {}).get("code", 0)) if isinstance(body, dict) else 0

"""The webhook: authentic, taken apart, stored, committed, and only then 200."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re

import structlog
from aiohttp import hdrs, web

from bot.channels.reading import RETRY_AFTER, Handler, Keep, json_object, read_body
from bot.channels.whatsapp.unpacking import unpack, unusable_event
from bot.errors import NotStoredError
from bot.records.arrivals import NewEvent

PATH = "/whatsapp/webhook"
MAX_BODY = 3 * 1024 * 1024
"""https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview"""

_READ_S = 20.0
_SIGNATURE_HEADER = "X-Hub-Signature-256"
_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,256}")

_log = structlog.get_logger(__name__)


def add_routes(
    app: web.Application, account: str, app_secret: str, verify_token: str, keep: Keep
) -> None:
    """Add both methods of the webhook.

    Args:
        app: What answers.
        account: The id of our phone number.
        app_secret: What WhatsApp signs with.
        verify_token: What it says when the webhook is set up.
        keep: Returns after the commit.

    Raises:
        ValueError: A secret is empty: anybody could post events.
    """
    app.router.add_get(PATH, handshake(verify_token), allow_head=False)
    app.router.add_post(PATH, handler(app_secret, account, keep))


def handshake(verify_token: str) -> Handler:
    """Make the handler of GET, which answers when the webhook is set up.

    Raises:
        ValueError: The token is empty.
    """
    if not verify_token:
        raise ValueError("a webhook needs a token")
    expected = verify_token.encode()

    async def answer(request: web.Request) -> web.Response:
        asked = request.query
        shown = asked.get("hub.verify_token", "").encode("utf-8", "surrogateescape")
        known = hmac.compare_digest(shown, expected)
        challenge = asked.get("hub.challenge", "")
        if not known or asked.get("hub.mode") != "subscribe":
            _log.warning("whatsapp_handshake_refused")
            return web.Response(status=403)
        if not _CHALLENGE.fullmatch(challenge):
            return web.Response(status=400)
        return web.Response(text=challenge, headers={"X-Content-Type-Options": "nosniff"})

    return answer


def handler(app_secret: str, account: str, keep: Keep) -> Handler:
    """Make the handler of POST.

    Raises:
        ValueError: The secret is empty.
    """
    if not app_secret:
        raise ValueError("a webhook needs a secret")
    secret = app_secret.encode()

    async def receive(request: web.Request) -> web.Response:
        body = await _authentic(request, secret)
        if isinstance(body, web.Response):
            return body
        try:
            await keep(_events(body, account))
        except NotStoredError:  # WhatsApp brings it again
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
        return web.Response()

    return receive


async def _authentic(request: web.Request, secret: bytes) -> bytes | web.Response:
    """Read a body that is signed; the refusal of any other."""
    shown = _SIGNATURE.fullmatch(request.headers.get(_SIGNATURE_HEADER, ""))
    if shown is None:
        return _refused(401, "signature")
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        # What is signed is what came, and aiohttp would give it unpacked.
        return _refused(415, "encoding")
    try:
        async with asyncio.timeout(_READ_S):
            body = await read_body(request, MAX_BODY)
    except TimeoutError:
        return _refused(408, "slow")
    except web.RequestPayloadError:
        return _refused(400, "broken")
    if body is None:
        return _refused(413, "size")
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return body if hmac.compare_digest(shown[1], signature) else _refused(401, "signature")


def _events(body: bytes, account: str) -> list[NewEvent]:
    read = json_object(body)
    if read is None:
        _log.warning("whatsapp_webhook_unusable", bytes=len(body))
        # Refused, it would be sent again for days.
        return [unusable_event(body, account)]
    return unpack(read[0], account)


def _refused(status: int, reason: str) -> web.Response:
    _log.warning("whatsapp_webhook_refused", reason=reason)
    return web.Response(status=status)

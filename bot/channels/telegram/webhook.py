"""The webhook: authentic, stored, committed, and only then 200."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.channel import TelegramChannel, pause_after
from bot.channels.telegram.inbound import key_of, unusable
from bot.channels.telegram.requests import Pauses
from bot.errors import ConfigurationError

PATH = "/telegram/webhook"
MAX_BODY = 1024 * 1024
"""Bytes; an update is a few kilobytes."""

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
_MAX_DEPTH = 64
_RETRY_AFTER = "5"
_READ_SIZE = 64 * 1024

Store = Callable[[dict[str, object]], Awaitable[bool]]
"""Stores a raw update, or what ``unusable`` made, and commits; False if it was there already."""

Handler = Callable[[web.Request], Awaitable[web.Response]]

_log = structlog.get_logger(__name__)


def handler(secret: str, store: Store) -> Handler:
    """Make the handler of ``POST /telegram/webhook``.

    Args:
        secret: What ``set_webhook`` told Telegram.
        store: Returns after the commit.

    Raises:
        ValueError: The secret is empty: anybody could post updates.
    """
    if not secret:
        raise ValueError("a webhook needs a secret")
    expected = secret.encode()

    async def receive(request: web.Request) -> web.Response:
        shown = request.headers.get(_SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(shown, expected):
            _log.warning("telegram_webhook_refused", reason="secret")
            return web.Response(status=401)
        try:
            body = await _read(request)
        except web.RequestPayloadError:  # broken on its way: it comes again
            _log.warning("telegram_webhook_refused", reason="broken")
            return web.Response(status=400)
        if body is None:
            _log.warning("telegram_webhook_refused", reason="size")
            return web.Response(status=413)
        update = _update(body)
        if update is None:
            # Refused, it would be sent again and again, and hold up its chat.
            update = unusable(body)
            _log.warning("telegram_webhook_unusable", key=key_of(update))
        try:
            await store(update)
        except (SQLAlchemyError, OSError) as error:  # the database is down: Telegram asks again
            # Without the trace, which would show the update.
            _log.error("telegram_webhook_not_stored", error=type(error).__name__)
            return web.Response(status=503, headers={"Retry-After": _RETRY_AFTER})
        return web.Response()

    return receive


async def announce(
    channel: TelegramChannel, url: str, secret: str, pauses: Pauses | None = None
) -> None:
    """Have updates posted to ``url``, however long Telegram can't be reached; never returns.

    Raises:
        ConfigurationError: Telegram refused the address.
    """
    failures = 0
    while True:
        try:
            await channel.set_webhook(url, secret)
            await asyncio.Event().wait()
        except BadRequest as error:
            raise ConfigurationError(
                f"Telegram refuses TELEGRAM_WEBHOOK_URL ({error.message})."
            ) from None
        except TelegramError as error:
            failures += 1
            pause = pause_after(error, failures, pauses or Pauses())
            _log.warning("telegram_webhook_not_set", error=type(error).__name__, pause=pause)
            await asyncio.sleep(pause)


async def _read(request: web.Request) -> bytes | None:
    """Read the body, unpacked if it came packed; None if it is too large."""
    if (request.content_length or 0) > MAX_BODY:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(_READ_SIZE):
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _update(body: bytes) -> dict[str, object] | None:
    """Read an update that can be stored; None for anything else."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse)
        if not isinstance(value, dict) or _is_deep(value):
            return None
        # An escaped half of a surrogate pair is JSON, but no database stores it.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    update_id = value.get("update_id")
    return value if isinstance(update_id, int) and not isinstance(update_id, bool) else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _is_deep(value: Any) -> bool:
    level: list[Any] = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            child
            for holder in level
            if isinstance(holder, dict | list)
            for child in (holder.values() if isinstance(holder, dict) else holder)
        ]
        if not level:
            return False
    return True

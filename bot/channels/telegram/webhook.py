"""The webhook: authentic, stored, committed, and only then 200."""

from __future__ import annotations

import asyncio
import hmac
import json
import re

import structlog
from aiohttp import web
from telegram.error import BadRequest, TelegramError

from bot.channels.reading import RETRY_AFTER, Handler, Keep, json_object, read_body, unusable
from bot.channels.telegram.channel import TelegramChannel, pause_after
from bot.channels.telegram.inbound import key_of, user_of
from bot.channels.telegram.requests import Pauses
from bot.conversation.events import Address
from bot.errors import ConfigurationError, NotStoredError
from bot.records.arrivals import NewEvent

PATH = "/telegram/webhook"
MAX_BODY = 1024 * 1024
"""Bytes; an update is a few kilobytes."""

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

_log = structlog.get_logger(__name__)


def handler(secret: str, account: str, keep: Keep) -> Handler:
    """Make the handler of ``POST /telegram/webhook``.

    Args:
        secret: What ``set_webhook`` told Telegram.
        account: The bot's id.
        keep: Returns after the commit.

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
            body = await read_body(request, MAX_BODY)
        except web.RequestPayloadError:  # broken on its way: it comes again
            _log.warning("telegram_webhook_refused", reason="broken")
            return web.Response(status=400)
        if body is None:
            _log.warning("telegram_webhook_refused", reason="size")
            return web.Response(status=413)
        update, text = _update(body) or _unusable(body)
        try:
            sender = Address("telegram", account, user_of(update))
            await keep([NewEvent(sender, key_of(update), text)])
        except NotStoredError:  # Telegram brings it again
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
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


def _update(body: bytes) -> tuple[dict[str, object], str] | None:
    """Read an update that can be stored, and the text that it is; None for anything else."""
    read = json_object(body)
    if read is None:
        return None
    value, text = read
    try:
        if _SURROGATE.search(text):
            # An escaped half of a surrogate pair is JSON, but no database stores it.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except ValueError:
        return None
    update_id = value.get("update_id")
    is_usable = isinstance(update_id, int) and not isinstance(update_id, bool)
    return (value, text) if is_usable else None


def _unusable(body: bytes) -> tuple[dict[str, object], str]:
    # Refused, it would be sent again and again, and hold up its chat.
    update = unusable(body)
    _log.warning("telegram_webhook_unusable", key=key_of(update))
    return update, json.dumps(update)

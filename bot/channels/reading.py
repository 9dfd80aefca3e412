"""What the doors of platforms share: bodies, fields, typed commands."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NoReturn

from aiohttp import ClientResponse, web

from bot.conversation.events import Command, Text
from bot.records.arrivals import NewEvent

Keep = Callable[[Sequence[NewEvent]], Awaitable[Sequence[bool]]]
"""Commits events, all or none; raises NotStoredError."""

Handler = Callable[[web.Request], Awaitable[web.Response]]

RETRY_AFTER = "5"
"""Seconds after which a platform may bring again what could not be stored."""

MAX_RAW = 64 * 1024
"""Bytes kept of a body that cannot be used."""

_MAX_DEPTH = 64
_MAX_HOLDERS = 100_000
"""Objects and lists of one body: each costs many times what it takes as text."""

_READ_SIZE = 64 * 1024
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


async def read_body(carrier: web.Request | ClientResponse, most: int) -> bytes | None:
    """Read a body, unpacked if it came packed; None if it is too large, and no further then.

    Args:
        carrier: The request or the answer, whose body was not read.
        most: Bytes that it may have.

    Raises:
        RequestPayloadError, ClientPayloadError: It broke on its way.
    """
    if (carrier.content_length or 0) > most:
        return None
    body = bytearray()
    async for chunk in carrier.content.iter_chunked(_READ_SIZE):
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


def json_object(body: bytes) -> tuple[dict[str, object], str] | None:
    """Read an object, and the text that it is; None for what is none or is nested too much."""
    try:
        text = body.decode("utf-8")
        holders = text.count("{") + text.count("[")
        if holders > _MAX_HOLDERS:
            return None
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or (holders > _MAX_DEPTH and _is_deep(value)):
        return None
    return value, text


def unusable(body: bytes) -> dict[str, object]:
    """Wrap a body that is no event, so that it can be stored, and is then quarantined."""
    text = body[:MAX_RAW].decode("utf-8", "replace")
    return {"raw": text, "sha256": hashlib.sha256(body).hexdigest()}


def text_or_command(text: str) -> Text | Command:
    """Read what a person typed: ``/start abc`` is a command."""
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Text(text)
    return Command(command[1].lower(), (command[2] or "").strip())


def object_of(holder: Mapping[str, object], key: str) -> dict[str, Any]:
    """Give a field that must be an object.

    Raises:
        KeyError, TypeError: It is missing, or is none.
    """
    value = holder[key]
    if not isinstance(value, dict):
        raise TypeError(f"{key} is no object")
    return value


def string_of(holder: Mapping[str, object], key: str) -> str:
    """Give a field that must be a string.

    Raises:
        KeyError, TypeError: It is missing, or is none.
    """
    value = holder[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is no string")
    return value


def integer_of(holder: Mapping[str, object], key: str) -> int:
    """Give a field that must be an integer.

    Raises:
        KeyError, TypeError: It is missing, or is none.
    """
    value = holder[key]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{key} is no integer")
    return value


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

"""The log: one line an event, ids only, and a last net for what must never be in it."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

_TOKEN = re.compile(r"\d{6,}:[\w-]{30,}")
_PHONE = re.compile(r"(?<!\w)(?:\+|00)?\d(?:[ \-().]{0,2}\d){8,14}(?!\w)")
_SECRET_MASK, _PHONE_MASK = "[token]", "[number]"
_SMALLEST_PHONE = 10**8

_TALKATIVE = ("alembic", "httpx", "rasa_sdk")
"""Alembic and the SDK tell in prose what they do; httpx logs each address that it calls, and
Telegram's holds the bot's token."""

_TIMESTAMP = structlog.processors.TimeStamper(fmt="iso", utc=True)


def configure(
    stream: TextIO | None = None, *, json: bool | None = None, level: str = "INFO"
) -> None:
    """Set up the log of this process, the standard library's loggers included.

    Args:
        stream: Where lines go; standard error if None.
        json: One JSON object a line; None: unless the stream is a terminal.
        level: The least level that is written.
    """
    target = stream or sys.stderr
    as_json = not target.isatty() if json is None else json
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                _TIMESTAMP,
                _renderer(as_json=as_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask whatever looks like a phone number or a Telegram token, in any value."""
    return {key: _masked(value) for key, value in event.items()}


def _renderer(*, as_json: bool) -> Processor:
    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)


def _masked(value: Any) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return _PHONE_MASK if abs(value) >= _SMALLEST_PHONE else value
    if isinstance(value, dict):
        return {_masked(key): _masked(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(entry) for entry in value]
    text = value if isinstance(value, str) else repr(value)
    return _PHONE.sub(_PHONE_MASK, _TOKEN.sub(_SECRET_MASK, text))

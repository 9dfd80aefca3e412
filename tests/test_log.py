from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.log import configure, redact

TOKEN = "123456789:AAExample-Token_of_35_characters_ab"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_where_no_person_looks() -> None:
    stream = io.StringIO()
    configure(stream)
    structlog.stdlib.get_logger("bot.x").info("inbox_event", event_id=7, outcome="done", ms=1.25)
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "inbox_event",
        "event_id": 7,
        "outcome": "done",
        "ms": 1.25,
        "level": "info",
        "logger": "bot.x",
    }


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_person_at_a_terminal_gets_no_json() -> None:
    stream = Terminal()
    configure(stream)
    structlog.stdlib.get_logger().info("started", port=8080)
    assert "started" in stream.getvalue()
    with pytest.raises(json.JSONDecodeError):
        json.loads(stream.getvalue())


@pytest.mark.parametrize("as_json", [True, False])
def test_the_standard_librarys_loggers_go_the_same_way_and_are_masked(as_json: bool) -> None:  # noqa: FBT001 - a parameter of the test
    stream = io.StringIO()
    configure(stream, json=as_json)
    logger = logging.getLogger("some.library")
    logger.debug("not written")
    logger.warning("POST https://api.telegram.org/bot%s/send to %s", TOKEN, "+971 50 123 4567")
    try:
        int(TOKEN)
    except ValueError:
        logger.exception("failed")
    written = stream.getvalue()
    assert "some.library" in written
    assert "ValueError" in written
    assert TOKEN not in written
    assert "4567" not in written
    assert "not written" not in written
    assert "/bot[token]/send to [number]" in written


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("httpx", "HTTP Request: POST https://example.org"),
        ("alembic.runtime.migration", "Context impl SQLiteImpl."),
        ("rasa_sdk.executor", "Registered function for 'action_help'."),
    ],
)
def test_libraries_do_not_tell_what_they_do(name: str, line: str) -> None:
    stream = io.StringIO()
    configure(stream, level="DEBUG")
    logging.getLogger(name).info(line)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    "value",
    [
        "+971501234567",
        "00971 50 123 4567",
        "050-123-4567",
        "(050) 123.4567",
        "٠٥٠١٢٣٤٥٦٧",
        "call 0501234567!",
        971501234567,
        -1001234567890,
        ["0501234567"],
        {"to": ("x", {"0501234567"})},
        {"0501234567": 1},
        TOKEN,
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        ValueError(f"bad {TOKEN}"),
    ],
)
def test_what_looks_like_a_number_or_a_token_is_masked(value: object) -> None:
    masked = json.dumps(redact(None, "info", {"value": value}), ensure_ascii=False)
    assert "[number]" in masked or "[token]" in masked
    for secret in ("1234567", "123 4567", "123.4567", "٤٥٦٧", "Example-Token"):
        assert secret not in masked


@pytest.mark.parametrize(
    "value",
    [
        7,
        12345678,
        1.23456789012,
        True,
        None,
        "a1b2c3d4e5f60718293a4b5c6d",
        "2026-11-20",
        "1001",
        "12:30:45",
    ],
)
def test_ids_dates_and_figures_stay(value: object) -> None:
    assert redact(None, "info", {"value": value}) == {"value": value}

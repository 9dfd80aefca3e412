"""A platform that takes every message, as cheaply as can be: ``python -m tests.support.platform``.

It answers as WhatsApp's Graph API and Telegram's Bot API do, enforces nothing, and writes the
moment and the recipient of each message to a wire log. Prints its URL when it is ready; stops when
it is killed. Where limits count, ``tests/fakes`` enforce them.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import uvloop

from bot.settings import ROOT

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_WHATSAPP = re.compile(rb'"(?:to|recipient)": ?"([^"]+)"')
_TELEGRAM = re.compile(rb"chat_id=(-?\d+)|name=\"chat_id\"\r\n\r\n(-?\d+)")
_ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"waai","username":"waai_bot"}}'
_DONE = b'{"ok":true,"result":true}'
_HEAD_END = b"\r\n\r\n"


class _Connection(asyncio.Protocol):
    """One kept connection; requests come one after the other."""

    def __init__(self, wire: int, pause_s: float) -> None:
        self._wire = wire
        self._pause_s = pause_s
        self._received = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own is none of asyncio's classes.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while _HEAD_END in self._received:
            head, _, rest = self._received.partition(_HEAD_END)
            length = _LENGTH.search(head)
            size = int(length[1]) if length else 0
            if len(rest) < size:
                return
            self._received = rest[size:]
            body = self._take(head.partition(b" HTTP/")[0], rest[:size])
            asyncio.get_running_loop().call_later(self._pause_s, self._answer, body)

    def _take(self, what: bytes, body: bytes) -> bytes:
        if what.endswith(b"/messages"):
            return self._note(_WHATSAPP.search(body), b'{"messages":[{"id":"wamid.%d"}]}')
        if what.endswith((b"/sendMessage", b"/editMessageText", b"/editMessageReplyMarkup")):
            said = (
                b'{"ok":true,"result":{"message_id":%d,"date":1,"chat":{"id":1,"type":"private"}}}'
            )
            return self._note(_TELEGRAM.search(body), said)
        return _ME if what.endswith(b"/getMe") else _DONE

    def _note(self, recipient: re.Match[bytes] | None, answer: bytes) -> bytes:
        assert recipient is not None
        user = next(group for group in recipient.groups() if group)
        os.write(self._wire, b"%.6f %s\n" % (time.monotonic(), user))
        return answer % time.monotonic_ns()

    def _answer(self, body: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._transport.write(head % len(body) + body)


async def _serve(wire: Path, pause_s: float) -> None:
    log = os.open(wire, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(log, pause_s), "127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


@contextlib.contextmanager
def platform(wire: Path, pause_s: float = 0) -> Iterator[str]:
    """Run one for the block, in a process of its own.

    Args:
        wire: Where it writes ``<seconds> <recipient>`` for each message.
        pause_s: How long an answer takes.

    Yields:
        Its URL.
    """
    command = [sys.executable, "-m", __name__, str(wire), "--pause", str(pause_s)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().decode().strip()
        finally:
            process.kill()


def sent_on(wire: Path) -> list[tuple[float, str]]:
    """Read a wire log: when each message came, and to whom it went."""
    lines = wire.read_text().splitlines() if wire.exists() else []
    return [(float(moment), user) for moment, _, user in (line.partition(" ") for line in lines)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wire", type=Path, help="the file of the wire log")
    parser.add_argument("--pause", type=float, default=0, help="seconds that an answer takes")
    options = parser.parse_args()
    uvloop.run(_serve(options.wire, options.pause))


if __name__ == "__main__":
    main()

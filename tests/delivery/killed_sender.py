"""The outbox over a wire that is a file: started and killed by ``test_killed_senders``.

Usage: ``python killed_sender.py DATABASE_URL WIRE_FILE RATE IN_FLIGHT [STOP_FILE]``. Each line of
the wire has the process's id and the recipient. With a STOP_FILE the process makes that file and
stands still when it is about to send for the first time.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from datetime import timedelta
from pathlib import Path

from bot.conversation.channel import SendOutcome, Sent
from bot.conversation.clock import SystemClock
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.log import configure
from bot.records.database import Database
from tests.delivery.wire import ACCOUNT, WireChannel

LEASE = timedelta(seconds=3)


class _SlowWire(WireChannel):
    """Takes a message at once and says so later, as platforms do."""

    def __init__(self, path: Path, stop: Path | None) -> None:
        super().__init__()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._stop = stop

    async def send(self, address: Address, message: Message, reference: str = "") -> SendOutcome:  # noqa: ARG002 - the port's
        if self._stop is not None:
            self._stop.touch()
            # All of the process, so that no time-out of its own ends it.
            signal.pause()
        os.write(self._file, f"{os.getpid()} {address.user}\n".encode())
        await asyncio.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - guards nothing
        return Sent(address.user)


async def _run(url: str, wire: _SlowWire, rate: float, in_flight: int) -> None:
    worker = OutboxWorker(
        Database(url),
        {("wire", ACCOUNT): wire},
        SystemClock(),
        policies={("wire", ACCOUNT): Policy(rate, rate / 4)},
        in_flight=in_flight,
        lease=LEASE,
    )
    await worker.run()


configure(level="WARNING")
given = _SlowWire(Path(sys.argv[2]), Path(sys.argv[5]) if sys.argv[5:] else None)
asyncio.run(_run(sys.argv[1], given, float(sys.argv[3]), int(sys.argv[4])))

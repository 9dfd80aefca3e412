"""The inbox and the outbox over a wire that is a file: started and killed by ``test_kill``.

Usage: ``python killed_program.py DATABASE_URL WIRE_FILE``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot.conversation.clock import SystemClock
from bot.conversation.events import Incoming, Text
from bot.conversation.messages import Message
from bot.delivery.inbox import InboxWorker
from bot.delivery.outbox import OutboxWorker
from bot.log import configure
from bot.records.database import Database
from tests.delivery.wire import ACCOUNT, FileWireChannel, said

LEASE = timedelta(seconds=3)


async def _answer(incoming: Incoming, _event_id: int) -> Sequence[Message]:
    await asyncio.sleep(0.002)
    assert isinstance(incoming.content, Text)
    return [said(incoming.content.text)]


async def _run(url: str, wire: Path) -> None:
    database, clock = Database(url), SystemClock()
    channels = {("wire", ACCOUNT): FileWireChannel(wire)}
    outbox = OutboxWorker(database, channels, clock, in_flight=16, lease=LEASE)
    inbox = InboxWorker(
        database,
        channels,
        _answer,
        clock,
        apology=lambda _: said("sorry"),
        wake_outbox=outbox.notify,
        lease=LEASE,
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(inbox.run())
        group.create_task(outbox.run())


configure(level="WARNING")
asyncio.run(_run(sys.argv[1], Path(sys.argv[2])))

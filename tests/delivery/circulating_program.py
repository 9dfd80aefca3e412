"""What sends circulars and its outbox, over a wire that is a file: started and killed by tests.

Usage: ``python circulating_program.py DATABASE_URL WIRE_FILE``; without a wire nothing is sent.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from bot.conversation.clock import SystemClock
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.domain.reach import Door
from bot.log import configure
from bot.records.database import Database
from tests.delivery.wire import ACCOUNT, FileWireChannel
from tests.support.circulating import Circulating

LEASE = timedelta(seconds=3)
DOOR = ("wire", ACCOUNT)
SLOW = Policy(per_second=300, burst=50)
"""So that a kill meets it at work."""


async def _run(url: str, wire: Path | None) -> None:
    office = Circulating(Database(url), moment=None, page=500, doors={DOOR: Door(None, 1000)})
    async with asyncio.TaskGroup() as group:
        group.create_task(office.run())
        if wire is not None:
            channels = {DOOR: FileWireChannel(wire)}
            outbox = OutboxWorker(
                office.database, channels, SystemClock(), policies={DOOR: SLOW}, lease=LEASE
            )
            group.create_task(outbox.run())


configure(level="WARNING")
asyncio.run(_run(sys.argv[1], Path(sys.argv[2]) if sys.argv[2:] else None))

"""How fast a circular goes out: ``python -m benchmarks.sending --help``.

Queues a message to each of many, or begins a circular for them, starts worker processes on a
database of their own, and lets them send over HTTP to a stand-in for the platform that takes
everything, in a process of its own. Says figures and judges none, but that each got the message.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.conversation.events import Address
from bot.domain.circulars import DeliveryState
from bot.records.circular_rows import Delivery
from bot.records.database import Database
from tests.support.bulk import is_any_open, queue_to_many, states
from tests.support.circulating import Circulating, add_employees
from tests.support.platform import platform, sent_on
from tests.support.postgres import running_postgres
from tests.support.sender import ACCOUNT, BOT, sender

_FIRST = 971_500_000_000
"""A number on WhatsApp, or a chat on Telegram; the others follow it."""


@contextlib.contextmanager
def _database(kind: str, folder: Path, *, durable: bool) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/waai.db"
        return
    with running_postgres(durable=durable) as url:
        yield url


async def _prepared(url: str, options: argparse.Namespace) -> Database:
    database = Database(url)
    await database.migrate()
    account = ACCOUNT if options.channel == "whatsapp" else BOT
    users = [str(_FIRST + number) for number in range(options.recipients)]
    if options.circular:
        office = Circulating(database, moment=None)
        await office.staff()
        door, now = (options.channel, account), office.now()
        await add_employees(database, users, now, door=door, wrote_at=now)
        known = await office.begin(urgent=True)
        await office.expand(known.id)
        return database
    await queue_to_many(database, [Address(options.channel, account, user) for user in users])
    return database


async def _drained(database: Database, options: argparse.Namespace) -> None:
    deadline = time.monotonic() + options.recipients / 50 + 60
    while await _is_left(database):
        if time.monotonic() > deadline:
            raise TimeoutError("not all are sent")
        await asyncio.sleep(0.25)


async def _is_left(database: Database) -> bool:
    async with database.reading() as session:
        planned = select(Delivery.id).where(Delivery.state == DeliveryState.PLANNED).limit(1)
        if (await session.execute(planned)).first() is not None:
            return True
    return await is_any_open(database)


async def _deliveries(database: Database) -> dict[str, int]:
    """Count a circular's deliveries by how far they are."""
    counted = select(Delivery.state, func.count()).group_by(Delivery.state)
    async with database.reading() as session:
        return {state.value: count for state, count in await session.execute(counted)}


async def _measure(url: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    database = await _prepared(url, options)
    wire = folder / "wire.log"
    with contextlib.ExitStack() as stack:
        api = stack.enter_context(platform(wire))
        for number in range(options.processes):
            arguments = [options.channel, url, api, "--in-flight", str(options.in_flight)]
            if options.circular:
                arguments.append("--circulate")
            if options.profile:
                arguments += ["--profile", f"{options.profile}.{number}"]
            stack.enter_context(sender(*arguments))
        await _drained(database, options)
        counted = await (_deliveries if options.circular else states)(database)
        await database.dispose()
    sent = sent_on(wire)
    times = Counter(user for _, user in sent)
    moments = sorted(moment for moment, _ in sent)
    seconds = moments[-1] - moments[0]
    return {
        "deliveries_a_second": round(len(times) / seconds, 1),
        "seconds": round(seconds, 2),
        "states": counted,
        "recipients_reached": len(times),
        "sent_twice": len(sent) - len(times),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.sending")
    parser.add_argument("channel", choices=["whatsapp", "telegram"])
    parser.add_argument("database", choices=["sqlite", "postgresql"])
    parser.add_argument("--recipients", type=int, default=20_000)
    parser.add_argument("--processes", type=int, help="1 on SQLite, 2 on PostgreSQL if not given")
    parser.add_argument("--in-flight", type=int, default=64, help="sends at once, a process")
    parser.add_argument(
        "--circular", action="store_true", help="a whole circular, poured and followed meanwhile"
    )
    parser.add_argument("--durable", action="store_true", help="PostgreSQL with fsync")
    parser.add_argument("--profile", help="a file for what took the time, a process")
    options = parser.parse_args()
    options.processes = options.processes or (1 if options.database == "sqlite" else 2)
    with (
        tempfile.TemporaryDirectory() as folder,
        _database(options.database, Path(folder), durable=options.durable) as url,
    ):
        print(json.dumps(asyncio.run(_measure(url, options, Path(folder)))))


if __name__ == "__main__":
    main()

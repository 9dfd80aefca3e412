"""How fast a circular's recipients are written down: ``python -m benchmarks.circulars --help``.

An employer with many employees, most of them on Telegram, on SQLite and on PostgreSQL, each on a
database of its own: foresees whom a circular reaches, writes the recipients down, and puts all
their messages into the outbox. Says figures and judges none, but that everybody is there once.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from dataclasses import replace

import uvloop
from sqlalchemy import func, select, update

from bot.records.base import table_of
from bot.records.circular_rows import Delivery
from bot.records.database import Database
from bot.records.outbox import OutboxMessage, OutboxState
from tests.support.circulating import TELEGRAM, Circulating, add_employees, new_circular
from tests.support.postgres import running_postgres

_UNREACHED = 0.1
_KIB = 1024


async def _measure(url: str, people: int) -> None:
    database = Database(url)
    await database.migrate()
    office = Circulating(database)
    await office.staff()
    numbers = [f"{number:06}" for number in range(people)]
    some = int(people * _UNREACHED)
    await add_employees(database, numbers[some:], office.now(), door=TELEGRAM)
    await add_employees(database, [f"x{number}" for number in numbers[:some]], office.now())
    office.doors[TELEGRAM] = replace(office.doors[TELEGRAM], per_second=1000)
    known = await office.writing.create(office.hr, new_circular())

    started = time.perf_counter()
    plan = await office.plans.plan(office.hr, known.id, office.doors, office.speaker)
    _say("foreseen", plan.recipients, started)

    await office.course.send(office.hr, known.id)
    await office.circulation.start_due()
    started = time.perf_counter()
    await office.expand(known.id)
    async with database.reading() as session:
        written = await session.scalar(select(func.count()).select_from(Delivery)) or 0
    _say("written down", written, started)
    _make_sure(written == people)

    started = time.perf_counter()
    poured = 0
    while count := await office.pour(known.id):
        poured += count
        # The platform takes them at once, or there would be no room for more.
        async with database.transaction() as session:
            await session.execute(
                update(table_of(Delivery)).where(Delivery.state == "queued").values(state="sent")
            )
    _say("poured", poured, started)
    async with database.reading() as session:
        queued = select(func.count()).where(OutboxMessage.state == OutboxState.QUEUED)
        _make_sure(await session.scalar(queued) == people - some)
    await database.dispose()


def _make_sure(is_so: bool) -> None:  # noqa: FBT001 - private
    if not is_so:
        raise SystemExit("somebody is missing, or there twice")


def _say(what: str, count: int, started: float) -> None:
    seconds = time.perf_counter() - started
    print(f"  {what:<14}{count} in {seconds:.1f} s, {count / seconds:.0f}/s")


def main() -> None:
    """Measure both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite")
        uvloop.run(_measure(f"sqlite:///{folder}/waai.db", options.people))
    with running_postgres(durable=True) as server:
        print("PostgreSQL")
        asyncio.run(_measure(server, options.people))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
    print(f"memory at most: {memory:.0f} MiB")


if __name__ == "__main__":
    main()

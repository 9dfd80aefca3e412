"""How fast a full hall checks in: ``python -m benchmarks.check_in --help``.

Three hundred employees type the code within two minutes, at moments drawn by chance, a few of them
twice and a few wrongly first, while the trainer's screen asks for its state every two seconds. Each
on a database of its own. A time runs from the call of the service until it has committed. Says
figures and judges none, but that everybody is in exactly once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta

import uvloop
from sqlalchemy import func, select

from benchmarks.latency import figures_of
from bot.conversation.clock import SystemClock
from bot.conversation.events import Address
from bot.domain.live_sessions import code_at
from bot.records.database import Database
from bot.records.session_rows import Attendance, Registration, WorkshopSession
from bot.services.check_in import CheckedIn, CheckInService
from bot.services.session_screen import ScreenService
from bot.services.sessions import NewSession, SessionService
from tests.support.postgres import running_postgres
from tests.support.roster import employ
from tests.support.world import KEY, World

_chance = random.Random(7)  # noqa: S311 - the same hall each time
_TWICE, _WRONG = 0.1, 0.1
_SCREEN_S = 2


async def _hall(world: World, people: int) -> tuple[WorkshopSession, list[str]]:
    """Fill a roster, link everybody, and let two thirds register; gives the session and them."""
    await employ(world, "trainer", roles=["trainer"])
    now = datetime.now(UTC)
    new = NewSession(
        employer="muscat",
        workshop="muscat",
        by="trainer",
        starts_at=now + timedelta(minutes=10),
        ends_at=now + timedelta(hours=2),
        place="hall",
        capacity=people,
    )
    session = (await SessionService(world.database, world.library, world.now).create(new)).session
    everybody = []
    for number in range(people):
        address = Address("telegram", "bot1", str(number))
        await employ(world, str(number))
        await world.linking.redeem(address, await world.linking.issue_code("muscat", str(number)))
        everybody.append((await world.enrolment.meet(address, None)).id)
    for person in everybody[: people * 2 // 3]:
        await world.registrations.register(person, session.id)
    async with world.database.reading() as reading:
        return await reading.get_one(WorkshopSession, session.id), everybody


async def _run(url: str, options: argparse.Namespace) -> dict[str, dict[str, float]]:
    database, clock = Database(url), SystemClock()
    await database.migrate()
    world = World(database, moment=clock.now())
    row, everybody = await _hall(world, options.people)
    service = CheckInService(database, clock.now, KEY)
    times, screen = list[float](), list[float]()

    async def come(person: str) -> None:
        await asyncio.sleep(_chance.uniform(0, options.seconds))
        if _chance.random() < _WRONG:
            await service.check_in(person, "000000")
        for _ in range(2 if _chance.random() < _TWICE else 1):
            began = time.perf_counter()
            done = await service.check_in(person, code_at(row.secret, clock.now()))
            times.append(time.perf_counter() - began)
            if done.result not in {CheckedIn.IN, CheckedIn.ALREADY}:
                raise RuntimeError(f"not in: {done.result}")

    async def watch() -> None:
        screens = ScreenService(database, clock.now)
        while True:
            began = time.perf_counter()
            await screens.show(row.screen)
            screen.append(time.perf_counter() - began)
            await asyncio.sleep(_SCREEN_S)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*map(come, everybody))
    watching.cancel()
    await _check(database, options.people)
    await database.dispose()
    return {"check-in": figures_of(times), "screen": figures_of(screen)}


async def _check(database: Database, people: int) -> None:
    async with database.reading() as session:
        for row in (Attendance, Registration):
            there = await session.scalar(select(func.count()).select_from(row))
            apart = await session.scalar(select(func.count(func.distinct(row.learner))))
            if (there, apart) != (people, people):
                raise RuntimeError(f"{people} people, {there} rows of {apart}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.check_in")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    result = {}
    if options.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            result["sqlite"] = uvloop.run(_run(f"sqlite:///{folder}/waai.db", options))
    if options.only != "sqlite":
        with running_postgres(durable=True) as url:
            result["postgresql"] = uvloop.run(_run(url.replace("+asyncpg", ""), options))
    for name, rows in result.items():
        for what, figures in rows.items():
            print(f"{name:<12}{what:<10}{figures}")
    print(json.dumps(result | {"load_average": [round(load, 2) for load in os.getloadavg()]}))


if __name__ == "__main__":
    main()

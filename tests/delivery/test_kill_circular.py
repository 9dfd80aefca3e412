from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.domain.circulars import CircularState, DeliveryState
from bot.records.circular_rows import Circular, Delivery
from bot.records.database import Database
from tests.delivery.waiting import until
from tests.delivery.wire import ACCOUNT
from tests.support.circulating import Circulating, add_employees

ROOT = Path(__file__).parents[2]
RECIPIENTS, KILLS = 10_000, 6
SENT, SEND_KILLS, IN_FLIGHT = 3_000, 5, 32


@asynccontextmanager
async def _running(url: str, *wire: Path) -> AsyncIterator[None]:
    """What sends circulars, killed at the end of the block."""
    program = Path(__file__).with_name("circulating_program.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(program), url, *map(str, wire)]
    process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=ROOT)
    try:
        yield
        assert process.returncode is None, "it stopped by itself"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _count(database: Database, *conditions: object) -> int:
    async with database.reading() as session:
        query = select(func.count()).select_from(Delivery).where(*conditions)  # type: ignore[arg-type]
        return await session.scalar(query) or 0


async def _ready(office: Circulating, people: int) -> str:
    """Let people be there, and two of HR send a circular at once; gives its id."""
    await office.staff()
    numbers = [str(100_000 + number) for number in range(people)]
    await add_employees(office.database, numbers, office.now(), door=("wire", ACCOUNT))
    known = await office.write(urgent=True)
    sends = (office.course.send(by, known.id) for by in (office.hr, office.second))
    sent = await asyncio.gather(*sends, return_exceptions=True)
    assert sum(isinstance(each, Exception) for each in sent) == 1
    return known.id


@pytest.mark.slow
async def test_kills_during_expansion_leave_each_recipient_once(database_url: str) -> None:
    office = Circulating(Database(database_url), moment=None)
    await _ready(office, RECIPIENTS)
    moments = random.Random(7)  # noqa: S311 - the same moments each time
    written = 0
    for _ in range(KILLS):
        async with _running(database_url):
            before = written
            if await _count(office.database) < RECIPIENTS:
                await until(lambda before=before: _grew(office, before), pause=0.005)  # type: ignore[misc]
                await asyncio.sleep(moments.uniform(0, 0.05))
        written = await _count(office.database)
    async with _running(database_url), _running(database_url):
        await until(lambda: _is_expanded(office), 300, pause=0.1)
    assert await _count(office.database) == RECIPIENTS
    await office.database.dispose()


@pytest.mark.slow
async def test_kills_while_a_circular_is_sent_lose_nobody(
    database_url: str, tmp_path: Path
) -> None:
    office, wire = Circulating(Database(database_url), moment=None), tmp_path / "wire.jsonl"
    await _ready(office, SENT)
    moments = random.Random(7)  # noqa: S311 - the same moments each time
    for _ in range(SEND_KILLS):
        size = _size(wire)
        async with _running(database_url, wire):
            await until(lambda size=size: _size(wire) > size)  # type: ignore[misc]
            await asyncio.sleep(moments.uniform(0, 0.3))
    async with _running(database_url, wire):
        await until(lambda: _is_sent(office), 300, pause=0.2)
    states = {
        state: await _count(office.database, Delivery.state == state) for state in DeliveryState
    }
    assert sum(states.values()) == states[DeliveryState.SENT] == SENT
    times = Counter(user for user, _ in map(json.loads, wire.read_text().splitlines()))
    assert len(times) == SENT, "lost"
    assert sum(times.values()) - SENT <= SEND_KILLS * IN_FLIGHT
    await office.database.dispose()


def _size(wire: Path) -> int:
    return wire.stat().st_size if wire.exists() else 0


async def _grew(office: Circulating, before: int) -> bool:
    return await _count(office.database) > before


async def _is_expanded(office: Circulating) -> bool:
    async with office.database.reading() as session:
        return await session.scalar(select(Circular.expanded_at)) is not None


async def _is_sent(office: Circulating) -> bool:
    async with office.database.reading() as session:
        return await session.scalar(select(Circular.state)) is CircularState.SENT

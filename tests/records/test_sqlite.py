from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from bot.records.database import Database
from bot.records.handover_rows import Counter
from bot.records.sqlite import sqlite_engine
from tests.support.patience import PATIENCE_S


async def _hold(database: Database, held: asyncio.Event, seconds: float) -> None:
    async with database.transaction() as session:
        session.add(Counter(name="held", value=1))
        await session.flush()
        held.set()
        await asyncio.sleep(seconds)


async def test_who_waits_for_another_process_stops_nothing_else(tmp_path: Path) -> None:
    ours, other = (Database(f"sqlite:///{tmp_path}/waai.db") for _ in range(2))
    await ours.migrate()
    held, ticks = asyncio.Event(), 0
    holding = asyncio.create_task(_hold(other, held, 0.2))
    await held.wait()

    async def tick() -> None:
        nonlocal ticks
        while not holding.done():
            ticks += 1
            await asyncio.sleep(0.01)

    ticking = asyncio.create_task(tick())
    async with ours.transaction() as session:
        assert (await session.get_one(Counter, "held")).value == 1
    await asyncio.gather(holding, ticking)
    assert ticks > 3
    for database in (ours, other):
        await database.dispose()


async def test_a_lock_held_for_too_long_is_sqlalchemys_own_error(tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path}/waai.db")
    await other.migrate()
    engine = sqlite_engine(make_url(f"sqlite:///{tmp_path}/waai.db"), wait_s=0.05)
    held = asyncio.Event()
    holding = asyncio.create_task(_hold(other, held, 0.5))
    await held.wait()
    with pytest.raises(OperationalError, match="locked"):
        async with engine.begin() as connection:
            await connection.execute(text("SELECT 1"))
    await holding
    async with engine.begin() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    await engine.dispose()
    await other.dispose()


async def test_who_is_cancelled_while_waiting_locks_nobody_out(tmp_path: Path) -> None:
    ours, other = (Database(f"sqlite:///{tmp_path}/waai.db") for _ in range(2))
    await ours.migrate()
    held = asyncio.Event()
    holding = asyncio.create_task(_hold(other, held, 0.1))
    await held.wait()
    waiting = asyncio.create_task(_hold(ours, asyncio.Event(), 0))
    await asyncio.sleep(0.02)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.cancelled()
    await holding
    for database in (other, ours):
        async with asyncio.timeout(PATIENCE_S), database.transaction() as session:
            await session.execute(text("SELECT 1"))
        await database.dispose()

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from asyncio.subprocess import Process
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.conversation.clock import SystemClock
from bot.delivery.intake import Intake
from bot.records.database import Database
from bot.records.inbox import InboxEvent, InboxState
from bot.records.outbox import OutboxMessage, OutboxState
from tests.delivery.waiting import until
from tests.delivery.wire import ACCOUNT, raw

EVENTS, PEOPLE, KILLS, IN_FLIGHT = 304, 30, 8, 16
ROOT = Path(__file__).parents[2]


async def _start(url: str, wire: Path) -> Process:
    program = Path(__file__).with_name("killed_program.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return await asyncio.create_subprocess_exec(
        sys.executable, str(program), url, str(wire), env=environment, cwd=ROOT
    )


async def _kill(process: Process) -> None:
    assert process.returncode is None, "it stopped by itself"
    process.kill()
    await process.wait()


async def _feed(database: Database, numbers: range) -> None:
    intake = Intake(database, SystemClock(), lambda: None)
    for number in numbers:
        user = str(number % PEOPLE)
        await intake.store("wire", ACCOUNT, str(number), user, raw(number, user, str(number)))
        await asyncio.sleep(0.03)


def _size(wire: Path) -> int:
    return wire.stat().st_size if wire.exists() else 0


async def _kill_one(url: str, wire: Path, after_s: float) -> None:
    process = await _start(url, wire)
    size = _size(wire)
    # At least one message of its own, so that the kill meets it at work.
    await until(lambda: _size(wire) > size)
    await asyncio.sleep(after_s)
    await _kill(process)


async def _finished(database: Database) -> bool:
    async with database.reading() as session:
        answered = await session.scalar(
            select(func.count()).where(OutboxMessage.state == OutboxState.SENT)
        )
        return answered == EVENTS


@pytest.mark.slow
async def test_kills_lose_nothing_and_repeat_only_what_was_in_flight(
    database_url: str, tmp_path: Path
) -> None:
    database, wire = Database(database_url), tmp_path / "wire.jsonl"
    moments = random.Random(7)  # noqa: S311 - the same moments each time
    async with asyncio.timeout(400):
        # Each finds a share of the events to work on, however long it takes to start.
        for first in range(0, EVENTS, EVENTS // KILLS):
            numbers = range(first, first + EVENTS // KILLS)
            async with asyncio.TaskGroup() as group:
                group.create_task(_feed(database, numbers))
                group.create_task(_kill_one(database_url, wire, moments.uniform(0, 0.6)))
        process = await _start(database_url, wire)
        await until(lambda: _finished(database), 200, pause=0.2)
        await _kill(process)
    async with database.reading() as session:
        states = await session.scalars(select(InboxEvent.state).distinct())
        assert list(states) == [InboxState.DONE]
        assert await session.scalar(select(func.count()).select_from(OutboxMessage)) == EVENTS
    await database.dispose()
    _check(wire)


def _check(wire: Path) -> None:
    sent = [(user, int(text)) for user, text in map(json.loads, wire.read_text().splitlines())]
    times = Counter(number for _, number in sent)
    assert set(times) == set(range(EVENTS)), "lost"
    repeated = sum(times.values()) - EVENTS
    assert repeated <= KILLS * IN_FLIGHT
    assert max(times.values()) <= 1 + KILLS
    for user in range(PEOPLE):
        numbers = [number for recipient, number in sent if recipient == str(user)]
        assert numbers == sorted(numbers), "out of order"
        assert all(number % PEOPLE == user for number in numbers), "to someone else"
    print(f"repeated after {KILLS} kills: {repeated}")  # noqa: T201 - a figure for the report

"""Senders are killed at their work: nothing is lost, little is sent twice."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from asyncio.subprocess import Process
from collections import Counter
from pathlib import Path

import pytest

from bot.conversation.events import Address
from bot.records.database import Database
from bot.records.outbox import OutboxState
from tests.delivery.outgoing import rows
from tests.delivery.waiting import until
from tests.delivery.wire import ACCOUNT
from tests.support.bulk import is_any_open, queue_to_many, states

RECIPIENTS, KILLS, IN_FLIGHT, RATE = 5000, 16, 16, 400
ROOT = Path(__file__).parents[2]


class _Senders:
    """Processes that send; one that is killed is replaced at once."""

    def __init__(self, url: str, wire: Path, count: int, *more: Path) -> None:
        self._given = [url, str(wire), str(RATE), str(IN_FLIGHT), *map(str, more)]
        self._wire = wire
        self._count = count
        self.running: list[Process] = []

    async def start(self) -> None:
        program = str(Path(__file__).with_name("killed_sender.py"))
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        while len(self.running) < self._count:
            started = await asyncio.create_subprocess_exec(
                sys.executable, program, *self._given, env=environment, cwd=ROOT
            )
            self.running.append(started)

    async def kill(self, process: Process) -> None:
        self.running.remove(process)
        assert process.returncode is None, "it stopped by itself"
        process.kill()
        await process.wait()

    def at_work(self) -> list[Process]:
        """Give those that have sent something."""
        lines = self._wire.read_text().splitlines() if self._wire.exists() else []
        have_sent = {line.partition(" ")[0] for line in lines}
        return [process for process in self.running if str(process.pid) in have_sent]


async def _kill_at_random(senders: _Senders) -> None:
    moments = random.Random(7)  # noqa: S311 - the same moments each time
    for _ in range(KILLS):
        await senders.start()
        await until(lambda: bool(senders.at_work()))
        await asyncio.sleep(moments.uniform(0, 0.6))
        await senders.kill(moments.choice(senders.at_work()))


async def _is_all_sent(database: Database) -> bool:
    return not await is_any_open(database)


@pytest.mark.slow
async def test_kills_lose_no_circular_and_repeat_only_what_was_in_flight(
    database_url: str, tmp_path: Path
) -> None:
    database, wire = Database(database_url), tmp_path / "wire.log"
    users = [str(number) for number in range(RECIPIENTS)]
    await queue_to_many(database, [Address("wire", ACCOUNT, user) for user in users])
    senders = _Senders(database_url, wire, 2 if database_url.startswith("sqlite") else 3)
    async with asyncio.timeout(300):
        await _kill_at_random(senders)
        assert await is_any_open(database), "all was sent before the last kill"
        await senders.start()
        await until(lambda: _is_all_sent(database), 200, pause=0.1)
        for process in list(senders.running):
            await senders.kill(process)
    assert await states(database) == {"sent": RECIPIENTS}
    await database.dispose()
    times = Counter(line.partition(" ")[2] for line in wire.read_text().splitlines())
    assert set(times) == set(users), "lost"
    repeated = sum(times.values()) - RECIPIENTS
    assert repeated <= KILLS * IN_FLIGHT
    print(f"repeated after {KILLS} kills: {repeated}")  # noqa: T201 - a figure for the report


@pytest.mark.long
async def test_what_a_killed_process_had_claimed_and_not_sent_is_sent_once_after_its_lease(
    database_url: str, tmp_path: Path
) -> None:
    database, wire, stopped = Database(database_url), tmp_path / "wire.log", tmp_path / "stopped"
    users = [str(number) for number in range(IN_FLIGHT)]
    await queue_to_many(database, [Address("wire", ACCOUNT, user) for user in users])
    first = _Senders(database_url, wire, 1, stopped)
    await first.start()
    await until(stopped.exists)
    await first.kill(*first.running)
    claimed = await rows(database)
    assert {(row.state, row.attempts) for row in claimed} == {(OutboxState.SENDING, 1)}
    assert wire.read_text() == "", "the platform saw it"
    second = _Senders(database_url, wire, 1)
    await second.start()
    await until(lambda: _is_all_sent(database))
    await second.kill(*second.running)
    sent = await rows(database)
    await database.dispose()
    assert {(row.state, row.attempts) for row in sent} == {(OutboxState.SENT, 2)}
    for before, after in zip(claimed, sent, strict=True):
        assert after.sent_at is not None
        assert after.sent_at >= before.next_at, "before the lease had ended"
    to = sorted(line.partition(" ")[2] for line in wire.read_text().splitlines())
    assert to == sorted(users)

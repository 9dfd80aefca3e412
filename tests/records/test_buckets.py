from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from bot.records.buckets import Allowance, Buckets
from bot.records.database import Database
from tests.records.moments import NOW, after


async def _take(database: Database, now: datetime, rate: float = 10, burst: float = 3) -> float:
    async with database.transaction() as session:
        buckets = Buckets(session)
        allowance = await buckets.allowance("telegram:bot1", rate, burst, now)
        if not allowance.wait_s:
            await buckets.spend("telegram:bot1", allowance, 1, now)
        return allowance.wait_s


async def test_a_burst_goes_and_then_the_rate(database: Database) -> None:
    assert [await _take(database, NOW) for _ in range(3)] == [0, 0, 0]
    assert await _take(database, NOW) == pytest.approx(0.1)
    assert await _take(database, after(0.05)) == pytest.approx(0.05)
    assert await _take(database, after(0.1)) == 0
    assert await _take(database, after(0.1)) == pytest.approx(0.1)


async def test_a_long_pause_fills_no_more_than_the_burst(database: Database) -> None:
    waits = [await _take(database, after(3600)) for _ in range(4)]
    assert waits == [0, 0, 0, pytest.approx(0.1)]


async def test_replicas_share_one_bucket(database_url: str) -> None:
    replicas = [Database(database_url) for _ in range(3)]
    waits = await asyncio.gather(
        *(_take(replicas[number % 3], NOW, burst=7) for number in range(30))
    )
    assert waits.count(0) == 7
    for replica in replicas:
        await replica.dispose()


async def test_a_replica_whose_clock_is_behind_gets_nothing_extra(database: Database) -> None:
    for moment in (10.0, 0.0, 10.0):
        assert await _take(database, after(moment)) == 0
    assert await _take(database, after(0)) > 0
    assert await _take(database, after(10)) > 0


async def test_a_halt_lets_nothing_through_and_the_longer_one_stays(database: Database) -> None:
    for seconds in (20.0, 5.0):
        async with database.transaction() as session:
            await Buckets(session).halt("telegram:bot1", after(seconds))
    assert await _take(database, NOW) == pytest.approx(20)
    assert await _take(database, after(19.9)) == pytest.approx(0.1)
    assert await _take(database, after(21)) == 0


async def test_what_goes_to_many_leaves_a_reserve_and_stops_by_a_halt_of_its_own(
    database: Database,
) -> None:
    async def look() -> Allowance:
        async with database.transaction() as session:
            return await Buckets(session).allowance("bot1", 10, 10, NOW, bulk="bot1:bulk")

    assert [(await look()).beyond(reserve) for reserve in (0, 3.6, 10)] == [10, 6, 0]
    async with database.transaction() as session:
        await Buckets(session).halt("bot1:bulk", after(5))
    halted = await look()
    assert (halted.whole, halted.beyond(0)) == (10, 0)


async def test_what_comes_in_counts_but_never_holds_up_replies_for_long(database: Database) -> None:
    assert await _take(database, NOW, rate=80, burst=30) == 0
    async with database.transaction() as session:
        for _ in range(30):
            await Buckets(session).note_incoming("telegram:bot1")
    assert await _take(database, NOW, rate=80, burst=30) == pytest.approx(2 / 80)
    async with database.transaction() as session:
        for _ in range(1_000):
            await Buckets(session).note_incoming("telegram:bot1")
    assert await _take(database, after(0.55), rate=80, burst=30) == 0

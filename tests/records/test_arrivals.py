from __future__ import annotations

import asyncio
import random

from sqlalchemy import select

from bot.conversation.events import Address
from bot.records.arrivals import NewEvent, add_events
from bot.records.database import Database
from bot.records.inbox import InboxEvent
from tests.records.moments import AMAL, BADR, NOW


def _event(number: int, sender: Address = AMAL, payload: str = "{}") -> NewEvent:
    return NewEvent(sender, str(number), payload)


async def _add(database: Database, *events: NewEvent) -> list[bool]:
    async with database.transaction() as session:
        return await add_events(session, events, NOW)


async def test_events_are_numbered_in_the_order_given(database: Database) -> None:
    numbers = random.Random(7).sample(range(1000), 300)  # noqa: S311 - the same order each time
    senders = {number: (AMAL, BADR)[number % 2] for number in numbers}
    assert await _add(database, *(_event(*pair) for pair in senders.items())) == [True] * 300
    async with database.reading() as session:
        rows = (await session.scalars(select(InboxEvent).order_by(InboxEvent.id))).all()
    assert [int(row.external_id) for row in rows] == numbers
    assert [row.user for row in rows] == [sender.user for sender in senders.values()]


async def test_what_is_new_is_told_apart(database: Database) -> None:
    elsewhere = Address("web", "site", "amal")
    assert await _add(database, _event(1), _event(2), _event(1)) == [True, True, False]
    told = await _add(database, _event(3), _event(2), _event(2, elsewhere), _event(1), _event(3))
    assert told == [True, False, True, False, False]


async def test_a_payload_is_kept_as_it_came(database: Database) -> None:
    payload = r"""{"n": 1e999, "long": 12345678901234567890, "h": "\ud83d", "عربي": "\u0000'\\"}"""
    await _add(database, _event(1, payload=payload))
    async with database.reading() as session:
        row = (await session.scalars(select(InboxEvent))).one()
    assert row.payload == {
        "n": float("inf"),
        "long": 12345678901234567890,
        "h": "\ud83d",
        "عربي": "\0'\\",
    }


async def test_the_same_events_in_other_orders_on_four_replicas(database_url: str) -> None:
    replicas = [Database(database_url) for _ in range(4)]
    orders = random.Random(7)  # noqa: S311 - the same orders each time
    for first in range(0, 2000, 100):
        numbers = range(first, first + 100)
        batches = [orders.sample(numbers, 100) for _ in replicas]
        told = await asyncio.gather(
            *(
                _add(replica, *map(_event, batch))
                for replica, batch in zip(replicas, batches, strict=True)
            )
        )
        assert sum(sum(each) for each in told) == 100
    for replica in replicas:
        await replica.dispose()

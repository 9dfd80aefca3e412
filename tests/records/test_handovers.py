from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.records.database import Database
from bot.records.handover_rows import HandoverFigure
from bot.records.handovers import (
    EndReason,
    Handover,
    HandoverReason,
    Handovers,
    HandoverState,
    NewHandover,
)
from bot.records.people import People
from tests.records.moments import AMAL, LATER, NOW


@pytest.fixture
async def new(database: Database) -> NewHandover:
    async with database.transaction() as session:
        person = await People(session).add(AMAL, NOW)
    return NewHandover(person.id, "moh-uae", HandoverReason.REQUESTED, "سؤال", "press-1")


async def _add(database: Database, new: NewHandover) -> Handover:
    async with database.transaction() as session:
        return await Handovers(session).add(new, now=NOW, expires_at=LATER)


async def test_numbers_follow_each_other_however_many_come_at_once(
    database_url: str, new: NewHandover
) -> None:
    replicas = [Database(database_url) for _ in range(2)]
    added = await asyncio.gather(
        *(
            _add(replicas[number % 2], replace(new, idempotency_key=f"press-{number}"))
            for number in range(20)
        )
    )
    assert sorted(handover.number for handover in added) == list(range(1001, 1021))
    for replica in replicas:
        await replica.dispose()


async def test_the_same_key_at_once_makes_one_and_leaves_no_gap(
    database_url: str, new: NewHandover
) -> None:
    replicas = [Database(database_url) for _ in range(2)]
    added = await asyncio.gather(*(_add(replicas[number % 2], new) for number in range(20)))
    assert {handover.number for handover in added} == {1001}
    following = await _add(replicas[0], replace(new, idempotency_key="press-2"))
    assert following.number == 1002
    for replica in replicas:
        await replica.dispose()


async def test_open_ones_are_listed_by_employer_until_closed(
    database: Database, new: NewHandover
) -> None:
    first = await _add(database, new)
    other = await _add(database, replace(new, employer="uae-fed", idempotency_key="press-2"))
    async with database.transaction() as session:
        handovers = Handovers(session)
        assert [row.number for row in await handovers.list_open("moh-uae")] == [first.number]
        assert [row.number for row in await handovers.list_open("uae-fed")] == [other.number]
        held = await handovers.hold(first.number)
        assert held is not None
        held.end(HandoverState.CLOSED, NOW)
        await session.flush()
        assert await handovers.list_open("moh-uae") == []
        assert await handovers.hold(9999) is None


async def test_what_has_expired_goes(database: Database, new: NewHandover) -> None:
    added = await _add(database, new)
    await _add(database, replace(new, question=None, idempotency_key="press-2"))
    async with database.transaction() as session:
        handovers = Handovers(session)
        assert await handovers.delete_expired(NOW) == 0
        assert await handovers.list_expired(NOW, 5) == []
        # What was asked and still waits is closed first.
        assert await handovers.delete_expired(LATER) == 1
        (lapsed,) = await handovers.list_expired(LATER, 5)
        assert lapsed.number == added.number
        lapsed.end(HandoverState.CLOSED, LATER, EndReason.EXPIRED)
        await session.flush()
        assert await handovers.list_expired(LATER, 5) == []
        assert await handovers.delete_expired(LATER) == 1
        # Of what was never asked nothing stays.
        (figure,) = await session.scalars(select(HandoverFigure))
        assert (figure.employer, figure.created_at) == (new.employer, NOW)
        assert (figure.closed_at, figure.end_reason) == (LATER, EndReason.EXPIRED)

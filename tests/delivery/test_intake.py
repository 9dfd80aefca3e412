from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from bot.conversation.clock import SystemClock
from bot.conversation.events import Address
from bot.delivery.intake import Intake
from bot.errors import NotStoredError
from bot.records.arrivals import NewEvent
from bot.records.database import Database
from bot.records.inbox import InboxEvent
from tests.support.outage import outage


@dataclass
class Commits(SystemClock):
    """Counts how often the time was asked for: once a commit."""

    count: int = 0

    def now(self) -> datetime:
        self.count += 1
        return super().now()


@dataclass
class Wakes:
    count: int = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def commits() -> Commits:
    return Commits()


@pytest.fixture
def wakes() -> Wakes:
    return Wakes()


@pytest.fixture
async def intake(database: Database, commits: Commits, wakes: Wakes) -> AsyncIterator[Intake]:
    intake = Intake(database, commits, wakes)
    yield intake
    await intake.close()


def event(number: int, payload: str = '{"text": "سؤال"}') -> NewEvent:
    return NewEvent(Address("wire", "bot1", "amal"), str(number), payload)


async def store(intake: Intake, number: int) -> bool:
    return await intake.store("wire", "bot1", str(number), "amal", {"text": "سؤال"})


async def kept(database: Database) -> list[str]:
    """The ids of the events that are kept, in the order in which they are handled."""
    async with database.reading() as session:
        rows = await session.scalars(select(InboxEvent.external_id).order_by(InboxEvent.id))
        return list(rows)


async def outcomes(*stores: asyncio.Task[bool] | asyncio.Task[list[bool]]) -> list[object]:
    """What each caller was told; of an error its type."""
    told = await asyncio.gather(*stores, return_exceptions=True)
    return [type(one) if isinstance(one, BaseException) else one for one in told]


def begin(intake: Intake, *numbers: int) -> list[asyncio.Task[bool]]:
    return [asyncio.create_task(store(intake, number)) for number in numbers]


async def test_one_event_is_kept_at_once_and_known_again(
    database: Database, intake: Intake, commits: Commits, wakes: Wakes
) -> None:
    assert await store(intake, 1)
    assert (commits.count, wakes.count) == (1, 1)
    assert not await store(intake, 1)
    assert (commits.count, wakes.count) == (2, 1)
    async with database.reading() as session:
        (row,) = await session.scalars(select(InboxEvent))
    assert (row.channel, row.account, row.user) == ("wire", "bot1", "amal")
    assert (row.payload, row.state, row.claims) == ({"text": "سؤال"}, "pending", 0)
    assert row.received_at == row.next_at


async def test_what_comes_together_is_committed_together_in_its_order(
    database: Database, intake: Intake, commits: Commits, wakes: Wakes
) -> None:
    numbers = [*range(150, 100, -1), *range(50)]
    assert await asyncio.gather(*begin(intake, *numbers)) == [True] * 100
    assert (commits.count, wakes.count) == (1, 1)
    assert await kept(database) == [str(number) for number in numbers]


async def test_what_comes_during_a_commit_waits_for_the_next(
    database: Database, intake: Intake, commits: Commits
) -> None:
    async def burst(first: int) -> None:
        for number in range(first, first + 20):
            assert await store(intake, number)

    await asyncio.gather(*(burst(first) for first in range(0, 1000, 20)))
    assert commits.count < 200
    assert len(await kept(database)) == 1000


async def test_the_same_event_twice_in_a_commit_is_one(
    database: Database, intake: Intake, commits: Commits
) -> None:
    assert await asyncio.gather(*begin(intake, 1, 1, 2, 1)) == [True, False, True, False]
    assert commits.count == 1
    assert await kept(database) == ["1", "2"]


async def test_many_events_of_one_caller(database: Database, intake: Intake) -> None:
    assert await intake.store_all([]) == []
    assert await store(intake, 2)
    told = await intake.store_all([event(3), event(2), event(1), event(3)])
    assert told == [True, False, True, False]
    assert await kept(database) == ["2", "3", "1"]


async def test_ids_and_texts_that_no_database_stores(database: Database, intake: Intake) -> None:
    ids = ["\0", "\ufffd", "\ud800", "😀"]
    told = [await intake.store("wire", "bot1", one, "a\0", {"text": "\0\ud800"}) for one in ids]
    assert told == [True, False, False, True]
    assert await kept(database) == ["\ufffd", "😀"]


@pytest.mark.parametrize("payload", ["{", "", '{"a": NaN}', "{} {}"])
async def test_an_event_that_cannot_be_stored_fails_its_own_caller_only(
    database: Database, intake: Intake, payload: str
) -> None:
    good = begin(intake, *range(5))
    bad = asyncio.create_task(intake.store_all([event(100), event(101, payload)]))
    more = begin(intake, *range(5, 10))
    assert await outcomes(*good, bad, *more) == [*[True] * 5, NotStoredError, *[True] * 5]
    assert await kept(database) == [str(number) for number in range(10)]


async def test_a_number_that_json_does_not_know(database: Database, intake: Intake) -> None:
    good = begin(intake, 1)
    with pytest.raises(ValueError, match="JSON"):
        await intake.store("wire", "bot1", "2", "amal", {"number": math.nan})
    assert await outcomes(*good) == [True]
    assert await kept(database) == ["1"]


async def test_a_commit_that_fails_is_told_to_each_and_the_next_is_kept(
    database: Database, intake: Intake, wakes: Wakes
) -> None:
    async def rename(before: str, after: str) -> None:
        async with database.transaction() as session:
            await session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))

    await rename("inbox_events", "elsewhere")
    with capture_logs() as lines:
        assert await outcomes(*begin(intake, 1, 2, 3)) == [NotStoredError] * 3
    assert "سؤال" not in str(lines)
    assert {(line["event"], line["group"]) for line in lines} == {("not_committed", "events")}
    await rename("elsewhere", "inbox_events")
    assert wakes.count == 0
    assert await outcomes(*begin(intake, 1, 2, 3)) == [True] * 3


async def test_a_database_that_is_away_is_asked_once_for_all(
    database: Database, database_url: str, commits: Commits
) -> None:
    intake = Intake(database, commits, lambda: None, patience_s=5)
    async with outage(database_url):
        assert await outcomes(*begin(intake, *range(20))) == [NotStoredError] * 20
    assert commits.count <= 1
    assert await outcomes(*begin(intake, *range(20))) == [True] * 20
    assert len(await kept(database)) == 20


async def test_a_caller_that_goes_away_harms_nobody(
    database: Database, intake: Intake, commits: Commits
) -> None:
    first, second, third = begin(intake, 1, 2, 3)
    await asyncio.sleep(0)  # the first one's commit is about to begin
    first.cancel()
    assert await outcomes(first, second, third) == [asyncio.CancelledError, True, True]
    assert await kept(database) == ["2", "3"]
    assert await store(intake, 1)
    alone = begin(intake, 4)
    await asyncio.sleep(0)
    alone[0].cancel()
    assert await outcomes(*alone) == [asyncio.CancelledError]
    assert await store(intake, 5)
    assert commits.count == 3


async def test_callers_that_go_away_at_any_moment(database: Database, intake: Intake) -> None:
    tasks: list[asyncio.Task[bool]] = []
    for number in range(300):
        tasks += begin(intake, number)
        await asyncio.sleep(0.0005 * (number % 3))
        if number % 2:
            tasks[number - number % 7].cancel()
    told = dict(enumerate(await outcomes(*tasks)))
    there = set(await kept(database))
    assert {str(number) for number, one in told.items() if one is True} <= there
    assert set(told.values()) == {True, asyncio.CancelledError}
    again = await asyncio.gather(*begin(intake, *range(300)))
    assert again == [str(number) not in there for number in range(300)]


async def test_more_than_may_wait_is_refused_at_once(database: Database, commits: Commits) -> None:
    intake = Intake(database, commits, lambda: None, max_waiting=3000)
    with capture_logs() as lines:
        told = await outcomes(*begin(intake, *range(5)))
    assert told == [True, True, NotStoredError, NotStoredError, NotStoredError]
    assert [line["event"] for line in lines] == ["events_refused"] * 3
    assert await asyncio.gather(*begin(intake, 2, 3)) == [True, True]
    large = [event(number) for number in range(10, 20)]
    assert await intake.store_all(large) == [True] * 10  # or it could never come in
    assert await kept(database) == [*"0123", *(one.external_id for one in large)]


async def test_a_stop_keeps_what_was_taken_and_takes_no_more(
    database: Database, intake: Intake
) -> None:
    taken: Sequence[asyncio.Task[bool]] = begin(intake, *range(10))
    await asyncio.sleep(0)
    await intake.close()
    assert await outcomes(*begin(intake, 10)) == [NotStoredError]
    assert await outcomes(*taken) == [True] * 10
    await intake.close()
    assert len(await kept(database)) == 10

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

from sqlalchemy import func, select

from bot.conversation.events import Address
from bot.records.arrivals import NewEvent, add_events
from bot.records.database import Database
from bot.records.inbox import Inbox, InboxEvent, InboxState
from tests.records.moments import AMAL, BADR, LEASE, NOW, after

SERVED = [(each.channel, each.account) for each in (AMAL, BADR)]
GONE = replace(AMAL, channel="fax")


async def _add(database: Database, number: int, sender: Address = AMAL) -> bool:
    async with database.transaction() as session:
        event = NewEvent(sender, str(number), '{"text": "سؤال"}')
        return (await add_events(session, [event], NOW))[0]


async def _claim(database: Database, seconds: float = 0) -> InboxEvent | None:
    async with database.transaction() as session:
        claimed = await Inbox(session).claim_some(after(seconds), LEASE, 1, SERVED)
        return claimed[0] if claimed else None


async def _claimed(database: Database, seconds: float = 0) -> InboxEvent:
    event = await _claim(database, seconds)
    assert event is not None
    return event


async def _done(database: Database, event: InboxEvent) -> None:
    async with database.transaction() as session:
        await Inbox(session).done(event.id)


async def test_the_same_event_at_once_on_three_replicas_is_one_row(database_url: str) -> None:
    replicas = [Database(database_url) for _ in range(3)]
    added = await asyncio.gather(*(_add(replicas[number % 3], 1) for number in range(50)))
    assert added.count(True) == 1
    await _done(replicas[0], await _claimed(replicas[0]))
    assert not await _add(replicas[0], 1)
    async with replicas[0].reading() as session:
        assert await session.scalar(select(func.count()).select_from(InboxEvent)) == 1
    for replica in replicas:
        await replica.dispose()


async def test_the_same_number_of_another_account_is_another_event(database: Database) -> None:
    assert await _add(database, 1)
    assert await _add(database, 1, replace(AMAL, account="bot2"))
    assert await _add(database, 1, replace(AMAL, channel="web"))


async def test_a_persons_events_wait_for_each_other_and_nobody_elses(database: Database) -> None:
    for number, sender in ((1, AMAL), (2, AMAL), (3, BADR), (4, BADR)):
        await _add(database, number, sender)
    first, second = await _claimed(database), await _claimed(database)
    assert [first.external_id, second.external_id] == ["1", "3"]
    assert await _claim(database) is None
    await _done(database, first)
    assert (await _claimed(database)).external_id == "2"
    assert await _claim(database) is None


async def test_replicas_never_take_the_same_event(database_url: str) -> None:
    replicas = [Database(database_url) for _ in range(4)]
    for number in range(40):
        await _add(replicas[0], number, replace(AMAL, user=str(number % 10)))
    claimed = await asyncio.gather(*(_claim(replicas[number % 4]) for number in range(40)))
    taken = [event.external_id for event in claimed if event is not None]
    assert len(set(taken)) == len(taken)
    assert set(taken) <= {str(number) for number in range(10)}
    for replica in replicas:
        await replica.dispose()


async def test_an_event_whose_worker_died_is_due_after_its_lease(database: Database) -> None:
    await _add(database, 1)
    await _add(database, 2)
    await _claimed(database)
    assert await _claim(database, 19) is None
    async with database.reading() as session:
        assert await Inbox(session).next_due(after(1)) == NOW + LEASE
    again = await _claimed(database, 20)
    assert (again.external_id, again.claims) == ("1", 2)


async def test_a_released_event_waits_and_keeps_its_place(database: Database) -> None:
    await _add(database, 1)
    await _add(database, 2)
    event = await _claimed(database)
    async with database.transaction() as session:
        await Inbox(session).release(event.id, after(5), failed="ValueError")
    assert await _claim(database, 4) is None
    again = await _claimed(database, 5)
    assert (again.external_id, again.attempts, again.error) == ("1", 1, "ValueError")


async def test_giving_an_event_back_untouched_counts_nothing(database: Database) -> None:
    await _add(database, 1)
    event = await _claimed(database)
    async with database.transaction() as session:
        await Inbox(session).release(event.id, NOW)
    again = await _claimed(database)
    assert (again.attempts, again.claims) == (0, 1)


async def test_another_processes_channel_is_left_to_it(database: Database) -> None:
    await _add(database, 1, GONE)
    await _add(database, 2)
    assert (await _claimed(database)).external_id == "2"
    assert await _claim(database) is None
    async with database.transaction() as session:
        both = [*SERVED, (GONE.channel, GONE.account)]
        (event,) = await Inbox(session).claim_some(NOW, LEASE, 2, both)
    assert event.external_id == "1"


async def test_what_nobody_serves_any_more_is_put_aside_and_forgotten(database: Database) -> None:
    await _add(database, 1, GONE)
    await _add(database, 2)
    async with database.transaction() as session:
        assert await Inbox(session).put_aside_unserved(SERVED, NOW) == []
        (aside,) = await Inbox(session).put_aside_unserved(SERVED, after(1))
    async with database.reading() as session:
        gone = await Inbox(session).get(aside)
    assert (gone.channel, gone.state, gone.error) == ("fax", InboxState.QUARANTINED, "unserved")
    assert (gone.payload, gone.user) == (None, "")
    assert (await _claimed(database)).external_id == "2"


async def test_a_quarantined_event_is_whole_and_blocks_nobody(database: Database) -> None:
    await _add(database, 1)
    await _add(database, 2)
    event = await _claimed(database)
    async with database.transaction() as session:
        await Inbox(session).quarantine(event.id, "parse:KeyError")
    assert (await _claimed(database)).external_id == "2"
    async with database.transaction() as session:
        kept = await Inbox(session).get(event.id)
        assert (kept.state, kept.error) == (InboxState.QUARANTINED, "parse:KeyError")
        assert kept.payload == {"text": "سؤال"}
        await Inbox(session).purge_payloads(after(1))
    async with database.reading() as session:
        purged = await Inbox(session).get(event.id)
    assert (purged.state, purged.payload, purged.user) == (InboxState.QUARANTINED, None, "")


async def test_a_done_event_forgets_the_person_and_stays_done(database: Database) -> None:
    await _add(database, 1)
    event = await _claimed(database)
    await _done(database, event)
    async with database.transaction() as session:
        await Inbox(session).release(event.id, NOW, failed="late")
        await Inbox(session).quarantine(event.id, "late")
    async with database.reading() as session:
        kept = await Inbox(session).get(event.id)
    assert (kept.state, kept.payload, kept.user) == (InboxState.DONE, None, "")


async def test_whatever_json_a_platform_sends_is_kept(database: Database) -> None:
    payload = {"text": "\0 \ud83d 😀", "nested": [[{"deep": None}]]}
    async with database.transaction() as session:
        event = NewEvent(replace(AMAL, user=""), "1", json.dumps(payload))
        await add_events(session, [event], NOW)
    assert (await _claimed(database)).payload == payload

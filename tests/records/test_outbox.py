from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Row, func, select

from bot.conversation.events import Address
from bot.records.arrivals import NewEvent, add_events
from bot.records.base import Json
from bot.records.database import Database
from bot.records.inbox import Inbox
from bot.records.outbox import Lane, NewMessage, Outbox, OutboxMessage, OutboxState, Outgoing
from bot.records.outcomes import Outcomes
from tests.records.moments import AMAL, BADR, LEASE, NOW, after


async def _add(database: Database, *messages: NewMessage) -> None:
    async with database.transaction() as session:
        await Outbox(session).add_all(messages, NOW)


def _new(text: str, recipient: Address = AMAL, lane: Lane = Lane.REPLY) -> NewMessage:
    return NewMessage(recipient, {"text": text}, lane=lane)


async def _claim(database: Database, limit: int = 10, seconds: float = 0) -> list[Outgoing]:
    async with database.transaction() as session:
        return await Outbox(session).claim(after(seconds), LEASE, "telegram", "bot1", limit)


def _texts(
    rows: Sequence[Outgoing] | Sequence[OutboxMessage] | Sequence[Row[int, Json]],
) -> list[str]:
    return [row.payload["text"] for row in rows if row.payload]


async def _sent(database: Database, row: Outgoing, *, keep_payload: bool = False) -> None:
    async with database.transaction() as session:
        await Outcomes(session).sent(row, f"x{row.id}", NOW, row.payload if keep_payload else None)


async def test_an_event_gets_each_part_of_its_answer_once(database: Database) -> None:
    async with database.transaction() as session:
        await add_events(session, [NewEvent(AMAL, "1", "{}")], NOW)
        (event,) = await Inbox(session).claim_some(NOW, LEASE, 1, [(AMAL.channel, AMAL.account)])
    assert event is not None
    parts = [replace(_new(f"{part}"), inbox_event_id=event.id, part=part) for part in (0, 1)]
    await _add(database, *parts)
    await _add(database, *(replace(part, payload={"text": "again"}) for part in parts))
    async with database.reading() as session:
        rows = (await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))).all()
    assert _texts(rows) == ["0", "1"]


async def test_replies_first_and_one_a_recipient_and_lane(database: Database) -> None:
    bulk = [_new(f"bulk {to.user}", to, Lane.BULK) for to in (AMAL, BADR)]
    await _add(database, *bulk, _new("first"), _new("second"), _new("other", BADR))
    assert _texts(await _claim(database, 3)) == ["first", "other", "bulk amal"]
    assert _texts(await _claim(database)) == ["bulk badr"]
    assert await _claim(database) == []


async def test_a_message_waits_for_the_one_before_it(database: Database) -> None:
    await _add(database, _new("first"), _new("second"))
    (first,) = await _claim(database)
    async with database.transaction() as session:
        await Outcomes(session).retry(first, after(2), "flood", count_attempt=True)
    assert await _claim(database, seconds=1) == []
    (again,) = await _claim(database, seconds=2)
    assert (_texts([again]), again.attempts, again.error) == (["first"], 2, "flood")
    await _sent(database, again)
    assert _texts(await _claim(database)) == ["second"]


async def test_a_message_that_failed_blocks_nobody_and_forgets_its_text(
    database: Database,
) -> None:
    await _add(database, _new("first"), _new("second"))
    (first,) = await _claim(database)
    async with database.transaction() as session:
        await Outcomes(session).failed(first, "blocked")
    assert _texts(await _claim(database)) == ["second"]
    async with database.reading() as session:
        kept = await session.get_one(OutboxMessage, first.id)
    assert (kept.state, kept.error, kept.payload) == (OutboxState.FAILED, "blocked", None)


async def test_a_halt_costs_no_attempt(database: Database) -> None:
    await _add(database, _new("first"))
    for _ in range(7):
        (row,) = await _claim(database)
        assert row.attempts == 1
        async with database.transaction() as session:
            await Outcomes(session).retry(row, NOW, "halted", count_attempt=False)


async def test_a_message_whose_worker_died_is_due_after_its_lease(database: Database) -> None:
    await _add(database, _new("first"))
    await _claim(database)
    assert await _claim(database, seconds=19) == []
    async with database.reading() as session:
        assert await Outbox(session).next_due(NOW, "telegram", "bot1") == NOW + LEASE
    (again,) = await _claim(database, seconds=20)
    assert again.attempts == 2


async def test_a_late_result_changes_nothing(database: Database) -> None:
    await _add(database, _new("first"))
    (row,) = await _claim(database)
    await _sent(database, row)
    async with database.transaction() as session:
        await Outcomes(session).retry(row, NOW, "timeout", count_attempt=True)
        await Outcomes(session).failed(row, "timeout")
    async with database.reading() as session:
        kept = await session.get_one(OutboxMessage, row.id)
    assert (kept.state, kept.external_id, kept.sent_at) == (OutboxState.SENT, f"x{row.id}", NOW)


async def test_replicas_never_take_the_same_message(database_url: str) -> None:
    replicas = [Database(database_url) for _ in range(4)]
    recipients = [replace(AMAL, user=str(number)) for number in range(40)]
    await _add(replicas[0], *(_new(to.user, to) for to in recipients))
    claims = await asyncio.gather(*(_claim(replicas[number % 4], 4) for number in range(16)))
    taken = [row.id for rows in claims for row in rows]
    assert len(set(taken)) == len(taken)
    for replica in replicas:
        await replica.dispose()


async def test_an_accounts_messages_are_its_own(database: Database) -> None:
    await _add(database, _new("other", replace(AMAL, account="bot2")))
    assert await _claim(database) == []


async def test_a_browser_that_comes_back_gets_what_it_missed(database: Database) -> None:
    texts = ["one", "two", "three", "four"]
    await _add(database, *(_new(text) for text in texts), _new("other", BADR))
    rows: list[Outgoing] = []
    for _ in texts[:3]:
        row = next(row for row in await _claim(database, 1) if row.user == AMAL.user)
        rows.append(row)
        await _sent(database, row, keep_payload=True)
    (sending,) = (row for row in await _claim(database) if row.user == AMAL.user)
    async with database.transaction() as session:
        outbox = Outbox(session)
        assert _texts(await outbox.list_after(AMAL, rows[0].id, 10)) == ["two", "three", "four"]
        assert _texts(await outbox.list_after(AMAL, 0, 1)) == ["one"]
        await outbox.purge_payloads(after(1))
        assert [row.id for row in await outbox.list_after(AMAL, 0, 10)] == [sending.id]


async def test_what_is_still_to_be_sent_moves_with_the_recipient(database: Database) -> None:
    await _add(database, _new("first"), _new("second"))
    (first,) = await _claim(database)
    await _sent(database, first)
    async with database.transaction() as session:
        await Outbox(session).move(AMAL, "amal-new")
    async with database.reading() as session:
        users = (await session.scalars(select(OutboxMessage.user).order_by("id"))).all()
    assert users == ["amal", "amal-new"]


async def test_nothing_to_add_adds_nothing(database: Database) -> None:
    await _add(database)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(OutboxMessage)) == 0

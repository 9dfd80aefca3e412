from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select

from bot.conversation.channel import SendFailure, SendOutcome
from bot.delivery.policy import Policy
from bot.records.database import Database
from bot.records.links import ChannelLink
from bot.records.outbox import Lane, NewMessage, Outbox, OutboxMessage, OutboxState
from bot.records.people import People
from tests.delivery.outgoing import AMAL, BADR, queue, rows, sending
from tests.delivery.waiting import until
from tests.delivery.wire import (
    FixedClock,
    HangingChannel,
    RevokedChannel,
    WireChannel,
    said,
)


async def until_state(database: Database, state: OutboxState) -> list[OutboxMessage]:
    async def holds() -> bool:
        return all(row.state == state for row in await rows(database))

    await until(holds)
    return await rows(database)


async def until_errors(database: Database, first: int) -> None:
    async def hold() -> bool:
        return None not in {row.error for row in (await rows(database))[:first]}

    await until(hold)


async def test_each_recipients_messages_keep_their_order(database: Database) -> None:
    channel, texts = WireChannel(), [str(number) for number in range(8)]
    await queue(database, *texts)
    await queue(database, *texts, to=BADR)
    async with sending(database, channel):
        await until_state(database, OutboxState.SENT)
    assert channel.sent_to("amal") == texts
    assert channel.sent_to("badr") == texts


async def test_a_reply_overtakes_a_circular(database: Database) -> None:
    channel = WireChannel()
    for number in range(20):
        await queue(database, "circular", to=replace(AMAL, user=str(number)), lane=Lane.BULK)
    await queue(database, "reply", to=replace(AMAL, user="7"))
    async with sending(database, channel, policy=Policy(per_second=200, burst=1)):
        await until_state(database, OutboxState.SENT)
    assert channel.log[0] == ("7", "reply")
    assert len(channel.log) == 21


async def test_sent_texts_are_kept_only_where_a_browser_may_come_back(database: Database) -> None:
    web, telegram = WireChannel(name="web"), WireChannel(name="telegram")
    await queue(database, "hello", to=replace(AMAL, channel="web"))
    await queue(database, "hello", to=replace(AMAL, channel="telegram"))
    keeping = Policy(keep_payload=True)
    async with sending(database, web, policy=keeping), sending(database, telegram):
        kept, forgotten = await until_state(database, OutboxState.SENT)
    assert kept.payload == said("hello").to_json()
    assert forgotten.payload is None


async def test_a_rate_is_kept(database: Database) -> None:
    times: list[float] = []

    def note(_user: str, _text: str) -> SendOutcome | None:
        times.append(asyncio.get_running_loop().time())
        return None

    for number in range(30):
        await queue(database, "hello", to=replace(AMAL, user=str(number)))
    began = asyncio.get_running_loop().time()
    async with sending(database, WireChannel(answer=note), policy=Policy(50, 5)):
        await until_state(database, OutboxState.SENT)
    # Later they may be, and closer together: what is on its way when this machine is slow.
    for number, at in enumerate(times[5:], 1):
        assert at - began >= number / 50 - 0.01


async def test_a_flood_halts_the_account_for_all_and_counts_no_attempt(database: Database) -> None:
    clock, replies = FixedClock(), [SendFailure("flood", halts_channel=True, retry_after=20)]
    other = WireChannel(account="bot2")
    channel = WireChannel(answer=lambda *_: replies[0] if replies else None)
    await queue(database, "hello")
    await queue(database, "hello", to=replace(AMAL, account="bot2"))
    async with sending(database, channel, other, clock=clock) as worker:
        await until(lambda: len(other.log) == 1)
        await until_errors(database, 1)
        replies.clear()
        await queue(database, "second", to=BADR)
        clock.pass_(19)
        worker.notify()
        await asyncio.sleep(1.2)
        assert channel.log == []
        clock.pass_(1)
        sent = await until_state(database, OutboxState.SENT)
    assert sent[0].attempts == 1


async def test_a_revoked_token_costs_few_tries_and_no_recipient(database: Database) -> None:
    clock, channel = FixedClock(), RevokedChannel()
    for number in range(8):
        await queue(database, "hello", to=replace(AMAL, user=str(number)))
    async with sending(database, channel, clock=clock):
        await until_errors(database, 8)
        assert channel.tries == 8
        for halt in (1, 2):
            clock.pass_(301)
            await until(lambda tries=8 + halt: channel.tries == tries)  # type: ignore[misc]
            await until_state(database, OutboxState.QUEUED)
        channel.revoked = False
        clock.pass_(301)
        sent = await until_state(database, OutboxState.SENT)
    assert [row.attempts for row in sent] == [1] * 8
    assert channel.most > 1


async def test_a_recipient_who_is_gone_is_not_tried_again(database: Database) -> None:
    tries: list[str] = []

    def gone(user: str, _text: str) -> SendOutcome | None:
        tries.append(user)
        return SendFailure("blocked", recipient_gone=True, retryable=True)

    async with database.transaction() as session:
        await People(session).add(AMAL, FixedClock().now())
    await queue(database, "hello")
    async with sending(database, WireChannel(answer=gone)):
        (row,) = await until_state(database, OutboxState.FAILED)
    assert (tries, row.error, row.payload) == (["amal"], "blocked", None)
    async with database.reading() as session:
        (link,) = await session.scalars(select(ChannelLink))
    assert link.blocked_at is not None


async def test_a_chat_that_moved_gets_it_once_and_all_that_follows(database: Database) -> None:
    tries: list[str] = []

    def moved(user: str, _text: str) -> SendOutcome | None:
        tries.append(user)
        return SendFailure("migrated", moved_to="amal-new") if user == "amal" else None

    async with database.transaction() as session:
        await People(session).add(AMAL, FixedClock().now())
    await queue(database, "first", "second")
    channel = WireChannel(answer=moved)
    async with sending(database, channel):
        await until_state(database, OutboxState.SENT)
    assert channel.sent_to("amal-new") == ["first", "second"]
    assert tries == ["amal", "amal-new", "amal-new"]
    async with database.reading() as session:
        (link,) = await session.scalars(select(ChannelLink))
    assert link.user == "amal-new"


async def test_a_chat_that_moves_on_and_on_is_given_up(database: Database) -> None:
    channel = WireChannel(answer=lambda user, _: SendFailure("migrated", moved_to=user + "x"))
    await queue(database, "first")
    async with sending(database, channel):
        (row,) = await until_state(database, OutboxState.FAILED)
    assert (row.user, row.error) == ("amalx", "migrated")


async def test_what_can_help_is_tried_again_later_and_later(database: Database) -> None:
    clock, times = FixedClock(), list[datetime]()

    def unavailable(_user: str, _text: str) -> SendOutcome | None:
        times.append(clock.now())
        return SendFailure("http_502", retryable=True)

    await queue(database, "first")
    async with sending(database, WireChannel(answer=unavailable), clock=clock) as worker:

        async def later() -> bool:
            (row,) = await rows(database)
            if row.state == OutboxState.QUEUED and row.next_at > clock.now():
                clock.moment = row.next_at
                worker.notify()
            return row.state == OutboxState.FAILED

        await until(later)
    gaps = [(late - early).total_seconds() for early, late in pairwise(times)]
    for gap, seconds in zip(gaps, (1, 4, 16, 64, 256, 256, 256), strict=True):
        assert 0.75 * seconds <= gap <= 1.25 * seconds


async def test_what_cannot_help_is_not_tried_again(database: Database) -> None:
    channel = WireChannel(
        answer=lambda _, text: SendFailure("too_long") if text == "first" else None
    )
    await queue(database, "first", "second")
    async with sending(database, channel):
        await until(lambda: channel.log == [("amal", "second")])
    failed, _ = await rows(database)
    assert (failed.state, failed.attempts, failed.error) == (OutboxState.FAILED, 1, "too_long")


async def test_a_row_nobody_can_read_fails_alone(database: Database) -> None:
    async with database.transaction() as session:
        await Outbox(session).add_all([NewMessage(AMAL, {"poison": 1})], FixedClock().now())
    await queue(database, "second")
    channel = WireChannel()
    async with sending(database, channel):
        await until(lambda: channel.log == [("amal", "second")])
    assert (await rows(database))[0].error == "unreadable"


async def test_a_send_that_hangs_or_raises_costs_an_attempt_and_holds_up_nobody(
    database: Database,
) -> None:
    channel = HangingChannel()
    await queue(database, "hang")
    await queue(database, "raise", to=BADR)
    await queue(database, "hello", to=replace(AMAL, user="dana"))
    # The time stands still, so that no lease ends while this machine is slow.
    async with sending(database, channel, clock=FixedClock(), lease=timedelta(seconds=0.4)):
        await until(lambda: channel.log == [("dana", "hello")])
        await until_errors(database, 2)
    errors = [row.error for row in await rows(database)]
    assert errors == ["timeout", "raised:OSError", None]


async def test_what_a_dead_worker_had_claimed_is_sent_once_after_its_lease(
    database: Database,
) -> None:
    clock, channel, lease = FixedClock(), WireChannel(), timedelta(seconds=30)
    await queue(database, "hello")
    async with database.transaction() as session:
        await Outbox(session).claim(clock.now(), lease, channel.name, channel.account, 1)
    async with sending(database, channel, clock=clock, lease=lease) as worker:
        clock.pass_(29)
        worker.notify()
        await asyncio.sleep(0.3)
        assert channel.log == []
        clock.pass_(1)
        worker.notify()
        (sent,) = await until_state(database, OutboxState.SENT)
    assert (channel.log, sent.attempts) == ([("amal", "hello")], 2)


async def test_a_result_that_cannot_be_noted_fails_no_other(database: Database) -> None:
    beyond_time = SendFailure("odd", retryable=True, retry_after=1e20)
    channel = WireChannel(answer=lambda _, text: beyond_time if text == "odd" else None)
    for number in range(16):
        text = "odd" if number == 7 else "hello"
        await queue(database, text, to=replace(AMAL, user=str(number)))
    async with sending(database, channel):
        await until(lambda: len(channel.log) == 15)

        async def are_noted() -> bool:
            states = [row.state for row in await rows(database)]
            return states.count(OutboxState.SENT) == 15

        await until(are_noted)
    assert [row.state for row in await rows(database)][7] is OutboxState.SENDING


async def test_replicas_send_each_message_once(database_url: str) -> None:
    channel = WireChannel()
    replicas = [Database(database_url) for _ in range(3)]
    for number in range(60):
        await queue(replicas[0], str(number), to=replace(AMAL, user=str(number % 20)))
    first, second, third = (sending(replica, channel) for replica in replicas)
    async with first, second, third:
        await until_state(replicas[0], OutboxState.SENT)
    assert sorted(int(text) for _, text in channel.log) == list(range(60))
    for user in range(20):
        assert channel.sent_to(str(user)) == [str(user + 20 * step) for step in range(3)]
    for replica in replicas:
        await replica.dispose()

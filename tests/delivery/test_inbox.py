from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import func, select

from bot.conversation.channel import Limits
from bot.conversation.clock import SystemClock
from bot.conversation.events import Address, Incoming, Text
from bot.conversation.messages import Message
from bot.delivery.inbox import InboxWorker
from bot.delivery.intake import Intake
from bot.delivery.outbox import OutboxWorker
from bot.records.database import Database
from bot.records.inbox import Inbox, InboxEvent, InboxState
from bot.records.outbox import NewMessage, Outbox, OutboxMessage, OutboxState
from tests.delivery.waiting import until
from tests.delivery.wire import ACCOUNT, WireChannel, raw, said

Answer = Callable[[Incoming, int], Awaitable[Sequence[Message]]]


def text_of(incoming: Incoming) -> str:
    assert isinstance(incoming.content, Text)
    return incoming.content.text


async def echo(incoming: Incoming, _event_id: int) -> Sequence[Message]:
    await asyncio.sleep(0)
    return [said(text_of(incoming))]


@asynccontextmanager
async def working(
    database: Database,
    channel: WireChannel,
    handler: Answer = echo,
    lease: timedelta = timedelta(seconds=20),
    *,
    pulled: bool = False,
) -> AsyncIterator[Intake]:
    channels = {(channel.name, channel.account): channel}
    outbox = OutboxWorker(database, channels, SystemClock())
    inbox = InboxWorker(
        database,
        channels,
        handler,
        SystemClock(),
        apology=lambda incoming: said(f"sorry {incoming.address.user}"),
        wake_outbox=outbox.notify,
        pulled=channels if pulled else (),
        lease=lease,
    )
    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(worker.run()) for worker in (inbox, outbox)]
        yield Intake(database, SystemClock(), inbox.wake)
        for run in runs:
            run.cancel()


async def store(intake: Intake, number: int, user: str, text: str) -> bool:
    return await intake.store("wire", ACCOUNT, str(number), user, raw(number, user, text))


async def test_an_event_is_answered_shown_and_forgotten(database: Database) -> None:
    channel = WireChannel()
    async with working(database, channel) as intake:
        assert await store(intake, 1, "amal", "hello")
        assert not await store(intake, 1, "amal", "hello")
        await until(lambda: channel.log == [("amal", "hello")])
        await until(lambda: channel.shown == ["1"])
    async with database.reading() as session:
        event = (await session.scalars(select(InboxEvent))).one()
        message = (await session.scalars(select(OutboxMessage))).one()
    assert (event.state, event.payload, event.user) == (InboxState.DONE, None, "")
    assert (message.payload, message.external_id) == (None, "1")


async def test_events_stored_before_the_start_are_answered(database: Database) -> None:
    channel = WireChannel()
    idle = Intake(database, SystemClock(), lambda: None)
    await store(idle, 1, "amal", "hello")
    async with working(database, channel):
        await until(lambda: channel.log == [("amal", "hello")])


async def test_a_slow_person_delays_nobody_and_their_own_order_is_kept(
    database: Database,
) -> None:
    channel, gate = WireChannel(), asyncio.Event()

    async def slow_for_amal(incoming: Incoming, _event_id: int) -> Sequence[Message]:
        if text_of(incoming) == "amal 0":
            await gate.wait()
        return [said(text_of(incoming))]

    async with working(database, channel, slow_for_amal) as intake:
        for number in range(12):
            user = ("amal", "badr", "dana")[number % 3]
            await store(intake, number, user, f"{user} {number // 3}")
        await until(lambda: len(channel.log) == 8)
        assert channel.sent_to("amal") == []
        gate.set()
        await until(lambda: len(channel.log) == 12)
    for user in ("amal", "badr", "dana"):
        assert channel.sent_to(user) == [f"{user} {number}" for number in range(4)]


async def test_an_event_nobody_can_read_is_put_aside_and_the_next_is_answered(
    database: Database,
) -> None:
    channel = WireChannel()
    async with working(database, channel) as intake:
        await intake.store("wire", ACCOUNT, "1", "amal", {"poison": True})
        await store(intake, 2, "amal", "hello")
        await until(lambda: channel.log == [("amal", "hello")])
    async with database.reading() as session:
        poison = await Inbox(session).get(1)
    assert (poison.state, poison.error) == (InboxState.QUARANTINED, "parse:KeyError")
    assert poison.payload == {"poison": True}


async def test_an_event_of_a_channel_of_another_process_is_left_to_it(database: Database) -> None:
    channel = WireChannel()
    async with working(database, channel) as intake:
        await intake.store("fax", ACCOUNT, "1", "amal", raw(1, "amal", "hello"))
        await store(intake, 2, "amal", "hello")
        await until(lambda: len(channel.log) == 1)
    async with database.reading() as session:
        assert (await Inbox(session).get(1)).state == InboxState.PENDING


async def test_an_event_that_asks_nothing_is_done(database: Database) -> None:
    channel = WireChannel()
    async with working(database, channel) as intake:
        await intake.store("wire", ACCOUNT, "1", "amal", {"silent": True})
        await store(intake, 2, "amal", "hello")
        await until(lambda: len(channel.log) == 1)
    async with database.reading() as session:
        assert (await Inbox(session).get(1)).state == InboxState.DONE


async def test_a_failure_is_tried_again_without_a_second_answer(database: Database) -> None:
    channel, tries = WireChannel(), list[int]()

    async def fail_once(incoming: Incoming, event_id: int) -> Sequence[Message]:
        tries.append(event_id)
        if len(tries) == 1:
            raise LookupError
        return await echo(incoming, event_id)

    async with working(database, channel, fail_once) as intake:
        await store(intake, 1, "amal", "one")
        await store(intake, 2, "amal", "two")
        await until(lambda: len(channel.log) == 2)
    assert channel.sent_to("amal") == ["one", "two"]
    assert tries == [1, 1, 2]


async def test_after_three_failures_the_person_is_told_and_the_next_is_answered(
    database: Database,
) -> None:
    channel, tries = WireChannel(), list[int]()

    async def fail_on_one(incoming: Incoming, event_id: int) -> Sequence[Message]:
        tries.append(event_id)
        if text_of(incoming) == "one":
            raise LookupError
        return await echo(incoming, event_id)

    async with working(database, channel, fail_on_one) as intake:
        await store(intake, 1, "amal", "one")
        await store(intake, 2, "amal", "two")
        await until(lambda: len(channel.log) == 2)
    assert channel.sent_to("amal") == ["sorry amal", "two"]
    assert tries == [1, 1, 1, 2]
    async with database.reading() as session:
        event = await Inbox(session).get(1)
    assert (event.state, event.error) == (InboxState.QUARANTINED, "LookupError")


async def test_a_handler_that_hangs_is_cut_before_its_lease_ends(database: Database) -> None:
    channel, tries = WireChannel(), list[int]()

    async def hang_once(incoming: Incoming, event_id: int) -> Sequence[Message]:
        tries.append(event_id)
        if len(tries) == 1:
            await asyncio.Event().wait()
        return await echo(incoming, event_id)

    async with working(database, channel, hang_once, timedelta(seconds=2)) as intake:
        await store(intake, 1, "amal", "one")
        await until(lambda: channel.log == [("amal", "one")])
    assert tries == [1, 1]


async def test_an_event_that_kills_the_process_each_time_is_put_aside(database: Database) -> None:
    channel = WireChannel()
    idle = Intake(database, SystemClock(), lambda: None)
    await store(idle, 1, "amal", "one")
    await store(idle, 2, "amal", "two")
    for _ in range(10):
        async with database.transaction() as session:
            now, served = SystemClock().now(), [(channel.name, channel.account)]
            assert await Inbox(session).claim_some(now, timedelta(0), 1, served)
    async with working(database, channel):
        await until(lambda: channel.log == [("amal", "two")])


async def test_a_stop_lets_what_began_finish_and_the_rest_wait(database: Database) -> None:
    channel, began = WireChannel(), asyncio.Event()

    async def take_a_while(incoming: Incoming, event_id: int) -> Sequence[Message]:
        began.set()
        await asyncio.sleep(0.2)
        return await echo(incoming, event_id)

    async with working(database, channel, take_a_while) as intake:
        await store(intake, 1, "amal", "one")
        await store(intake, 2, "amal", "two")
        await began.wait()
    async with database.reading() as session:
        states = [(await Inbox(session).get(number)).state for number in (1, 2)]
    assert states == [InboxState.DONE, InboxState.PENDING]


async def test_a_long_answer_goes_in_parts_that_fit(database: Database) -> None:
    channel = WireChannel(limits=Limits(20, 40))
    async with working(database, channel) as intake:
        await store(intake, 1, "amal", "one two three four five six seven")
        await until(lambda: len(channel.log) == 2)
    assert "".join(channel.sent_to("amal")) == "one two three four five six seven"


async def test_an_event_handled_again_after_a_crash_gives_no_second_answer(
    database: Database,
) -> None:
    channel = WireChannel()
    async with working(database, channel) as intake:
        await store(intake, 1, "amal", "one")
        await until(lambda: len(channel.log) == 1)
        async with database.transaction() as session:
            event = await session.get_one(InboxEvent, 1)
            event.state, event.user = InboxState.PENDING, "amal"
            event.payload, event.next_at = raw(1, "amal", "one"), event.received_at
        await store(intake, 2, "amal", "two")
        await until(lambda: len(channel.log) == 2)
    assert channel.sent_to("amal") == ["one", "two"]
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(OutboxMessage)) == 2


async def test_what_a_recipient_reads_in_the_outbox_is_sent_once_it_is_stored(
    database: Database,
) -> None:
    channel = WireChannel()
    async with working(database, channel, pulled=True) as intake:
        await store(intake, 1, "amal", "one")
        await store(intake, 2, "amal", "two")
        await until(lambda: channel.log == [("amal", "one"), ("amal", "two")])
    async with database.reading() as session:
        rows = (await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))).all()
    assert [(row.state, row.attempts) for row in rows] == [(OutboxState.SENT, 0)] * 2
    assert all(row.sent_at and row.payload for row in rows)


async def test_it_does_not_overtake_what_waits_to_be_sent(database: Database) -> None:
    channel = WireChannel()
    waits = NewMessage(Address("wire", ACCOUNT, "amal"), said("first").to_json())
    async with database.transaction() as session:
        await Outbox(session).add_all([waits], SystemClock().now() + timedelta(hours=1))

    async def are_answered() -> bool:
        async with database.reading() as session:
            states = set(await session.scalars(select(InboxEvent.state)))
        return states == {InboxState.DONE} and bool(channel.log)

    async with working(database, channel, pulled=True) as intake:
        await store(intake, 1, "amal", "second")
        await store(intake, 2, "badr", "other")
        await until(are_answered)
        async with database.transaction() as session:
            first = await session.get_one(OutboxMessage, 1)
            first.next_at = SystemClock().now()
        await until(lambda: len(channel.log) == 3)
    assert channel.log == [("badr", "other"), ("amal", "first"), ("amal", "second")]

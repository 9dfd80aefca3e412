"""What platforms say later of messages that we sent: in any order, and of any failure."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversation.channel import Limits, SendFailure, SendOutcome, Sent
from bot.conversation.events import Address, Receipt, ReceiptState
from bot.conversation.messages import WAITING, Block, BlockKind, Button, Message, Quote
from bot.delivery.outbox import OutboxWorker
from bot.delivery.settling import Policy, Settler
from bot.records.buckets import RateBucket
from bot.records.database import Database
from bot.records.links import Links
from bot.records.outbox import Lane, NewMessage, Outbox, OutboxMessage, OutboxState
from bot.records.people import People
from tests.delivery.waiting import until
from tests.delivery.wire import ACCOUNT, FixedClock, WireChannel, said

AMAL = Address("wire", ACCOUNT, "amal")
RECEIPTS = Policy(has_receipts=True)
FATES = [ReceiptState.READ, ReceiptState.DELIVERED, ReceiptState.SENT, ReceiptState.FAILED]
WINDOW = Limits(4096, 40, window=timedelta(hours=24), buttons=10)


class TemplateChannel(WireChannel):
    """Keeps whole messages, so that templates are seen."""

    def __init__(self, limits: Limits = WINDOW) -> None:
        super().__init__(limits=limits)
        self.messages: list[Message] = []

    async def send(self, address: Address, message: Message, reference: str = "") -> SendOutcome:
        outcome = await super().send(address, message, reference)
        if isinstance(outcome, Sent):
            self.messages.append(message)
        return outcome


async def queue(database: Database, *messages: Message, lane: Lane = Lane.REPLY) -> None:
    async with database.transaction() as session:
        new = [NewMessage(AMAL, message.to_json(), lane=lane) for message in messages]
        await Outbox(session).add_all(new, FixedClock().now())


async def rows(database: Database) -> list[OutboxMessage]:
    async with database.reading() as session:
        return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


@asynccontextmanager
async def claimed(
    database: Database, channel: WireChannel, clock: FixedClock
) -> AsyncIterator[tuple[Settler, OutboxMessage]]:
    """A message that is being sent."""
    await queue(database, said("answer"))
    async with database.transaction() as session:
        (row,) = await Outbox(session).claim(clock.now(), timedelta(seconds=30), "wire", ACCOUNT, 1)
    yield Settler(channel, clock, RECEIPTS), row


async def settle(
    database: Database, settler: Settler, row: OutboxMessage, outcome: SendOutcome
) -> str:
    async with database.transaction() as session:
        return await settler.settle(session, row, AMAL, outcome)


async def receive(database: Database, settler: Settler, receipt: Receipt) -> str:
    async with database.transaction() as session:
        return await settler.receive(session, receipt)


def receipt(row: OutboxMessage, state: ReceiptState, **more: object) -> Receipt:
    failure = SendFailure("undeliverable") if state is ReceiptState.FAILED else None
    given = Receipt(AMAL, str(row.id), "wamid.1", state, failure)
    return replace(given, **more) if more else given  # type: ignore[arg-type]


@pytest.mark.parametrize("answered", [0, 2, 4], ids=["answer first", "in between", "answer last"])
async def test_receipts_in_every_order_end_at_read(database: Database, answered: int) -> None:
    clock, channel = FixedClock(), WireChannel()
    for order in itertools.permutations(FATES):
        async with claimed(database, channel, clock) as (settler, row):
            for place, state in enumerate(order):
                if place == answered:
                    await settle(database, settler, row, Sent("wamid.1"))
                await receive(database, settler, receipt(row, state))
            if answered == len(order):
                await settle(database, settler, row, Sent("wamid.1"))
            kept = (await rows(database))[-1]
            assert kept.state is OutboxState.READ, order
            assert (kept.external_id, kept.error, kept.payload) == ("wamid.1", None, None)
            assert kept.delivered_at == kept.read_at == clock.now()
            assert await receive(database, settler, receipt(row, ReceiptState.READ)) == "known"


async def test_a_receipt_of_nothing_that_we_sent_changes_nothing(database: Database) -> None:
    clock, channel = FixedClock(), WireChannel()
    async with claimed(database, channel, clock) as (settler, row):
        for reference in ("", "999999", "x", "-1", "9" * 30, f"{row.id} "):
            strange = receipt(row, ReceiptState.READ, reference=reference)
            assert await receive(database, settler, strange) == "unknown_message"
        foreign = receipt(row, ReceiptState.READ, address=replace(AMAL, channel="other"))
        assert await receive(database, settler, foreign) == "unknown_message"
    assert [row.state for row in await rows(database)] == [OutboxState.SENDING]


async def test_a_text_is_kept_until_it_arrived_and_without_the_persons_words(
    database: Database,
) -> None:
    clock, channel = FixedClock(), WireChannel()
    quote = Quote(((0, 4),), ("سري",))
    message = Message((Block(BlockKind.QUOTE, "كلمات", quote),))
    await queue(database, message)
    async with database.transaction() as session:
        (row,) = await Outbox(session).claim(clock.now(), timedelta(30), "wire", ACCOUNT, 1)
    settler = Settler(channel, clock, RECEIPTS)
    await settle(database, settler, row, Sent("wamid.1"))
    (sent,) = await rows(database)
    assert sent.payload is not None
    assert "سري" not in str(sent.payload)
    await receive(database, settler, receipt(row, ReceiptState.DELIVERED))
    assert [row.payload for row in await rows(database)] == [None]


async def test_a_text_with_more_buttons_than_a_page_is_kept_for_the_next_one(
    database: Database,
) -> None:
    clock, channel = FixedClock(), WireChannel(limits=WINDOW)
    many = said("topics", buttons=tuple(Button(str(n), f"tp1:x:{n}") for n in range(12)))
    await queue(database, many)
    async with database.transaction() as session:
        (row,) = await Outbox(session).claim(clock.now(), timedelta(30), "wire", ACCOUNT, 1)
    settler = Settler(channel, clock, RECEIPTS)
    await settle(database, settler, row, Sent("wamid.1"))
    await receive(database, settler, receipt(row, ReceiptState.READ))
    assert [row.payload for row in await rows(database)] == [many.to_json()]


async def test_a_message_that_may_have_gone_out_waits_for_a_receipt(database: Database) -> None:
    clock = FixedClock()
    lost = SendFailure("timed_out", retryable=True, ambiguous=True, most_attempts=3)
    channel = WireChannel()
    async with claimed(database, channel, clock) as (settler, row):
        assert await settle(database, settler, row, lost) == "unconfirmed"
        async with database.transaction() as session:
            outbox, lease = Outbox(session), timedelta(seconds=30)
            early = clock.now() + timedelta(seconds=59)
            assert await outbox.claim(early, lease, "wire", ACCOUNT, 1) == []
        assert await receive(database, settler, receipt(row, ReceiptState.DELIVERED)) == "delivered"
        clock.pass_(3600)
        async with database.transaction() as session:
            assert await Outbox(session).claim(clock.now(), lease, "wire", ACCOUNT, 1) == []


async def test_without_a_receipt_it_is_sent_again_and_given_up_in_the_end(
    database: Database,
) -> None:
    clock = FixedClock()
    lost = SendFailure("timed_out", retryable=True, ambiguous=True, most_attempts=3)
    async with claimed(database, WireChannel(), clock) as (settler, claim):
        sending = claim
        for fate in ("unconfirmed", "unconfirmed", "failed"):
            assert await settle(database, settler, sending, lost) == fate
            clock.pass_(60)
            async with database.transaction() as session:
                again = await Outbox(session).claim(
                    clock.now(), timedelta(seconds=30), "wire", ACCOUNT, 1
                )
            if again:
                (sending,) = again
        assert (await rows(database))[0].error == "timed_out"


async def test_a_message_that_failed_after_it_was_taken_is_sent_again(database: Database) -> None:
    clock = FixedClock()
    async with claimed(database, WireChannel(), clock) as (settler, row):
        await settle(database, settler, row, Sent("wamid.1"))
        transient = SendFailure("transient", retryable=True, most_attempts=5)
        failed = receipt(row, ReceiptState.FAILED, failure=transient)
        assert await receive(database, settler, failed) == "retried"
        (kept,) = await rows(database)
        assert (kept.state, kept.external_id) == (OutboxState.QUEUED, None)
        assert kept.payload == said("answer").to_json()
        clock.pass_(300)
        async with database.transaction() as session:
            (again,) = await Outbox(session).claim(
                clock.now(), timedelta(seconds=30), "wire", ACCOUNT, 1
            )
        await settle(database, settler, again, Sent("wamid.2"))
        # The first try's failure, told once more, is not the second's.
        assert await receive(database, settler, failed) == "late_failure"


async def test_an_answer_that_comes_after_the_next_try_is_not_that_ones(
    database: Database,
) -> None:
    clock = FixedClock()
    transient = SendFailure("transient", retryable=True, most_attempts=5)
    async with claimed(database, WireChannel(), clock) as (settler, first):
        failed = receipt(first, ReceiptState.FAILED, failure=transient)
        assert await receive(database, settler, failed) == "retried"
        clock.pass_(2)
        async with database.transaction() as session:
            (second,) = await Outbox(session).claim(
                clock.now(), timedelta(seconds=30), "wire", ACCOUNT, 1
            )
        await settle(database, settler, first, Sent("wamid.1"))
        await settle(database, settler, second, Sent("wamid.2"))
        again = replace(failed, external_id="wamid.2")
        assert await receive(database, settler, again) == "retried"


@pytest.mark.parametrize("lane", Lane)
async def test_doubt_of_the_platform_stops_what_goes_to_many(
    database: Database, lane: Lane
) -> None:
    clock = FixedClock()
    await queue(database, said("circular"), lane=lane)
    async with database.transaction() as session:
        (row,) = await Outbox(session).claim(clock.now(), timedelta(30), "wire", ACCOUNT, 1)
    settler = Settler(WireChannel(), clock, RECEIPTS)
    assert await settle(database, settler, row, SendFailure("spam", stops_bulk=True)) == "failed"
    async with database.reading() as session:
        halted = await session.get_one(RateBucket, f"wire:{ACCOUNT}:bulk")
    assert halted.halted_until == clock.now() + timedelta(days=1)


async def test_a_halt_by_a_receipt_stops_the_account_and_burns_no_attempt(
    database: Database,
) -> None:
    clock = FixedClock()
    async with claimed(database, WireChannel(), clock) as (settler, row):
        await settle(database, settler, row, Sent("wamid.1"))
        revoked = SendFailure("credential", retryable=True, halts_channel=True)
        failed = receipt(row, ReceiptState.FAILED, failure=revoked)
        assert await receive(database, settler, failed) == "halted"
    async with database.reading() as session:
        halted = await session.get_one(RateBucket, f"wire:{ACCOUNT}")
        assert halted.halted_until is not None
    assert [(row.state, row.attempts) for row in await rows(database)] == [(OutboxState.QUEUED, 0)]


@asynccontextmanager
async def sending(
    database: Database, channel: WireChannel, clock: FixedClock
) -> AsyncIterator[OutboxWorker]:
    key = (channel.name, channel.account)
    worker = OutboxWorker(database, {key: channel}, clock, policies={key: RECEIPTS})
    run = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


async def met(database: Database, clock: FixedClock, *, wrote_hours_ago: float) -> None:
    async with database.transaction() as session:
        await People(session).add(AMAL, clock.now())
        await Links(session).note_wrote(AMAL, clock.now() - timedelta(hours=wrote_hours_ago))


async def until_sent(channel: TemplateChannel, most: int) -> list[Message]:
    async def are() -> bool:
        return len(channel.messages) >= most

    await until(are)
    return channel.messages


async def test_inside_the_window_a_message_goes_as_it_is(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=23.9)
    await queue(database, said("answer"))
    async with sending(database, channel, clock):
        assert await until_sent(channel, 1) == [said("answer")]
    assert channel.references == [str((await rows(database))[0].id)]


async def test_outside_the_window_a_template_goes_once_and_the_message_when_they_write(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=24)
    await queue(database, said("answer"), said("more"))
    async with sending(database, channel, clock) as worker:
        (template,) = await until_sent(channel, 1)
        assert (template.template, template.blocks) == (WAITING, ())
        reference = channel.references[0]
        told = Receipt(AMAL, reference, "1", ReceiptState.READ)
        assert await worker.receive(told) == "template"
        clock.pass_(3600)
        async with database.transaction() as session:
            await Links(session).note_wrote(AMAL, clock.now())
            await Outbox(session).release(AMAL, clock.now())
        worker.notify()
        assert await until_sent(channel, 3) == [template, said("answer"), said("more")]


async def test_who_does_not_write_for_a_week_gets_no_more(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    await queue(database, said("answer"))
    async with sending(database, channel, clock) as worker:
        await until_sent(channel, 1)
        clock.pass_(8 * 24 * 3600)
        worker.notify()

        async def given_up() -> bool:
            return (await rows(database))[0].state is OutboxState.FAILED

        await until(given_up)
    assert len(channel.messages) == 1
    assert (await rows(database))[0].error == "window_closed"


def refusing(code: SendFailure, times: int) -> Callable[[str, str], SendOutcome | None]:
    left = [code] * times
    return lambda _user, _text: left.pop() if left else None


async def test_a_platform_that_counts_otherwise_gets_the_template_too(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    channel.answer = refusing(SendFailure("131047", needs_template=True), 1)
    await met(database, clock, wrote_hours_ago=1)
    await queue(database, said("answer"))
    async with sending(database, channel, clock):
        (template,) = await until_sent(channel, 1)
    assert template.template == WAITING


async def test_a_template_that_failed_for_a_while_is_sent_again(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    await queue(database, said("answer"))
    async with sending(database, channel, clock) as worker:
        await until_sent(channel, 1)
        transient = SendFailure("transient", retryable=True)
        failed = Receipt(AMAL, channel.references[0], "1", ReceiptState.FAILED, transient)

        async def is_waiting() -> bool:
            return (await rows(database))[0].external_id == "1"

        await until(is_waiting)
        assert await worker.receive(failed) == "retried"
        clock.pass_(600)
        worker.notify()
        first, second = await until_sent(channel, 2)
    assert first.template == second.template == WAITING


async def test_a_template_that_must_wait_is_needless_once_the_person_writes(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    tomorrow = SendFailure("131049", retryable=True, retry_after=86_400)
    channel.answer = refusing(tomorrow, 1)
    await met(database, clock, wrote_hours_ago=48)
    await queue(database, said("answer"))
    async with sending(database, channel, clock) as worker:

        async def waits() -> bool:
            return (await rows(database))[0].error == "131049"

        await until(waits)
        async with database.transaction() as session:
            await Links(session).note_wrote(AMAL, clock.now())
            await Outbox(session).release(AMAL, clock.now())
        worker.notify()
        assert await until_sent(channel, 1) == [said("answer")]


async def test_what_failed_and_is_queued_again_is_not_closed_by_a_late_receipt(
    database: Database,
) -> None:
    clock = FixedClock()
    async with claimed(database, WireChannel(), clock) as (settler, row):
        await settle(database, settler, row, Sent("wamid.1"))
        transient = SendFailure("transient", retryable=True)
        failed = receipt(row, ReceiptState.FAILED, failure=transient)
        assert await receive(database, settler, failed) == "retried"
        assert await receive(database, settler, receipt(row, ReceiptState.SENT)) == "known"
    assert [row.state for row in await rows(database)] == [OutboxState.QUEUED]


async def test_a_halt_that_receipts_tell_of_grows_until_one_arrives(database: Database) -> None:
    clock, revoked = FixedClock(), SendFailure("credential", retryable=True, halts_channel=True)
    async with claimed(database, WireChannel(), clock) as (settler, row):
        for halts in (1, 2, 3):
            await settle(database, settler, row, Sent("wamid.1"))
            failed = receipt(row, ReceiptState.FAILED, failure=revoked)
            assert await receive(database, settler, failed) == "halted"
            assert settler.halts == halts
            clock.pass_(400)
            async with database.transaction() as session:
                (row,) = await Outbox(session).claim(  # noqa: PLW2901 - the same message
                    clock.now(), timedelta(seconds=30), "wire", ACCOUNT, 1
                )
        await receive(database, settler, receipt(row, ReceiptState.DELIVERED))
        assert settler.halts == 0

"""What platforms say later of messages that we sent: in any order, and of any failure."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.channel import Limits, SendFailure, SendOutcome, Sent
from bot.conversation.events import Receipt, ReceiptState
from bot.conversation.messages import Block, BlockKind, Button, Message, Quote
from bot.delivery.policy import Policy
from bot.delivery.results import Answer, told_by
from bot.delivery.settling import Settler
from bot.records.buckets import RateBucket
from bot.records.database import Database
from bot.records.outbox import Lane, Outbox, OutboxState, Outgoing
from tests.delivery.outgoing import AMAL, queue, rows
from tests.delivery.wire import ACCOUNT, FixedClock, WireChannel, said

RECEIPTS = Policy(has_receipts=True)
FATES = [ReceiptState.READ, ReceiptState.DELIVERED, ReceiptState.SENT, ReceiptState.FAILED]
PAGED = Limits(4096, 40, buttons=10)


@asynccontextmanager
async def claimed(
    database: Database, channel: WireChannel, clock: FixedClock
) -> AsyncIterator[tuple[Settler, Outgoing]]:
    """A message that is being sent."""
    await queue(database, said("answer"))
    async with database.transaction() as session:
        (row,) = await Outbox(session).claim(clock.now(), timedelta(seconds=30), "wire", ACCOUNT, 1)
    yield Settler(channel, clock, RECEIPTS), row


async def settle(database: Database, settler: Settler, row: Outgoing, outcome: SendOutcome) -> str:
    async with database.transaction() as session:
        (word,) = await settler.settle_all(session, [Answer(row, AMAL, outcome)])
    return word


async def receive(database: Database, settler: Settler, receipt: Receipt) -> str:
    async with database.transaction() as session:
        told = told_by(receipt)
        return (await settler.settle_all(session, [told]))[0] if told else "unknown_message"


def receipt(row: Outgoing, state: ReceiptState, **more: object) -> Receipt:
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
    clock, channel = FixedClock(), WireChannel(limits=PAGED)
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

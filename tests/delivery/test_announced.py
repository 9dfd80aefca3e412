"""What a template announced: once, and then the message itself, whatever goes wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation.channel import SendFailure
from bot.conversation.events import Address, Receipt, ReceiptState
from bot.delivery.outbox import OutboxWorker
from bot.domain.circulars import DeliveryState
from bot.domain.reach import Door
from bot.records.database import Database
from bot.records.links import Links
from bot.records.outbox import Lane, Outbox, OutboxState
from tests.delivery.outgoing import AMAL, BADR, queue, rows, sending
from tests.delivery.test_reply_window import RECEIPTS, TemplateChannel, met, refusing, until_sent
from tests.delivery.waiting import until
from tests.delivery.wire import FixedClock, said
from tests.support.circulating import EMPLOYER, Circulating, add_employees


async def _announced(database: Database) -> None:
    async def is_noted() -> bool:
        return (await rows(database))[0].external_id is not None

    await until(is_noted)


async def _write(database: Database, clock: FixedClock, worker: OutboxWorker) -> None:
    async with database.transaction() as session:
        await Links(session).note_wrote(AMAL, clock.now())
        await Outbox(session).release(AMAL, clock.now())
    worker.notify()


@pytest.mark.parametrize(
    "failure",
    [SendFailure("500", retryable=True), SendFailure("429", retryable=True, halts_channel=True)],
)
async def test_what_fails_once_after_the_template_goes_itself_the_next_time(
    database: Database, failure: SendFailure
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    await queue(database, said("answer"))
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:
        await _announced(database)
        channel.answer = refusing(failure, 1)
        clock.pass_(3600)
        await _write(database, clock, worker)

        async def refused() -> bool:
            return (await rows(database))[0].error == failure.reason

        await until(refused)
        clock.pass_(600)
        worker.notify()
        _, message = await until_sent(channel, 2)
    assert message == said("answer")


async def test_what_failed_after_it_was_taken_goes_itself_again(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    await queue(database, said("answer"))
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:
        await _announced(database)
        await _write(database, clock, worker)
        await until_sent(channel, 2)

        async def taken() -> bool:
            return (await rows(database))[0].state is OutboxState.SENT

        await until(taken)
        (row,) = await rows(database)
        failure = SendFailure("131000", retryable=True)
        told = Receipt(AMAL, str(row.id), row.external_id or "", ReceiptState.FAILED, failure)
        assert await worker.receive(told) == "retried"
        clock.pass_(600)
        worker.notify()
        assert (await until_sent(channel, 3))[2] == said("answer")


async def test_a_long_circular_is_announced_once_and_waits_in_nobodys_way(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    door = channel.name, channel.account
    office = Circulating(database, clock.now(), doors={door: Door(timedelta(hours=24), 80)})
    await office.staff()
    await add_employees(database, ["amal"], clock.now(), door=door)
    known = await office.begin(body="كلمة " * 1100, urgent=True)
    await office.expand(known.id)
    assert await office.pour(known.id) == 1
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:
        await _announced(database)
        (delivery,) = await office.deliveries(known.id)
        assert delivery.announced_at == clock.now()
        assert await office.circulation.finish(known.id)
        clock.pass_(8 * 24 * 3600)
        worker.notify()

        async def given_up() -> bool:
            return all(row.state is OutboxState.FAILED for row in await rows(database))

        await until(given_up)
    assert [message.template for message in channel.messages] == ["circular"]
    (delivery,) = await office.deliveries(known.id)
    assert (delivery.state, delivery.reason) == (DeliveryState.UNREACHED, "not_opened")


async def test_a_template_of_which_only_a_receipt_tells_is_not_sent_twice(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    await queue(database, said("answer"))
    lost = SendFailure("timeout", retryable=True, ambiguous=True)
    channel.answer = refusing(lost, 1)
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:

        async def waits() -> bool:
            return (await rows(database))[0].error == lost.reason

        await until(waits)
        reference = channel.references[0]
        assert reference.startswith("t")
        told = Receipt(AMAL, reference, "wamid.1", ReceiptState.SENT)
        assert await worker.receive(told) == "template_sent"
        clock.pass_(3600)
        worker.notify()
        await _write(database, clock, worker)
        assert await until_sent(channel, 1) == [said("answer")]


async def test_each_circular_is_announced_by_a_template_of_its_own(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    door = channel.name, channel.account
    office = Circulating(database, clock.now(), doors={door: Door(timedelta(hours=24), 80)})
    await office.staff()
    await add_employees(database, ["amal"], clock.now(), door=door)
    first = await office.begin(urgent=True, body="كلمة " * 1100)
    second = await office.begin(urgent=True)
    await office.expand(first.id)
    await office.pour(first.id)
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:
        await _announced(database)
        clock.pass_(3600)
        await office.expand(second.id)
        assert await office.pour(second.id) == 1
        (delivery,) = await office.deliveries(second.id)
        assert (delivery.state, delivery.announced_at) == (DeliveryState.QUEUED, None)
        assert not await office.circulation.finish(second.id)
        # It was poured an hour ago by the time that the platform takes the template.
        clock.pass_(3600)
        worker.notify()

        async def is_announced() -> bool:
            (delivery,) = await office.deliveries(second.id)
            return delivery.announced_at == clock.now()

        await until(is_announced)
        assert await office.circulation.finish(second.id)
        assert [message.template for message in channel.messages] == ["circular"] * 2
        numbers = {message.blocks[0].text for message in channel.messages}
        assert numbers == {first.content.number, second.content.number}
        clock.pass_(60)
        async with database.transaction() as session:
            amal = Address(*door, f"{EMPLOYER}amal")
            await Links(session).note_wrote(amal, clock.now())
            await Outbox(session).release(amal, clock.now())
        worker.notify()

        async def are_sent() -> bool:
            return all(row.state is OutboxState.SENT for row in await rows(database))

        await until(are_sent)
    # In their order once they are let go.
    assert len(channel.messages) == 2 + len(await rows(database))
    assert channel.references[2:] == [str(row.id) for row in await rows(database)]


async def test_answers_wait_behind_one_template_for_them_all(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    await queue(database, said("answer"))
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:
        await _announced(database)
        await queue(database, said("more"))
        await queue(database, said("circular"), lane=Lane.BULK)
        worker.notify()
        await until_sent(channel, 2)
    assert [row.external_id is None for row in await rows(database)] == [False, True, False]


async def test_notices_wait_behind_one_template_and_in_no_circulars_way(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    door = channel.name, channel.account
    office = Circulating(database, clock.now(), doors={door: Door(timedelta(hours=24), 80)})
    await office.staff()
    await add_employees(database, ["amal"], clock.now(), door=door)
    amal = Address(*door, f"{EMPLOYER}amal")
    await queue(database, "first", to=amal, lane=Lane.BULK)
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:
        await _announced(database)
        await queue(database, "second", "third", to=amal, lane=Lane.BULK)
        known = await office.begin(urgent=True)
        await office.expand(known.id)
        assert await office.pour(known.id) == 1
        worker.notify()

        async def is_announced() -> bool:
            return (await office.deliveries(known.id))[0].announced_at is not None

        await until(is_announced)
        await queue(database, "fourth", to=amal, lane=Lane.BULK)
        worker.notify()
        await queue(database, "to badr", to=BADR, lane=Lane.BULK)

        async def are_announced() -> bool:
            waiting = [row.external_id is not None for row in await rows(database)]
            return waiting == [True, False, False, True, False, True]

        await until(are_announced)
        assert len(channel.messages) == 3
        clock.pass_(60)
        async with database.transaction() as session:
            await Links(session).note_wrote(amal, clock.now())
            await Outbox(session).release(amal, clock.now())
        worker.notify()

        async def are_sent() -> bool:
            sent = [row for row in await rows(database) if row.user == amal.user]
            return all(row.state is OutboxState.SENT for row in sent)

        await until(are_sent)
    numbers = [str(row.id) for row in await rows(database) if row.user == amal.user]
    assert channel.references[3:] == numbers

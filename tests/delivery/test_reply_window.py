"""What goes out where a platform lets us write only for a while after the person did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.conversation.announcement import WAITING, Announcement
from bot.conversation.channel import Limits, SendFailure, SendOutcome, Sent
from bot.conversation.events import Address, Receipt, ReceiptState
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.delivery.policy import Policy
from bot.records.database import Database
from bot.records.links import Links
from bot.records.outbox import Outbox, OutboxState
from bot.records.people import People
from tests.delivery.outgoing import AMAL, BADR, queue, rows, sending
from tests.delivery.waiting import until
from tests.delivery.wire import FixedClock, WireChannel, said

RECEIPTS = Policy(has_receipts=True)
WINDOW = Limits(4096, 40, window=timedelta(hours=24))


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
    async with sending(database, channel, clock=clock, policy=RECEIPTS):
        assert await until_sent(channel, 1) == [said("answer")]
    assert channel.references == [str((await rows(database))[0].id)]


async def test_outside_the_window_a_template_goes_once_and_the_message_when_they_write(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=24)
    await queue(database, said("answer"), said("more"))
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:
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


async def test_a_message_says_which_template_announces_it(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=24)
    announced = Announcement("circular", ("2026/14", "الموارد البشرية"), ("cs1:0123456789abcdef",))
    await queue(database, replace(said("circular"), announced=announced))
    async with sending(database, channel, clock=clock, policy=RECEIPTS):
        (template,) = await until_sent(channel, 1)
    values = (Block(BlockKind.BODY, "2026/14"), Block(BlockKind.BODY, "الموارد البشرية"))
    presses = (Button("", "cs1:0123456789abcdef"),)
    assert template == Message(values, presses, template="circular")


async def test_who_does_not_write_for_a_week_gets_no_more(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    await queue(database, said("answer"))
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:
        await until_sent(channel, 1)

        async def waits() -> bool:
            return (await rows(database))[0].external_id is not None

        await until(waits)
        clock.pass_(8 * 24 * 3600)
        worker.notify()

        async def given_up() -> bool:
            return (await rows(database))[0].state is OutboxState.FAILED

        await until(given_up)
    assert len(channel.messages) == 1
    assert (await rows(database))[0].error == "window_closed"


async def test_what_no_template_asks_for_is_not_sent_once_the_window_is_closed(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=24)
    await queue(database, replace(said("reminder"), untemplated=True))
    async with sending(database, channel, clock=clock, policy=RECEIPTS):

        async def given_up() -> bool:
            return (await rows(database))[0].state is OutboxState.FAILED

        await until(given_up)
    assert channel.messages == []
    assert (await rows(database))[0].error == "window_closed"


async def test_what_waited_beyond_its_time_is_not_sent(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel(Limits(4096, 40))
    over = clock.now() + timedelta(hours=1)
    clock.pass_(3600)
    await queue(database, replace(said("reminder"), until=over), said("answer"))
    async with sending(database, channel, clock=clock):
        assert await until_sent(channel, 1) == [said("answer")]
    assert [row.error for row in await rows(database)] == ["too_late", None]


def refusing(code: SendFailure, times: int) -> Callable[[str, str], SendOutcome | None]:
    left = [code] * times
    return lambda _user, _text: left.pop() if left else None


async def test_a_platform_that_counts_otherwise_gets_the_template_too(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    channel.answer = refusing(SendFailure("131047", needs_template=True), 1)
    await met(database, clock, wrote_hours_ago=1)
    await queue(database, said("answer"))
    async with sending(database, channel, clock=clock, policy=RECEIPTS):
        (template,) = await until_sent(channel, 1)
    assert template.template == WAITING


async def test_a_template_that_failed_for_a_while_is_sent_again(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    await queue(database, said("answer"))
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:
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
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:

        async def waits() -> bool:
            return (await rows(database))[0].error == "131049"

        await until(waits)
        async with database.transaction() as session:
            await Links(session).note_wrote(AMAL, clock.now())
            await Outbox(session).release(AMAL, clock.now())
        worker.notify()
        assert await until_sent(channel, 1) == [said("answer")]


async def test_each_of_several_has_a_window_of_their_own(database: Database) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    async with database.transaction() as session:
        await People(session).add(BADR, clock.now())
        await Links(session).note_wrote(BADR, clock.now())
    await queue(database, "to amal")
    await queue(database, "to badr", to=BADR)
    async with sending(database, channel, clock=clock, policy=RECEIPTS):
        messages = await until_sent(channel, 2)
    assert {(message.template, message.plain_text) for message in messages} == {
        (WAITING, ""),
        ("", "to badr"),
    }

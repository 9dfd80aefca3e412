"""A circular that a template announced and nobody opened: asked again, and sent when they write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.conversation.circular_notices import CircularNotices
from bot.conversation.circular_words import CircularWords
from bot.conversation.events import Address
from bot.delivery.outbox import OutboxWorker
from bot.domain.circular_figures import Escalation, Figures, add_up
from bot.domain.circulars import DeliveryState
from bot.domain.reach import Door
from bot.records.circular_recipients import CircularRecipients
from bot.records.circular_rows import Circular, Delivery
from bot.records.database import Database
from bot.records.links import Links
from bot.records.outbox import Outbox, OutboxState
from bot.records.people_rows import ChannelLink
from bot.records.portfolio import Portfolio
from bot.services.circular_reminders import CircularReminderService
from bot.services.circulation import REVIVED_FOR
from bot.services.received_circulars import Received, ReceivedCircularService
from tests.delivery.outgoing import rows, sending
from tests.delivery.test_reply_window import RECEIPTS, TemplateChannel, until_sent
from tests.delivery.waiting import until
from tests.delivery.wire import ACCOUNT, FixedClock
from tests.support.circulating import EMPLOYER, Circulating, add_employees
from tests.support.content import real_library

DOOR = ("wire", ACCOUNT)
AMAL = Address(*DOOR, f"{EMPLOYER}amal")
DAY_S = 24 * 3600


@dataclass
class Unopened:
    """A circular with a deadline in twelve days, whose template its only recipient ignores."""

    office: Circulating
    clock: FixedClock
    channel: TemplateChannel
    circular: str

    def pass_(self, days: float) -> None:
        self.clock.pass_(days * DAY_S)
        self.office.moment = self.clock.now()

    async def delivery(self) -> Delivery:
        (delivery,) = await self.office.deliveries(self.circular)
        return delivery

    async def remind(self, people_a_day: int = 1) -> int:
        doors = {DOOR: Door(timedelta(hours=24), 80, people_a_day=people_a_day)}
        library = real_library()
        reminders = CircularReminderService(self.office.database, library, self.clock.now)
        return await reminders.remind_due(10, doors, CircularNotices(CircularWords(library)))

    async def figures(self) -> Figures:
        """What the report says."""
        async with self.office.database.reading() as session:
            counting = CircularRecipients(session).count(self.circular, None, self.clock.now())
            return add_up(await counting, Escalation()).whole

    async def open(self) -> Received:
        """Open it from the list or by a button."""
        async with self.office.database.reading() as session:
            person = (await session.scalars(select(ChannelLink.person_id))).one()
        received = ReceivedCircularService(self.office.database, self.clock.now)
        shown = await received.open(person, self.circular, chat=AMAL)
        assert shown is not None
        return shown

    async def write(self) -> None:
        async with self.office.database.transaction() as session:
            await Links(session).note_wrote(AMAL, self.clock.now())
            await Outbox(session).release(AMAL, self.clock.now())

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[OutboxWorker]:
        database = self.office.database
        async with sending(database, self.channel, clock=self.clock, policy=RECEIPTS) as worker:
            yield worker

    async def until_announced(self, times: int) -> None:
        """Let the outbox work until so many templates went out."""

        async def is_noted() -> bool:
            return all(row.external_id for row in await rows(self.office.database) if row.payload)

        async with self.sending():
            messages = await until_sent(self.channel, times)
            await until(is_noted)
        assert [message.template for message in messages] == ["circular"] * times

    async def until_is(self, state: DeliveryState) -> None:
        async def is_so() -> bool:
            return (await self.delivery()).state is state

        async with self.sending():
            await until(is_so)


@pytest.fixture
async def unopened(database: Database) -> Unopened:
    clock = FixedClock()
    office = Circulating(database, clock.now(), doors={DOOR: Door(timedelta(hours=24), 80)})
    await office.staff()
    await add_employees(database, ["amal"], clock.now(), door=DOOR)
    known = await office.begin(urgent=True, due_at=clock.now() + timedelta(days=12))
    await office.expand(known.id)
    assert await office.pour(known.id) == 1
    made = Unopened(office, clock, TemplateChannel(), known.id)
    await made.until_announced(1)
    return made


async def test_at_each_stage_the_template_goes_again(unopened: Unopened) -> None:
    announced_at = (await unopened.delivery()).announced_at
    assert await unopened.remind() == 0
    unopened.pass_(5)  # a week before the deadline
    assert await unopened.remind() == 1
    async with unopened.office.database.reading() as session:
        assert (await Portfolio(session, *DOOR).count(unopened.clock.now()))[0] == 1
    await unopened.until_announced(2)
    assert await unopened.remind() == 0
    # It waits for seven days from then on, and nobody is told twice of the same.
    unopened.pass_(6)
    assert await unopened.remind() == 1
    await unopened.until_announced(3)
    delivery = await unopened.delivery()
    assert (delivery.state, delivery.announced_at) == (DeliveryState.QUEUED, announced_at)
    assert len(await rows(unopened.office.database)) == 1
    await unopened.write()
    await unopened.until_is(DeliveryState.SENT)
    assert unopened.channel.messages[3].template == ""


async def test_nobody_is_asked_again_beyond_the_people_of_a_day(unopened: Unopened) -> None:
    unopened.pass_(5)
    async with unopened.office.database.transaction() as session:
        await Portfolio(session, *DOOR).note(["badr"], unopened.clock.now())
    assert await unopened.remind(people_a_day=1) == 1
    assert (await rows(unopened.office.database))[0].external_id is not None


async def test_a_pause_does_not_take_back_what_was_announced(unopened: Unopened) -> None:
    unopened.pass_(5)
    assert await unopened.remind() == 1
    await unopened.office.course.pause(unopened.office.hr, unopened.circular, "خطأ في النص")
    assert (await unopened.delivery()).state is DeliveryState.QUEUED


async def test_who_writes_after_a_week_gets_it_then(unopened: Unopened) -> None:
    unopened.pass_(4)
    await unopened.office.circulation.revive(unopened.circular)
    unopened.pass_(4)
    await unopened.until_is(DeliveryState.UNREACHED)
    delivery = await unopened.delivery()
    assert (delivery.reason, delivery.announced_at is None) == ("not_opened", False)
    await unopened.office.circulation.revive(unopened.circular)
    assert await unopened.office.pour(unopened.circular) == 0
    await unopened.write()
    await unopened.office.circulation.revive(unopened.circular)
    assert await unopened.office.pour(unopened.circular) == 1
    await unopened.until_is(DeliveryState.SENT)
    assert [message.template for message in unopened.channel.messages] == ["circular", ""]


async def test_who_opens_it_after_a_week_has_it_and_gets_it_once(unopened: Unopened) -> None:
    unopened.pass_(8)
    await unopened.until_is(DeliveryState.UNREACHED)
    assert not (await unopened.open()).on_its_way
    await unopened.write()
    await unopened.office.circulation.revive(unopened.circular)
    assert await unopened.office.pour(unopened.circular) == 0
    delivery = await unopened.delivery()
    assert (delivery.state, delivery.reason) == (DeliveryState.SENT, None)
    assert delivery.sent_at == delivery.opened_at == unopened.clock.now()


async def test_who_opens_it_before_it_goes_out_anew_gets_it_once(unopened: Unopened) -> None:
    unopened.pass_(8)
    await unopened.until_is(DeliveryState.UNREACHED)
    assert await unopened.remind() == 1
    assert (await unopened.delivery()).state is DeliveryState.PLANNED
    assert not (await unopened.open()).on_its_way
    assert await unopened.office.pour(unopened.circular) == 0
    delivery = await unopened.delivery()
    assert (delivery.state, delivery.next_at) == (DeliveryState.SENT, None)
    assert delivery.sent_at == unopened.clock.now()


async def test_who_did_not_open_it_for_a_week_is_asked_again_at_the_next_stage(
    unopened: Unopened,
) -> None:
    unopened.pass_(8)
    await unopened.until_is(DeliveryState.UNREACHED)
    assert await unopened.remind() == 1
    assert (await unopened.delivery()).state is DeliveryState.PLANNED
    assert await unopened.office.pour(unopened.circular) == 1
    await unopened.until_announced(2)
    unopened.pass_(8)
    await unopened.until_is(DeliveryState.UNREACHED)


async def test_whom_the_limit_keeps_from_being_asked_again_is_counted(unopened: Unopened) -> None:
    unopened.pass_(8)
    await unopened.until_is(DeliveryState.UNREACHED)
    async with unopened.office.database.transaction() as session:
        await Portfolio(session, *DOOR).note(["badr"], unopened.clock.now())
    assert await unopened.remind(people_a_day=1) == 1
    assert (await unopened.figures()).postponed == 1
    unopened.pass_(1)
    assert (await unopened.figures()).postponed == 0
    assert await unopened.remind(people_a_day=1) == 1
    assert (await unopened.delivery()).state is DeliveryState.PLANNED


async def test_nobody_is_asked_again_to_open_what_is_sent_to_nobody_any_more(
    unopened: Unopened,
) -> None:
    assert await unopened.office.circulation.finish(unopened.circular)
    unopened.pass_(8)
    await unopened.until_is(DeliveryState.UNREACHED)
    ended_at = unopened.clock.now()
    async with unopened.office.database.transaction() as session:
        await session.execute(update(Circular).values(started_at=ended_at - REVIVED_FOR))
    assert await unopened.remind() == 1
    assert (await unopened.delivery()).state is DeliveryState.UNREACHED
    assert await unopened.remind() == 0
    async with unopened.office.database.reading() as session:
        assert (await Portfolio(session, *DOOR).count(ended_at))[0] == 0


async def test_an_earlier_template_says_nothing_of_what_was_planned_anew(
    unopened: Unopened,
) -> None:
    unopened.pass_(8)
    await unopened.until_is(DeliveryState.UNREACHED)
    assert await unopened.remind() == 1
    unopened.pass_(2.9)
    assert await unopened.office.pour(unopened.circular) == 1
    assert not await unopened.office.circulation.finish(unopened.circular)
    assert (await unopened.figures()).unopened == 0
    await unopened.until_announced(2)
    assert (await unopened.delivery()).announced_at == unopened.clock.now()
    assert await unopened.office.circulation.finish(unopened.circular)
    assert (await unopened.figures()).unopened == 1
    # The day before the deadline they were asked just now.
    unopened.pass_(0.2)
    assert await unopened.remind() == 1
    assert (await rows(unopened.office.database))[-1].external_id is not None


async def test_a_reminder_that_nobody_opened_gives_way_to_the_next(unopened: Unopened) -> None:
    database = unopened.office.database
    await unopened.write()
    await unopened.until_is(DeliveryState.SENT)
    unopened.pass_(5)
    assert await unopened.remind() == 1
    await _until_waiting(unopened)
    unopened.pass_(6)
    assert await unopened.remind() == 1
    await _until_waiting(unopened)
    templates = [message.template for message in unopened.channel.messages]
    assert templates == ["circular", "", "circular", "circular"]
    assert [row.state for row in await rows(database)] == [OutboxState.SENT, OutboxState.QUEUED]


async def _until_waiting(unopened: Unopened) -> None:
    """Let the outbox work until the newest message waits for its person."""

    async def waits() -> bool:
        row = (await rows(unopened.office.database))[-1]
        return row.state is OutboxState.QUEUED and row.external_id is not None

    async with unopened.sending():
        await until(waits)

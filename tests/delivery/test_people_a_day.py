"""To how many people templates go in a day, and who waits beyond that."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.conversation.announcement import WAITING
from bot.records.database import Database
from bot.records.links import Links
from bot.records.outbox import Lane, Outbox, OutboxMessage, OutboxState
from bot.records.people import People
from bot.records.portfolio import Portfolio
from tests.delivery.outgoing import AMAL, BADR, queue, rows, sending
from tests.delivery.test_reply_window import RECEIPTS, TemplateChannel, met, until_sent
from tests.delivery.waiting import until
from tests.delivery.wire import FixedClock, said
from tests.support.locks import until_one_waits

AMAL_ACCOUNT = (AMAL.channel, AMAL.account)
ONE_A_DAY = replace(RECEIPTS, people_a_day=1)


@pytest.fixture
def on_postgresql(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("one writes at a time")


async def counted(database: Database, clock: FixedClock) -> int:
    async with database.reading() as session:
        count, _ = await Portfolio(session, *AMAL_ACCOUNT).count(clock.now())
        return count


async def test_whom_a_template_went_to_counts_once_and_who_may_be_written_to_does_not(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    async with database.transaction() as session:
        await People(session).add(BADR, clock.now())
        await Links(session).note_wrote(BADR, clock.now())
    await queue(database, "reply", "another")
    await queue(database, "circular", lane=Lane.BULK)
    await queue(database, "to badr", to=BADR)
    async with sending(database, channel, clock=clock, policy=RECEIPTS):
        await until_sent(channel, 3)
    assert [message.template for message in channel.messages].count(WAITING) == 2
    assert await counted(database, clock) == 1
    clock.pass_(24 * 3600)
    assert await counted(database, clock) == 0


async def test_an_answer_beyond_the_people_of_a_day_waits_until_there_is_room(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    async with database.transaction() as session:
        await People(session).add(BADR, clock.now())
    await queue(database, "to amal")

    async def waits() -> bool:
        return (await rows(database))[1].error == "people_a_day"

    async with sending(database, channel, clock=clock, policy=ONE_A_DAY) as worker:
        await until_sent(channel, 1)
        clock.pass_(3600)
        await queue(database, "to badr", to=BADR)
        worker.notify()
        await until(waits)
        waiting = (await rows(database))[1]
        assert (waiting.state, waiting.attempts) == (OutboxState.QUEUED, 0)
        assert waiting.next_at == clock.now() + timedelta(hours=23)
        clock.pass_(22 * 3600)
        worker.notify()
        assert len(channel.messages) == 1
        clock.pass_(3600)
        worker.notify()
        _, second = await until_sent(channel, 2)
    assert second.template == WAITING
    assert [user for user, _ in channel.log] == [AMAL.user, BADR.user]


async def test_who_writes_while_their_answer_waits_for_room_gets_it_at_once(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    async with database.transaction() as session:
        await People(session).add(BADR, clock.now())
        await Portfolio(session, *AMAL_ACCOUNT).note([BADR.user], clock.now())
    await queue(database, "to amal")

    async def waits() -> bool:
        return (await rows(database))[0].error == "people_a_day"

    async with sending(database, channel, clock=clock, policy=ONE_A_DAY) as worker:
        await until(waits)
        async with database.transaction() as session:
            await Links(session).note_wrote(AMAL, clock.now())
            await Outbox(session).release(AMAL, clock.now())
        worker.notify()
        assert await until_sent(channel, 1) == [said("to amal")]


@pytest.mark.usefixtures("on_postgresql")
async def test_who_writes_while_it_is_seen_whether_there_is_room_gets_their_answer_at_once(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    async with database.transaction() as session:
        await Portfolio(session, *AMAL_ACCOUNT).note([BADR.user], clock.now())
    await queue(database, "to amal")

    async def is_claimed() -> bool:
        return (await rows(database))[0].state is OutboxState.SENDING

    async with database.transaction() as counting:
        await Portfolio(counting, *AMAL_ACCOUNT).hold(clock.now())
        async with sending(database, channel, clock=clock, policy=ONE_A_DAY):
            await until(is_claimed)
            async with database.transaction() as session:
                await Links(session).note_wrote(AMAL, clock.now())
                await Outbox(session).release(AMAL, clock.now())
            await counting.commit()
            assert await until_sent(channel, 1) == [said("to amal")]
    assert await counted(database, clock) == 1


@pytest.mark.usefixtures("on_postgresql")
async def test_what_waited_for_room_longer_than_its_lease_goes_once(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    await queue(database, "to amal")

    async def is_claimed(times: int) -> bool:
        return (await rows(database))[0].attempts == times

    def decided(lines: list[MutableMapping[str, Any]]) -> list[object]:
        return [line["reason"] for line in lines if line["event"] == "outbox_message"]

    async with database.transaction() as counting:
        await Portfolio(counting, *AMAL_ACCOUNT).hold(clock.now())
        with capture_logs() as lines:
            async with sending(database, channel, clock=clock, policy=ONE_A_DAY):
                await until(lambda: is_claimed(1))
                clock.pass_(31)
                async with sending(database, channel, clock=clock, policy=ONE_A_DAY):
                    await until(lambda: is_claimed(2))
                    await counting.commit()
                    await until(lambda: len(decided(lines)) == 2)
    assert sorted(decided(lines), key=str) == [None, "late"]
    assert [message.template for message in channel.messages] == [WAITING]


@pytest.mark.usefixtures("on_postgresql")
async def test_nobody_who_is_to_count_waits_for_who_waits_for_their_message(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    await met(database, clock, wrote_hours_ago=48)
    async with database.transaction() as session:
        await Portfolio(session, *AMAL_ACCOUNT).note([BADR.user], clock.now())
    await queue(database, "to amal")

    async def row() -> OutboxMessage:
        return (await rows(database))[0]

    async def is_claimed() -> bool:
        return (await row()).state is OutboxState.SENDING

    async def waits() -> bool:
        return (await row()).error == "people_a_day"

    async with database.transaction() as counting:
        await Portfolio(counting, *AMAL_ACCOUNT).hold(clock.now())
        async with sending(database, channel, clock=clock, policy=ONE_A_DAY):
            await until(is_claimed)
            await until_one_waits(counting)
            async with database.transaction() as settling:
                await Outbox(settling).hold_all([(await row()).id])
                await counting.commit()
                await until_one_waits(settling)
                await Portfolio(settling, *AMAL_ACCOUNT).hold(clock.now())
            await until(waits)

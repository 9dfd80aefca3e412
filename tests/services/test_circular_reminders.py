from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.conversation.circular_notices import CircularNotices
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.domain.circular_figures import Escalation, add_up
from bot.domain.circulars import CircularState, DeliveryState
from bot.domain.reach import Door
from bot.records.circular_recipients import CircularRecipients
from bot.records.circular_rows import TemplateSend
from bot.records.database import Database
from bot.records.outbox import OutboxMessage
from bot.services.circular_reminders import CircularReminderService
from tests.support.circulars import CONTENT, linked, publish, say, turn
from tests.support.roster import dismiss, employ
from tests.support.world import World

DOORS = {("telegram", "bot1"): Door(None, 30)}
WINDOW = Door(timedelta(hours=24), 80, people_a_day=1)
DUE = datetime(2026, 11, 30, 11, tzinfo=UTC)  # 15:00 on a Monday in Dubai


def notices(world: World) -> CircularNotices:
    return CircularNotices(world.circular_words)


async def messages(world: World) -> list[OutboxMessage]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


async def remind(world: World, now: datetime) -> int:
    """Remind at a moment; gives how many messages there are by then."""
    world.moment = now
    while await world.circular_reminders.remind_due(100, DOORS, notices(world)):
        pass
    return len(await messages(world))


async def said(world: World) -> Message:
    return Message.from_json((await messages(world))[-1].payload or {})


async def test_reminders_come_at_their_stages_once_each(world: World) -> None:
    employee, person = await linked(world)
    circular = await publish(world, employee)
    # The day before is a Sunday; behind the deadline come five mornings, and no more.
    hours = {-192: 0, -168: 1, -120: 1, -24: 1, -7: 1, -6: 2, 1: 2, 24: 3, 48: 4, 72: 5, 96: 6}
    hours |= {120: 6, 168: 7, 192: 7}
    told = {hour: await remind(world, DUE + timedelta(hours=hour)) for hour in hours}
    assert told == hours
    assert {each.person_id for each in await messages(world)} == {person}
    message = await said(world)
    due = "الاثنين 30/11/2026 الساعة 3 عصراً"
    assert message.plain_text.startswith(world.phrase("reminded_late", due=due))
    assert "في موعد أقصاه" not in message.plain_text
    # It can be acknowledged there: the words stand above the button.
    assert f"«{CONTENT.statement}»" in message.plain_text
    assert [button.data for button in message.buttons] == [f"ca1:{circular}:ar", f"cs1:{circular}"]


async def test_the_first_comes_in_the_morning_though_the_deadline_is_the_end_of_a_day(
    world: World,
) -> None:
    employee, _ = await linked(world)
    end_of_day = DUE + timedelta(hours=8, minutes=59)
    await publish(world, employee, due_at=end_of_day)
    morning = end_of_day - timedelta(days=7, hours=14, minutes=59)  # 9:00
    assert await remind(world, morning - timedelta(minutes=1)) == 0
    assert await remind(world, morning) == 1


async def test_what_is_said_changes_with_the_deadline(world: World) -> None:
    employee, _ = await linked(world)
    await publish(world, employee)
    for now, phrase in (
        (DUE - timedelta(days=7), "🔔 تذكير بتعميم ينتظر إقرارك"),
        (DUE - timedelta(hours=6), "🔔 اليوم آخر موعد للإقرار"),
        (DUE + timedelta(days=1), "⚠️ فات موعد الإقرار"),
    ):
        await remind(world, now)
        assert (await said(world)).plain_text.startswith(phrase)


async def test_who_has_acknowledged_is_left_alone(world: World) -> None:
    employee, _ = await linked(world)
    circular = await publish(world, employee)
    await world.press(f"ca1:{circular}:ar")
    assert await remind(world, DUE - timedelta(days=6)) == 0


async def test_nobody_else_is_reminded(world: World) -> None:
    people = [await linked(world, str(n), Address("telegram", "bot1", f"u{n}")) for n in range(4)]
    silent, gone, erased, chatless = people
    other = await employ(world, "2000", employer=CONTENT.employer)
    await publish(world, *(employee for employee, _ in people), other)
    await publish(world, silent[0], number="2", delivery=DeliveryState.QUEUED)
    await publish(world, silent[0], number="3", statement="")
    paused = await publish(world, chatless[0], number="4")
    await turn(world, paused, CircularState.PAUSED)
    await world.enrolment.set_reminders(silent[1], wanted=False)
    await dismiss(world, gone[0])
    await world.privacy.ask_erasure(erased[1])
    assert await remind(world, DUE - timedelta(days=6)) == 1
    assert (await messages(world))[0].person_id == chatless[1]


async def test_several_processes_remind_once(world: World, database_url: str) -> None:
    people = [await linked(world, str(n), Address("telegram", "bot1", f"u{n}")) for n in range(30)]
    await publish(world, *(employee for employee, _ in people))
    world.moment = DUE - timedelta(days=6)
    processes = [Database(database_url) for _ in range(4)]
    services = [CircularReminderService(each, world.library, world.now) for each in processes]
    for _ in range(5):
        await asyncio.gather(
            *(service.remind_due(7, DOORS, notices(world)) for service in services)
        )
    for process in processes:
        await process.dispose()
    told = await messages(world)
    assert len(told) == len({message.person_id for message in told}) == 30


async def test_outside_the_window_a_template_asks_to_open_it(world: World) -> None:
    doors = {("whatsapp", "1"): WINDOW}
    chats = [Address("whatsapp", "1", f"97150000000{n}") for n in range(2)]
    people = [await linked(world, str(n), chat) for n, chat in enumerate(chats)]
    circular = await publish(world, *(employee for employee, _ in people))
    world.moment = DUE - timedelta(days=6)
    assert await world.circular_reminders.remind_due(100, doors, notices(world)) == 2
    # The platform lets one person be written to a day.
    (row,) = await messages(world)
    assert row.templated_at is not None
    assert Message.from_json(row.payload or {}).announced.presses == (f"cs1:{circular}",)
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(TemplateSend)) == 1
    # What waits comes by itself behind the tap, and nothing is said twice.
    assert await world.press(f"cs1:{circular}", address=chats[0]) == []
    assert await world.circular_reminders.remind_due(100, doors, notices(world)) == 0


async def test_whom_the_limit_of_a_day_leaves_out_is_reminded_when_there_is_room(
    world: World,
) -> None:
    doors = {("whatsapp", "1"): WINDOW}
    chats = [Address("whatsapp", "1", f"97150000000{n}") for n in range(3)]
    people = [await linked(world, str(n), chat) for n, chat in enumerate(chats)]
    circular = await publish(world, *(employee for employee, _ in people))

    async def reminded(moment: datetime) -> list[str | None]:
        before, world.moment = len(await messages(world)), moment
        while await world.circular_reminders.remind_due(2, doors, notices(world)):
            pass
        return [each.person_id for each in (await messages(world))[before:]]

    async def postponed() -> int:
        async with world.database.reading() as session:
            portions = await CircularRecipients(session).count(circular, DUE, world.now())
        return add_up(portions, Escalation()).whole.postponed

    persons = [person for _, person in people]
    week = DUE - timedelta(days=6, hours=6)
    assert await reminded(week) == persons[:1]
    assert await postponed() == 2
    assert await reminded(week + timedelta(hours=5)) == []
    assert await reminded(week + timedelta(days=1)) == persons[1:2]
    await world.press(f"ca1:{circular}:ar", address=chats[1])
    # At the next stage everybody is due, and whoever was reminded least comes first.
    last = DUE - timedelta(hours=6)
    assert await reminded(last) == persons[2:]
    assert await reminded(last + timedelta(days=1)) == persons[:1]
    assert await postponed() == 1
    # When there is room nobody is held up any more, though no reminder is left to send.
    world.moment = last + timedelta(days=20)
    assert await postponed() == 0


async def test_what_is_altered_is_demanded_of_nobody_until_it_is_put_right(world: World) -> None:
    employee, _ = await linked(world)
    altered = await publish(world, employee, number="2")
    other = await publish(world, employee, number="3", due_at=DUE + timedelta(hours=1))
    said_once = await say(world, altered, "كل النشر مسموح.")
    assert await remind(world, DUE - timedelta(days=6)) == 1
    assert [button.data for button in (await said(world)).buttons][-1] == f"cs1:{other}"
    await say(world, altered, said_once)
    assert await remind(world, DUE - timedelta(days=6)) == 2

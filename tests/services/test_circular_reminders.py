from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.conversation.circular_notices import CircularNotices
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.domain.circulars import CircularState, DeliveryState
from bot.domain.reach import Door
from bot.records.circular_reminders import Missing
from bot.records.circular_rows import TemplateSend
from bot.records.database import Database
from bot.records.journal import Journal
from bot.records.outbox import OutboxMessage
from bot.services.circular_reminders import CircularReminderService
from tests.support.circulars import CONTENT, known, linked, publish, turn
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
    # The platform lets one person be written to a day; the other waits for the next reminder.
    (row,) = await messages(world)
    assert row.templated_at is not None
    assert Message.from_json(row.payload or {}).announced.presses == (f"cs1:{circular}",)
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(TemplateSend)) == 1
    # What waits comes by itself behind the tap, and nothing is said twice.
    assert await world.press(f"cs1:{circular}", address=chats[0]) == []
    assert await world.circular_reminders.remind_due(100, doors, notices(world)) == 0


async def escalate(world: World, now: datetime) -> int:
    world.moment = now
    return await world.circular_reminders.escalate_due(DOORS, notices(world))


async def test_managers_are_told_the_names_of_their_own_people_once(world: World) -> None:
    _, boss = await linked(world, "1", Address("telegram", "bot1", "boss"), name_ar="المديرة")
    people = [
        await linked(
            world,
            str(n),
            Address("telegram", "bot1", f"u{n}"),
            name_ar=f"الموظف {n}",
            manager_number=manager,
        )
        for n, manager in ((11, "1"), (12, "1"), (13, "2"), (14, None), (15, "1"))
    ]
    left = await employ(world, "16", employer=CONTENT.employer, manager_number="1")
    await dismiss(world, left)
    circular = await publish(world, *(employee for employee, _ in people), left)
    await world.press(f"ca1:{circular}:ar", address=Address("telegram", "bot1", "u12"))
    assert await escalate(world, DUE - timedelta(minutes=1)) == 0
    # By night managers sleep too.
    assert await escalate(world, DUE + timedelta(hours=8)) == 0
    assert await escalate(world, DUE + timedelta(hours=18)) == 1
    assert await escalate(world, DUE + timedelta(hours=19)) == 0
    (row,) = await messages(world)
    assert row.person_id == boss
    about = world.phrase("escalated_about", number="2026/14", title=CONTENT.title, count=2)
    text = Message.from_json(row.payload or {}).plain_text
    assert about in text
    assert text.endswith(
        "• الموظف 11، الرقم الوظيفي \u206611\u2069\n• الموظف 15، الرقم الوظيفي \u206615\u2069"
    )
    async with world.database.reading() as session:
        entries = await Journal(session).list_of(f"circular:{circular}")
    assert entries[-1].kind == "circular_escalated"
    assert entries[-1].body == {
        "number": "2026/14",
        "version": 1,
        "missing": 4,
        "managers": 2,
        "told": 1,
    }


async def test_several_processes_tell_managers_once(world: World, database_url: str) -> None:
    _, boss = await linked(world, "1", Address("telegram", "bot1", "boss"))
    employee, _ = await linked(world, "11", manager_number="1")
    await publish(world, employee)
    world.moment = DUE + timedelta(hours=1)
    processes = [Database(database_url) for _ in range(4)]
    services = [CircularReminderService(each, world.library, world.now) for each in processes]
    told = await asyncio.gather(
        *(service.escalate_due(DOORS, notices(world)) for service in services)
    )
    for process in processes:
        await process.dispose()
    assert sum(told) == 1
    assert [row.person_id for row in await messages(world)] == [boss]


def test_a_long_list_of_names_is_cut(world: World) -> None:
    missing = [Missing("uae-fed", str(n), (None, "Sara"), "1") for n in range(45)]
    payload = notices(world).escalation(known(), missing, Message(()).language)
    lines = Message.from_json(payload).blocks[-1].text.split("\n")
    assert len(lines) == 41
    assert lines[-1] == world.phrase("escalated_more", count=5)


async def test_where_nobody_has_a_manager_nobody_is_told(world: World) -> None:
    employee, _ = await linked(world)
    await publish(world, employee)
    world.moment = DUE + timedelta(hours=1)
    assert await world.circular_reminders.escalate_due(DOORS, notices(world)) == 1
    assert await messages(world) == []

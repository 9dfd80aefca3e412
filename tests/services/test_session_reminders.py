from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.channels.whatsapp.labels import titles
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.records.database import Database
from bot.services.daily import Doors
from bot.services.session_reminders import SessionReminderService
from tests.support.sessions import STARTS, code_of, hold, linked, people, told
from tests.support.world import World

DOORS: Doors = {("telegram", "bot1"): None}


async def at(world: World, hours: float, limit: int = 100) -> int:
    """Go so many hours before the start and remind; gives how many messages there are by then."""
    world.moment = STARTS - timedelta(hours=hours)
    await world.session_reminders.remind_due(limit, DOORS, world.session_words)
    return len(await told(world))


async def ask(world: World, hours: float) -> int:
    """Go so many hours after the end and ask; gives how many messages there are by then."""
    world.moment = STARTS + timedelta(hours=2 + hours)
    await world.session_reminders.ask_due(100, DOORS, world.session_words)
    return len(await told(world))


async def registered(world: World, number: int = 1) -> tuple[str, list[str]]:
    session, everybody = await hold(world), await people(world, number)
    for person in everybody:
        await world.registrations.register(person, session)
    return session, everybody


async def said(world: World, place: int = -1) -> str:
    return Message.from_json((await told(world))[place].payload or {}).plain_text


async def test_a_reminder_a_day_and_an_hour_before_once_each(world: World) -> None:
    _, (person,) = await registered(world)
    assert await at(world, 24.1) == 0
    assert await at(world, 24) == 1
    assert await at(world, 23) == 1
    assert world.phrase("live_reminder_day") in await said(world)
    assert await at(world, 1.1) == 1
    assert await at(world, 1) == 2
    assert world.phrase("live_reminder_hour") in await said(world)
    assert await at(world, 0.5) == 2
    assert {message.person_id for message in await told(world)} == {person}


async def test_after_a_pause_only_the_later_one_goes_out(world: World) -> None:
    await registered(world)
    assert await at(world, 0.5) == 1
    assert world.phrase("live_reminder_hour") in await said(world)
    assert await at(world, 0.4) == 1


async def test_after_the_start_there_is_none(world: World) -> None:
    await registered(world)
    assert await at(world, 0) == 0


async def test_several_processes_remind_once(world: World, database_url: str) -> None:
    await registered(world, 30)
    world.moment = STARTS - timedelta(hours=24)
    processes = [Database(database_url) for _ in range(4)]
    services = [SessionReminderService(each, world.now) for each in processes]
    await asyncio.gather(
        *(
            service.remind_due(7, DOORS, world.session_words)
            for service in services
            for _ in range(5)
        )
    )
    for process in processes:
        await process.dispose()
    messages = await told(world)
    assert len(messages) == len({message.person_id for message in messages}) == 30


async def test_who_registers_within_the_day_is_reminded_an_hour_before_alone(world: World) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    world.moment = STARTS - timedelta(hours=20)
    await world.registrations.register(person, session)
    assert await at(world, 19) == 0
    assert await at(world, 1) == 1


async def test_nobody_else_is_reminded(world: World) -> None:
    session = await hold(world, capacity=2)
    silent, gone, waiting = await people(world, 3)
    for person in (silent, gone, waiting):
        await world.registrations.register(person, session)
    await world.enrolment.set_reminders(silent, wanted=False)
    assert await at(world, 24) == 1
    assert (await told(world))[0].person_id == gone
    await world.registrations.cancel(gone, session, world.session_words)
    # Who waited has a place now, and was told so: a message of its own.
    assert await at(world, 23) == 2
    assert await at(world, 1) == 3
    assert (await told(world))[-1].person_id == waiting


async def test_a_session_that_was_called_off_reminds_nobody(world: World) -> None:
    session, _ = await registered(world)
    await world.sessions.cancel(session, "7001", world.session_words)
    assert await at(world, 24) == 1
    assert world.phrase("live_called_off") in await said(world)


async def test_who_cannot_be_written_to_is_left_out(world: World) -> None:
    session = await hold(world)
    chat = Address("whatsapp", "4711", "OM.1")
    person = await world.person("muscat", chat)
    await world.registrations.register(person, session)
    doors: Doors = {("whatsapp", "4711"): timedelta(days=1)}
    world.moment = STARTS - timedelta(hours=24)
    looked = await world.session_reminders.remind_due(10, doors, world.session_words)
    assert (looked, await told(world)) == (1, [])


async def test_who_was_there_is_asked_once_after_the_end(world: World) -> None:
    session, (person, absent) = await registered(world, 2)
    employee = await linked(world)
    world.moment = STARTS
    for each in (person, employee):
        await world.check_ins.check_in(each, await code_of(world, session))
    assert await ask(world, -0.1) == 0
    assert await ask(world, 0) == 2
    assert await ask(world, 1) == 2
    messages = await told(world)
    assert {message.person_id for message in messages} == {person, employee}
    asked = Message.from_json(messages[0].payload or {})
    assert [button.data for button in asked.buttons] == [
        f"lf1:{session}:{rating}" for rating in (5, 4, 3, 2, 1)
    ]
    given = [button.label for button in asked.buttons]
    assert given == ["5 ⭐⭐⭐⭐⭐", "4 ⭐⭐⭐⭐", "3 ⭐⭐⭐", "2 ⭐⭐", "1 ⭐"]
    assert titles(given, 24) == given
    assert absent not in {message.person_id for message in messages}


async def test_days_later_nobody_is_asked(world: World) -> None:
    session, (person,) = await registered(world)
    world.moment = STARTS
    await world.check_ins.check_in(person, await code_of(world, session))
    assert await ask(world, 25) == 0

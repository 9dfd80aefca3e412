from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.library.library import load_library
from bot.records.base import Json
from bot.records.employees import Employee
from bot.records.links import ChannelLink, Links
from bot.records.outbox import Lane, OutboxMessage
from bot.services.daily import DailyService, Doors, Reminder
from bot.services.quizzes import QuizService
from bot.services.turns import Turn
from tests.support.content import copy_content, real_library
from tests.support.roster import employ
from tests.support.world import AMAL, BADR, World

MONDAY = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)  # half past eight in Muscat
DOORS: Doors = {(AMAL.channel, AMAL.account): None}
HOUR = 9


@pytest.fixture
def world(world: World) -> World:
    world.moment = MONDAY
    return world


@pytest.fixture
def daily(world: World) -> DailyService:
    return DailyService(world.database, real_library(), world.now)


def say(reminder: Reminder) -> Json:
    return {"language": reminder.language.value, "last": reminder.last}


async def habitual(world: World, daily: DailyService) -> str:
    """Somebody who wants to be reminded at nine."""
    person = await world.person("muscat")
    await daily.set(person, HOUR)
    return person


async def sent(world: World) -> list[OutboxMessage]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


async def at(
    world: World, daily: DailyService, day: int, hour: float = HOUR, doors: Doors = DOORS
) -> int:
    """Go to an hour of a day of November in Muscat; give how many reminders there are by then."""
    world.moment = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour - 4)
    await daily.remind_due(100, doors, say)
    return len(await sent(world))


async def answer(world: World, person: str) -> None:
    quizzes = QuizService(world.database, real_library(), world.now)
    turn = await quizzes.start(person, f"start:{world.moment}")
    assert turn is not None
    assert turn.question is not None
    picks, key = turn.question.right, f"answer:{world.moment}"
    given = await quizzes.answer(person, turn.sitting, turn.position, picks, key)
    assert isinstance(given, Turn)


async def test_a_reminder_goes_once_a_day_to_the_persons_chat(
    world: World, daily: DailyService
) -> None:
    person = await habitual(world, daily)
    assert await at(world, daily, 23, 8.9) == 0
    assert await at(world, daily, 23, 9.01) == 1
    assert await at(world, daily, 23, 20) == 1
    (message,) = await sent(world)
    assert (message.channel, message.account, message.user) == (
        AMAL.channel,
        AMAL.account,
        AMAL.user,
    )
    assert (message.lane, message.person_id) == (Lane.BULK, person)
    assert message.payload == {"language": "ar", "last": False}
    assert await at(world, daily, 24) == 2


async def test_the_last_one_says_so_and_the_habit_stops(world: World, daily: DailyService) -> None:
    person = await habitual(world, daily)
    for number, day in enumerate((23, 24, 25), 1):
        assert await at(world, daily, day) == number
    assert [m.payload["last"] for m in await sent(world) if m.payload] == [False, False, True]
    assert await at(world, daily, 26) == 3
    status = await daily.status(person)
    assert (status.hour, status.stopped) == (None, True)
    again = await daily.set(person, 10)
    assert again is not None
    assert (again.hour, again.stopped) == (10, False)
    assert await at(world, daily, 29, 10) == 4
    assert (await sent(world))[-1].payload == {"language": "ar", "last": False}


async def test_an_answer_begins_the_count_anew(world: World, daily: DailyService) -> None:
    person = await habitual(world, daily)
    for day in (22, 23, 24):
        await at(world, daily, day)
    world.pass_(hours=2)
    await answer(world, person)
    assert await at(world, daily, 25) == 3
    assert [m.payload["last"] for m in await sent(world) if m.payload] == [False] * 3


async def test_a_late_reminder_goes_the_same_day_unless_it_is_quiet(
    world: World, daily: DailyService
) -> None:
    await habitual(world, daily)
    assert await at(world, daily, 23, 21) == 0
    assert await at(world, daily, 24, 8.5) == 0
    assert await at(world, daily, 24, 20.9) == 1
    assert await at(world, daily, 25, 9) == 2


async def test_days_without_the_program_cost_no_count(world: World, daily: DailyService) -> None:
    person = await habitual(world, daily)
    assert await at(world, daily, 23) == 1
    assert await at(world, daily, 30, 8) == 1
    assert await at(world, daily, 30, 12) == 2
    assert (await daily.status(person)).hour == HOUR


async def test_the_weekend_is_free(world: World, daily: DailyService) -> None:
    await habitual(world, daily)
    assert [await at(world, daily, day) for day in (26, 27, 28, 29)] == [1, 1, 1, 2]


async def test_who_has_answered_today_is_left_alone(world: World, daily: DailyService) -> None:
    person = await habitual(world, daily)
    await answer(world, person)
    assert await at(world, daily, 23) == 0
    assert await at(world, daily, 24) == 1


async def test_who_cannot_or_may_not_be_reminded_is_not_and_nothing_is_counted(
    world: World, daily: DailyService
) -> None:
    person = await habitual(world, daily)
    await world.enrolment.set_reminders(person, wanted=False)
    assert await at(world, daily, 22) == 0
    await world.enrolment.set_reminders(person, wanted=True)
    await world.enrolment.blocked(AMAL, blocked=True)
    assert await at(world, daily, 23) == 0
    await world.enrolment.blocked(AMAL, blocked=False)
    assert await at(world, daily, 24, doors={("web", "site"): None}) == 0
    for day in (25, 26):
        assert await at(world, daily, day) == day - 24
    assert not any(m.payload["last"] for m in await sent(world) if m.payload)


async def test_who_left_their_employer_is_not_reminded(world: World, daily: DailyService) -> None:
    employee = await employ(world)
    await world.send(await world.linking.issue_code("muscat", "1001"))
    person = (await world.enrolment.meet(AMAL, None)).id
    await daily.set(person, HOUR)
    async with world.database.transaction() as session:
        gone = update(Employee).where(Employee.id == employee)
        await session.execute(gone.values(deactivated_at=world.now()))
    assert await at(world, daily, 23) == 0


async def test_a_closed_window_is_waited_out(world: World, daily: DailyService) -> None:
    await habitual(world, daily)
    doors: Doors = {(AMAL.channel, AMAL.account): timedelta(hours=24)}
    assert await at(world, daily, 23, doors=doors) == 0
    async with world.database.transaction() as session:
        await Links(session).note_wrote(AMAL, world.now() + timedelta(minutes=1))
    assert await at(world, daily, 24, doors=doors) == 1
    assert await at(world, daily, 25, doors=doors) == 1


async def test_it_goes_to_the_primary_chat_and_else_to_the_oldest(
    world: World, daily: DailyService
) -> None:
    person = await habitual(world, daily)
    async with world.database.transaction() as session:
        links = Links(session)
        (old,) = await links.list_of(person)
        session.add(
            new := ChannelLink(
                person_id=person,
                channel=BADR.channel,
                account=BADR.account,
                user=BADR.user,
                created_at=world.now(),
                is_primary=False,
            )
        )
        assert old.is_primary is False
        await session.flush()
        number = new.id
    await at(world, daily, 23)
    async with world.database.transaction() as session:
        await Links(session).make_primary(await session.get_one(ChannelLink, number))
    await at(world, daily, 24)
    assert [message.user for message in await sent(world)] == [AMAL.user, BADR.user]


async def test_where_there_is_no_bank_nobody_is_reminded(
    world: World, daily: DailyService, tmp_path: Path
) -> None:
    assert await daily.set(await world.person(None, BADR), HOUR) is None
    person = await habitual(world, daily)
    content = copy_content(tmp_path)
    for part in ("quizzes", "workshops"):
        shutil.rmtree(content / part)
    without = DailyService(world.database, load_library(content), world.now)
    assert await at(world, without, 23) == 0
    assert await without.set(person, HOUR) is None
    assert await at(world, daily, 24) == 1


async def test_where_all_is_known_and_not_due_it_is_silent(
    world: World, daily: DailyService
) -> None:
    person = await habitual(world, daily)
    quizzes = QuizService(world.database, real_library(), world.now)
    turn = await quizzes.start(person, "start", size=100)
    while turn is not None and turn.question is not None:
        picks, key = turn.question.right, f"{turn.sitting}:{turn.position}"
        given = await quizzes.answer(person, turn.sitting, turn.position, picks, key)
        assert isinstance(given, Turn)
        turn = given
    assert await at(world, daily, 24) == 0
    assert await at(world, daily, 30) == 1


@pytest.mark.parametrize("hour", [-1, 0, 6, 21, 24])
async def test_other_hours_are_refused(world: World, daily: DailyService, hour: int) -> None:
    person = await world.person("muscat")
    with pytest.raises(ValueError, match="no hour"):
        await daily.set(person, hour)


async def test_it_is_turned_off_and_is_then_not_called_stopped(
    world: World, daily: DailyService
) -> None:
    person = await habitual(world, daily)
    status = await daily.set(person, None)
    assert status is not None
    assert (status.hour, status.stopped, status.channel) == (None, False, AMAL.channel)
    assert await at(world, daily, 23) == 0


async def test_a_new_hour_brings_no_second_reminder_that_day(
    world: World, daily: DailyService
) -> None:
    person = await habitual(world, daily)
    assert await at(world, daily, 23) == 1
    await daily.set(person, 12)
    assert await at(world, daily, 23, 12) == 1
    assert await at(world, daily, 24, 12) == 2


async def test_many_processes_remind_everybody_once(world: World) -> None:
    people = [
        await world.person("muscat", replace(AMAL, user=f"user{number}")) for number in range(20)
    ]
    services = [DailyService(world.database, real_library(), world.now) for _ in range(6)]
    for person in people:
        await services[0].set(person, HOUR)
    world.moment += timedelta(hours=1)
    looked = await asyncio.gather(*(each.remind_due(7, DOORS, say) for each in services))
    while await services[0].remind_due(7, DOORS, say):
        pass
    assert sum(looked) <= len(people)
    assert sorted(message.person_id or "" for message in await sent(world)) == sorted(people)


async def test_erasing_somebody_meanwhile_ends_well(world: World, daily: DailyService) -> None:
    person = await habitual(world, daily)
    world.moment += timedelta(hours=1)
    await world.privacy.ask_erasure(person)
    await asyncio.gather(world.privacy.erase_due(), daily.remind_due(10, DOORS, say))
    assert await sent(world) == []

"""Who types the code that a session shows comes in."""

from __future__ import annotations

import asyncio
import io
import json
from collections import Counter
from datetime import timedelta

import pytest

from bot import log
from bot.conversation.events import Address
from bot.records.session_rows import EntryBy, RegistrationState
from bot.services.check_in import ALARM_TRIES, MAX_TRIES, CheckedIn, CheckInService
from tests.support.sessions import (
    STARTS,
    attendances,
    code_of,
    enter,
    hold,
    linked,
    people,
    registrations,
    row_of,
)
from tests.support.world import KEY, World


def wrong(code: str) -> str:
    return f"{(int(code) + 7) % 10**6:06}"


async def test_who_registered_comes_in_by_the_code(world: World) -> None:
    session = await hold(world)
    person = await linked(world)
    await world.registrations.register(person, session)
    world.moment = STARTS - timedelta(minutes=5)
    done = await enter(world, person, session)
    assert (done.result, done.at, done.is_late) == (CheckedIn.IN, world.now(), False)
    (one,) = await attendances(world)
    assert (one.person_id, one.by, one.marked_by) == (person, EntryBy.CODE, None)
    assert one.learner.startswith("employee:")


@pytest.mark.parametrize(
    ("steps", "result"),
    [
        (-2, CheckedIn.WRONG),
        (-1, CheckedIn.IN),
        (0, CheckedIn.IN),
        (1, CheckedIn.IN),
        (2, CheckedIn.WRONG),
    ],
)
async def test_a_code_is_taken_a_step_before_and_after(
    world: World, steps: int, result: CheckedIn
) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    world.moment = STARTS
    assert (await enter(world, person, session, steps)).result is result
    assert len(await attendances(world)) == (result is CheckedIn.IN)


async def test_a_code_of_before_is_worth_nothing_later(world: World) -> None:
    session = await hold(world)
    first, second = await people(world, 2)
    world.moment = STARTS
    code = await code_of(world, session)
    assert (await world.check_ins.check_in(first, code)).result is CheckedIn.IN
    world.pass_(minutes=2)
    assert (await world.check_ins.check_in(second, code)).result is CheckedIn.WRONG


@pytest.mark.parametrize(
    ("minutes", "result"),
    [
        (-16, CheckedIn.NOTHING_ON),
        (-15, CheckedIn.IN),
        (120, CheckedIn.IN),
        (121, CheckedIn.NOTHING_ON),
    ],
)
async def test_a_session_takes_people_in_while_it_is_on(
    world: World, minutes: int, result: CheckedIn
) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    world.moment = STARTS + timedelta(minutes=minutes)
    assert (await enter(world, person, session)).result is result


async def test_one_that_was_called_off_takes_nobody_in(world: World) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    await world.sessions.cancel(session, "7001", world.session_words)
    world.moment = STARTS
    assert (await enter(world, person, session)).result is CheckedIn.NOTHING_ON


async def test_who_comes_after_ten_minutes_is_late(world: World) -> None:
    session = await hold(world)
    punctual, late = await people(world, 2)
    world.moment = STARTS + timedelta(minutes=10)
    assert not (await enter(world, punctual, session)).is_late
    world.pass_(seconds=1)
    assert (await enter(world, late, session)).is_late
    assert [one.is_late for one in await attendances(world)] == [False, True]


async def test_one_person_is_in_once(world: World) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    world.moment = STARTS
    first = await enter(world, person, session)
    world.pass_(minutes=30)
    again = await enter(world, person, session)
    assert (again.result, again.at, again.is_late) == (CheckedIn.ALREADY, first.at, False)
    assert len(await attendances(world)) == 1


async def test_the_same_message_many_times_at_once(world: World) -> None:
    session = await hold(world, capacity=1)
    (person,) = await people(world, 1)
    world.moment = STARTS
    code = await code_of(world, session)
    # Fewer than a chat may try in vain: each counts as a try until one has been good.
    done = await asyncio.gather(*(world.check_ins.check_in(person, code) for _ in range(MAX_TRIES)))
    assert Counter(each.result for each in done) == {CheckedIn.IN: 1, CheckedIn.ALREADY: 4}
    assert len(await attendances(world)) == 1


async def test_an_old_code_told_again_after_a_crash_is_no_wrong_one(world: World) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    world.moment = STARTS
    code = await code_of(world, session)
    first = await world.check_ins.check_in(person, code)
    world.pass_(minutes=20)
    again = await world.check_ins.check_in(person, code)
    assert (again.result, again.at) == (CheckedIn.ALREADY, first.at)


async def test_an_employee_on_two_chats_is_in_once(world: World) -> None:
    session = await hold(world)
    person = await linked(world)
    other = Address("telegram", "bot1", "second")
    await world.linking.redeem(other, await world.linking.issue_code("muscat", "1001"))
    again = (await world.enrolment.meet(other, None)).id
    world.moment = STARTS
    assert (await enter(world, person, session)).result is CheckedIn.IN
    assert (await enter(world, again, session)).result is CheckedIn.ALREADY


async def test_who_did_not_register_comes_in_while_there_is_a_place(world: World) -> None:
    session = await hold(world, capacity=2)
    registered, quick, slow = await people(world, 3)
    await world.registrations.register(registered, session)
    world.moment = STARTS
    assert (await enter(world, quick, session)).result is CheckedIn.IN
    full = await enter(world, slow, session)
    assert (full.result, full.session and full.session.id) == (CheckedIn.FULL, session)
    assert (await enter(world, registered, session)).result is CheckedIn.IN
    states = Counter(one.state for one in await registrations(world))
    assert states == {RegistrationState.REGISTERED: 2}


async def test_thirty_who_did_not_register_and_ten_places(world: World) -> None:
    session = await hold(world, capacity=10)
    everybody = await people(world, 30)
    world.moment = STARTS
    done = await asyncio.gather(*(enter(world, person, session) for person in everybody))
    assert Counter(each.result for each in done) == {CheckedIn.IN: 10, CheckedIn.FULL: 20}
    assert len(await attendances(world)) == 10


async def test_who_waits_comes_in_where_a_place_is_left(world: World) -> None:
    session = await hold(world, capacity=1)
    first, waiting = await people(world, 2)
    for person in (first, waiting):
        await world.registrations.register(person, session)
    world.moment = STARTS
    assert (await enter(world, waiting, session)).result is CheckedIn.FULL
    await world.privacy.ask_erasure(first)
    await world.privacy.erase_due()
    assert (await enter(world, waiting, session)).result is CheckedIn.IN


async def test_only_the_employers_own_people_come_in(world: World) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    stranger = await world.person("uae-fed")
    world.moment = STARTS
    assert (await enter(world, stranger, session)).result is CheckedIn.NOTHING_ON
    assert not await world.check_ins.is_on(stranger)
    assert await world.check_ins.is_on(person)


async def test_each_of_two_sessions_at_a_time_has_its_own_code(world: World) -> None:
    one, other = await hold(world), await hold(world, title="الورشة الثانية")
    (person,) = await people(world, 1)
    world.moment = STARTS
    done = await enter(world, person, other)
    assert done.session is not None
    assert done.session.id == other
    assert (await enter(world, person, one)).result is CheckedIn.IN
    assert len(await attendances(world)) == 2


async def test_after_five_wrong_codes_the_right_one_is_refused_for_ten_minutes(
    world: World,
) -> None:
    session = await hold(world)
    guesser, other = await people(world, 2)
    world.moment = STARTS
    code = await code_of(world, session)
    for _ in range(MAX_TRIES):
        assert (await world.check_ins.check_in(guesser, wrong(code))).result is CheckedIn.WRONG
    assert (await enter(world, guesser, session)).result is CheckedIn.TOO_OFTEN
    assert (await enter(world, other, session)).result is CheckedIn.IN
    world.pass_(minutes=10)
    assert (await enter(world, guesser, session)).result is CheckedIn.IN


async def test_guesses_at_once_are_counted_one_by_one(world: World) -> None:
    session = await hold(world)
    (guesser,) = await people(world, 1)
    world.moment = STARTS
    code = wrong(await code_of(world, session))
    done = await asyncio.gather(*(world.check_ins.check_in(guesser, code) for _ in range(20)))
    assert Counter(each.result for each in done) == {
        CheckedIn.WRONG: MAX_TRIES,
        CheckedIn.TOO_OFTEN: 20 - MAX_TRIES,
    }


async def test_many_strangers_who_guess_close_the_door_to_strangers(
    world: World,
) -> None:
    check_ins = CheckInService(world.database, world.now, KEY, strangers=60)
    session, out = await hold(world), io.StringIO()
    log.configure(out, json=True)
    employee = await linked(world)
    guessers = await people(world, 61)
    world.moment = STARTS
    code = await code_of(world, session)
    for guesser in guessers[:60]:
        await check_ins.check_in(guesser, wrong(code))
    late = guessers[60]
    assert (await check_ins.check_in(late, code)).result is CheckedIn.TOO_OFTEN
    assert (await check_ins.check_in(employee, code)).result is CheckedIn.IN
    (alarm,) = [line for line in out.getvalue().splitlines() if "check_in_alarm" in line]
    assert json.loads(alarm)["tries"] == ALARM_TRIES
    assert code not in out.getvalue()


async def test_secrets_are_no_part_of_what_is_told(world: World) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    row = await row_of(world, session)
    offer = await world.registrations.register(person, session)
    assert row.secret not in repr(offer)
    assert row.screen not in repr(offer)

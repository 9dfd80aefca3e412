from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.records.people import People
from bot.records.session_rows import RegistrationState
from bot.services.registrations import Offer, Standing
from tests.support.roster import dismiss
from tests.support.sessions import (
    STARTS,
    attendances,
    hold,
    linked,
    people,
    registrations,
    row_of,
    told,
)
from tests.support.world import World


async def register(world: World, person: str, session: str) -> Offer:
    offer = await world.registrations.register(person, session)
    assert offer is not None
    return offer


async def cancel(world: World, person: str, session: str) -> Offer:
    offer = await world.registrations.cancel(person, session, world.session_words)
    assert offer is not None
    return offer


async def test_what_is_next_for_a_persons_employer(world: World) -> None:
    late = await hold(world, days=7)
    soon = await hold(world, capacity=2)
    other = await hold(world, days=9)
    (person,) = await people(world, 1)
    stranger = await world.person("uae-fed")
    await world.sessions.cancel(other, "7001", world.session_words)
    offers = await world.registrations.list_upcoming(person) or []
    assert [offer.session.id for offer in offers] == [soon, late]
    assert [(offer.standing, offer.free) for offer in offers] == [
        (Standing.NONE, 2),
        (Standing.NONE, None),
    ]
    assert await world.registrations.list_upcoming(stranger) == []
    assert await world.registrations.register(stranger, soon) is None
    assert await world.registrations.register(person, "0" * 16) is None
    nobody = await world.person(None, Address("telegram", "bot1", "nobody"))
    assert await world.registrations.list_upcoming(nobody) is None


async def test_registering_again_and_cancelling_again_change_nothing(world: World) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    first, again = [await register(world, person, session) for _ in range(2)]
    assert (first.standing, first.changed) == (Standing.REGISTERED, True)
    assert (again.standing, again.changed) == (Standing.REGISTERED, False)
    gone, still = [await cancel(world, person, session) for _ in range(2)]
    assert (gone.standing, gone.changed) == (Standing.NONE, True)
    assert (still.standing, still.changed) == (Standing.NONE, False)
    assert (await register(world, person, session)).standing is Standing.REGISTERED
    assert len(await registrations(world)) == 1


async def test_fifty_who_register_at_once_for_ten_places(world: World) -> None:
    session = await hold(world, capacity=10)
    everybody = await people(world, 50)
    offers = await asyncio.gather(*(register(world, person, session) for person in everybody))
    standings = Counter(offer.standing for offer in offers)
    assert standings == {Standing.REGISTERED: 10, Standing.WAITING: 40}
    states = Counter(one.state for one in await registrations(world))
    assert states == {RegistrationState.REGISTERED: 10, RegistrationState.WAITING: 40}


async def test_who_cancels_gives_the_place_to_the_first_who_waits(world: World) -> None:
    session = await hold(world, capacity=1)
    first, second, third = await people(world, 3)
    for person in (first, second):
        world.pass_(minutes=1)
        await register(world, person, session)
    world.pass_(minutes=1)
    offer = await register(world, third, session)
    assert (offer.standing, offer.ahead) == (Standing.WAITING, 1)
    await cancel(world, first, session)
    states = {one.person_id: one.state for one in await registrations(world)}
    assert states == {
        first: RegistrationState.CANCELLED,
        second: RegistrationState.REGISTERED,
        third: RegistrationState.WAITING,
    }
    (message,) = await told(world)
    said = Message.from_json(message.payload or {})
    assert message.person_id == second
    assert world.phrase("live_placed") in said.plain_text
    assert said.document is not None
    assert (await world.files.find(said.document.file)) is not None


async def test_who_waits_and_goes_takes_nobodys_place(world: World) -> None:
    session = await hold(world, capacity=1)
    first, second, third = await people(world, 3)
    for person in (first, second, third):
        world.pass_(minutes=1)
        await register(world, person, session)
    await cancel(world, second, session)
    assert await told(world) == []
    world.pass_(minutes=1)
    again = await register(world, second, session)
    assert (again.standing, again.ahead) == (Standing.WAITING, 1)
    await cancel(world, first, session)
    (message,) = await told(world)
    assert message.person_id == third


async def test_as_many_cancel_at_once_as_wait(world: World) -> None:
    session = await hold(world, capacity=5)
    everybody = await people(world, 10)
    for person in everybody:
        world.pass_(seconds=1)
        await register(world, person, session)
    await asyncio.gather(*(cancel(world, person, session) for person in everybody[:5]))
    states = {one.person_id: one.state for one in await registrations(world)}
    assert {states[person] for person in everybody[5:]} == {RegistrationState.REGISTERED}
    assert sorted(message.person_id or "" for message in await told(world)) == sorted(everybody[5:])


async def test_once_it_has_begun_nobody_registers_or_cancels(world: World) -> None:
    session = await hold(world)
    person, other = await people(world, 2)
    await register(world, person, session)
    world.moment = STARTS
    assert (await register(world, other, session)).standing is Standing.CLOSED
    kept = await cancel(world, person, session)
    assert (kept.standing, kept.changed) == (Standing.REGISTERED, False)


async def test_a_session_that_was_called_off_takes_nobody(world: World) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    await world.sessions.cancel(session, "7001", world.session_words)
    assert (await register(world, person, session)).standing is Standing.CLOSED
    assert await registrations(world) == []


async def test_who_is_linked_later_keeps_the_place(world: World) -> None:
    session = await hold(world)
    stranger = await world.person("muscat")
    await register(world, stranger, session)
    person = await linked(world)
    (one,) = await registrations(world)
    assert one.person_id == person
    assert one.learner.startswith("employee:")
    assert (await register(world, person, session)).changed is False


async def test_a_stranger_who_turns_out_to_be_known_registers_once(world: World) -> None:
    session = await hold(world)
    known = await linked(world)
    await register(world, known, session)
    phone = Address("telegram", "bot1", "second")
    stranger = await world.person("muscat", phone)
    world.pass_(minutes=1)
    await register(world, stranger, session)
    assert len(await registrations(world)) == 2
    await world.linking.redeem(phone, await world.linking.issue_code("muscat", "1001"))
    (one,) = await registrations(world)
    assert one.person_id == known
    assert one.at < world.now()


async def test_erasure_takes_the_place_and_the_next_gets_it(world: World) -> None:
    session = await hold(world, capacity=1)
    first, second = await people(world, 2)
    for person in (first, second):
        world.pass_(minutes=1)
        await register(world, person, session)
    data = await world.privacy.collect(second)
    assert [(one.registration, one.came) for one in data.sessions] == [("waiting", None)]
    await world.privacy.ask_erasure(first)
    await world.privacy.erase_due()
    assert await world.session_reminders.fill_places(world.session_words) == 1
    (one,) = await registrations(world)
    assert (one.person_id, one.state) == (second, RegistrationState.REGISTERED)
    assert len(await told(world)) == 1
    assert (await row_of(world, session)).capacity == 1
    assert await attendances(world) == []


async def test_who_has_a_place_where_it_was_called_off_has_none_any_more(world: World) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    await register(world, person, session)
    await world.sessions.cancel(session, "7001", world.session_words)
    assert (await register(world, person, session)).standing is Standing.CLOSED
    offer = await world.registrations.find(person, session)
    assert offer is not None
    assert offer.standing is Standing.CLOSED


async def test_who_goes_to_another_employer_gives_the_place_up(world: World) -> None:
    session = await hold(world, capacity=1)
    mover, second = await people(world, 2)
    for person in (mover, second):
        world.pass_(minutes=1)
        await register(world, person, session)
    await world.enrolment.choose_employer(mover, "uae-fed", "event:1")
    assert await world.session_reminders.fill_places(world.session_words) == 1
    states = {one.person_id: one.state for one in await registrations(world)}
    assert states == {mover: RegistrationState.CANCELLED, second: RegistrationState.REGISTERED}
    assert [message.person_id for message in await told(world)] == [second]


async def test_who_waits_and_goes_to_another_employer_gets_no_place(world: World) -> None:
    session = await hold(world, capacity=1)
    first, mover, third = await people(world, 3)
    for person in (first, mover, third):
        world.pass_(minutes=1)
        await register(world, person, session)
    await world.enrolment.choose_employer(mover, "uae-fed", "event:1")
    await cancel(world, first, session)
    assert [message.person_id for message in await told(world)] == [third]


async def test_who_left_the_employer_gives_the_place_up(world: World) -> None:
    session = await hold(world, capacity=1)
    leaver = await linked(world)
    (second,) = await people(world, 1)
    for person in (leaver, second):
        world.pass_(minutes=1)
        await register(world, person, session)
    await dismiss(world, (await registrations(world))[0].learner.removeprefix("employee:"))
    assert await world.session_reminders.fill_places(world.session_words) == 1
    assert [message.person_id for message in await told(world)] == [second]


async def test_who_is_erased_meanwhile_gets_no_place_and_holds_nobody_up(world: World) -> None:
    session = await hold(world, capacity=1)
    first, second, third = await people(world, 3)
    for person in (first, second, third):
        world.pass_(minutes=1)
        await register(world, person, session)
    async with world.database.transaction() as erasing:
        erased = await People(erasing).hold(second)
        giving_up = asyncio.create_task(cancel(world, first, session))
        await asyncio.sleep(0.3)
        await People(erasing).delete(erased)
    await giving_up
    await world.session_reminders.fill_places(world.session_words)
    assert [message.person_id for message in await told(world)] == [third]


@pytest.mark.parametrize("rating", [0, 6, -1])
async def test_a_rating_is_from_one_to_five(world: World, rating: int) -> None:
    session = await hold(world)
    (person,) = await people(world, 1)
    with pytest.raises(ValueError, match="no rating"):
        await world.registrations.rate(person, session, rating)

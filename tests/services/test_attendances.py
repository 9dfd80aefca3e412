"""What follows from having been at a live workshop, and whose attendance it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversation.events import Address
from bot.records.learning_rows import Certificate, Completion, Evidence
from bot.services.check_in import CheckedIn
from tests.support.roster import employ
from tests.support.sessions import STARTS, attendances, enter, hold, linked, registrations, row_of
from tests.support.world import World


async def test_who_was_there_has_completed_the_workshop(world: World) -> None:
    session = await hold(world)
    person, number = await linked(world), "1002"
    await employ(world, number)
    world.moment = STARTS + timedelta(minutes=11)
    await enter(world, person, session)
    await enter(world, person, session)
    await world.sessions.override(session, number, by="7001", reason="no phone")
    entries = await attendances(world)
    async with world.database.reading() as reading:
        evidence = list(await reading.scalars(select(Evidence).order_by(Evidence.id)))
        completions = list(await reading.scalars(select(Completion).order_by(Completion.id)))
        certificates = list(await reading.scalars(select(Certificate)))
    assert [one.learner for one in evidence] == [one.learner for one in entries]
    assert {(one.workshop, one.version, one.part) for one in evidence} == {
        ("muscat", (await row_of(world, session)).version, "attended")
    }
    assert [(one.learner, one.evidence) for one in completions] == [
        (one.learner, [one.id]) for one in evidence
    ]
    assert len(certificates) == 2


async def test_who_is_linked_later_keeps_the_attendance(world: World) -> None:
    session = await hold(world)
    stranger = await world.person("muscat")
    world.moment = STARTS
    await enter(world, stranger, session)
    person = await linked(world)
    (one,) = await attendances(world)
    assert one.learner.startswith("employee:")
    assert (await enter(world, person, session)).result is CheckedIn.ALREADY
    async with world.database.reading() as reading:
        assert list(await reading.scalars(select(Completion.learner))) == [one.learner]


@pytest.mark.parametrize("is_linked", [True, False])
async def test_erasure_leaves_the_attendance_of_employees_alone(
    world: World,
    is_linked: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    session = await hold(world)
    person = await linked(world) if is_linked else await world.person("muscat")
    world.moment = STARTS
    await enter(world, person, session)
    await world.privacy.ask_erasure(person)
    await world.privacy.erase_due()
    kept = await attendances(world)
    assert len(kept) == is_linked
    assert all(one.person_id is None for one in kept)
    assert await registrations(world) == []


async def test_a_stranger_who_turns_out_to_be_known_was_there_once(world: World) -> None:
    session = await hold(world)
    known, chat = await linked(world), Address("telegram", "bot1", "second")
    stranger = await world.person("muscat", chat)
    world.moment = STARTS
    await enter(world, stranger, session)
    world.pass_(minutes=15)
    await enter(world, known, session)
    assert len(await attendances(world)) == 2
    await world.linking.redeem(chat, await world.linking.issue_code("muscat", "1001"))
    (one,) = await attendances(world)
    assert (one.person_id, one.at, one.is_late) == (known, STARTS, False)
    async with world.database.reading() as reading:
        assert len(list(await reading.scalars(select(Evidence)))) == 1

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from bot.conversation.events import Address
from bot.domain.meaning import Language
from bot.domain.ruling import Role
from bot.records.people import ChannelLink, Person
from tests.support.world import AMAL, BADR, World


async def test_a_stranger_becomes_known_once(world: World) -> None:
    first = await world.enrolment.meet(AMAL, None)
    again = await world.enrolment.meet(AMAL, None)
    other = await world.enrolment.meet(BADR, None)
    assert first == again
    assert first.id != other.id
    assert (first.employer, first.role, first.greeted) == (None, Role.EMPLOYEE, False)
    assert first.speaks is Language.ARABIC
    assert "amal" not in first.id


async def test_the_same_user_on_another_channel_or_account_is_another_person(world: World) -> None:
    addresses = [AMAL, Address("web", "bot1", "amal"), Address("telegram", "bot2", "amal")]
    people = {(await world.enrolment.meet(address, None)).id for address in addresses}
    assert len(people) == 3


async def test_twenty_first_contacts_at_once_make_one_person(world: World) -> None:
    met = await asyncio.gather(*(world.enrolment.meet(AMAL, None) for _ in range(20)))
    assert len({person.id for person in met}) == 1
    async with world.database.reading() as session:
        for row in (Person, ChannelLink):
            assert await session.scalar(select(func.count()).select_from(row)) == 1


async def test_the_language_follows_what_is_written_until_one_is_chosen(world: World) -> None:
    person = await world.enrolment.meet(AMAL, Language.ENGLISH)
    assert person.speaks is Language.ENGLISH
    assert (await world.enrolment.meet(AMAL, None)).speaks is Language.ENGLISH
    assert (await world.enrolment.meet(AMAL, Language.ARABIC)).speaks is Language.ARABIC
    await world.enrolment.choose_language(person.id, Language.ENGLISH)
    assert (await world.enrolment.meet(AMAL, Language.ARABIC)).speaks is Language.ENGLISH


async def test_the_waiting_question_is_given_once(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greeted(person.id, "سؤال")
    await world.enrolment.greeted(person.id, None)
    assert await world.enrolment.choose_employer(person.id, "muscat") == "سؤال"
    assert await world.enrolment.choose_employer(person.id, "bahrain") is None
    assert (await world.enrolment.know(person.id)).employer == "bahrain"


async def test_the_later_question_is_the_one_that_waits(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greeted(person.id, "الأول")
    await world.enrolment.greeted(person.id, "الثاني")
    assert await world.enrolment.choose_employer(person.id, "muscat") == "الثاني"


async def test_of_ten_choices_at_once_one_gets_the_waiting_question(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greeted(person.id, "سؤال")
    got = await asyncio.gather(
        *(world.enrolment.choose_employer(person.id, "muscat") for _ in range(10))
    )
    assert sorted(got, key=str) == [None] * 9 + ["سؤال"]


async def test_the_moment_of_the_welcome_stays(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greeted(person.id, None)
    welcomed = world.moment
    world.pass_(days=1)
    await world.enrolment.greeted(person.id, None)
    async with world.database.reading() as session:
        assert (await session.get_one(Person, person.id)).greeted_at == welcomed


async def test_an_unknown_employer_changes_nothing(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greeted(person.id, "سؤال")
    with pytest.raises(KeyError):
        await world.enrolment.choose_employer(person.id, "nowhere")
    assert await world.enrolment.choose_employer(person.id, "muscat") == "سؤال"


async def test_an_employer_whose_rulebook_is_gone_must_be_chosen_again(world: World) -> None:
    person = await world.person("muscat")
    async with world.database.transaction() as session:
        (await session.get_one(Person, person)).employer = "closed-down"
    assert (await world.enrolment.know(person)).employer is None


async def test_blocking_is_noted_and_taken_back(world: World) -> None:
    await world.enrolment.meet(AMAL, None)
    for blocked, since in ((True, world.moment), (False, None)):
        await world.enrolment.blocked(AMAL, blocked=blocked)
        async with world.database.reading() as session:
            assert (await session.scalars(select(ChannelLink))).one().blocked_at == since


async def test_a_stranger_may_block_us(world: World) -> None:
    await world.enrolment.blocked(BADR, blocked=True)
    async with world.database.reading() as session:
        assert (await session.scalars(select(Person))).all() == []


async def test_an_unknown_person_is_a_fault(world: World) -> None:
    with pytest.raises(NoResultFound):
        await world.enrolment.know("0" * 26)

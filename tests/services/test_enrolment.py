from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from bot.conversation.events import Address
from bot.domain.meaning import Language
from bot.domain.questions import MAX_CHARACTERS
from bot.domain.ruling import Role
from bot.records.people import ChannelLink, Person
from tests.support.world import AMAL, BADR, World


async def test_a_stranger_becomes_known_once(world: World) -> None:
    first = await world.enrolment.meet(AMAL, None)
    again = await world.enrolment.meet(AMAL, None)
    other = await world.enrolment.meet(BADR, None)
    assert first == again
    assert first.id != other.id
    assert (first.employer, first.role) == (None, Role.EMPLOYEE)
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


async def test_the_waiting_question_is_given_to_one_choice_however_often_it_is_handled(
    world: World,
) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greet(person.id, "event:1", "سؤال")
    await world.enrolment.greet(person.id, "event:2")
    assert await world.enrolment.choose_employer(person.id, "muscat", "event:3") == "سؤال"
    assert await world.enrolment.choose_employer(person.id, "muscat", "event:3") == "سؤال"
    assert await world.enrolment.choose_employer(person.id, "bahrain", "event:4") is None
    assert (await world.enrolment.know(person.id)).employer == "bahrain"


async def test_a_choice_without_a_question_takes_none_that_is_asked_later(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    assert await world.enrolment.choose_employer(person.id, "muscat", "event:1") is None
    await world.enrolment.greet(person.id, "event:2", "سؤال")
    assert await world.enrolment.choose_employer(person.id, "muscat", "event:3") == "سؤال"


async def test_all_questions_wait_and_one_whose_event_is_handled_twice_waits_once(
    world: World,
) -> None:
    person = await world.enrolment.meet(AMAL, None)
    asked = ("الأول", "الأول", "الثاني\nبسطرين", "الثاني\nبسطرين", "لثاني")
    for number, question in enumerate(asked):
        await world.enrolment.greet(person.id, f"event:{number}", question)
    taken = await world.enrolment.choose_employer(person.id, "muscat", "event:9")
    assert taken == "الأول\nالثاني\nبسطرين\nلثاني"


@pytest.mark.parametrize("questions", [["س" * 5000] * 2, ["س" * 1500, "ص" * 1500, "ع" * 1500]])
async def test_questions_wait_up_to_a_length(world: World, questions: list[str]) -> None:
    person = await world.enrolment.meet(AMAL, None)
    for question in questions:
        for _ in range(2):
            await world.enrolment.greet(person.id, "event:1", question)
    taken = await world.enrolment.choose_employer(person.id, "muscat", "event:9")
    assert taken == "\n".join(questions)[:MAX_CHARACTERS]


async def test_a_question_after_those_that_were_taken_waits_alone(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greet(person.id, "event:1", "الأول")
    await world.enrolment.choose_employer(person.id, "muscat", "event:2")
    # The rulebook is gone, so that the employer must be chosen again.
    await world.enrolment.greet(person.id, "event:3", "الثاني")
    assert await world.enrolment.choose_employer(person.id, "bahrain", "event:4") == "الثاني"


async def test_of_ten_choices_at_once_one_gets_the_waiting_question(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greet(person.id, "event:0", "سؤال")
    got = await asyncio.gather(
        *(world.enrolment.choose_employer(person.id, "muscat", f"event:{n}") for n in range(1, 11))
    )
    assert sorted(got, key=str) == [None] * 9 + ["سؤال"]


async def test_the_first_event_is_welcomed_however_often_it_is_handled(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    keys = ("event:1", "event:1", "event:2", "event:1")
    welcomed = [await world.enrolment.greet(person.id, key) for key in keys]
    assert welcomed == [True, True, False, True]


async def test_what_was_kept_of_first_contact_goes_after_a_day(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greet(person.id, "event:1", "سؤال")
    await world.enrolment.choose_employer(person.id, "muscat", "event:2")
    async with world.database.reading() as session:
        row = await session.get_one(Person, person.id)
    assert (row.greeted_for, row.pending_for) == ("event:1", "event:2")
    world.pass_(days=1)
    await world.cleaner.delete_expired()
    assert await world.enrolment.choose_employer(person.id, "muscat", "event:2") == "سؤال"
    world.pass_(seconds=1)
    await world.cleaner.delete_expired()
    async with world.database.reading() as session:
        row = await session.get_one(Person, person.id)
    assert (row.greeted_for, row.pending_text, row.pending_for) == (None, None, None)
    assert not await world.enrolment.greet(person.id, "event:1")


async def test_the_moment_of_the_welcome_stays(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greet(person.id, "event:1")
    welcomed = world.moment
    world.pass_(days=1)
    await world.enrolment.greet(person.id, "event:2")
    async with world.database.reading() as session:
        assert (await session.get_one(Person, person.id)).greeted_at == welcomed


async def test_an_unknown_employer_changes_nothing(world: World) -> None:
    person = await world.enrolment.meet(AMAL, None)
    await world.enrolment.greet(person.id, "event:1", "سؤال")
    with pytest.raises(KeyError):
        await world.enrolment.choose_employer(person.id, "nowhere", "event:2")
    assert await world.enrolment.choose_employer(person.id, "muscat", "event:3") == "سؤال"


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

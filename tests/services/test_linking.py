from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.conversation.events import Address
from bot.records.enrolment import EnrolmentCode
from bot.records.links import ChannelLink, Links, Proof
from bot.records.people import Person
from bot.services.linking import EnrolmentError, Linked
from tests.support.roster import code_of, dismiss, employ
from tests.support.world import AMAL, BADR, World

WEB = Address("web", "site", "amals-browser")
PHONE = "+96891234567"
WHATSAPP = Address("whatsapp", "4711", "OM.111")


async def live_links(world: World) -> list[ChannelLink]:
    async with world.database.reading() as session:
        live = select(ChannelLink).where(ChannelLink.ended_at.is_(None)).order_by(ChannelLink.id)
        return list(await session.scalars(live))


async def test_a_code_links_a_chat_once(world: World) -> None:
    await employ(world)
    code = await code_of(world)
    outcome = await world.linking.redeem(AMAL, code)
    assert (outcome.linked, outcome.employer, outcome.channels) == (Linked.LINKED, "muscat", 1)
    assert (await world.linking.redeem(BADR, code)).linked is Linked.REFUSED
    person = await world.enrolment.meet(AMAL, None)
    assert (person.enrolled, person.employer) == (True, "muscat")
    assert not (await world.enrolment.meet(BADR, None)).enrolled


async def test_codes_are_hashed_and_a_new_one_makes_the_last_void(world: World) -> None:
    await employ(world)
    first, second = await code_of(world), await code_of(world)
    async with world.database.reading() as session:
        kept = (await session.scalars(select(EnrolmentCode))).all()
    assert len(kept) == 1
    assert first not in kept[0].code_hash
    assert (await world.linking.redeem(AMAL, first)).linked is Linked.REFUSED
    assert (await world.linking.redeem(AMAL, second)).linked is Linked.LINKED


async def test_a_code_expires(world: World) -> None:
    await employ(world)
    code = await code_of(world)
    world.pass_(days=7)
    assert (await world.linking.redeem(AMAL, code)).linked is Linked.REFUSED


async def test_no_code_for_who_is_not_there_or_has_left(world: World) -> None:
    with pytest.raises(EnrolmentError):
        await world.linking.issue_code("muscat", "9")
    await dismiss(world, await employ(world))
    with pytest.raises(EnrolmentError):
        await code_of(world)


async def test_one_code_typed_twenty_times_at_once_links_one_chat(world: World) -> None:
    await employ(world)
    code = await code_of(world)
    chats = [replace(AMAL, user=f"chat{number}") for number in range(20)]
    outcomes = await asyncio.gather(*(world.linking.redeem(chat, code) for chat in chats))
    assert [o.linked for o in outcomes].count(Linked.LINKED) == 1
    assert len(await live_links(world)) == 1


async def test_a_second_chat_is_the_same_person_and_keeps_what_was_asked_there(
    world: World,
) -> None:
    await employ(world)
    await world.linking.redeem(AMAL, await code_of(world))
    known = await world.enrolment.meet(AMAL, None)
    stranger = await world.person("uae-fed", WEB)
    await world.enrolment.set_reminders(stranger, wanted=False)
    asked = await world.handovers.ask(stranger, "سؤال", "k1")
    outcome = await world.linking.redeem(WEB, await code_of(world))
    assert outcome.channels == 2
    there = await world.enrolment.meet(WEB, None)
    assert (there.id, there.employer, there.reminds) == (known.id, "muscat", False)
    data = await world.privacy.collect(known.id)
    assert [one.number for one in data.handovers] == [asked.number]
    assert [link.is_primary for link in await live_links(world)] == [True, False]
    assert await world.linking.make_primary(WEB)
    assert [link.is_primary for link in await live_links(world)] == [False, True]


async def test_a_shared_device_goes_over_to_who_enrols_on_it(world: World) -> None:
    await employ(world)
    await employ(world, "1002")
    await world.linking.redeem(AMAL, await code_of(world))
    first = await world.enrolment.meet(AMAL, None)
    await world.linking.redeem(AMAL, await code_of(world, "1002"))
    second = await world.enrolment.meet(AMAL, None)
    assert second.enrolled
    assert second.id != first.id


async def test_who_leaves_the_employer_is_a_stranger_from_then_on(world: World) -> None:
    employee = await employ(world)
    await world.linking.redeem(AMAL, await code_of(world))
    known = await world.enrolment.meet(AMAL, None)
    await dismiss(world, employee)
    stranger = await world.enrolment.meet(AMAL, None)
    assert stranger.id != known.id
    assert (stranger.enrolled, stranger.employer) == (False, None)
    data = await world.privacy.collect(stranger.id)
    assert data.employee is None


async def test_a_number_links_only_where_one_active_employee_has_it(world: World) -> None:
    employee = await employ(world, "1001", PHONE)
    await employ(world, "1002", PHONE)
    again = await world.linking.link_by_phone(BADR, PHONE, Proof.CONTACT)
    assert again.linked is Linked.REFUSED
    await dismiss(world, employee)
    assert (await world.linking.link_by_phone(BADR, PHONE, Proof.CONTACT)).linked is Linked.LINKED


async def test_an_unlinked_number_does_not_link_by_itself_again(world: World) -> None:
    await employ(world, "1001", PHONE)
    await world.linking.link_by_phone(WHATSAPP, PHONE, Proof.NUMBER)
    assert await world.linking.unlink(WHATSAPP)
    assert not await world.linking.unlink(WHATSAPP)
    assert await world.linking.knows_phone(PHONE) is None
    assert (await world.linking.redeem(WHATSAPP, await code_of(world))).linked is Linked.LINKED


async def test_a_number_in_other_hands_ends_the_link_and_the_stranger_sees_nothing(
    world: World,
) -> None:
    await employ(world, "1001", PHONE)
    await world.linking.link_by_phone(WHATSAPP, PHONE, Proof.NUMBER)
    known = await world.enrolment.meet(WHATSAPP, None, PHONE)
    stranger = await world.enrolment.meet(replace(WHATSAPP, user="OM.222"), None, PHONE)
    assert (stranger.enrolled, stranger.employer) == (False, None)
    assert stranger.id != known.id
    assert await world.linking.knows_phone(PHONE) is None
    # The first one's chat is a stranger's too until a code says otherwise.
    assert not (await world.enrolment.meet(WHATSAPP, None)).enrolled
    await world.linking.redeem(WHATSAPP, await code_of(world))
    assert (await world.enrolment.meet(WHATSAPP, None)).id == known.id


async def test_a_chat_that_writes_from_another_number_loses_its_link(world: World) -> None:
    await employ(world, "1001", PHONE)
    await world.linking.link_by_phone(WHATSAPP, PHONE, Proof.NUMBER)
    assert not (await world.enrolment.meet(WHATSAPP, None, "+96899999999")).enrolled


async def test_a_strangers_number_is_not_kept(world: World) -> None:
    await world.enrolment.meet(WHATSAPP, None, PHONE)
    assert [link.phone for link in await live_links(world)] == [None]
    await employ(world)
    await world.linking.redeem(WHATSAPP, await code_of(world))
    await world.enrolment.meet(WHATSAPP, None, PHONE)
    assert [link.phone for link in await live_links(world)] == [PHONE]


async def test_all_chats_of_an_employee_are_unlinked(world: World) -> None:
    await employ(world)
    for chat in (AMAL, WEB):
        await world.linking.redeem(chat, await code_of(world))
    assert await world.linking.unlink_all("muscat", "1001") == 2
    assert await live_links(world) == []
    with pytest.raises(EnrolmentError):
        await world.linking.unlink_all("muscat", "9")
    async with world.database.reading() as session:
        assert await Links(session).find(AMAL) is None


async def test_a_number_that_another_telegram_chat_shared_before_links_no_second_one(
    world: World,
) -> None:
    await employ(world, "1001", PHONE)
    await world.linking.link_by_phone(AMAL, PHONE, Proof.CONTACT)
    outcome = await world.linking.link_by_phone(BADR, PHONE, Proof.CONTACT)
    assert outcome.linked is Linked.REFUSED
    assert not (await world.enrolment.meet(BADR, None)).enrolled
    assert not (await world.enrolment.meet(AMAL, None)).enrolled
    assert await world.linking.knows_phone(PHONE) is None


async def test_the_number_of_a_chat_that_a_code_linked_is_known_at_once(world: World) -> None:
    await employ(world, "1001", PHONE)
    await world.linking.redeem(WHATSAPP, await code_of(world), PHONE)
    stranger = await world.enrolment.meet(replace(WHATSAPP, user="OM.222"), None, PHONE)
    assert not stranger.enrolled
    assert await world.linking.knows_phone(PHONE) is None


async def test_an_erased_number_links_nobody_by_itself(world: World) -> None:
    await employ(world, "1001", PHONE)
    await world.linking.link_by_phone(WHATSAPP, PHONE, Proof.NUMBER)
    person = await world.enrolment.meet(WHATSAPP, None)
    await world.privacy.ask_erasure(person.id)
    assert await world.privacy.erase_due() == 1
    assert await world.linking.knows_phone(PHONE) is None


async def test_a_primary_chat_that_ends_hands_that_on(world: World) -> None:
    await employ(world)
    for chat in (AMAL, WEB):
        await world.linking.redeem(chat, await code_of(world))
    await world.linking.unlink(AMAL)
    (left,) = await live_links(world)
    assert (left.user, left.is_primary) == (WEB.user, True)


async def test_nothing_is_left_of_a_stranger_who_turns_out_to_be_known(world: World) -> None:
    await employ(world)
    await world.linking.redeem(WEB, await code_of(world))
    stranger = await world.person("uae-fed", AMAL)
    await world.linking.redeem(AMAL, await code_of(world))
    known = await world.enrolment.meet(AMAL, None)
    async with world.database.reading() as session:
        assert await session.get(Person, stranger) is None
        rows = list(await session.scalars(select(ChannelLink)))
    assert {row.person_id for row in rows} == {known.id}
    world.pass_(days=200)
    await world.linking.unlink(AMAL)
    world.pass_(days=181)
    await world.cleaner.delete_expired()
    async with world.database.reading() as session:
        assert [row.user for row in await session.scalars(select(ChannelLink))] == [WEB.user]

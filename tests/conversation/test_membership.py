from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from bot.conversation.buttons import decode
from bot.conversation.events import Address, AddressEnded, Command, Contact
from bot.conversation.messages import Message
from bot.domain.meaning import Language
from bot.domain.ruling import Verdict
from bot.records.employees import Delegation, Employee
from bot.records.links import Links
from bot.records.outbox import NewMessage, Outbox
from tests.support.roster import employ
from tests.support.world import AMAL, BADR, World, asks, data_of, labels

PHONE = "+96891234567"
WHATSAPP = Address("whatsapp", "4711", "OM.111")


def text(messages: list[Message]) -> str:
    return "\n".join(message.plain_text for message in messages)


async def enrolled(world: World, address: Address = AMAL) -> str:
    await employ(world)
    code = await world.linking.issue_code("muscat", "1001")
    await world.send(f"الرمز {code[:5]}-{code[5:]}", address=address)
    person = await world.enrolment.meet(address, None)
    assert person.enrolled
    return person.id


async def test_a_link_that_was_opened_links_and_says_whose_rules_hold(world: World) -> None:
    await employ(world)
    code = await world.linking.issue_code("muscat", "1001")
    (said,) = await world.send(Command("start", code))
    name = world.library.rulebooks["muscat"].employer.text(Language.ARABIC)
    assert said.plain_text == world.phrase("linked", employer=name)
    again = await world.send(Command("start", code))
    assert text(again) == world.phrase("linked_already", employer=name)
    assert text(await world.send(Command("start", code), address=BADR)) == world.phrase(
        "code_refused"
    )


async def test_unknown_used_and_expired_codes_are_refused_in_the_same_words(world: World) -> None:
    await employ(world)
    used = await world.linking.issue_code("muscat", "1001")
    await world.send(used)
    expired = await world.linking.issue_code("muscat", "1001")
    world.pass_(days=8)
    for code in (used, expired, "0A0A0-0A0A0"):
        assert text(await world.send(code, address=BADR)) == world.phrase("code_refused")


async def test_who_is_enrolled_keeps_the_rosters_employer(world: World) -> None:
    person = await enrolled(world)
    for said in (
        await world.press("em1:uae-fed"),
        await world.send("/employer"),
        await world.press("le1"),
    ):
        assert "مربوطة بملفك الوظيفي" in text(said)
    assert (await world.enrolment.know(person)).employer == "muscat"


async def test_a_decision_makes_an_account_manager_until_its_last_day(world: World) -> None:
    person = await enrolled(world)
    world.understanding.meanings["السؤال"] = asks("account_authority", "official_account")
    held = Delegation(
        employee_id=(await employee_of(world)),
        platform="x",
        account="@muscat",
        decision="5/2026",
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 21),
        created_at=world.now(),
    )
    async with world.database.transaction() as session:
        session.add(held)
    roles = []
    for _ in range(3):
        roles.append((await world.enrolment.meet(AMAL, None)).role.value)
        world.pass_(days=1)
    # The world begins on the 20th, at half past one in the afternoon in Muscat.
    assert roles == ["account_manager", "account_manager", "employee"]
    assert (await world.enrolment.know(person)).role.value == "employee"


async def employee_of(world: World) -> str:
    async with world.database.reading() as session:
        return str(await session.scalar(select(Employee.id)))


async def test_only_ones_own_contact_links(world: World) -> None:
    await employ(world, "1001", PHONE)
    not_own = await world.send(Contact(PHONE, own=False))
    assert text(not_own) == world.phrase("contact_not_own")
    unknown = await world.send(Contact("+96890000000", own=True))
    assert text(unknown) == world.phrase("number_unknown")
    assert not (await world.enrolment.meet(AMAL, None)).enrolled
    assert "تم الربط" in text(await world.send(Contact(PHONE, own=True)))


async def test_a_number_that_the_roster_has_is_offered_a_link_on_first_contact(
    world: World,
) -> None:
    await employ(world, "1001", PHONE)
    _, offer = await world.send("السلام عليكم", address=WHATSAPP, phone=PHONE)
    assert "هل أربط هذه المحادثة" in offer.plain_text
    (yes,) = data_of(offer, "eb1")
    # A forged press without a number that the platform vouches for does nothing.
    assert text(await world.press(yes, address=BADR)) == world.phrase("old_button")
    assert "تم الربط" in text(await world.press(yes, address=WHATSAPP, phone=PHONE))
    other = replace(WHATSAPP, user="OM.999")
    assert text(await world.press(yes, address=other, phone="+96890000000")) == world.phrase(
        "number_unknown"
    )


async def test_a_stranger_on_a_reassigned_number_is_offered_nothing(world: World) -> None:
    await employ(world, "1001", PHONE)
    await world.send("مرحبا", address=WHATSAPP, phone=PHONE)
    await world.press("eb1", address=WHATSAPP, phone=PHONE)
    said = await world.send("مرحبا", address=replace(WHATSAPP, user="OM.222"), phone=PHONE)
    assert len(said) == 1
    assert "مربوطة" not in text(said)
    assert text(
        await world.press("eb1", address=replace(WHATSAPP, user="OM.222"), phone=PHONE)
    ) == world.phrase("number_unknown")


async def test_a_chat_whose_number_changed_is_a_strangers(world: World) -> None:
    await enrolled(world, WHATSAPP)
    assert await world.send(AddressEnded("number_changed"), address=WHATSAPP) == []
    assert not (await world.enrolment.meet(WHATSAPP, None)).enrolled


async def test_unlinking_asks_first(world: World) -> None:
    await enrolled(world)
    (asked,) = await world.send("/unlink")
    yes = data_of(asked, "ul1")[0]
    assert text(await world.press(yes)) == world.phrase("unlinked")
    assert text(await world.press(yes)) == world.phrase("not_enrolled")


async def test_what_is_stored_comes_as_a_file_to_its_owner_alone(world: World) -> None:
    person = await enrolled(world)
    await world.handovers.ask(person, "سؤالي إلى الموظف", "k")
    (said,) = await world.send("/mydata")
    assert said.document is not None
    assert await world.files.find_for(BADR, said.document.file) is None
    found = await world.files.find_for(AMAL, said.document.file)
    assert found is not None
    content = found.content.decode("utf-8-sig")
    for fact in ("1001", "سالم بن حمد", "المديرية العامة / الإعلام", "محرر", "سؤالي إلى الموظف"):
        assert fact in content
    assert "20/11/2026" in content
    world.pass_(days=2)
    await world.cleaner.delete_expired()
    assert await world.files.find(said.document.file) is None


async def test_a_stranger_gets_nothing_of_a_roster(world: World) -> None:
    await employ(world, "1001", PHONE)
    (said,) = await world.send("/mydata", address=WHATSAPP, phone=PHONE)
    assert said.document is not None
    found = await world.files.find_for(WHATSAPP, said.document.file)
    assert found is not None
    content = found.content.decode("utf-8-sig")
    assert "سالم" not in content
    assert PHONE not in content
    assert world.phrase("data_unknown") in content


async def test_erasing_asks_first_and_is_done_by_the_job(world: World) -> None:
    person = await enrolled(world)
    async with world.database.transaction() as session:
        waits = NewMessage(AMAL, {"blocks": []}, person_id=None)
        await Outbox(session).add_all([waits], world.now())
    await world.handovers.ask(person, "سؤال", "k")
    (asked,) = await world.press("er1:")
    assert labels(asked) == [world.phrase("button_erase_sure"), world.phrase("button_keep")]
    assert await world.privacy.erase_due() == 0
    await world.press("er1:1")
    assert await world.privacy.erase_due() == 1
    assert await world.privacy.erase_due() == 0
    assert await world.privacy.find_person("muscat", "1001") is None
    stranger = await world.enrolment.meet(AMAL, None)
    assert stranger.id != person
    data = await world.privacy.collect(stranger.id)
    assert (data.employee, data.handovers, len(data.links)) == (None, (), 1)
    async with world.database.transaction() as session:
        assert not await Outbox(session).has_open(AMAL)


@pytest.mark.parametrize("word", ["إيقاف", "ايقاف", "STOP", "stop.", "/stop", "unsubscribe"])
async def test_a_word_stops_reminders_on_every_channel(world: World, word: str) -> None:
    person = await enrolled(world)
    await world.send(word)
    assert not (await world.enrolment.know(person)).reminds
    code = await world.linking.issue_code("muscat", "1001")
    await world.send(code, address=WHATSAPP)
    assert not (await world.enrolment.meet(WHATSAPP, None)).reminds
    (said,) = await world.press("rm1:1", address=WHATSAPP)
    assert labels(said) == [world.phrase("button_reminders_off")]
    assert (await world.enrolment.meet(AMAL, None)).reminds


@pytest.mark.parametrize(
    ("role", "employer", "goes_on"),
    [
        *(("hr", "uae-fed", True), ("communication", "muscat", True), ("trainer", "muscat", False)),
        *(("customer_service", "moh-uae", True), ("customer_service", "muscat", False)),
    ],
)
async def test_who_acts_for_a_desk_is_told_that_its_notices_go_on(
    world: World, role: str, employer: str, *, goes_on: bool
) -> None:
    await employ(world, employer=employer, roles=["employee", role])
    await world.linking.redeem(AMAL, await world.linking.issue_code(employer, "1001"))
    (stopped,) = await world.send("إيقاف")
    assert (world.phrase("reminders_off_duty") in stopped.plain_text) is goes_on
    (on,) = await world.press("rm1:1")
    assert world.phrase("reminders_off_duty") not in on.plain_text


async def test_a_word_inside_a_question_stops_nothing(world: World) -> None:
    person = await world.person()
    world.understanding.meanings["هل يجوز إيقاف التعليقات؟"] = asks("official_account", "comment")
    await world.send("هل يجوز إيقاف التعليقات؟")
    assert (await world.enrolment.know(person)).reminds


async def test_who_is_not_enrolled_asks_as_before(world: World) -> None:
    await world.person("muscat")
    world.understanding.meanings["هل أعيد النشر؟"] = asks("repost", "court_case")
    said = text(await world.send("هل أعيد النشر؟"))
    assert any(world.phrase(f"verdict_{verdict}") in said for verdict in Verdict)
    for data in ("ul1:1", "pr1"):
        assert text(await world.press(data)) == world.phrase("not_enrolled")
    assert decode("ul1:1") is not None


@pytest.mark.parametrize("known_before", [False, True])
async def test_a_question_that_waited_for_the_employer_is_answered_after_the_link(
    world: World, *, known_before: bool
) -> None:
    if known_before:
        await enrolled(world, BADR)
    else:
        await employ(world)
    world.understanding.meanings["هل أعيد النشر؟"] = asks("repost", "court_case")
    await world.send("هل أعيد النشر؟")
    code = await world.linking.issue_code("muscat", "1001")
    linked, answer = await world.send(code)
    assert "تم الربط" in linked.plain_text
    assert answer.plain_text.startswith(world.phrase("verdict_no_rule"))
    data = await world.privacy.collect((await world.enrolment.meet(AMAL, None)).id)
    assert data.waiting is None
    assert len(await world.send("/link")) == 1


async def test_a_chat_that_was_unlinked_is_a_strangers_at_once(world: World) -> None:
    await enrolled(world, WHATSAPP)
    await world.press("ul1:1", address=WHATSAPP)
    async with world.database.reading() as session:
        link = await Links(session).find(WHATSAPP)
    assert link is not None
    assert link.proof is None

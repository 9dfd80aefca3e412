from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation.buttons import decode
from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.conversation.session_buttons import (
    CancelSession,
    ListSessions,
    RegisterSession,
    SessionCalendar,
)
from bot.domain.meaning import Language
from tests.support.sessions import STARTS, attendances, code_of, hold, people
from tests.support.world import AMAL, BADR, World, data_of, labels

CARD = (
    "🗓 شبكات التواصل الاجتماعي في بلدية مسقط\n"
    "الموعد: الأحد 6/12/2026، من 10 صباحاً إلى 12 ظهراً\n"
    "المكان: القاعة الكبرى"
)

OTHER_CARD = (
    "🗓 ورشة المديرين\n"
    "الموعد: الأحد 13/12/2026، من 10 صباحاً إلى 12 ظهراً\n"
    "المكان: القاعة الكبرى\n"
    "رابط الحضور: https://meet.example/x"
)


async def press(world: World, data: str, address: Address = AMAL) -> Message:
    (message,) = await world.press(data, address=address)
    return message


async def code(world: World, person: str, text: str) -> Message | None:
    return await world.live.read_code(await world.enrolment.know(person), text)


async def test_what_is_next_is_shown_with_a_button_each(world: World) -> None:
    session = await hold(world, capacity=2)
    other = await hold(world, days=7, title="ورشة المديرين", link="https://meet.example/x")
    person = await world.person("muscat")
    shown = await world.live.upcoming(person)
    assert [block.text for block in shown.blocks] == [
        world.phrase("live_upcoming"),
        f"{CARD}\n{world.phrase('live_free', free=2)}",
        OTHER_CARD,
    ]
    assert labels(shown) == ["سجّلني 6/12", "سجّلني 13/12"]
    assert [decode(button.data) for button in shown.buttons] == [
        RegisterSession(session),
        RegisterSession(other),
    ]
    await world.enrolment.choose_language(person, Language.ENGLISH)
    assert "Sunday 6/12/2026, from 10 am to 12 pm" in (await world.live.upcoming(person)).plain_text


@pytest.mark.parametrize("language", list(Language))
async def test_of_two_on_one_day_the_buttons_tell_the_hour(
    world: World, language: Language
) -> None:
    for hours in (0, 24 * 7, 24 * 7 + 4):
        starts_at = STARTS + timedelta(hours=hours)
        await hold(world, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    person = await world.person("muscat")
    await world.enrolment.choose_language(person, language)
    shown = labels(await world.live.upcoming(person))
    assert [label.partition(" ")[2] for label in shown] == ["6/12", "13/12 10:00", "13/12 14:00"]
    assert max(map(len, shown)) <= 20


async def test_no_session_and_no_employer(world: World) -> None:
    said = await world.live.upcoming(await world.person("muscat"))
    assert said.plain_text == world.phrase("live_none")
    nobody = await world.person(None, BADR)
    for said in (await world.live.upcoming(nobody), await world.live.check_in(nobody, "123456")):
        assert said.plain_text == world.phrase("choose_employer")


async def test_registering_gives_the_calendar_file(world: World) -> None:
    session = await hold(world)
    person = await world.person("muscat")
    said = await press(world, f"lr1:{session}")
    assert said.plain_text == "\n\n".join(
        [
            world.phrase("live_registered"),
            f"{CARD}\n{world.phrase('live_you_are_in')}",
            f"{world.phrase('live_registered_file')} {world.phrase('live_registered_reminds')}",
        ]
    )
    assert [decode(button.data) for button in said.buttons] == [
        SessionCalendar(session),
        CancelSession(session),
        ListSessions(),
    ]
    assert said.document is not None
    assert said.document.name == "workshop-2026-12-06.ics"
    file = await world.files.find(said.document.file)
    assert file is not None
    assert file.owner == person
    written = file.content.replace(b"\r\n ", b"").decode()
    for line in (
        f"UID:{session}@waai",
        "DTSTART:20261206T060000Z",
        "SUMMARY:شبكات التواصل الاجتماعي في بلدية مسقط",
        "LOCATION:القاعة الكبرى",
        "TRIGGER:-PT1440M",
        "TRIGGER:-PT60M",
    ):
        assert f"{line}\r\n" in written
    again = await press(world, f"lk1:{session}")
    assert again.document is not None


async def test_waiting_and_cancelling(world: World) -> None:
    session = await hold(world, capacity=1)
    (first,) = await people(world, 1)
    await world.registrations.register(first, session)
    await world.person("muscat")
    shown = await press(world, "lw1")
    assert world.phrase("live_full") in shown.plain_text
    assert labels(shown) == ["انتظار 6/12"]
    said = await press(world, f"lr1:{session}")
    assert said.plain_text.startswith(world.phrase("live_waiting"))
    assert world.phrase("live_you_wait", ahead=0) in said.plain_text
    assert said.document is None
    title = "شبكات التواصل الاجتماعي في بلدية مسقط"
    sure = await press(world, f"lc1:{session}:")
    assert sure.plain_text == world.phrase("live_cancel_waiting_sure", title=title)
    assert data_of(sure, "lc1") == [f"lc1:{session}:1"]
    done = await press(world, f"lc1:{session}:1")
    assert done.plain_text == world.phrase("live_cancelled", title=title)
    before = await press(world, f"lc1:{session}:1")
    assert before.plain_text == world.phrase("live_cancelled_before", title=title)


async def test_once_it_has_begun(world: World) -> None:
    session = await hold(world)
    await world.person("muscat")
    world.moment = STARTS
    for data in (f"lr1:{session}", f"lc1:{session}:1"):
        assert (await press(world, data)).plain_text == world.phrase("live_closed")
    assert labels(await press(world, "lw1")) == []


async def test_who_has_a_place_cannot_give_it_up_once_it_has_begun(world: World) -> None:
    session = await hold(world)
    await world.person("muscat")
    await press(world, f"lr1:{session}")
    world.moment = STARTS
    assert labels(await press(world, "lw1")) == ["التقويم 6/12"]
    assert (await press(world, f"lc1:{session}:")).plain_text == world.phrase("live_closed")


async def test_nobody_is_told_that_they_have_a_place_where_it_was_called_off(
    world: World,
) -> None:
    session = await hold(world)
    await world.person("muscat")
    await press(world, f"lr1:{session}")
    await world.sessions.cancel(session, "7001", world.session_words)
    for data in (f"lr1:{session}", f"lc1:{session}:", f"lc1:{session}:1"):
        assert (await press(world, data)).plain_text == world.phrase("live_closed")
    file = await press(world, f"lk1:{session}")
    assert world.phrase("live_you_are_in") not in file.plain_text
    assert world.phrase("live_called_off") in file.plain_text
    assert file.document is not None


async def test_no_reminder_is_promised_that_does_not_come(world: World) -> None:
    session = await hold(world)
    await world.person("muscat")
    world.moment = STARTS - timedelta(minutes=59)
    said = await press(world, f"lr1:{session}")
    assert world.phrase("live_registered_file") in said.plain_text
    assert world.phrase("live_registered_reminds") not in said.plain_text


@pytest.mark.parametrize("data", ["lr1:x", "lc1:x:1", "lk1:x", "lf1:x:5", "lf1:x:9", "lr1:"])
async def test_a_button_of_nothing_has_no_effect(world: World, data: str) -> None:
    await world.person("muscat")
    assert (await press(world, data)).plain_text == world.phrase("old_button")


async def test_another_employers_session_is_none_of_theirs(world: World) -> None:
    session = await hold(world)
    await world.person("uae-fed")
    for data in (f"lr1:{session}", f"lc1:{session}:1", f"lk1:{session}"):
        assert (await press(world, data)).plain_text == world.phrase("old_button")


async def test_six_digits_are_a_code_only_while_a_session_is_on(world: World) -> None:
    session = await hold(world)
    person = await world.person("muscat")
    assert await code(world, person, "123456") is None
    nothing_on = await code(world, person, "in-123456")
    assert nothing_on is not None
    assert nothing_on.plain_text == world.phrase("live_nothing_on")
    world.moment = STARTS
    assert await code(world, person, "هل يجوز 123456") is None
    assert await code(world, person, "12345") is None
    digits = await code_of(world, session)
    arabic = digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    said = await code(world, person, f"{arabic[:3]} {arabic[3:]}")
    assert said is not None
    title = "شبكات التواصل الاجتماعي في بلدية مسقط"
    assert said.plain_text == world.phrase("live_in", title=title, time="10 صباحاً")
    world.pass_(minutes=20)
    again = await code(world, person, f"in-{await code_of(world, session)}")
    assert again is not None
    assert again.plain_text == world.phrase("live_in_already", title=title, time="10 صباحاً")
    assert len(await attendances(world)) == 1


async def test_late_wrong_full_and_too_often(world: World) -> None:
    session = await hold(world, capacity=1)
    (late, crowded) = await people(world, 2)
    world.moment = STARTS + timedelta(minutes=12)
    digits = await code_of(world, session)
    title = "شبكات التواصل الاجتماعي في بلدية مسقط"
    said = await world.live.check_in(late, digits)
    assert said.plain_text == "\n\n".join(
        [
            world.phrase("live_in", title=title, time="10:12 صباحاً"),
            world.phrase("live_in_late"),
        ]
    )
    full = await world.live.check_in(crowded, digits)
    assert full.plain_text == world.phrase("live_in_full", title=title)
    wrong = f"{(int(digits) + 7) % 10**6:06}"
    for _ in range(5):
        said = await world.live.check_in(crowded, wrong)
        assert said.plain_text == world.phrase("live_code_wrong")
    often = await world.live.check_in(crowded, wrong)
    assert often.plain_text == world.phrase("live_code_often")


async def test_feedback_by_a_button(world: World) -> None:
    session = await hold(world)
    person = await world.person("muscat")
    world.moment = STARTS
    await world.live.check_in(person, await code_of(world, session))
    world.pass_(hours=3)
    assert (await press(world, f"lf1:{session}:0")).plain_text == world.phrase("old_button")
    assert (await press(world, f"lf1:{session}:4")).plain_text == world.phrase("live_rated")
    again = await press(world, f"lf1:{session}:5")
    assert again.plain_text == world.phrase("live_rated_before")


async def test_what_is_stored_of_workshops_is_told(world: World) -> None:
    session = await hold(world, title="ورشة المديرين")
    person = await world.person("muscat")
    await world.registrations.register(person, session)
    world.moment = STARTS + timedelta(minutes=12)
    await world.live.check_in(person, await code_of(world, session))
    await world.registrations.rate(person, session, 5)
    said = await world.membership.my_data(person)
    assert said.document is not None
    file = await world.files.find(said.document.file)
    assert file is not None
    facts = "، ".join(
        world.phrase(f"data_workshop_{fact}") for fact in ("registered", "late", "rated")
    )
    line = world.phrase("data_workshop", date="6/12/2026", title="ورشة المديرين", facts=facts)
    told = file.content.decode("utf-8-sig").splitlines()
    assert told[told.index(world.phrase("data_workshops")) + 1] == line

"""Hand-overs in the chat of a desk: it lists, answers and closes them."""

from __future__ import annotations

import pytest

from bot.conversation.events import Command, Media, MediaKind
from bot.conversation.handover_acts import LONGEST_ANSWER
from bot.records.handovers import HandoverState
from tests.support.handovers import (
    ANSWER,
    HR,
    HR_TOO,
    TEXT,
    ask,
    join,
    noted,
    preview,
    queued,
    row_of,
    said_in,
    text_of,
)
from tests.support.world import AMAL, BADR, World, data_of, labels


async def test_a_desk_lists_shows_writes_sees_and_sends(world: World, number: int) -> None:
    (listed,) = await world.send("/requests", address=HR)
    assert data_of(listed, "hs1") == [f"hs1:{number}"]
    assert said_in(await world.send("الطلبات", address=HR)) == listed.plain_text
    (shown,) = await world.press(f"hs1:{number}", address=HR)
    assert TEXT in shown.plain_text
    assert labels(shown) == ["أجب", "أغلق بلا رد", "الطلبات"]
    assert said_in(await world.press(f"ha1:{number}", address=HR)) == world.phrase(
        "handover_write", number=number
    )
    (seen,) = await world.send(ANSWER, address=HR)
    assert ANSWER in seen.plain_text
    assert labels(seen) == ["أرسل", "عدّل", "ألغِ"]
    assert await queued(world, AMAL.user) == []
    send = data_of(seen, "hn1")[0]
    for _ in range(2):
        sent = await world.press(send, address=HR)
        assert said_in(sent) == world.phrase("handover_sent", number=number)
    (answer,) = await queued(world, AMAL.user)
    assert ANSWER in text_of(answer)


async def test_what_was_written_is_edited_or_dropped(world: World, number: int) -> None:
    first = await preview(world)
    edited = await preview(world, "رد أحسن")
    old, new = data_of(first, "hn1")[0], data_of(edited, "hn1")[0]
    assert said_in(await world.press(old, address=HR)) == world.phrase(
        "handover_stale", number=number
    )
    assert said_in(await world.press(f"hd1:{number}", address=HR)) == world.phrase(
        "handover_dropped", number=number
    )
    assert said_in(await world.press(new, address=HR)) == world.phrase(
        "handover_stale", number=number
    )
    assert await queued(world, AMAL.user) == []


async def test_a_text_that_is_handled_again_after_a_crash_is_shown_again(
    world: World, number: int
) -> None:
    await world.press(f"ha1:{number}", address=HR)
    both = [await world.send(ANSWER, address=HR, event=77) for _ in range(2)]
    assert both[0] == both[1]
    assert (await row_of(world)).draft == ANSWER


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        (Media(MediaKind.DOCUMENT, "الرد"), "awaited_no_text"),
        (Media(MediaKind.VOICE), "awaited_no_text"),
        ("👍", "awaited_no_words"),
        ("  ", "awaited_no_words"),
        ("أ" * (LONGEST_ANSWER + 1), "awaited_too_long"),
    ],
)
async def test_what_is_no_answer_gets_a_clear_word_and_the_answer_is_awaited_on(
    world: World, number: int, content: Media | str, phrase: str
) -> None:
    await world.press(f"ha1:{number}", address=HR)
    told = world.phrase(phrase, most=LONGEST_ANSWER)
    assert said_in(await world.send(content, address=HR)) == told
    assert (await row_of(world)).draft is None
    (shown,) = await world.send(ANSWER, address=HR)
    assert ANSWER in shown.plain_text


async def test_the_second_of_two_is_told_of_the_first(world: World, number: int) -> None:
    shown = await preview(world)
    busy = world.phrase("handover_busy", number=number)
    for data in (f"ha1:{number}", f"hx1:{number}:1"):
        assert said_in(await world.press(data, address=HR_TOO)) == busy
    await world.press(data_of(shown, "hn1")[0], address=HR)
    answered = world.phrase("handover_answered_before", number=number)
    for data in (f"ha1:{number}", f"hx1:{number}:1"):
        assert said_in(await world.press(data, address=HR_TOO)) == answered
    assert len(await queued(world, AMAL.user)) == 1


async def test_an_answer_that_a_colleague_gave_meanwhile_is_not_overwritten(
    world: World, number: int
) -> None:
    await world.press(f"ha1:{number}", address=HR)
    world.pass_(minutes=29)
    await world.awaiting.leave((await world.enrolment.meet(HR, None)).id)
    await world.press(f"ha1:{number}", address=HR_TOO)
    (shown,) = await world.send("رد الزميل", address=HR_TOO)
    await world.press(data_of(shown, "hn1")[0], address=HR_TOO)
    await world.press(f"ha1:{number}", address=HR)
    await world.send(ANSWER, address=HR)
    assert "رد الزميل" in text_of((await queued(world, AMAL.user))[0])


async def test_closing_without_an_answer_asks_first(world: World, number: int) -> None:
    (sure,) = await world.press(f"hx1:{number}:", address=HR)
    assert sure.plain_text == world.phrase("handover_close_sure", number=number)
    assert (await row_of(world)).state is HandoverState.OPEN
    for _ in range(2):
        closed = await world.press(data_of(sure, "hx1")[0], address=HR)
        assert said_in(closed) == world.phrase("handover_closed", number=number)
    assert len(await queued(world, AMAL.user)) == 1


@pytest.mark.parametrize(
    "data",
    [
        *("hl1:0", "hs1:1001", "ha1:1001", "hd1:1001", "hx1:1001:", "hx1:1001:1"),
        *("hn1:1001:0123456789abcdef", "hf1:1001", "hm1:1001"),
    ],
)
async def test_who_is_of_no_desk_or_of_anothers_gets_the_word_for_old_buttons(
    world: World, number: int, data: str
) -> None:
    await world.person("uae-fed", BADR)
    elsewhere = HR.__class__("telegram", "bot1", "elsewhere")
    await join(world, "9", elsewhere, employer="muscat")
    for address in (BADR, elsewhere):
        said = said_in(await world.press(data, address=address))
        empty = world.phrase("handover_list_empty")
        is_own_list = data == "hl1:0" and address is elsewhere
        assert said == (empty if is_own_list else world.phrase("old_button"))
        assert (await world.enrolment.meet(address, None)).awaited is None
    row = await row_of(world, number)
    assert (row.state, row.draft) == (HandoverState.OPEN, None)
    assert await noted(world) == []
    assert await queued(world, AMAL.user) == []


@pytest.mark.parametrize(
    "data", ["hs1:", "hs1:x", "hs1:9999999999999", "ha1:-1", "hx1:1001:2", "hl1:x", "hf1:٣"]
)
async def test_forged_numbers_have_no_effect(world: World, number: int, data: str) -> None:
    said = said_in(await world.press(data, address=HR))
    listed = said_in(await world.press("hl1:0", address=HR))
    assert said in {world.phrase("old_button"), listed}
    assert (await row_of(world, number)).state is HandoverState.OPEN


async def test_who_is_of_no_desk_has_no_such_command(world: World, number: int) -> None:
    assert number
    for typed in ("/requests", "الطلبات", Command("requests")):
        said = await world.send(typed, address=AMAL)
        assert said_in(said) == said_in(await world.send("/help", address=AMAL))


async def test_many_are_listed_some_at_a_time(world: World, number: int) -> None:
    for n in range(8):
        await ask(world, f"سؤال {n}")
    (first,) = await world.send("/requests", address=HR)
    assert len(data_of(first, "hs1")) == 7
    (second,) = await world.press(data_of(first, "hl1")[0], address=HR)
    assert data_of(second, "hs1") == ["hs1:1008", "hs1:1009"]
    assert data_of(second, "hl1") == []
    (beyond,) = await world.press("hl1:999", address=HR)
    assert data_of(beyond, "hs1") == []
    assert f"hs1:{number}" in data_of(first, "hs1")


async def test_a_question_that_is_not_written_says_so(world: World, number: int) -> None:
    assert number
    without = await ask(world, None)
    (shown,) = await world.press(f"hs1:{without}", address=HR)
    assert world.phrase("handover_no_question") in shown.plain_text
    assert labels(shown) == ["أغلق بلا رد", "الطلبات"]
    refused = await world.press(f"ha1:{without}", address=HR)
    assert said_in(refused) == world.phrase("handover_no_question")


@pytest.mark.parametrize("act", ["hd1:1001", "send"])
async def test_what_is_dropped_or_sent_while_it_is_edited_is_awaited_no_more(
    world: World, number: int, act: str
) -> None:
    shown = await preview(world)
    await world.press(f"ha1:{number}", address=HR)
    await world.press(data_of(shown, "hn1")[0] if act == "send" else act, address=HR)
    person = await world.enrolment.meet(HR, None)
    assert person.awaited is None
    if act != "send":
        begun = await world.press(f"ha1:{number}", address=HR_TOO)
        assert said_in(begun) == world.phrase("handover_write", number=number)


@pytest.mark.parametrize("data", ["pe1:", "qs1:"])
async def test_what_asks_for_a_text_of_its_own_ends_what_was_awaited(
    world: World, number: int, data: str
) -> None:
    await world.press(f"ha1:{number}", address=HR)
    await world.press(data, address=HR)
    await world.send("1", address=HR)
    await world.send("هل أنشر صورة من العمل؟", address=HR)
    assert (await row_of(world, number)).draft is None

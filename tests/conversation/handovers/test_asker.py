"""Hand-overs in the chat of whoever asked: they are answered, and go on."""

from __future__ import annotations

import pytest

from bot.conversation.messages import Message
from bot.domain.meaning import Language
from bot.records.handovers import HandoverState
from tests.support.handovers import (
    ANSWER,
    HR,
    OPEN,
    TEXT,
    preview,
    queued,
    row_of,
    said_in,
    text_of,
)
from tests.support.world import AMAL, BADR, World, data_of, labels


async def test_an_asker_who_blocked_us_cannot_be_answered(world: World, number: int) -> None:
    shown = await preview(world)
    await world.enrolment.blocked(AMAL, blocked=True)
    said = await world.press(data_of(shown, "hn1")[0], address=HR)
    assert said_in(said) == world.phrase("handover_unreachable", number=number)
    assert (await row_of(world)).state is HandoverState.CLOSED


async def test_whoever_asked_thanks_or_asks_on(world: World, number: int) -> None:
    shown = await preview(world)
    await world.press(data_of(shown, "hn1")[0], address=HR)
    (answer,) = await queued(world, AMAL.user)
    assert answer.payload is not None
    said = Message.from_json(answer.payload)
    assert labels(said) == ["شكراً، هذا يكفي", "ما زال لدي سؤال"]
    for _ in range(2):
        finished = await world.press(f"hf1:{number}")
        assert said_in(finished) == world.phrase("handover_finished", number=number)
    asked = await world.press(f"hm1:{number}")
    assert said_in(asked) == world.phrase("handover_ask_more", number=number)
    assert said_in(await world.send("👍")) == world.phrase("awaited_no_words")
    both = [await world.send("وهل أشارك خبراً عنها؟", event=90) for _ in range(2)]
    department = world.library.desk_of("uae-fed").department.ar
    told = world.phrase("handover_reopened", number=number, department=department)
    assert told in said_in(both[0])
    assert both[0] == both[1]
    (shown,) = await world.press(f"hs1:{number}", address=HR)
    for part in (TEXT, "وهل أشارك خبراً عنها؟", ANSWER):
        assert part in shown.plain_text
    # What is open again is not closed by the old button.
    assert said_in(await world.press(f"hf1:{number}")) == world.phrase("old_button")


async def test_whoever_asks_is_told_by_when_and_in_which_hours(world: World) -> None:
    world.moment = OPEN
    await world.person("moh-uae")
    (said,) = await world.send("/person")
    department = "فريق خدمة المتعاملين"
    opened, target, hours = (block.text for block in said.blocks)
    assert opened == world.phrase("handover_open_question", number=1001, contact=department)
    assert target == world.phrase("handover_target", hours=16)
    assert department in hours
    person = (await world.enrolment.meet(AMAL, None)).id
    handed = await world.handovers.ask(person, TEXT, "event:99")
    blocks = list(world.handover_words.looked_at(handed, Language.ARABIC))
    due, hours = (block.text for block in blocks)
    # Four hours and a half on Thursday, seven on Sunday, and the rest on Monday.
    assert due == world.phrase("handover_due", day="الاثنين 23/11/2026")
    assert "الجمعة، السبت" in hours
    assert "7:30" in hours


async def test_an_english_asker_is_told_in_english(world: World, number: int) -> None:
    assert number
    person = await world.enrolment.meet(BADR, Language.ENGLISH)
    await world.enrolment.choose_employer(person.id, "uae-fed", "chosen")
    handed = await world.handovers.ask(person.id, "May I comment on it?", "event:50")
    await world.press(f"ha1:{handed.number}", address=HR)
    (shown,) = await world.send("No, please do not comment on a case.", address=HR)
    await world.press(data_of(shown, "hn1")[0], address=HR)
    (answer,) = await queued(world, BADR.user)
    assert answer.payload is not None
    assert answer.payload["language"] == "en"
    assert f"to your request {handed.number}" in text_of(answer)
    # What an officer writes for others does not change the language that they are spoken to in.
    assert (await world.enrolment.meet(HR, None)).speaks is Language.ARABIC


async def test_what_was_asked_and_answered_is_told_to_whoever_asks_what_is_kept(
    world: World, number: int
) -> None:
    shown = await preview(world)
    await world.press(data_of(shown, "hn1")[0], address=HR)
    (said,) = await world.send("/mydata")
    assert said.document is not None
    file = await world.files.find(said.document.file)
    assert file is not None
    told = file.content.decode("utf-8-sig")
    assert TEXT in told
    assert world.phrase("data_handover_answer", answer=ANSWER) in told
    assert str(number) in told


@pytest.mark.parametrize("odd", ["\0", "\ud800"])
async def test_what_no_database_can_store_is_answered_all_the_same(
    world: World, number: int, odd: str
) -> None:
    shown = await preview(world, f"لا تعلّق{odd}")
    sent = await world.press(data_of(shown, "hn1")[0], address=HR)
    assert said_in(sent) == world.phrase("handover_sent", number=number)
    await world.press(f"hm1:{number}")
    (told,) = await world.send(f"وبعد؟{odd}")
    department = world.library.desk_of("uae-fed").department.ar
    assert world.phrase("handover_reopened", number=number, department=department) in said_in(
        [told]
    )

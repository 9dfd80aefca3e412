"""Monitoring and referral in the chats of both departments."""

from __future__ import annotations

from datetime import date

import pytest

from bot.conversation.events import Address, Command
from bot.conversation.messages import Message
from bot.domain.observing import ObservationKind, ObservationState, Outcome, Step
from tests.domain.test_file_kinds import WHOLE
from tests.support.observing import (
    EMPLOYER,
    HR,
    OTHER,
    PRESS,
    bring,
    by,
    journal,
    link_chat,
    record,
    row_of,
    staff,
)
from tests.support.roster import employ
from tests.support.world import World, data_of, labels

BOTH = "8001"
"""The number of somebody with both roles."""

POST = "https://x.com/someone/status/77"


@pytest.fixture
async def chats(world: World) -> dict[str, Address]:
    await staff(world)
    return {number: await link_chat(world, number, number) for number in (PRESS, HR, OTHER)}


async def desk(world: World, address: Address) -> Message:
    (message,) = await world.send(Command("observations"), address=address)
    return message


async def press(world: World, address: Address, data: str) -> Message:
    (message,) = await world.press(data, address=address)
    return message


async def test_a_referral_from_chat_to_chat(world: World, chats: dict[str, Address]) -> None:
    line = await record(world, seen_on=date(2026, 11, 5))
    listed = await desk(world, chats[PRESS])
    assert line.number in listed.plain_text
    assert " 5/11/2026" in listed.plain_text
    shown = await press(world, chats[PRESS], f"ob1:{line.id}")
    assert data_of(shown, "os1") == [f"os1:{line.id}:refer:", f"os1:{line.id}:withdraw:"]
    assert "نشر صورة" in shown.plain_text
    asked = await press(world, chats[PRESS], f"os1:{line.id}:refer:")
    assert (await row_of(world, line.id)).state is ObservationState.RECORDED
    assert data_of(asked, "ob1")
    referred = await press(world, chats[PRESS], data_of(asked, "os1")[0])
    assert world.phrase("observation_done") in referred.plain_text
    shown = await press(world, chats[HR], f"ob1:{line.id}")
    reviewed = await press(world, chats[HR], data_of(shown, "os1")[0])
    choice = await press(world, chats[HR], data_of(reviewed, "od1")[0])
    assert len(data_of(choice, "od1")) == len(Outcome)
    sure = await press(world, chats[HR], f"od1:{line.id}:no_violation:")
    assert (await row_of(world, line.id)).outcome is None
    decided = await press(world, chats[HR], data_of(sure, "od1")[0])
    assert world.phrase("observation_outcome_no_violation") in decided.plain_text
    closing = await press(world, chats[HR], data_of(decided, "os1")[0])
    closed = await press(world, chats[HR], data_of(closing, "os1")[0])
    assert (await row_of(world, line.id)).state is ObservationState.CLOSED
    assert not data_of(closed, "os1")


async def test_who_recorded_it_is_not_offered_to_judge_it(
    world: World, chats: dict[str, Address]
) -> None:
    await employ(world, BOTH, employer=EMPLOYER, roles=["communication", "hr"])
    both = await link_chat(world, BOTH, BOTH)
    line, own = await record(world, BOTH), world.phrase("observation_own")
    draft = await press(world, both, f"ob1:{line.id}")
    assert data_of(draft, "os1")
    assert own not in draft.plain_text
    referred = await press(world, both, f"os1:{line.id}:refer:1")
    forged = [await press(world, both, f"os1:{line.id}:review:1")]
    await press(world, chats[HR], f"os1:{line.id}:review:1")
    decisions = (":", "reminder:", "reminder:words", "reminder:1")
    forged += [await press(world, both, f"od1:{line.id}:{each}") for each in decisions]
    await press(world, chats[HR], f"od1:{line.id}:reminder:1")
    forged += [await press(world, both, f"os1:{line.id}:close:{sure}") for sure in ("", "1")]
    for shown in (referred, *forged):
        assert own in shown.plain_text
        assert not data_of(shown, "os1")
        assert not data_of(shown, "od1")
    assert (await row_of(world, line.id)).state is ObservationState.DECIDED


async def test_a_second_press_has_no_second_effect(world: World, chats: dict[str, Address]) -> None:
    line = await bring(world, Step.REVIEW)
    for outcome in (Outcome.REMINDER, Outcome.REMINDER):
        await press(world, chats[HR], f"od1:{line.id}:{outcome}:1")
    message = await press(world, chats[HR], f"od1:{line.id}:{Outcome.NO_VIOLATION}:1")
    assert world.phrase("observation_not_now") in message.plain_text
    assert (await row_of(world, line.id)).outcome is Outcome.REMINDER
    kinds = [entry.kind for entry in await journal(world)]
    assert kinds.count("observation_decided") == 1
    message = await press(world, chats[HR], f"od1:{line.id}::")
    assert world.phrase("observation_not_now") in message.plain_text


async def test_a_decision_in_words(world: World, chats: dict[str, Address]) -> None:
    line = await bring(world, Step.REVIEW)
    asked = await press(world, chats[HR], f"od1:{line.id}:reminder:words")
    assert asked.plain_text == world.phrase("observation_decide_words")
    (refused,) = await world.send("x" * 4001, address=chats[HR])
    assert refused.plain_text == world.phrase("observation_words_length", most=4000)
    (decided,) = await world.send("وُجّه إليه تذكير", address=chats[HR])
    assert "وُجّه إليه تذكير" in decided.plain_text
    assert (await row_of(world, line.id)).decision == "وُجّه إليه تذكير"
    told = await press(world, chats[PRESS], f"ob1:{line.id}")
    assert "وُجّه إليه تذكير" not in told.plain_text
    assert world.phrase("observation_outcome_reminder") in told.plain_text


async def test_an_observation_is_recorded_in_one_message(
    world: World, chats: dict[str, Address]
) -> None:
    listed = await desk(world, chats[PRESS])
    assert listed.plain_text == world.phrase("observation_none")
    asked = await press(world, chats[PRESS], data_of(listed, "on1")[0])
    assert asked.plain_text == world.phrase("observation_how")
    for text, phrase in (
        ("شيء ما", "observation_bad_link"),
        (f"{POST}\nنشر صورة", "observation_bad_articles"),
        (f"{POST}\n99.9\nنشر صورة", "observation_bad_articles"),
        (f"{POST}\n4.2", "observation_bad_text"),
    ):
        (message,) = await world.send(text, address=chats[PRESS])
        assert message.plain_text == world.phrase(phrase, most=4000)
    text = f"{POST}?utm_source=app\n٤.٢ , 1.2\nمخالفة\nنشر صورة مريض"
    (message,) = await world.send(text, address=chats[PRESS], event=90)
    assert world.phrase("observation_recorded") in message.plain_text
    (again,) = await world.send(text, address=chats[PRESS], event=90)
    assert world.phrase("observation_twice") in again.plain_text
    row = await row_of(world, "2026-0001")
    assert (row.link, row.text, row.kind) == (POST, "نشر صورة مريض", ObservationKind.VIOLATION)
    assert row.articles == ["uae-fed.4.2", "moh-uae.1.2"]
    assert (await world.observation_desk.list_all(by(PRESS))).total == 1


async def test_cancelling_ends_it(world: World, chats: dict[str, Address]) -> None:
    await press(world, chats[PRESS], "on1")
    (message,) = await world.send("إلغاء", address=chats[PRESS])
    assert message.plain_text == world.phrase("awaited_cancelled")
    await world.send(f"{POST}\n4.2\nنشر", address=chats[PRESS])
    assert (await world.observation_desk.list_all(by(PRESS))).total == 0


async def test_the_list_has_pages(world: World, chats: dict[str, Address]) -> None:
    for _ in range(8):
        await record(world)
    first = await desk(world, chats[PRESS])
    assert labels(first)[:6] == [f"2026-{n:04}" for n in range(8, 2, -1)]
    assert data_of(first, "ol1") == ["ol1:1"]
    second = await press(world, chats[PRESS], "ol1:1")
    assert labels(second)[:2] == ["2026-0002", "2026-0001"]
    assert data_of(second, "ol1") == ["ol1:0"]
    assert (await press(world, chats[PRESS], "ol1:99")).plain_text == world.phrase(
        "observation_none"
    )
    assert not data_of(await desk(world, chats[HR]), "on1")
    for forged in ("9" * 40, "-1", "x"):
        assert labels(await press(world, chats[PRESS], f"ol1:{forged}")) == labels(first)


async def test_the_screenshot_comes_along(world: World, chats: dict[str, Address]) -> None:
    for media_type, content in WHOLE.items():
        line = await record(world, screenshot=content)
        shown = await press(world, chats[PRESS], f"ob1:{line.id}")
        message = await press(world, chats[PRESS], data_of(shown, "oi1")[0])
        assert message.document is not None
        assert message.document.media_type == media_type
        assert bool(message.document.says) is message.document.is_picture
        file = await world.files.find_for(chats[PRESS], message.document.file)
        assert file is not None
        assert file.content == content
        assert await world.files.find_for(chats[HR], message.document.file) is None


BUTTONS = (
    *("ob1:{0}", "oi1:{0}", "os1:{0}:refer:1", "os1:{0}:withdraw:1", "os1:{0}:review:"),
    *("os1:{0}:close:1", "od1:{0}::", "od1:{0}:reminder:", "od1:{0}:reminder:1"),
    *("od1:{0}:reminder:words", "os1:{0}:record:1", "os1:{0}:change:1", "os1:{0}:burn:1"),
    *("od1:{0}:burn:1", "on1"),
)


@pytest.mark.parametrize("data", BUTTONS)
@pytest.mark.parametrize("last", [Step.RECORD, Step.REFER, Step.REVIEW, Step.DECIDE])
async def test_forged_buttons_of_others_do_nothing(
    world: World, chats: dict[str, Address], data: str, last: Step
) -> None:
    line = await bring(world, last)
    await staff(world, "uae-fed")
    foreign = [await link_chat(world, number, f"f{number}", "uae-fed") for number in (PRESS, HR)]
    before, entries = await row_of(world, line.id), len(await journal(world))
    strangers = [chats[OTHER], *foreign]
    await world.person("moh-uae", Address("telegram", "bot1", "stranger"))
    strangers.append(Address("telegram", "bot1", "stranger"))
    for address in strangers:
        if data == "on1" and address is foreign[0]:
            continue  # theirs to record
        message = await press(world, address, data.format(line.id))
        assert message.plain_text == world.phrase("old_button")
    after = await row_of(world, line.id)
    assert (after.state, after.outcome) == (before.state, before.outcome)
    assert len(await journal(world)) == entries


@pytest.mark.parametrize("last", [Step.REFER, Step.REVIEW, Step.DECIDE])
async def test_forged_buttons_of_the_other_department_do_nothing(
    world: World, chats: dict[str, Address], last: Step
) -> None:
    line = await bring(world, last)
    of_hr = [data for data in BUTTONS if ":review" in data or ":close" in data or "od1" in data]
    of_press = [data for data in BUTTONS if "refer" in data or "withdraw" in data]
    before = await row_of(world, line.id)
    for address, forged in ((chats[PRESS], of_hr), (chats[HR], of_press)):
        for data in forged:
            await press(world, address, data.format(line.id))
    after = await row_of(world, line.id)
    assert (after.state, after.outcome) == (before.state, before.outcome)
    person = await world.enrolment.meet(chats[PRESS], None)
    assert person.awaited is None


async def test_a_draft_is_nothing_to_hr(world: World, chats: dict[str, Address]) -> None:
    line = await record(world)
    for data in ("ob1:{0}", "os1:{0}:review:", "os1:{0}:refer:1", "oi1:{0}"):
        message = await press(world, chats[HR], data.format(line.id))
        assert message.plain_text == world.phrase("old_button")


async def test_others_are_told_whose_the_list_is(world: World, chats: dict[str, Address]) -> None:
    await record(world)
    for address in (chats[OTHER], Address("telegram", "bot1", "new")):
        message = await desk(world, address)
        assert message.plain_text == world.phrase("observation_staff_only")
    assert (await press(world, chats[OTHER], "ol1:")).plain_text == world.phrase(
        "observation_staff_only"
    )


async def test_an_expired_one_is_still_shown(world: World, chats: dict[str, Address]) -> None:
    line = await bring(world, Step.CLOSE)
    world.pass_(days=731)
    await world.cleaner.delete_expired()
    shown = await press(world, chats[HR], f"ob1:{line.id}")
    assert world.phrase("observation_expired") in shown.plain_text
    assert "uae-fed.4.2" in shown.plain_text


async def test_too_many_articles_are_refused_in_words(
    world: World, chats: dict[str, Address]
) -> None:
    bound = [
        article.id
        for book in world.library.binding("moh-uae")
        for section in book.sections
        for article in section.articles
    ]
    await press(world, chats[PRESS], "on1")
    (said,) = await world.send(
        f"{POST}\n{' '.join(bound[:21])}\nصورة من الداخل", address=chats[PRESS]
    )
    assert said.plain_text == world.phrase("observation_many_articles")
    (recorded,) = await world.send(f"{POST}\n{bound[0]}\nصورة من الداخل", address=chats[PRESS])
    assert "2026-0001" in recorded.plain_text

"""What each department can do with an observation, on both databases."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.observing import (
    ObservationError,
    ObservationState,
    Outcome,
    Step,
)
from bot.records.people import People
from bot.services.observation_facts import LARGEST_SCREENSHOT, Changes
from bot.services.staff import StaffError
from tests.domain.test_file_kinds import WHOLE
from tests.support.observing import (
    EMPLOYER,
    FACTS,
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
    step,
)
from tests.support.roster import dismiss, employ
from tests.support.sessions import told
from tests.support.world import World

STEPS = (Step.REFER, Step.WITHDRAW, Step.REVIEW, Step.DECIDE, Step.CLOSE)
BEFORE = {
    Step.REFER: Step.RECORD,
    Step.WITHDRAW: Step.RECORD,
    Step.REVIEW: Step.REFER,
    Step.DECIDE: Step.REVIEW,
    Step.CLOSE: Step.DECIDE,
}


async def test_an_observation_goes_its_way(world: World) -> None:
    ids = await staff(world)
    line = await bring(world, Step.CLOSE, outcome=Outcome.ADMINISTRATIVE_MEASURE)
    assert (line.number, line.state) == ("2026-0001", ObservationState.CLOSED)
    row = await row_of(world, line.number)
    assert (row.author_id, row.decided_by) == (ids[PRESS], ids[HR])
    assert (row.outcome, row.ended_at) == (Outcome.ADMINISTRATIVE_MEASURE, world.now())
    seen = await world.observation_desk.show(by(HR), line.number)
    assert [taken.step for taken in seen.history] == [
        Step.RECORD,
        Step.REFER,
        Step.REVIEW,
        Step.DECIDE,
        Step.CLOSE,
    ]
    assert seen.steps == ()


async def test_numbers_are_an_employers_own_by_the_year(world: World) -> None:
    await staff(world)
    await staff(world, "muscat")
    assert [(await record(world)).number for _ in range(2)] == ["2026-0001", "2026-0002"]
    of_muscat = replace(FACTS, articles=("muscat.1",))
    muscat = await world.observations.record(by(PRESS, "muscat"), of_muscat)
    assert muscat.number == "2026-0001"
    # Two hours before midnight of UTC it is the next year in Abu Dhabi.
    world.moment = world.moment.replace(month=12, day=31, hour=22)
    assert (await record(world)).number == "2027-0001"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"link": "http://x.com/a"}, "a link begins with https://"),
        ({"link": "javascript:alert(1)"}, "a link begins with https://"),
        ({"link": "https://x.com/" + "x" * 500}, "at most 500"),
        ({"seen_on": date(2026, 11, 21)}, "in the future"),
        ({"text": " \n"}, "say what was seen"),
        ({"text": "ا" * 4001}, "at most 4000"),
        ({"articles": ()}, "name an article"),
        ({"articles": ("uae-fed.99.9",)}, "no article of moh-uae's rules: uae-fed.99.9"),
        ({"articles": ("uae-fed.4.2", "muscat.1")}, "no article of moh-uae's rules: muscat.1"),
        ({"subject": "9"}, "no employee '9'"),
        ({"subject": PRESS}, "about themselves"),
        ({"screenshot": b"%PDF"}, "a whole PNG, JPEG or PDF"),
        ({"screenshot": b"<html>.png"}, "a whole PNG, JPEG or PDF"),
        ({"screenshot": bytes(LARGEST_SCREENSHOT + 1)}, "at most 10 MB"),
    ],
)
async def test_what_cannot_be_recorded(world: World, changes: dict[str, Any], says: str) -> None:
    await staff(world)
    with pytest.raises(ObservationError, match=re.escape(says)):
        await record(world, **changes)
    assert (await world.observation_desk.list_all(by(PRESS))).total == 0
    # Nothing took a number.
    assert (await record(world)).number == "2026-0001"


async def test_the_very_same_is_recorded_once(world: World) -> None:
    await staff(world)
    link = "https://x.com/same"
    one = await record(world, link=link)
    with pytest.raises(ObservationError, match=f"recorded already, as {one.number}"):
        await record(world, link=f" {link}?utm_source=app ")
    await step(world, one.number, Step.WITHDRAW)
    assert (await record(world, link=link)).number == "2026-0002"


async def test_of_many_at_once_each_has_a_number_and_the_same_is_one(world: World) -> None:
    await staff(world)
    links = [f"https://x.com/{n % 6}" for n in range(12)]
    done = await asyncio.gather(
        *(record(world, link=link) for link in links), return_exceptions=True
    )
    numbers = sorted(each.number for each in done if not isinstance(each, BaseException))
    assert numbers == [f"2026-{n:04}" for n in range(1, 7)]
    assert sum(isinstance(each, ObservationError) for each in done) == 6


@pytest.mark.parametrize("which", STEPS)
@pytest.mark.parametrize("number", [PRESS, HR, OTHER, "8001", "none"])
async def test_whose_step_it_is(world: World, which: Step, number: str) -> None:
    await staff(world)
    await employ(world, "8001", employer="uae-fed", roles=["hr", "communication"])
    line = await bring(world, BEFORE[which])
    state = (await row_of(world, line.number)).state
    owner = PRESS if which in {Step.REFER, Step.WITHDRAW} else HR
    if number == owner:
        await step(world, line.number, which, number)
        with pytest.raises(ObservationError, match="already"):
            await step(world, line.number, which, number)
        return
    with pytest.raises((ObservationError, StaffError)):
        await step(world, line.number, which, number)
    assert (await row_of(world, line.number)).state is state


async def test_what_was_recorded_is_changed_before_it_is_referred(world: World) -> None:
    await staff(world)
    await employ(world, "1001", employer=EMPLOYER)
    line = await record(world, subject="1001")
    changes = Changes(text="أعاد نشرها", articles=("uae-fed.4.1",), screenshot=WHOLE["image/jpeg"])
    await world.observations.change(by(PRESS), line.number, changes)
    await world.observations.change(
        by(PRESS), line.number, Changes(screenshot=WHOLE["image/png"], subject="")
    )
    row = await row_of(world, line.number)
    assert (row.text, row.articles, row.subject_id) == ("أعاد نشرها", ["uae-fed.4.1"], None)
    media_type, _ = await world.observation_desk.screenshot(by(PRESS), line.number)
    assert media_type == "image/png"
    for wrong, says in (
        (Changes(), "say what to change"),
        (Changes(articles=("x.1",)), "no article"),
        (Changes(link="ftp://x"), "a link begins"),
    ):
        with pytest.raises(ObservationError, match=says):
            await world.observations.change(by(PRESS), line.number, wrong)
    await step(world, line.number, Step.REFER)
    with pytest.raises(ObservationError, match="it is referred already"):
        await world.observations.change(by(PRESS), line.number, changes)


async def test_what_is_to_be_looked_into_is_decided_again(world: World) -> None:
    await staff(world)
    line = await bring(world, Step.DECIDE, outcome=Outcome.FURTHER_INVESTIGATION)
    await step(world, line.number, Step.REVIEW)
    decided = await step(world, line.number, Step.DECIDE, outcome=Outcome.NO_VIOLATION)
    assert decided.outcome is Outcome.NO_VIOLATION
    with pytest.raises(ObservationError, match="it is decided already"):
        await step(world, line.number, Step.REVIEW)


async def test_hr_is_told_of_a_referral_and_the_author_of_the_decision(world: World) -> None:
    ids = await staff(world)
    await employ(world, "6002", employer=EMPLOYER, roles=["hr"])
    await staff(world, "uae-fed")
    await link_chat(world, HR, "hr")
    blocked = await link_chat(world, "6002", "blocked")
    await world.enrolment.blocked(blocked, blocked=True)
    await link_chat(world, HR, "foreign", "uae-fed")
    await link_chat(world, PRESS, "press")
    await link_chat(world, OTHER, "other")
    line = await record(world)
    assert await told(world) == []
    await step(world, line.number, Step.REFER)
    (message,) = await told(world)
    assert (message.user, message.lane) == ("hr", "bulk")
    text = str(message.payload)
    assert line.number in text
    assert line.id in text
    assert "x.com" not in text
    for which in (Step.REVIEW, Step.DECIDE):
        await step(world, line.number, which, words="سرّ")
    _, message = await told(world)
    assert message.user == "press"
    assert world.phrase("observation_outcome_reminder") in str(message.payload)
    assert "سرّ" not in str(message.payload)
    # Who has left the department is not told.
    other = await bring(world, Step.REVIEW)
    await dismiss(world, ids[PRESS])
    await step(world, other.number, Step.DECIDE)
    assert len(await told(world)) == 3  # the second referral alone


async def test_a_referral_that_nobody_can_be_told_of_is_listed_as_that(world: World) -> None:
    await staff(world)
    chat = await link_chat(world, HR, "hr")
    await world.enrolment.blocked(chat, blocked=True)
    line = await bring(world, Step.REFER)
    (entry,) = [each for each in await journal(world) if each.kind == "observation_referred"]
    assert (entry.body or {})["told"] == 0
    for number in (PRESS, HR):
        listed = await world.observation_desk.list_all(by(number))
        assert [(each.number, each.untold) for each in listed.lines] == [(line.number, True)]
    await step(world, line.number, Step.REVIEW)
    assert not (await world.observation_desk.list_all(by(HR))).lines[0].untold
    # In another chat of theirs they are.
    await link_chat(world, HR, "elsewhere")
    other = await bring(world, Step.REFER)
    assert [message.user for message in await told(world)] == ["elsewhere"]
    lines = (await world.observation_desk.list_all(by(HR))).lines
    assert {each.number: each.untold for each in lines} == {line.number: False, other.number: False}


async def test_a_refused_step_leaves_no_trace(world: World) -> None:
    await staff(world)
    line = await bring(world, Step.REFER)
    before = len(await journal(world))
    with pytest.raises(ObservationError):
        await step(world, line.number, Step.CLOSE)
    with pytest.raises(StaffError):
        await step(world, line.number, Step.REVIEW, OTHER)
    assert len(await journal(world)) == before


async def test_two_who_decide_at_once_decide_once(world: World) -> None:
    await staff(world)
    line = await bring(world, Step.REVIEW)
    outcomes = (Outcome.REMINDER, Outcome.NO_VIOLATION)
    done = await asyncio.gather(
        *(step(world, line.number, Step.DECIDE, outcome=each) for each in outcomes),
        return_exceptions=True,
    )
    assert sum(isinstance(each, ObservationError) for each in done) == 1
    decided = [entry for entry in await journal(world) if entry.kind == "observation_decided"]
    assert len(decided) == 1


async def test_an_author_who_is_named_later_is_not_told_of_the_decision(world: World) -> None:
    await staff(world)
    await employ(world, "5002", employer=EMPLOYER, roles=["communication"])
    chat = await link_chat(world, PRESS, "press")
    line = await record(world)
    await world.observations.change(by("5002"), line.number, Changes(subject=PRESS))
    for which in (Step.REFER, Step.REVIEW, Step.DECIDE):
        await step(world, line.number, which, "5002" if which is Step.REFER else None)
    assert [each for each in await told(world) if each.user == chat.user] == []


async def test_a_referral_takes_people_in_the_order_that_all_others_do(world: World) -> None:
    await staff(world)
    people = list[str]()
    # The first by number must not be the first by id, by which people are held.
    while len(people) < 2 or people[0] == min(people):
        number = f"62{len(people):02}"
        await employ(world, number, employer=EMPLOYER, roles=["hr"])
        chat = await link_chat(world, number, number)
        people.append((await world.enrolment.meet(chat, None)).id)
    line = await record(world)
    async with world.database.transaction() as session:
        first, *others = sorted(people)
        await People(session).hold(first)
        referring = asyncio.create_task(step(world, line.number, Step.REFER))
        await asyncio.sleep(0.5)
        for each in others:
            await People(session).hold(each)
    await referring
    assert len(await told(world)) == len(people)

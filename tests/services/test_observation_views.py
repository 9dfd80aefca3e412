"""What each department sees of an observation, and what is left of it, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.hash_chain import canonical
from bot.domain.observing import ObservationError, ObservationState, Outcome, Step
from bot.services.observation_facts import Changes
from bot.services.staff import StaffError
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
    step,
)
from tests.support.roster import dismiss, employ
from tests.support.sessions import told
from tests.support.world import World


async def test_another_employers_staff_finds_nothing(world: World) -> None:
    await staff(world)
    await staff(world, "uae-fed")
    line = await bring(world, Step.REFER)
    for number in (PRESS, HR):
        foreign = by(number, "uae-fed")
        assert (await world.observation_desk.list_all(foreign)).total == 0
        for reference in (line.number, line.id):
            with pytest.raises(ObservationError, match="has no observation"):
                await world.observation_desk.show(foreign, reference)
    with pytest.raises(ObservationError, match="has no observation"):
        await world.observation_reviews.review(by(HR, "uae-fed"), line.id)


async def test_each_department_sees_its_part(world: World) -> None:
    await staff(world)
    await employ(world, "1001", employer=EMPLOYER)
    line = await record(world, subject="1001", screenshot=WHOLE["image/png"])
    with pytest.raises(ObservationError, match="has no observation"):
        await world.observation_desk.show(by(HR), line.number)
    draft = await world.observation_desk.show(by(PRESS), line.number)
    assert draft.subject is not None
    assert (draft.subject.number, draft.subject.name) == ("1001", "")
    for which in (Step.REFER, Step.REVIEW):
        await step(world, line.number, which)
    await step(world, line.number, Step.DECIDE, words="وُجّه إليه تذكير مكتوب")
    press = await world.observation_desk.show(by(PRESS), line.number)
    assert (press.line.state, press.line.outcome) == (ObservationState.DECIDED, Outcome.REMINDER)
    assert (press.decision, press.subject, press.steps) == (None, None, ())
    assert {taken.by for taken in press.history} == {PRESS}
    hr = await world.observation_desk.show(by(HR), line.number)
    assert hr.decision == "وُجّه إليه تذكير مكتوب"
    assert hr.subject is not None
    assert (hr.subject.name, hr.subject.job) == ("سالم بن حمد", "محرر")
    assert [taken.by for taken in hr.history] == [PRESS, PRESS, HR, HR]
    assert await world.observation_desk.screenshot(by(HR), line.number) == (
        "image/png",
        WHOLE["image/png"],
    )


async def test_nobody_else_sees_anything(world: World) -> None:
    ids = await staff(world)
    await employ(world, "1001", employer=EMPLOYER, roles=["employee", "account_manager"])
    line = await bring(world, Step.REFER)
    await dismiss(world, ids[HR])
    for number in (OTHER, "1001", HR, "none"):
        for look in (
            world.observation_desk.list_all(by(number)),
            world.observation_desk.show(by(number), line.number),
            world.observation_desk.screenshot(by(number), line.number),
        ):
            with pytest.raises(StaffError):
                await look


async def test_whom_it_is_about_does_not_see_it(world: World) -> None:
    await staff(world)
    await employ(world, "6002", employer=EMPLOYER, roles=["hr"])
    await link_chat(world, "6002", "subject")
    line = await record(world, subject="6002")
    await step(world, line.number, Step.REFER)
    assert await told(world) == []
    assert (await world.observation_desk.list_all(by("6002"))).total == 0
    with pytest.raises(ObservationError, match="has no observation"):
        await step(world, line.number, Step.REVIEW, "6002")
    await step(world, line.number, Step.REVIEW)


async def test_each_look_and_each_change_is_in_the_journal(world: World) -> None:
    ids = await staff(world)
    await employ(world, "1001", employer=EMPLOYER)
    line = await record(world, subject="1001", screenshot=WHOLE["image/png"])
    await world.observations.change(by(PRESS), line.number, Changes(text="غيره"))
    await world.observation_desk.list_all(by(PRESS))
    for which in (Step.REFER, Step.REVIEW, Step.DECIDE, Step.CLOSE):
        await step(world, line.number, which, words="نص القرار")
    await world.observation_desk.show(by(HR), line.number)
    await world.observation_desk.screenshot(by(HR), line.number)
    gone = await bring(world, Step.WITHDRAW)
    entries = await journal(world)
    assert [entry.kind.removeprefix("observation_") for entry in entries] == [
        *("recorded", "changed", "listed", "referred", "reviewed", "decided", "closed"),
        *("viewed", "viewed", "recorded", "withdrawn"),
    ]
    assert {entry.actor for entry in entries} == {ids[PRESS], ids[HR]}
    subjects = {entry.subject for entry in entries}
    assert subjects == {"observation:all", f"observation:{line.id}", f"observation:{gone.id}"}
    written = " ".join(canonical(entry.body or {}) for entry in entries)
    for secret in ("x.com", "غيره", "نص القرار", "سالم", "صورة", "1001"):
        assert secret not in written


async def test_texts_go_after_their_time_and_figures_stay(world: World) -> None:
    await staff(world)
    await employ(world, "1001", employer=EMPLOYER)
    line = await record(world, subject="1001", screenshot=WHOLE["image/png"])
    for which in (Step.REFER, Step.REVIEW, Step.DECIDE):
        await step(world, line.number, which, words="نص القرار")
    world.pass_(days=800)
    await world.cleaner.delete_expired()
    assert (await row_of(world, line.number)).link is not None
    await step(world, line.number, Step.CLOSE)
    withdrawn = await bring(world, Step.WITHDRAW)
    world.pass_(days=730)
    await world.cleaner.delete_expired()
    assert (await row_of(world, line.number)).text is not None
    world.moment += timedelta(seconds=1)
    await world.cleaner.delete_expired()
    row = await row_of(world, line.number)
    assert (row.link, row.text, row.decision, row.subject_id) == (None, None, None, None)
    assert (row.number, row.outcome) == (line.number, Outcome.REMINDER)
    assert row.articles == ["uae-fed.4.2", "moh-uae.1.2"]
    assert row.expired_at == world.now()
    assert (await row_of(world, withdrawn.number)).link is None
    with pytest.raises(ObservationError, match="no screenshot"):
        await world.observation_desk.screenshot(by(HR), line.number)
    assert (await world.observation_desk.show(by(HR), line.number)).text is None


async def test_erasing_a_person_takes_nothing_of_the_employers_record(world: World) -> None:
    await staff(world)
    await employ(world, "1001", employer=EMPLOYER)
    chats = [await link_chat(world, number, number) for number in (PRESS, "1001")]
    line = await record(world, subject="1001")
    before = vars(await row_of(world, line.number))
    for chat in chats:
        await world.privacy.ask_erasure((await world.enrolment.meet(chat, None)).id)
    assert await world.privacy.erase_due() == 2
    after = vars(await row_of(world, line.number))
    assert all(after[name] == value for name, value in before.items() if name[0] != "_")

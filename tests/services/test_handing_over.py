from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.meaning import Intent, Meaning
from bot.domain.questions import MAX_CHARACTERS
from bot.records.handovers import EndReason, Handover, HandoverReason, Handovers, HandoverState
from bot.records.triage import TriageQuestions
from tests.support.world import BADR, World, asks

TEXT = "سؤالي عن قضية"


async def rows(world: World) -> list[Handover]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Handover).order_by(Handover.number)))


async def test_a_request_gets_a_number_and_names_whose_it_is(world: World) -> None:
    person = await world.person("muscat")
    handed = await world.handovers.ask(person, TEXT, "event:1")
    assert (handed.number, handed.employer, handed.with_question) == (1001, "muscat", True)
    (row,) = await rows(world)
    assert (row.question, row.reason) == (TEXT, HandoverReason.REQUESTED)
    assert row.expires_at == world.moment + timedelta(days=180)


async def test_a_request_without_a_question_says_so(world: World) -> None:
    person = await world.person(None)
    handed = await world.handovers.ask(person, None, "event:1")
    assert (handed.employer, handed.with_question) == ("", False)


async def test_a_repeated_request_opens_nothing_new(world: World) -> None:
    person = await world.person("muscat")
    first = await world.handovers.ask(person, TEXT, "event:1")
    assert await world.handovers.ask(person, "غيره", "event:1") == first
    assert (await world.handovers.ask(person, TEXT, "event:2")).number == 1002


async def test_twenty_requests_at_once_get_twenty_numbers_and_the_same_one_gets_one(
    world: World,
) -> None:
    person = await world.person("muscat")
    other = await asyncio.gather(
        *(world.handovers.ask(person, TEXT, f"event:{n}") for n in range(20))
    )
    assert sorted(each.number for each in other) == list(range(1001, 1021))
    same = await asyncio.gather(*(world.handovers.ask(person, TEXT, "again") for _ in range(20)))
    assert {each.number for each in same} == {1021}
    empty = await asyncio.gather(
        *(world.handovers.ask(person, None, f"empty:{n}") for n in range(20))
    )
    assert {each.number for each in empty} == {1022}


@pytest.mark.parametrize("meaning", [asks("court_case"), Meaning(Intent.OUT_OF_SCOPE, 0.9)])
async def test_the_next_question_is_added_to_a_request_without_one(
    world: World, meaning: Meaning
) -> None:
    person = await world.person(None)
    asked = await world.handovers.ask(person, None, "event:1")
    await world.enrolment.choose_employer(person, "muscat", "event:2")
    world.pass_(hours=23)
    answer = await world.answering.answer(person, meaning, TEXT)
    assert answer.added_to == asked.number
    (row,) = await rows(world)
    assert (row.question, row.employer) == (TEXT, "muscat")
    recalled = await world.answering.recall(person, answer.id)
    assert recalled is not None
    assert recalled.added_to == asked.number
    # The event is handled again after a crash.
    again = await world.answering.answer(person, meaning, TEXT)
    assert again.added_to == asked.number
    assert (await world.answering.answer(person, meaning, "غيره")).added_to is None
    for answer_id in (answer.id, again.id):
        handed = await world.handovers.ask_about(person, answer_id, "event:about")
        assert handed is not None
        assert (handed.number, handed.with_question) == (asked.number, True)
    assert len(await rows(world)) == 1


async def test_a_question_is_added_to_no_other_request(world: World) -> None:
    other, person = await world.person("muscat", BADR), await world.person("muscat")
    await world.handovers.ask(other, None, "event:1")
    await world.handovers.ask(person, "غيره", "event:2")
    closed = await world.handovers.ask(person, None, "event:3")
    async with world.database.transaction() as session:
        row = await Handovers(session).hold(closed.number)
        assert row is not None
        row.end(HandoverState.CLOSED, world.moment)
    assert (await world.answering.answer(person, asks("like"), TEXT)).added_to is None
    old = await world.handovers.ask(person, None, "event:4")
    world.pass_(days=1)
    assert (await world.answering.answer(person, asks("like"), TEXT)).added_to is None
    assert [row.question for row in await rows(world)] == [None, "غيره", None, None]
    # Asked for once more, it waits for a question again.
    assert (await world.handovers.ask(person, None, "event:5")).number == old.number
    assert (await world.answering.answer(person, asks("like"), TEXT)).added_to == old.number


async def test_whoever_asks_again_without_a_question_keeps_their_number(world: World) -> None:
    person = await world.person("muscat")
    for key in ("event:1", "event:1", "event:2"):
        handed = await world.handovers.ask(person, None, key)
        assert (handed.number, handed.with_question) == (1001, False)
    with_question = await world.handovers.ask(person, TEXT, "event:3")
    assert (with_question.number, with_question.with_question) == (1001, True)
    assert await world.handovers.ask(person, TEXT, "event:3") == (with_question)
    assert (await world.handovers.ask(person, None, "event:4")).number == 1002


async def test_an_outage_opens_one_request_for_all_that_a_person_asks(world: World) -> None:
    person, other = await world.person("muscat"), await world.person("bahrain", BADR)
    kept = [await world.handovers.keep(person, text, f"event:{text}") for text in ("a", "b", "b")]
    assert {handed.number for handed in kept} == {1001}
    assert (await world.handovers.keep(other, "c", "event:c")).number == 1002
    async with world.database.reading() as session:
        opened = await Handovers(session).list_open("muscat")
    assert [(row.reason, row.question) for row in opened] == [(HandoverReason.OUTAGE, "a\nb")]


async def test_the_question_of_an_answer_goes_along(world: World) -> None:
    person = await world.person("uae-fed")
    answer = await world.answering.answer(person, asks("court_case"), TEXT)
    handed = await world.handovers.ask_about(person, answer.id, "event:about")
    assert handed is not None
    assert handed.with_question
    assert await world.handovers.ask_about(person, answer.id, "event:about") == handed
    (row,) = await rows(world)
    assert row.question == TEXT


async def test_a_question_that_has_expired_does_not(world: World) -> None:
    person = await world.person("uae-fed")
    answer = await world.answering.answer(person, asks("court_case"), TEXT)
    async with world.database.transaction() as session:
        await TriageQuestions(session).delete_expired(world.moment + timedelta(days=40))
    handed = await world.handovers.ask_about(person, answer.id, "event:about")
    assert handed is not None
    assert not handed.with_question


async def test_anothers_answer_and_an_unknown_one_open_nothing(world: World) -> None:
    mine = await world.person("uae-fed")
    other = await world.person("uae-fed", BADR)
    answer = await world.answering.answer(mine, asks("court_case"), TEXT)
    assert await world.handovers.ask_about(other, answer.id, "event:about") is None
    assert await world.handovers.ask_about(mine, "0" * 16, "event:about") is None
    assert await rows(world) == []


async def test_what_is_asked_at_last_is_kept_as_long_as_what_is_asked_at_once(
    world: World,
) -> None:
    person, other = await world.person("muscat"), await world.person("muscat", BADR)
    await world.handovers.ask(person, None, "event:1")
    answered = await world.handovers.ask(other, TEXT, "event:2")
    async with world.database.transaction() as session:
        row = await Handovers(session).hold(answered.number)
        assert row is not None
        row.end(HandoverState.ANSWERED, world.moment)
    world.pass_(days=179)
    await world.handovers.ask(person, None, "event:3")
    await world.handovers.ask(person, TEXT, "event:4")
    await world.handovers.add_more(other, answered.number, "وبعد؟", "event:5")
    world.pass_(days=179)
    await world.handover_expiry.close_due(10)
    await world.cleaner.delete_expired()
    assert [row.number for row in await rows(world)] == [1001, 1002]
    world.pass_(days=2)
    await world.handover_expiry.close_due(10)
    await world.cleaner.delete_expired()
    assert await rows(world) == []


async def test_an_outage_gives_no_question_to_the_employer_before(world: World) -> None:
    person = await world.person("muscat")
    await world.handovers.keep(person, "a", "event:1")
    await world.enrolment.choose_employer(person, "bahrain", "event:2")
    kept = [await world.handovers.keep(person, text, f"event:{text}") for text in ("b", "c", "c")]
    assert {(handed.number, handed.employer) for handed in kept} == {(1002, "bahrain")}
    assert [row.question for row in await rows(world)] == ["a", "b\nc"]


async def test_what_was_closed_is_asked_once_more(world: World) -> None:
    person = await world.person("uae-fed")
    answer = await world.answering.answer(person, asks("court_case"), TEXT)
    first = await world.handovers.ask_about(person, answer.id, "event:1")
    async with world.database.transaction() as session:
        row = await Handovers(session).hold(1001)
        assert row is not None
        row.end(HandoverState.CLOSED, world.moment, EndReason.NO_ANSWER)
    for key in ("event:2", "event:2", "event:3"):
        again = await world.handovers.ask_about(person, answer.id, key)
        assert again is not None
        assert first is not None
        assert (again.number, again.with_question) == (first.number + 1, True)
    assert [(row.state, row.question) for row in await rows(world)] == [
        (HandoverState.CLOSED, TEXT),
        (HandoverState.OPEN, TEXT),
    ]


async def test_what_is_asked_on_last_is_never_what_is_cut_off(world: World) -> None:
    person = await world.person("muscat")
    await world.handovers.ask(person, "أ" * MAX_CHARACTERS, "event:1")
    for n in range(2):
        async with world.database.transaction() as session:
            row = await Handovers(session).hold(1001)
            assert row is not None
            row.end(HandoverState.ANSWERED, world.moment)
        await world.handovers.add_more(person, 1001, f"{TEXT} {n}", f"event:more:{n}")
    (row,) = await rows(world)
    assert row.question is not None
    assert len(row.question) == MAX_CHARACTERS
    assert row.question.endswith(f"أ\n{TEXT} 0\n{TEXT} 1")

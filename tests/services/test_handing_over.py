from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.records.handovers import Handover, HandoverReason
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
    first = await world.handovers.ask(person, TEXT, "event:1", HandoverReason.OUTAGE)
    assert await world.handovers.ask(person, "غيره", "event:1") == first
    assert (await world.handovers.ask(person, TEXT, "event:2")).number == 1002


async def test_twenty_requests_at_once_get_twenty_numbers_and_the_same_one_gets_one(
    world: World,
) -> None:
    person = await world.person("muscat")
    other = await asyncio.gather(
        *(world.handovers.ask(person, None, f"event:{n}") for n in range(20))
    )
    assert sorted(each.number for each in other) == list(range(1001, 1021))
    same = await asyncio.gather(*(world.handovers.ask(person, None, "again") for _ in range(20)))
    assert {each.number for each in same} == {1021}


async def test_the_question_of_an_answer_goes_along(world: World) -> None:
    person = await world.person("uae-fed")
    answer = await world.answering.answer(person, asks("court_case"), TEXT)
    handed = await world.handovers.ask_about(person, answer.id)
    assert handed is not None
    assert handed.with_question
    assert await world.handovers.ask_about(person, answer.id) == handed
    (row,) = await rows(world)
    assert row.question == TEXT


async def test_a_question_that_has_expired_does_not(world: World) -> None:
    person = await world.person("uae-fed")
    answer = await world.answering.answer(person, asks("court_case"), TEXT)
    async with world.database.transaction() as session:
        await TriageQuestions(session).delete_expired(world.moment + timedelta(days=40))
    handed = await world.handovers.ask_about(person, answer.id)
    assert handed is not None
    assert not handed.with_question


async def test_anothers_answer_and_an_unknown_one_open_nothing(world: World) -> None:
    mine = await world.person("uae-fed")
    other = await world.person("uae-fed", BADR)
    answer = await world.answering.answer(mine, asks("court_case"), TEXT)
    assert await world.handovers.ask_about(other, answer.id) is None
    assert await world.handovers.ask_about(mine, "0" * 16) is None
    assert await rows(world) == []

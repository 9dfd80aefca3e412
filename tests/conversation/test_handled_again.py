"""An event whose answer was lost in a crash is handled again, and loses nothing more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.conversation.events import Command, Media, MediaKind
from bot.records.handovers import Handover
from tests.support.world import World

QUESTION = "هل أعلق على قضية منظورة؟"


@pytest.mark.parametrize("first", [QUESTION, Media(MediaKind.STICKER), "👍"])
async def test_first_contact_is_welcomed_again_if_the_welcome_was_lost(
    world: World, first: Media | str
) -> None:
    (welcome,) = await world.send(first, event=3)
    assert world.phrase("welcome") in welcome.plain_text
    assert await world.send(first, event=3) == [welcome]
    (later,) = await world.send(first, event=4)
    assert later != welcome


async def test_the_waiting_question_is_answered_again_if_the_answer_was_lost(world: World) -> None:
    await world.send(QUESTION, event=1)
    await world.send(QUESTION, event=1)
    for _ in range(2):
        chosen, answer = await world.press("em1:muscat", event=2)
        assert world.library.rulebooks["muscat"].employer.ar in chosen.plain_text
        assert world.phrase("verdict_clarify") in answer.plain_text
    assert [text for _, text in world.understanding.heard] == [QUESTION] * 2


async def test_asking_for_a_person_twice_in_one_event_opens_one(world: World) -> None:
    await world.person()
    both = [await world.send(Command("person"), event=5) for _ in range(2)]
    assert both[0] == both[1]
    async with world.database.reading() as session:
        assert len((await session.scalars(select(Handover))).all()) == 1

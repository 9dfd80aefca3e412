"""The visual guide, and what is offered under an answer about it and its like."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.conversation.guides import Guides
from bot.domain.meaning import Language
from tests.support.world import World, asks, data_of

QUESTION = "هل هناك دليل مصور؟"


async def test_the_guide_comes_as_pictures_and_to_print(world: World) -> None:
    await world.person("muscat")
    *pictures, poster = await world.press("vg1")
    assert [each.document and each.document.media_type for each in pictures] == ["image/png"] * 2
    assert poster.document is not None
    assert poster.document.media_type == "application/pdf"
    for number, each in enumerate(pictures, 1):
        assert each.document is not None
        assert each.document.says == each.plain_text
        assert f"{number} من 2" in each.plain_text
        kept = await world.files.find(each.document.file)
        assert kept is not None
        assert kept.owner is None


async def test_asked_twice_it_is_kept_once(world: World) -> None:
    await world.person("muscat")
    first, again = await world.press("vg1"), await world.press("vg1")
    assert [each.document for each in first] == [each.document for each in again]


async def test_many_who_ask_first_wait_for_one_drawing(world: World) -> None:
    person = await world.person("muscat")
    drawn: list[str] = []

    def draw(rulebook: str, _: Language) -> bytes:
        if rulebook not in drawn:
            time.sleep(0.05)
            drawn.append(rulebook)
        return rulebook.encode()

    guides = Guides(
        world.enrolment,
        world.files,
        world.replies,
        world.library,
        lambda rulebook, language: (draw(rulebook, language),),
        draw,
    )
    said = await asyncio.gather(*(guides.show(person) for _ in range(5)))
    assert all(each == said[0] for each in said)
    assert drawn == ["muscat"]


async def test_who_has_no_employer_is_asked_for_it_first(world: World) -> None:
    await world.person(None)
    (said,) = await world.press("vg1")
    assert data_of(said, "em1")


@pytest.mark.parametrize(
    ("facet", "tag"), [("visual_guide", "vg1"), ("signing", "pl1"), ("survey", "sv1")]
)
async def test_an_answer_offers_the_thing_that_its_article_is_about(
    world: World, facet: str, tag: str
) -> None:
    await world.person("uae-fed")
    world.understanding.meanings[QUESTION] = asks(facet)
    (answer,) = await world.send(QUESTION)
    assert data_of(answer, tag)
    assert len(answer.buttons) == 3


async def test_it_is_offered_where_no_article_speaks_of_it_too(world: World) -> None:
    await world.person("muscat")
    world.understanding.meanings[QUESTION] = asks("visual_guide")
    (answer,) = await world.send(QUESTION)
    assert world.phrase("no_rule") in answer.plain_text
    assert data_of(answer, "vg1")

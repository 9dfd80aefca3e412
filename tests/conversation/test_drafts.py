"""Drafts in the conversation: asked for, pasted, and never kept."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.conversation.events import Command, Content, Press, Text
from bot.conversation.messages import Block, BlockKind, Message
from bot.domain.meaning import Draft, Intent, Meaning
from tests.support.drafting import (
    POST,
    PROHIBITED,
    QUESTION,
    awaiting,
    part,
    quotes,
    stored,
)
from tests.support.world import World, asks, data_of, drafts, labels


@pytest.mark.parametrize("thing", [Command("check"), "/check", Press("ck1"), "افحص منشوري"])
async def test_whichever_way_a_check_is_asked_for_the_post_is_asked_for(
    world: World, thing: Content | str
) -> None:
    person = await world.person("uae-fed")
    world.understanding.meanings["افحص منشوري"] = Meaning(Intent.CHECK_POST, 0.9)
    (prompt,) = await world.send(thing)
    assert prompt.plain_text == world.phrase("draft_prompt")
    world.understanding.meanings[POST] = PROHIBITED
    (said,) = await world.send(POST)
    assert said.blocks[0] == Block(BlockKind.VERDICT, world.phrase("post_prohibited"))
    assert (await world.enrolment.know(person)).awaits_draft is False


async def test_a_check_names_articles_words_changes_and_that_nothing_is_kept(world: World) -> None:
    await awaiting(world)
    world.understanding.meanings[POST] = PROHIBITED
    (said,) = await world.send(POST)
    library = world.library
    titles = [library.locate(a).article.title.ar for a in ("uae-fed.1.2", "uae-fed.2.2")]
    assert part(said, BlockKind.QUOTE) == [f"• {title}" for title in titles]
    assert quotes(said) == [("فاشل",), ("وقراره نكتة",)]
    assert f"• {titles[0]}: «فاشل»\n• {titles[1]}: «وقراره نكتة»" in said.plain_text
    (changes,) = part(said, BlockKind.BODY)
    for facet in ("offend", "harm_reputation"):
        change = library.facets[facet].change
        assert change is not None
        assert f"• {change.ar}" in changes
    (citation,) = part(said, BlockKind.CITATION)
    assert "[uae-fed.1.2]" in citation
    assert "[uae-fed.2.2]" in citation
    assert part(said, BlockKind.NOTE) == [world.phrase("draft_private")]
    assert data_of(said, "ck1") == ["ck1"]
    assert data_of(said, "pe1") == ["pe1:"]
    assert data_of(said, "dc1") == []


async def test_a_harmless_post_is_not_approved(world: World) -> None:
    await awaiting(world)
    world.understanding.meanings[POST] = drafts()
    (said,) = await world.send(POST)
    assert said.blocks[0].text == world.phrase("post_clear")
    assert "ليس موافقة" in said.plain_text
    assert part(said, BlockKind.CITATION) == []
    assert labels(said) == [world.phrase("button_check_another"), world.phrase("button_person")]


async def test_a_disclaimer_is_offered_where_it_helps(world: World) -> None:
    await awaiting(world)
    world.understanding.meanings[POST] = drafts("politics")
    (said,) = await world.send(POST)
    assert said.blocks[0].text == world.phrase("post_conditional")
    (shown,) = await world.press(data_of(said, "dc1")[0])
    assert part(shown, BlockKind.COPY)


@pytest.mark.parametrize("asked", [True, False])
async def test_a_draft_is_stored_nowhere(world: World, *, asked: bool) -> None:
    await (awaiting(world) if asked else world.person())
    world.understanding.meanings[POST] = PROHIBITED
    (said,) = await world.send(POST)
    await world.press(data_of(said, "pe1")[0])
    everything = await stored(world)
    for word in POST.split():
        assert word not in everything


async def test_who_asks_for_a_person_after_a_check_tells_the_question_anew(world: World) -> None:
    await awaiting(world)
    world.understanding.meanings[POST] = PROHIBITED
    (said,) = await world.send(POST)
    (opened,) = await world.press(data_of(said, "pe1")[0])
    contact = world.library.rulebooks["uae-fed"].contact.ar
    assert opened.blocks[0].text == world.phrase(
        "handover_open_question", number=1001, contact=contact
    )


async def test_an_outage_keeps_nothing_and_goes_on_waiting(world: World) -> None:
    person = await awaiting(world)
    world.understanding.is_down = True
    (sorry,) = await world.send(POST)
    assert sorry.plain_text == world.phrase("draft_outage")
    assert "الوزير" not in await stored(world)
    assert (await world.enrolment.know(person)).awaits_draft
    world.understanding.is_down = False
    world.understanding.meanings[POST] = PROHIBITED
    assert (await world.send(POST))[0].blocks[0].text == world.phrase("post_prohibited")


@pytest.mark.parametrize(
    "meaning",
    [
        Meaning(Intent.GREET, 0.9),
        Meaning(Intent.THANKS, 0.9),
        Meaning(Intent.HELP, 0.9),
        Meaning(Intent.CHANGE_EMPLOYER, 0.9),
        Meaning(Intent.CHANGE_LANGUAGE, 0.9),
        asks("court_case"),
    ],
)
async def test_what_is_clearly_no_post_is_answered_and_the_post_is_still_awaited(
    world: World, meaning: Meaning
) -> None:
    person = await awaiting(world)
    world.understanding.meanings[QUESTION] = meaning
    (said,) = await world.send(QUESTION)
    assert world.phrase("draft_private") not in said.plain_text
    assert [text for _, text in world.understanding.heard] == [QUESTION]
    assert (await world.enrolment.know(person)).awaits_draft


@pytest.mark.parametrize(
    "meaning",
    [
        Meaning(Intent.ASK_RULE, 0.9, draft=Draft(0.5, drafts("offend").draft.readings)),
        Meaning(Intent.GREET, 0.9, draft=Draft(0.7, drafts("offend").draft.readings)),
        Meaning(Intent.OUT_OF_SCOPE, 0.9, draft=Draft(0.0, drafts("offend").draft.readings)),
    ],
)
async def test_what_may_be_a_post_is_read_as_one_where_it_is_awaited(
    world: World, meaning: Meaning
) -> None:
    await awaiting(world)
    world.understanding.meanings[POST] = meaning
    (said,) = await world.send(POST)
    assert said.blocks[0].text == world.phrase("post_prohibited")
    assert world.understanding.heard == []


async def test_after_half_an_hour_it_is_a_question_again(world: World) -> None:
    await awaiting(world)
    world.pass_(minutes=31)
    world.understanding.meanings[QUESTION] = asks("court_case")
    (said,) = await world.send(QUESTION)
    assert said.blocks[0].text == world.phrase("verdict_conditional")


async def test_an_event_handled_again_is_still_a_post(world: World) -> None:
    await awaiting(world)
    world.understanding.meanings[POST] = PROHIBITED
    first = await world.send(POST, event=50)
    assert await world.send(POST, event=50) == first
    assert "الوزير" not in await stored(world)
    (other,) = await world.send(QUESTION, event=51)
    assert other.blocks[0].text == world.phrase("verdict_clarify")


async def test_a_pasted_post_is_recognised_and_says_so(world: World) -> None:
    await world.person()
    shown = f"@ {POST}"
    world.understanding.meanings[shown] = PROHIBITED
    (said,) = await world.send(shown)
    assert said.blocks[0] == Block(BlockKind.NOTE, world.phrase("draft_taken"))
    assert "الوزير" not in await stored(world)


async def chosen(world: World) -> Sequence[Message]:
    return await world.press("em1:uae-fed")


async def test_without_an_employer_the_post_is_asked_for_after_the_choice(world: World) -> None:
    await world.person(None)
    (first,) = await world.send(Command("check"))
    assert first.plain_text == world.phrase("choose_employer_draft")
    (again,) = await world.send(POST)
    assert again.plain_text == world.phrase("choose_employer_draft")
    _, prompt = await chosen(world)
    assert prompt.plain_text == world.phrase("draft_prompt")
    assert "الوزير" not in await stored(world)


@pytest.mark.parametrize("thing", [Text(POST, forwarded=True), POST])
async def test_a_post_on_first_contact_is_not_kept(world: World, thing: Content | str) -> None:
    world.understanding.meanings[POST] = PROHIBITED
    (welcome,) = await world.send(thing)
    assert world.phrase("welcome") in welcome.plain_text
    assert "الوزير" not in await stored(world)
    _, prompt = await chosen(world)
    assert prompt.plain_text == world.phrase("draft_prompt")


async def test_a_question_that_waits_is_no_post(world: World) -> None:
    world.understanding.meanings[QUESTION] = asks("court_case")
    await world.send(QUESTION)
    await world.send(Command("check"))
    _, answer, prompt = await chosen(world)
    assert answer.blocks[0].text == world.phrase("verdict_conditional")
    assert prompt.plain_text == world.phrase("draft_prompt")


async def test_long_words_are_cut(world: World) -> None:
    await awaiting(world)
    text = "كلمة " * 60
    long = drafts("offend", words={"offend": ((0, 300),)})
    world.understanding.meanings[text] = long
    (said,) = await world.send(text)
    ((words,),) = quotes(said)
    assert len(words) <= 61
    assert words.endswith("…")


async def test_who_asks_for_a_person_awaits_no_check_any_more(world: World) -> None:
    await awaiting(world)
    await world.send(Command("person"))
    world.understanding.meanings[POST] = asks("harm_reputation")
    (said,) = await world.send(POST)
    assert "[uae-fed.2.2]" in said.plain_text
    assert world.phrase("question_added", number=1001) in said.plain_text

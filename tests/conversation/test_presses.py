from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.conversation.messages import Message
from bot.domain.meaning import Intent, Meaning
from bot.records.answers import Answer
from bot.records.handovers import Handover
from tests.support.world import BADR, World, asks, data_of, unclear

QUESTION = "هل أعلق على قضية منظورة؟"
UNCLEAR = unclear("court_case", "rumour")


async def answer(world: World, meaning: Meaning, employer: str = "uae-fed") -> Message:
    await world.person(employer)
    world.understanding.meanings[QUESTION] = meaning
    (message,) = await world.send(QUESTION)
    return message


async def is_old(world: World, data: str, **more: str) -> bool:
    before = await facts(world)
    messages = await world.press(data, **more)  # type: ignore[arg-type]
    said = [message.plain_text for message in messages]
    assert await facts(world) == before
    return said == [world.phrase("old_button")]


async def facts(world: World) -> list[object]:
    """What a press could change."""
    async with world.database.reading() as session:
        answers = await session.scalars(select(Answer).order_by(Answer.id))
        handed = await session.scalars(select(Handover.number))
        return [*((row.id, row.useful) for row in answers), *handed]


@pytest.mark.parametrize(
    "data",
    [
        *("", "garbage", "em1:nowhere", "em2:muscat", "lg1:fr", "xx1:y", "em1:muscat:x", "mo1:\0"),
        *("tp1:nowhere:x", "tp1:uae-fed:nothing", "ar1:uae-fed.99", "mo1:0123456789abcdef"),
        *(
            "pe1:0123456789abcdef",
            "ra1:0123456789abcdef:1",
            "rd1:0123456789abcdef:like",
            "rd2:0123456789abcdef:0",
        ),
        *("ar1:\ud800", "pe1:ابج", "em1:" + "x" * 100, '/restart{"a": 1}'),
    ],
)
async def test_old_and_forged_buttons_have_no_effect(world: World, data: str) -> None:
    await world.person("uae-fed")
    assert await is_old(world, data)
    assert (await world.enrolment.meet(BADR, None)).employer is None


@pytest.mark.parametrize("employer", [None, "uae-fed"])
async def test_anothers_answer_has_no_buttons_for_me(world: World, employer: str | None) -> None:
    message = await answer(world, asks("court_case"))
    offer = await answer(world, UNCLEAR)
    await world.person(employer, BADR)
    async with world.database.reading() as session:
        tokens = list(await session.scalars(select(Answer.id)))
    assert len(tokens) == 2
    forged = [f"{tag}:{token}{rest}" for token in tokens for tag, rest in (
        ("mo1", ""), ("pe1", ""), ("ra1", ":"), ("ra1", ":1"), ("rd2", ":0"),
        ("rd2", ":9"), ("rd2", ":x"),
    )]  # fmt: skip
    assert set(data_of(message, "mo1") + data_of(offer, "rd2")[:1]) <= set(forged)
    for data in forged:
        before = await facts(world)
        (said,) = await world.press(data, address=BADR)
        assert said.plain_text == world.phrase("old_button")
        assert await facts(world) == before


@pytest.mark.parametrize(
    "data", ["tp1:moh-uae:content", "ar1:moh-uae.1.1", "tp1:bahrain:values", "ar1:bahrain.1"]
)
async def test_a_rulebook_that_does_not_bind_is_not_shown(world: World, data: str) -> None:
    await world.person("uae-fed")
    assert await is_old(world, data)


@pytest.mark.parametrize("data", ["tp1:uae-fed:security", "ar1:uae-fed.6.1"])
async def test_an_inherited_rulebook_is_shown(world: World, data: str) -> None:
    await world.person("moh-uae")
    (message,) = await world.press(data)
    rule = world.library.locate("uae-fed.6.1").article.rule.ar
    assert rule in message.plain_text


async def test_every_topic_and_article_on_show_can_be_opened(world: World) -> None:
    await world.person("moh-uae")
    (topics,) = await world.press("br1")
    for topic in data_of(topics, "tp1"):
        (message,) = await world.press(topic)
        for article in data_of(message, "ar1"):
            (shown,) = await world.press(article)
            assert f"[{article.partition(':')[2]}]" in shown.plain_text


async def test_nothing_is_shown_before_the_choice(world: World) -> None:
    await world.person(None)
    for data in ("tp1:uae-fed:security", "ar1:uae-fed.6.1"):
        assert await is_old(world, data)
    for data in ("br1", "le1"):
        (message,) = await world.press(data)
        assert message.plain_text == world.phrase("choose_employer")


async def test_more_shows_the_articles_in_full(world: World) -> None:
    message = await answer(world, asks("court_case", "influence_court"))
    (more,) = await world.press(data_of(message, "mo1")[0])
    assert "[uae-fed.3.2]" in more.plain_text
    assert "[uae-fed.3.1]" in more.plain_text


@pytest.mark.parametrize("meaning", [UNCLEAR, Meaning(Intent.OUT_OF_SCOPE, 0.9)])
async def test_more_of_an_answer_without_articles_is_not_an_empty_message(
    world: World, meaning: Meaning
) -> None:
    await answer(world, meaning)
    async with world.database.reading() as session:
        (token,) = await session.scalars(select(Answer.id))
    assert await is_old(world, f"mo1:{token}")


async def test_a_reading_is_answered_and_an_unoffered_one_is_not(world: World) -> None:
    message = await answer(world, UNCLEAR)
    reading = data_of(message, "rd2")[0]
    assert await is_old(world, reading.removesuffix("0") + "2")
    (chosen,) = await world.press(reading)
    assert "[uae-fed.3.1]" in chosen.plain_text


async def test_rating_edits_the_answer_and_thanks_once(world: World) -> None:
    message = await answer(world, asks("court_case"))
    (choice,) = await world.press(data_of(message, "ra1")[0], message_id="m9")
    assert (choice.edits, len(choice.buttons)) == ("m9", 2)
    assert choice.unedited == world.phrase("rate_question")
    useful, not_useful = data_of(choice, "ra1")
    shown, thanks = await world.press(useful, message_id="m9")
    assert shown.edits == "m9"
    assert data_of(shown, "ra1") == []
    assert data_of(shown, "mo1") == data_of(message, "mo1")
    assert data_of(shown, "pe1") == data_of(message, "pe1")
    assert thanks.plain_text == world.phrase("rated_useful")
    _, again = await world.press(not_useful)
    assert again.plain_text == world.phrase("rated_before")


async def test_rating_takes_no_note_away(world: World) -> None:
    await world.person("uae-fed")
    await world.press("pe1:")
    message = await answer(world, asks("court_case"))
    (choice,) = await world.press(data_of(message, "ra1")[0])
    shown, _ = await world.press(data_of(choice, "ra1")[0])
    for note in (world.phrase("informs"), world.phrase("question_added", number=1001)):
        assert [note in said.plain_text for said in (message, choice, shown)] == [True] * 3
    for other in (asks("court_case"), asks("like")):
        later = await answer(world, other)
        (choice,) = await world.press(data_of(later, "ra1")[0])
        assert choice.blocks == later.blocks


async def test_rating_an_unclear_question_takes_none_of_its_readings(world: World) -> None:
    message = await answer(world, UNCLEAR)
    token = data_of(message, "rd2")[0].split(":")[1]
    shown, _ = await world.press(f"ra1:{token}:1")
    assert shown.buttons == message.buttons


async def test_the_question_of_an_answer_is_handed_over_once(world: World) -> None:
    message = await answer(world, asks("overtime"))
    for _ in range(2):
        (said,) = await world.press(data_of(message, "pe1")[0])
        assert "1001" in said.plain_text
    async with world.database.reading() as session:
        (row,) = await session.scalars(select(Handover))
    assert row.question == QUESTION


async def test_asking_for_a_person_without_a_question(world: World) -> None:
    await world.person()
    (said,) = await world.press("pe1:")
    contact = world.library.rulebooks["uae-fed"].contact.ar
    assert said.blocks[0].text == world.phrase(
        "handover_open_question", number=1001, contact=contact
    )

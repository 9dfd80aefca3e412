"""The survey as a person goes through it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.channels.telegram.outbound import parameters
from bot.channels.whatsapp.outbound import LIMITS, contents
from bot.conversation.events import Command
from bot.conversation.messages import Message
from bot.conversation.splitting import split
from bot.conversation.survey_slips import SurveySlips
from bot.domain.meaning import Language
from bot.domain.surveying import LEAST
from bot.records.survey_rows import SurveyTaker
from tests.support.surveying import SURVEY
from tests.support.world import AMAL, BADR, KEY, World, data_of, labels


async def opened(world: World, *, is_for_all: bool = True) -> None:
    await world.waves.open(SURVEY, "muscat", "before", is_for_all=is_for_all)


async def begun(world: World) -> Message:
    """The first question."""
    (offer,) = await world.send(Command("survey"))
    (first,) = await world.press(data_of(offer, "st1")[0])
    return first


async def ready(world: World) -> Message:
    """What comes behind the last question, the first choice picked in each."""
    message = await begun(world)
    while data := data_of(message, "st1"):
        (message,) = await world.press(data[0])
        if data_of(message, "sn1"):
            return message
    raise AssertionError("it never ends")


async def takers(world: World) -> int:
    async with world.database.reading() as session:
        return len((await session.scalars(select(SurveyTaker))).all())


async def test_a_survey_goes_from_the_offer_to_the_thanks(world: World) -> None:
    await world.person("muscat")
    await opened(world)
    (message,) = await world.send(Command("survey"))
    survey = world.library.surveys[SURVEY]
    assert world.phrase("survey_anonymous", least=LEAST) in message.plain_text
    assert survey.title.ar in message.plain_text
    for place, question in enumerate(survey.questions):
        (message,) = await world.press(data_of(message, "st1")[0], message_id="m7")
        number = world.phrase("survey_number", number=place + 1, total=12)
        assert message.plain_text == f"{number}\n\n{question.text.ar}"
        choices = [choice.ar for choice in survey.choices(question)]
        last = [world.phrase("button_survey_back")] if place else []
        assert labels(message) == [*choices, world.phrase("button_survey_skip"), *last]
        assert (message.edits, message.stands_alone, message.fleeting) == ("m7", True, True)
    (message,) = await world.press(data_of(message, "st1")[0])
    assert message.plain_text == world.phrase("survey_ready")
    assert await takers(world) == 0
    (message,) = await world.press(data_of(message, "sn1")[0], message_id="m7")
    assert (message.plain_text, message.edits) == (world.phrase("survey_thanks"), "m7")
    assert await takers(world) == 1


async def test_handed_in_twice_and_handled_again_say_the_same(world: World) -> None:
    await world.person("muscat")
    await opened(world)
    hand_in = data_of(await ready(world), "sn1")[0]
    said = await world.press(hand_in, event=900)
    assert await world.press(hand_in, event=900) == said
    assert await world.press(hand_in) == said
    assert await takers(world) == 1


async def test_one_may_go_back_and_pick_anew(world: World) -> None:
    await world.person("muscat")
    await opened(world)
    first = await begun(world)
    (second,) = await world.press(data_of(first, "st1")[0])
    (back,) = await world.press(data_of(second, "st1")[-1])
    assert back.buttons == first.buttons
    (again,) = await world.press(data_of(back, "st1")[2])
    assert again.plain_text == second.plain_text
    assert again.buttons[0].data != second.buttons[0].data


async def test_who_has_taken_part_is_told_so(world: World) -> None:
    await world.person("muscat")
    await opened(world)
    first = await begun(world)
    await world.press(data_of(await ready(world), "sn1")[0])
    for said in (
        await world.send(Command("survey")),
        await world.press("sv1"),
        await world.press(data_of(first, "st1")[0]),
    ):
        assert said[0].plain_text == world.phrase("survey_taken")


async def test_anothers_button_and_a_forged_one_have_no_effect(world: World) -> None:
    await world.person("muscat")
    await world.person("muscat", BADR)
    await opened(world)
    theirs = data_of(await ready(world), "sn1")[0]
    for data in (theirs, theirs.replace("sn1", "st1"), "sn1:", "st1:AAAA", "sn1:" + "A" * 51):
        (said,) = await world.press(data, address=BADR)
        assert said.plain_text == world.phrase("old_button")
    assert await takers(world) == 0


async def test_a_slip_of_half_a_survey_cannot_be_handed_in(world: World) -> None:
    person = await world.person("muscat")
    await opened(world)
    asked = await world.surveys.look(person, None)
    assert asked is not None
    half = SurveySlips(KEY).write(person, asked.wave, (0, 1, 2))
    (said,) = await world.press(f"sn1:{half}")
    assert said.plain_text == world.phrase("survey_none")
    assert await takers(world) == 0


async def test_a_closed_wave_and_the_next_one(world: World) -> None:
    await world.person("muscat")
    await opened(world)
    old = data_of(await ready(world), "sn1")[0]
    await world.waves.close("muscat")
    (said,) = await world.press(old)
    assert said.plain_text == world.phrase("survey_none")
    await world.waves.open(SURVEY, "muscat", "after", is_for_all=True)
    (said,) = await world.press(old)
    assert said.plain_text == world.phrase("old_button")
    assert await takers(world) == 0


async def test_who_is_not_linked_is_led_to_it(world: World) -> None:
    await world.person("muscat")
    await opened(world, is_for_all=False)
    (said,) = await world.send(Command("survey"))
    assert said.plain_text == world.phrase("survey_for_linked")
    assert data_of(said, "en1")


async def test_without_an_employer_or_a_survey(world: World) -> None:
    await world.person(None)
    (said,) = await world.send(Command("survey"))
    assert data_of(said, "em1")
    await world.enrolment.choose_employer((await world.enrolment.meet(AMAL, None)).id, "muscat", "")
    (said,) = await world.send(Command("survey"))
    assert said.plain_text == world.phrase("survey_none")


@pytest.mark.parametrize("language", list(Language))
async def test_every_question_fits_every_channel(world: World, language: Language) -> None:
    person = await world.person("muscat")
    await world.enrolment.choose_language(person, language)
    await opened(world)
    message = await begun(world)
    while not data_of(message, "sn1"):
        assert parameters(message)["reply_markup"] is not None
        (part,) = split(message, LIMITS)
        (sent,) = contents(part, "1", lambda phrase: world.phrase(phrase, language))
        rows = sent["interactive"]["action"]["sections"][0]["rows"]
        assert len(rows) == len(message.buttons)
        (message,) = await world.press(data_of(message, "st1")[0])

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.conversation.events import Blocked, Command, Incoming, Media, MediaKind, Press, Text
from bot.conversation.messages import Message
from bot.domain.meaning import Intent, Language, Meaning, Question
from bot.domain.ruling import Verdict
from bot.records.handovers import Handover, HandoverReason
from bot.records.people import ChannelLink
from tests.support.world import AMAL, BADR, World, asks, data_of, labels

QUESTION = "هل أعلق على قضية منظورة؟"
ENGLISH = "May I comment on a court case?"


async def handovers(world: World) -> list[Handover]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Handover).order_by(Handover.number)))


def verdict(world: World, message: Message) -> Verdict:
    says = {world.phrase(f"verdict_{v}", message.language): v for v in Verdict}
    return says[message.blocks[0].text]


async def test_first_contact_is_welcomed_and_the_question_waits(world: World) -> None:
    world.understanding.meanings[QUESTION] = asks("court_case", "comment")
    (welcome,) = await world.send(QUESTION)
    assert world.phrase("welcome") in welcome.plain_text
    assert world.phrase("privacy", days=30, handover_days=180) in welcome.plain_text
    assert world.understanding.heard == []
    chosen, answer = await world.press(data_of(welcome, "em1")[-1])
    assert chosen.plain_text == world.phrase(
        "employer_chosen", employer=world.library.rulebooks["uae-fed"].employer.ar
    )
    assert verdict(world, answer) is Verdict.CONDITIONAL
    assert "[uae-fed.3.1]" in answer.plain_text
    assert [text for _, text in world.understanding.heard] == [QUESTION]
    assert len(await world.press("em1:uae-fed")) == 1


async def test_the_model_hears_no_address(world: World) -> None:
    person = await world.person()
    await world.send(QUESTION)
    assert [sender for sender, _ in world.understanding.heard] == [person]
    assert "amal" not in person


async def test_who_asks_again_before_choosing_is_asked_to_choose(world: World) -> None:
    await world.send("السؤال الأول")
    (again,) = await world.send(QUESTION)
    assert again.plain_text == world.phrase("choose_employer_again")
    assert data_of(again, "em1") == [f"em1:{book}" for book in world.library.rulebooks]
    both = f"السؤال الأول\n{QUESTION}"
    world.understanding.meanings[both] = asks("work_email")
    _, answer = await world.press("em1:bahrain")
    assert "[bahrain.13]" in answer.plain_text
    assert [text for _, text in world.understanding.heard] == [both]


async def test_who_writes_english_is_welcomed_and_answered_in_english(world: World) -> None:
    english = Language.ENGLISH
    world.understanding.meanings[ENGLISH] = asks("court_case", language=english)
    (welcome,) = await world.send(ENGLISH)
    assert world.phrase("welcome", english) in welcome.plain_text
    for message in await world.press("em1:uae-fed"):
        assert message.language is english
    (spoken,) = await world.send(Media(MediaKind.VOICE))
    assert spoken.plain_text == world.phrase("media_voice", english)


@pytest.mark.parametrize(
    ("hint", "language"), [("en-GB", Language.ENGLISH), ("ar", Language.ARABIC), ("", "ar")]
)
async def test_start_speaks_the_apps_language(world: World, hint: str, language: Language) -> None:
    (welcome,) = await world.send(Command("start"), hint=hint)
    assert welcome.language is Language(language)


async def test_another_employer_means_other_rules(world: World) -> None:
    await world.person("uae-fed")
    world.understanding.meanings[QUESTION] = asks("like")
    (choice,) = await world.send(Command("employer"))
    assert world.library.rulebooks["uae-fed"].employer.ar in choice.plain_text
    await world.press("em1:iraq-judiciary")
    (answer,) = await world.send(QUESTION)
    assert "[iraq-judiciary.2]" in answer.plain_text
    assert "[uae-fed" not in answer.plain_text


async def test_the_language_is_changed_and_stays(world: World) -> None:
    await world.person()
    (said,) = await world.send(Command("english"))
    assert said.plain_text == world.phrase("language_set", Language.ENGLISH)
    (answer,) = await world.send(QUESTION)
    assert answer.language is Language.ENGLISH
    await world.press("lg1:ar")
    assert (await world.send(ENGLISH))[0].language is Language.ARABIC


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("تكلم معي بالإنجليزي", Language.ENGLISH),
        ("رد علي انكليزي", Language.ENGLISH),
        ("بالعربي لو سمحت", Language.ARABIC),
        ("answer in Arabic please", Language.ARABIC),
        ("3arabi law sama7t", Language.ARABIC),
        ("switch to english", Language.ENGLISH),
        ("غير اللغة", Language.ENGLISH),
    ],
)
async def test_a_wish_for_a_language_names_it(world: World, text: str, language: Language) -> None:
    await world.person()
    world.understanding.meanings[text] = Meaning(Intent.CHANGE_LANGUAGE, 0.9)
    (said,) = await world.send(text)
    assert said.language is language


@pytest.mark.parametrize("intent", list(Intent))
async def test_every_intent_is_answered(world: World, intent: Intent) -> None:
    await world.person()
    world.understanding.meanings[QUESTION] = Meaning(intent, 0.9)
    messages = await world.send(QUESTION)
    assert len(messages) == (2 if intent is Intent.SHOW_PROGRESS else 1)
    assert all(message.plain_text for message in messages)


@pytest.mark.parametrize("kind", list(MediaKind))
async def test_media_are_answered_kindly(world: World, kind: MediaKind) -> None:
    await world.person()
    own = {MediaKind.VOICE, MediaKind.PICTURE, MediaKind.STICKER}
    (message,) = await world.send(Media(kind))
    assert message.plain_text == world.phrase(f"media_{kind if kind in own else 'other'}")


@pytest.mark.parametrize("thing", [Media(MediaKind.STICKER), "👍", "؟"])
async def test_first_contact_without_words_is_welcomed(world: World, thing: Media | str) -> None:
    (message,) = await world.send(thing)
    assert world.phrase("welcome") in message.plain_text


@pytest.mark.parametrize(
    "text", ["👍", "😂😂", "؟؟؟", "...", "123", "١٢٣", " ", "/", "ـــ", "🙏🏽"]
)
async def test_what_has_no_words_does_not_reach_the_model(world: World, text: str) -> None:
    await world.person()
    (message,) = await world.send(text)
    assert message.plain_text == world.phrase("not_understood")
    assert world.understanding.heard == []


async def test_gibberish_is_asked_back(world: World) -> None:
    await world.person()
    (message,) = await world.send("فغقثصضخحج")
    assert verdict(world, message) is Verdict.CLARIFY


@pytest.mark.parametrize("text", ["/restart", "/ask_rule{}", '/greet{"a": "b"}', "//back", "/كيف"])
async def test_a_slash_that_is_no_command_of_ours_is_plain_text(world: World, text: str) -> None:
    await world.person()
    (message,) = await world.send(text)
    assert verdict(world, message) is Verdict.CLARIFY
    assert [heard for _, heard in world.understanding.heard] == [text]


async def test_an_outage_keeps_the_question_for_a_person_once(world: World) -> None:
    await world.person("muscat")
    world.understanding.is_down = True
    (first,) = await world.send(QUESTION, event=7)
    (second,) = await world.send(QUESTION, event=7)
    assert first == second
    contact = world.library.rulebooks["muscat"].contact.ar
    assert first.blocks[0].text == world.phrase("outage", number=1001, contact=contact)
    (row,) = await handovers(world)
    assert (row.question, row.reason) == (QUESTION, HandoverReason.OUTAGE)
    await world.send("وسؤال آخر", event=8)
    (row,) = await handovers(world)
    assert row.question == f"{QUESTION}\nوسؤال آخر"


async def test_in_an_outage_all_but_free_text_goes_on(world: World) -> None:
    await world.person("muscat")
    world.understanding.is_down = True
    for thing in (Command("browse"), Command("help"), Media(MediaKind.VOICE), Press("br1")):
        (message,) = await world.send(thing)
        assert message.plain_text
    assert await handovers(world) == []


async def test_the_waiting_question_survives_an_outage(world: World) -> None:
    world.understanding.is_down = True
    await world.send(QUESTION)
    chosen, outage = await world.press("em1:muscat")
    assert world.library.rulebooks["muscat"].employer.ar in chosen.plain_text
    assert "1001" in outage.plain_text


async def test_blocking_is_noted_and_answered_by_nothing(world: World) -> None:
    await world.person()
    assert await world.send(Blocked(blocked=True)) == []
    async with world.database.reading() as session:
        assert (await session.scalars(select(ChannelLink))).one().blocked_at == world.moment


async def test_the_question_after_asking_for_a_person_goes_along(world: World) -> None:
    await world.person("muscat")
    contact = world.library.rulebooks["muscat"].contact.ar
    opened = world.phrase("handover_open_question", number=1001, contact=contact)
    for thing in (Command("person"), Press("pe1:")):
        (said,) = await world.send(thing)
        assert said.blocks[0].text == opened
    world.understanding.meanings["شكرا"] = Meaning(Intent.THANKS, 0.9)
    note = world.phrase("question_added", number=1001)
    answers = [(await world.send(text))[0].plain_text for text in ("شكرا", QUESTION, "سؤال آخر")]
    assert [note in text for text in answers] == [False, True, False]
    (row,) = await handovers(world)
    assert row.question == QUESTION


async def test_two_people_are_not_mixed_up(world: World) -> None:
    await world.person("muscat", AMAL)
    await world.person("bahrain", BADR)
    mine, other = await asyncio.gather(
        world.send(Command("browse"), address=AMAL), world.send(Command("browse"), address=BADR)
    )
    assert {data.split(":")[1] for data in data_of(mine[0], "tp1")} == {"muscat"}
    assert {data.split(":")[1] for data in data_of(other[0], "tp1")} == {"bahrain"}


@pytest.mark.parametrize("text", [ENGLISH, QUESTION])
async def test_the_apology_is_in_the_language_of_what_came(world: World, text: str) -> None:
    language = Language.ENGLISH if text == ENGLISH else Language.ARABIC
    apology = world.router.apology(Incoming(AMAL, "1", Text(text)))
    assert apology.plain_text == world.phrase("fault", language)
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ChannelLink)) == 0


async def test_the_employers_of_the_welcome_are_named(world: World) -> None:
    (welcome,) = await world.send(Command("start"), hint="en")
    names = [book.employer.en for book in world.library.rulebooks.values()]
    assert labels(welcome) == [*names, world.phrase("button_other_language", Language.ENGLISH)]


async def test_several_questions_get_an_answer_each(world: World) -> None:
    await world.person("uae-fed")
    questions = tuple(
        Question(text, asks(facet).readings)
        for text, facet in (("أضع الشعار؟", "logo"), ("ومن يراقب؟", "monitoring"))
    )
    text = "أضع الشعار؟ ومن يراقب؟"
    world.understanding.meanings[text] = replace(asks("logo", "monitoring"), questions=questions)
    first, second = await world.send(text)
    assert "[uae-fed.4.1]" in first.plain_text
    assert "[uae-fed.9.2]" not in first.plain_text
    assert "[uae-fed.9.2]" in second.plain_text


async def test_a_scanned_code_of_a_session_is_no_enrolment_code(world: World) -> None:
    await world.person("muscat")
    (said,) = await world.send(Command("start", "in-123456"))
    assert said.plain_text != world.phrase("code_refused")
    (typed,) = await world.send("123456")
    assert typed.plain_text == world.phrase("not_understood")

"""A workshop as a person goes through it, by buttons and commands."""

from __future__ import annotations

import pytest

from bot.conversation import buttons, quiz_buttons
from bot.conversation import workshop_buttons as own
from bot.conversation.events import Command
from bot.conversation.messages import BlockKind, Message
from bot.domain.meaning import Language
from bot.domain.quizzing import QuestionKind
from bot.domain.serials import shown_serial
from bot.library.quizzes import Question
from bot.library.workshops import Workshop
from bot.services.workshops import WorkshopService
from tests.support.learning import complete, do_lessons, enrolled
from tests.support.world import World, data_of, labels


@pytest.fixture(autouse=True)
async def published(world: World) -> None:
    await world.workshop_service.publish()


@pytest.fixture
def workshop(world: World) -> Workshop:
    return world.library.workshops["muscat"]


def question_of(world: World, workshop: Workshop, number: int) -> Question:
    """The question of a lesson, by its number from 1."""
    wanted = workshop.lessons[number - 1].question
    [found] = [q for q in world.library.quizzes["muscat"].questions if q.id == wanted]
    return found


def answering(question: Question, lesson: str, *, right: bool = True) -> str:
    """The value of a button that answers a lesson's question."""
    wrong = next(place for place in range(question.size) if {place} != question.right)
    picks = sorted(question.right) if right else [wrong]
    places = "".join(map(str, picks))
    return buttons.encode(own.AnswerLesson(lesson, str(question.version), places))


async def overview(world: World) -> Message:
    (message,) = await world.send(Command("workshop"))
    return message


async def test_who_has_no_employer_is_asked_for_it_first(world: World) -> None:
    await world.person(None)
    message = await overview(world)
    assert message.plain_text == world.phrase("workshop_choose_employer")
    assert len(data_of(message, "em1")) == len(world.library.rulebooks)


async def test_the_overview_says_what_there_is_and_offers_the_next(
    world: World, workshop: Workshop
) -> None:
    await world.person("muscat")
    message = await overview(world)
    assert workshop.title.ar in message.plain_text
    assert world.phrase("workshop_begins") in message.plain_text
    for lesson in workshop.lessons:
        assert lesson.title.ar in message.plain_text
    assert [button.data for button in message.buttons] == ["ws1:muscat.l1"]


async def test_a_lesson_is_taught_asked_and_left_for_the_next(
    world: World, workshop: Workshop
) -> None:
    await world.person("muscat")
    lesson = workshop.lessons[0]
    (taught,) = await world.press("ws1:muscat.l1")
    assert taught.blocks[0].text == world.phrase("workshop_lesson_title", title=lesson.title.ar)
    assert lesson.text.ar in taught.plain_text
    assert lesson.example.ar in taught.plain_text
    assert (taught.edits, data_of(taught, "wq1")) == ("", ["wq1:muscat.l1"])
    (asked,) = await world.press("wq1:muscat.l1")
    question = question_of(world, workshop, 1)
    assert (asked.edits, asked.stands_alone) == ("", True)
    assert question.text.ar in asked.plain_text
    assert "quiz" not in "".join(labels(asked))
    (told,) = await world.press(answering(question, lesson.id), message_id="m7")
    assert told.edits == "m7"
    assert world.phrase("quiz_right") in told.plain_text
    assert question.explanation.ar in told.plain_text
    assert data_of(told, "ws1") == ["ws1:muscat.l2"]
    (later,) = await world.press(answering(question, "muscat.l1", right=False))
    assert world.phrase("quiz_wrong") in later.plain_text
    assert world.phrase("workshop_wrong_again") not in later.plain_text


async def test_a_wrong_answer_is_explained_and_comes_back_in_the_final(
    world: World, workshop: Workshop
) -> None:
    await world.person("muscat")
    question = question_of(world, workshop, 1)
    (told,) = await world.press(answering(question, "muscat.l1", right=False))
    assert world.phrase("quiz_wrong") in told.plain_text
    assert world.phrase("workshop_wrong_again") in told.plain_text
    assert data_of(told, "ws1") == ["ws1:muscat.l2"]
    message = await overview(world)
    assert world.phrase("workshop_done_of", done=1, total=9) in message.plain_text
    assert data_of(message, "ws1") == ["ws1:muscat.l2", "ws1:muscat.l1"]


async def test_a_press_handled_again_says_the_same(world: World, workshop: Workshop) -> None:
    await world.person("muscat")
    data = answering(question_of(world, workshop, 1), "muscat.l1")
    first = await world.press(data, event=7)
    assert await world.press(data, event=7) == first


async def test_several_choices_are_marked_and_then_answered(world: World) -> None:
    library = world.library
    found = next(
        (workshop.id, lesson, question)
        for workshop in library.workshops.values()
        for lesson in workshop.lessons
        for question in library.quizzes[workshop.rulebook].questions
        if question.id == lesson.question and question.kind is QuestionKind.MULTIPLE
    )
    employer, lesson, question = found
    await world.person(employer)
    (asked,) = await world.press(f"wq1:{lesson.id}")
    picks = data_of(asked, "wp1")
    assert len(picks) == question.size
    assert world.phrase("workshop_several") in asked.plain_text
    (marked,) = await world.press(picks[0], message_id="m7")
    assert (marked.edits, len(data_of(marked, "wa1"))) == ("m7", 1)
    assert labels(marked)[0].startswith("☑")
    (told,) = await world.press(answering(question, lesson.id), message_id="m7")
    assert world.phrase("quiz_right") in told.plain_text


async def test_a_picture_says_what_it_shows_and_is_drawn_once(
    world: World, workshop: Workshop
) -> None:
    await world.person("muscat")
    (first,) = await world.press("ws1:muscat.l1")
    (again,) = await world.press("ws1:muscat.l1")
    assert first.document is not None
    assert first.document == again.document
    assert first.document.is_picture
    assert workshop.lessons[0].picture.headline.ar in first.document.says
    kept = await world.files.find(first.document.file)
    assert kept is not None
    assert (kept.content, kept.owner) == (b"muscat.l1 ar", None)
    world.pass_(days=29)
    (later,) = await world.press("ws1:muscat.l1")
    assert later.document == first.document
    assert await world.files.find(first.document.file) is not None
    world.pass_(days=20)
    assert await world.files.find(first.document.file) is not None


async def test_a_final_is_begun_taken_and_passed(world: World, workshop: Workshop) -> None:
    person = await enrolled(world)
    await do_lessons(world, person)
    message = await overview(world)
    assert data_of(message, "wf1") == ["wf1"]
    (asked,) = await world.press("wf1")
    assert world.phrase("final_begins", total=10, mark=80) in asked.plain_text
    for number in range(1, 11):
        shown = world.phrase("final_number", number=number, total=10)
        assert shown in asked.plain_text
        (asked,) = await world.press(rightly(world, asked), message_id="m7")
    assert asked.edits == "m7"
    assert world.phrase("final_passed", score=10, total=10) in asked.plain_text
    assert world.phrase("final_completed", title=workshop.title.ar) in asked.plain_text
    assert data_of(asked, "wc1") == ["wc1"]
    done = await overview(world)
    said = world.phrase("workshop_completed", date="20/11/2026", score=10, total=10)
    assert said in done.plain_text
    assert data_of(done, "wf1") == []
    assert await world.press("wf1") == [done]


def rightly(world: World, message: Message, *, right: bool = True) -> str:
    """The value of a button that answers what the final quiz asks."""
    value = buttons.decode(message.buttons[0].data)
    assert isinstance(value, quiz_buttons.AnswerQuestion | quiz_buttons.PickChoices)
    texts = [block.text for block in message.blocks if block.kind is BlockKind.VERDICT]
    every = world.library.quizzes["muscat"].questions
    [question] = [q for q in every if q.text.text(message.language) == texts[-1]]
    wrong = next(place for place in range(question.size) if {place} != question.right)
    places = sorted(question.right) if right else [wrong]
    picks = "".join(map(str, places))
    return buttons.encode(quiz_buttons.AnswerQuestion(value.sitting, value.position, picks))


async def test_a_failed_final_names_lessons_and_offers_another_try(world: World) -> None:
    person = await world.person("muscat")
    await do_lessons(world, person)
    (asked,) = await world.press("wf1")
    for number in range(10):
        (asked,) = await world.press(rightly(world, asked, right=number > 3))
    assert world.phrase("final_failed", score=6, total=10, mark=80) in asked.plain_text
    assert data_of(asked, "ws1")
    assert data_of(asked, "wf1") == ["wf1"]
    message = await overview(world)
    assert world.phrase("workshop_final_failed", score=6, total=10, mark=80) in message.plain_text
    (another,) = await world.press("wf1")
    assert world.phrase("final_number", number=1, total=10) in another.plain_text


async def test_a_final_too_early_says_where_one_is(world: World) -> None:
    await world.person("muscat")
    (message,) = await world.press("wf1")
    assert message.plain_text.startswith(world.phrase("workshop_not_yet"))
    assert data_of(message, "ws1") == ["ws1:muscat.l1"]


@pytest.mark.parametrize(
    "data", ["ws1:muscat.l99", "wq1:bahrain.l1", "wa1:muscat.l1:99:0", "wp1:muscat.l1:99:0"]
)
async def test_a_button_of_another_version_says_where_one_is(world: World, data: str) -> None:
    await world.person("muscat")
    (message,) = await world.press(data)
    assert message.plain_text.startswith(world.phrase("workshop_changed"))
    assert data_of(message, "ws1") == ["ws1:muscat.l1"]


@pytest.mark.parametrize(
    "data", ["wa1:muscat.l1:1:", "wa1:muscat.l1:x:0", "wa1:muscat.l1:1:00", "wd1:0000000000000000"]
)
async def test_a_forged_button_is_answered_kindly(world: World, data: str) -> None:
    await world.person("muscat")
    (message,) = await world.press(data)
    assert message.plain_text == world.phrase("old_button")


async def test_who_completed_an_older_version_is_told_by_when_to_renew(
    world: World, workshop: Workshop
) -> None:
    person = await enrolled(world)
    await complete(world, person)
    world.pass_(days=1)
    newer = workshop.model_copy(update={"version": "2"})
    known = world.library.workshops
    world.library.workshops = known | {"muscat": newer}
    try:
        await WorkshopService(world.database, world.library, world.now).publish()
        message = await overview(world)
    finally:
        world.library.workshops = known
    assert world.phrase("workshop_renew", date="20/11/2026", by="19/2/2027") in message.plain_text


async def test_a_certificate_comes_as_a_document(world: World, workshop: Workshop) -> None:
    person = await enrolled(world)
    await complete(world, person)
    [known] = await world.certificates.list_of(person)
    (message,) = await world.send(Command("certificate"))
    serial = shown_serial(known.serial)
    title = workshop.title.ar
    said = world.phrase("certificate_ready", title=title, date="20/11/2026", serial=serial)
    assert said in message.plain_text
    assert f"https://waai.example/verify/{known.serial}" in message.plain_text
    assert message.document is not None
    kept = await world.files.find(message.document.file)
    assert kept is not None
    assert (kept.content, kept.owner) == ("سالم بن حمد ar".encode(), person)
    (by_button,) = await world.press(f"wd1:{known.serial}")
    assert by_button.plain_text == message.plain_text
    await world.certificates.revoke(known.serial, "x")
    (revoked,) = await world.press("wc1")
    assert revoked.document is None
    assert revoked.plain_text == world.phrase(
        "certificate_revoked", title=workshop.title.ar, serial=serial
    )


async def test_without_a_certificate_one_learns_why(world: World, workshop: Workshop) -> None:
    person = await world.person("muscat")
    (none,) = await world.send(Command("certificate"))
    assert none.plain_text == world.phrase("certificate_none")
    await complete(world, person)
    (unlinked,) = await world.send(Command("certificate"))
    assert unlinked.plain_text == world.phrase("certificate_unlinked", title=workshop.title.ar)
    assert data_of(unlinked, "en1") == ["en1"]


async def test_all_is_said_in_english_too(world: World) -> None:
    person = await enrolled(world)
    await world.enrolment.choose_language(person, Language.ENGLISH)
    said = [await overview(world), *await world.press("ws1:muscat.l1")]
    said += await world.press("wq1:muscat.l1")
    await complete(world, person)
    said += [await overview(world), *await world.press("wc1")]
    for message in said:
        assert message.language is Language.ENGLISH
        arabic = [char for char in message.plain_text if "\u0621" <= char <= "\u064a"]
        assert not arabic, message.plain_text

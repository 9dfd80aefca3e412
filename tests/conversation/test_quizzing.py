"""A quiz as a person goes through it: by buttons, typed, with questions in between."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation import buttons, quiz_buttons
from bot.conversation.events import Command
from bot.conversation.messages import BlockKind, Message
from bot.domain.meaning import Intent, Language, Meaning
from bot.domain.quizzing import QuestionKind
from bot.library.quizzes import Question
from tests.support.world import BADR, World, asks, data_of, labels

WHY = "طيب ليش ممنوع؟"


def asked(message: Message) -> tuple[str, int]:
    """The sitting and the position that a message's buttons answer."""
    for button in message.buttons:
        value = buttons.decode(button.data)
        if isinstance(value, quiz_buttons.AnswerQuestion | quiz_buttons.PickChoices):
            return value.sitting, int(value.position)
    raise AssertionError(f"asks nothing: {message.plain_text}")


def question_of(world: World, message: Message) -> Question:
    """The question that a message asks."""
    texts = [b.text for b in message.blocks if b.kind is BlockKind.VERDICT]
    every = [q for bank in world.library.quizzes.values() for q in bank.questions]
    (question,) = [q for q in every if q.text.text(message.language) == texts[-1]]
    return question


def answering(world: World, message: Message, *, right: bool = True) -> str:
    """The value of a button that answers what a message asks."""
    sitting, position = asked(message)
    question = question_of(world, message)
    wrong = next(place for place in range(question.size) if {place} != question.right)
    picks = sorted(question.right) if right else [wrong]
    value = quiz_buttons.AnswerQuestion(sitting, str(position), "".join(map(str, picks)))
    return buttons.encode(value)


async def begun(world: World, employer: str = "muscat") -> Message:
    await world.person(employer)
    (first,) = await world.send(Command("quiz"))
    return first


async def until(world: World, kind: QuestionKind, *, again: int = 12) -> Message:
    """Answer rightly until a question of a kind is asked."""
    (message,) = await world.send(Command("quiz"))
    for _ in range(again * 7):
        if data_of(message, "qs1"):
            (message,) = await world.send(Command("quiz"))
        if question_of(world, message).kind is kind:
            return message
        (message,) = await world.press(answering(world, message))
    raise AssertionError(f"no {kind} was asked")


async def test_who_has_no_employer_is_asked_for_it_first(world: World) -> None:
    await world.person(None)
    (message,) = await world.send(Command("quiz"))
    assert message.plain_text == world.phrase("choose_employer_quiz")
    assert len(data_of(message, "em1")) == len(world.library.rulebooks)


async def test_a_quiz_goes_to_its_result_in_one_message_that_is_edited(world: World) -> None:
    message = await begun(world)
    assert world.phrase("quiz_begins") in message.plain_text
    for position in range(7):
        question = question_of(world, message)
        assert asked(message)[1] == position
        assert not message.edits or message.stands_alone
        right = position not in {2, 4}
        pressed = answering(world, message, right=right)
        (message,) = await world.press(pressed, message_id="m9")
        assert message.edits == "m9"
        said = "quiz_right" if right else "quiz_wrong"
        assert message.blocks[0].text == world.phrase(said)
        assert question.explanation.ar in message.plain_text
        assert f"[{question.article}]" in message.plain_text
    assert world.phrase("quiz_result", score=5, total=7) in message.plain_text
    assert 1 <= len(data_of(message, "ar1")) <= 2
    assert data_of(message, "qs1")
    for article in data_of(message, "ar1"):
        (shown,) = await world.press(article)
        assert f"[{article.removeprefix('ar1:')}]" in shown.plain_text


async def test_who_answers_all_rightly_has_nothing_to_read_again(world: World) -> None:
    message = await begun(world, "bahrain")
    while not data_of(message, "qs1"):
        (message,) = await world.press(answering(world, message))
    assert world.phrase("quiz_result_all", score=7, total=7) in message.plain_text
    assert not data_of(message, "ar1")


async def test_a_second_answer_has_no_effect_and_is_told_so(world: World) -> None:
    first = await begun(world)
    (second,) = await world.press(answering(world, first))
    (again,) = await world.press(answering(world, first, right=False))
    assert again.plain_text == world.phrase("quiz_answered_before")
    (go_on,) = await world.press(data_of(again, "qs1")[0])
    assert asked(go_on) == asked(second)
    assert world.phrase("quiz_resumed") in go_on.plain_text


async def test_the_same_press_handled_again_says_the_same(world: World) -> None:
    first = await begun(world)
    pressed = answering(world, first)
    (said,) = await world.press(pressed, event=50)
    assert await world.press(pressed, event=50) == [said]


async def test_twenty_presses_at_once_count_once(world: World) -> None:
    first = await begun(world)
    pressed = answering(world, first)
    answers = await asyncio.gather(*(world.press(pressed) for _ in range(20)))
    texts = [message.plain_text for (message,) in answers]
    assert texts.count(world.phrase("quiz_answered_before")) == 19


@pytest.mark.parametrize(
    "data", ["qa1:nobody:0:1", "qa1:nobody:x:1", "qa1:nobody:0:", "qa1:nobody:0:11", "qp1:no:0:1"]
)
async def test_a_forged_button_is_answered_kindly(world: World, data: str) -> None:
    await begun(world)
    (said,) = await world.press(data)
    assert said.plain_text == world.phrase("old_button")


async def test_another_persons_button_has_no_effect(world: World) -> None:
    first = await begun(world)
    await world.person("muscat", BADR)
    for data in (answering(world, first), answering(world, first).replace("qa1", "qp1")):
        (said,) = await world.press(data, address=BADR)
        assert said.plain_text == world.phrase("old_button")
    (second,) = await world.press(answering(world, first))
    assert asked(second)[1] == 1


async def test_several_choices_are_marked_and_then_answered(world: World) -> None:
    await world.person("muscat")
    message = await until(world, QuestionKind.MULTIPLE)
    right = question_of(world, message).right
    assert not data_of(message, "qa1")
    assert world.phrase("quiz_several") in message.plain_text
    picked: set[str] = set()
    for place in map(str, sorted(right)):
        (data,) = [d for d in data_of(message, "qp1") if set(d.split(":")[3]) == picked | {place}]
        (message,) = await world.press(data, message_id="m4")
        picked.add(place)
        assert message.edits == "m4"
        assert sum("☑" in label for label in labels(message)) == len(picked)
    (done,) = data_of(message, "qa1")
    (after,) = await world.press(done)
    assert after.blocks[0].text == world.phrase("quiz_right")


async def test_a_mark_can_be_taken_away_again(world: World) -> None:
    await world.person("muscat")
    message = await until(world, QuestionKind.MULTIPLE)
    before = data_of(message, "qp1")
    (message,) = await world.press(before[0])
    assert data_of(message, "qa1")
    (message,) = await world.press(data_of(message, "qp1")[0])
    assert data_of(message, "qp1") == before
    assert not data_of(message, "qa1")


async def test_a_mark_on_a_question_that_was_answered_says_so(world: World) -> None:
    await world.person("muscat")
    message = await until(world, QuestionKind.MULTIPLE)
    marks = data_of(message, "qp1")
    (after,) = await world.press(answering(world, message))
    if data_of(after, "qs1"):  # it was the last one
        return
    (said,) = await world.press(marks[0])
    assert said.plain_text == world.phrase("quiz_answered_before")


async def test_a_typed_letter_answers_by_the_order_shown(world: World) -> None:
    await world.person("muscat")
    message = await until(world, QuestionKind.SINGLE)
    (right,) = question_of(world, message).right
    order = [int(data.split(":")[3]) for data in data_of(message, "qa1")]
    (after,) = await world.send("أبجد"[order.index(right)])
    assert after.blocks[0].text == world.phrase("quiz_right")
    assert after.edits == ""
    assert world.understanding.heard == []


async def test_the_last_typed_answer_handled_again_says_the_same(world: World) -> None:
    message = await begun(world)
    for _ in range(6):
        (message,) = await world.press(answering(world, message))
    word = "أ" if question_of(world, message).kind is not QuestionKind.MULTIPLE else "أ ب"
    (said,) = await world.send(word, event=70)
    assert world.phrase("button_quiz_another") in labels(said)
    assert await world.send(word, event=70) == [said]


async def test_a_question_in_between_is_answered_and_the_quiz_goes_on(world: World) -> None:
    message = await begun(world)
    question = "هل أعلق على قضية منظورة؟"
    world.understanding.meanings[question] = asks("court_case", "comment")
    answer, again = await world.send(question)
    assert data_of(answer, "ra1")
    assert asked(again) == asked(message)
    assert world.phrase("quiz_back") in again.plain_text


async def test_why_is_answered_by_the_article_of_the_last_answer(world: World) -> None:
    message = await begun(world)
    (later, again) = await world.send(WHY)
    assert later.plain_text == world.phrase("quiz_why_later")
    article = question_of(world, message).article
    assert article not in again.plain_text
    await world.press(answering(world, message, right=False))
    world.understanding.meanings[WHY] = Meaning(Intent.FOLLOW_UP, 0.9)
    why, again = await world.send(WHY)
    assert f"[{article}]" in why.plain_text
    assert asked(again)[1] == 1


async def test_a_quiz_that_was_paused_is_left_alone_and_gone_on_with(world: World) -> None:
    first = await begun(world)
    (second,) = await world.press(answering(world, first))
    world.understanding.meanings["نكمل بعدين"] = Meaning(Intent.STOP_QUIZ, 0.9)
    (paused,) = await world.send("نكمل بعدين")
    assert paused.plain_text == world.phrase("quiz_paused", left=6)
    (vague,) = await world.send("ب")
    assert vague.plain_text != second.plain_text
    world.pass_(days=9)
    (resumed,) = await world.press(data_of(paused, "qs1")[0])
    assert asked(resumed) == asked(second)
    assert world.phrase("quiz_resumed") in resumed.plain_text


async def test_who_left_the_quiz_long_ago_is_not_asked_again(world: World) -> None:
    await begun(world)
    world.pass_(hours=2)
    world.understanding.meanings["شكرا"] = Meaning(Intent.THANKS, 0.9)
    assert len(await world.send("شكرا")) == 1


async def test_stopping_without_a_quiz_offers_one(world: World) -> None:
    await world.person("muscat")
    (said,) = await world.press("qz1")
    assert said.plain_text == world.phrase("quiz_none")
    (first,) = await world.press(data_of(said, "qs1")[0])
    assert asked(first)[1] == 0


async def test_the_custom_actions_start_answer_and_stop(world: World) -> None:
    await world.person("muscat")
    meanings = world.understanding.meanings
    meanings["اختبرني"] = Meaning(Intent.START_QUIZ, 0.9)
    meanings["بشوف"] = meanings["الخيار التاسع"] = Meaning(Intent.ANSWER_QUIZ, 0.9)
    meanings["خلاص"] = Meaning(Intent.STOP_QUIZ, 0.9)
    (none,) = await world.send("بشوف")
    assert none.plain_text == world.phrase("quiz_none")
    (first,) = await world.send("اختبرني")
    (unclear,) = await world.send("الخيار التاسع")
    assert world.phrase("quiz_unclear") in unclear.plain_text
    assert asked(unclear) == asked(first)
    (paused,) = await world.send("خلاص")
    assert paused.plain_text == world.phrase("quiz_paused", left=7)


async def test_the_model_is_not_needed_for_a_quiz(world: World) -> None:
    world.understanding.is_down = True
    message = await begun(world)
    while not data_of(message, "qs1"):
        (message,) = await world.press(answering(world, message))


async def test_english_is_asked_in_english(world: World) -> None:
    await world.person("bahrain")
    await world.send(Command("english"))
    (message,) = await world.send(Command("quiz"))
    assert message.language is Language.ENGLISH
    assert "Question 1 of 7" in message.plain_text
    (after,) = await world.press(answering(world, message, right=False))
    assert "Right: “" in after.plain_text
    assert "«" not in after.plain_text

"""A quiz where something else changes in the middle of it: the bank, the employer, the hour."""

from __future__ import annotations

from copy import copy

from bot.domain.meaning import Intent, Meaning
from bot.domain.quizzing import QuestionKind
from bot.library.library import Library
from bot.library.quizzes import Question
from tests.conversation.test_quizzing import WHY, answering, asked, begun, question_of, until
from tests.support.world import World, asks, data_of


def without(library: Library, *questions: Question) -> Library:
    """The content after a deployment that took questions away."""
    less = copy(library)
    less.quizzes = {
        name: bank.model_copy(
            update={"questions": [q for q in bank.questions if q not in questions]}
        )
        for name, bank in library.quizzes.items()
    }
    return less


async def test_a_question_that_is_gone_gives_way_to_the_next(world: World) -> None:
    first = await begun(world)
    newer = World(world.database, without(world.library, question_of(world, first)))
    (said,) = await newer.press(answering(world, first), event=60)
    assert world.phrase("quiz_changed") in said.plain_text
    assert asked(said) == (asked(first)[0], 1)
    (after,) = await newer.press(answering(newer, said), event=61)
    assert asked(after)[1] == 2


async def test_a_full_score_is_not_told_of_a_wrong_answer_whose_question_is_gone(
    world: World,
) -> None:
    first = await begun(world)
    (message,) = await world.press(answering(world, first, right=False))
    newer = World(world.database, without(world.library, question_of(world, first)))
    event = 60
    while not data_of(message, "qs1"):
        (message,) = await newer.press(answering(newer, message), event=(event := event + 1))
    assert world.phrase("quiz_result", score=6, total=7) in [b.text for b in message.blocks]


async def test_why_hours_after_a_question_is_about_something_else(world: World) -> None:
    await begun(world)
    world.pass_(hours=2)
    question = "هل أعلق على قضية منظورة؟"
    world.understanding.meanings[question] = asks("court_case", "comment")
    world.understanding.meanings[WHY] = Meaning(Intent.FOLLOW_UP, 0.9)
    await world.send(question)
    (why,) = await world.send(WHY)
    assert why.plain_text != world.phrase("quiz_why_later")


async def test_after_a_change_of_employer_a_letter_answers_nothing(world: World) -> None:
    first = await begun(world)
    await world.press("em1:bahrain")
    world.understanding.meanings["ب"] = Meaning(Intent.ANSWER_QUIZ, 0.9)
    (typed,) = await world.send("ب")
    assert typed.plain_text == world.phrase("quiz_none")
    (pressed,) = await world.press(answering(world, first))
    assert pressed.plain_text == world.phrase("old_button")


async def test_a_mark_on_a_question_that_is_gone_leads_to_the_next(world: World) -> None:
    await world.person("muscat")
    message = await until(world, QuestionKind.MULTIPLE)
    newer = World(world.database, without(world.library, question_of(world, message)))
    (said,) = await newer.press(data_of(message, "qp1")[0], event=90)
    if data_of(said, "qs1"):  # it was the last one
        return
    assert world.phrase("quiz_changed") in said.plain_text
    assert asked(said)[1] == asked(message)[1] + 1


async def test_why_after_a_change_of_employer_shows_no_article_of_the_former(world: World) -> None:
    first = await begun(world)
    await world.press(answering(world, first))
    await world.press("em1:bahrain")
    world.understanding.meanings[WHY] = Meaning(Intent.FOLLOW_UP, 0.9)
    (why,) = await world.send(WHY)
    assert "[muscat." not in why.plain_text

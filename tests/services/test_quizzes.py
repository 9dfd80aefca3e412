from __future__ import annotations

import asyncio
from copy import copy
from datetime import timedelta

import pytest

from bot.library.library import Library
from bot.library.quizzes import Question
from bot.records.quizzes import Quizzes
from bot.services.quizzes import QuizService
from bot.services.turns import Refused, Turn
from tests.support.content import real_library
from tests.support.world import BADR, World


@pytest.fixture
def quizzes(world: World) -> QuizService:
    return QuizService(world.database, real_library(), world.now)


async def started(quizzes: QuizService, person: str, key: str = "event:1") -> Turn:
    turn = await quizzes.start(person, key)
    assert turn is not None
    assert turn.question is not None
    return turn


async def answered(
    quizzes: QuizService, person: str, turn: Turn, key: str, *, right: bool = True
) -> Turn:
    assert turn.question is not None
    wrong = min(set(turn.order) - turn.question.right)
    picks = turn.question.right if right else frozenset({wrong})
    given = await quizzes.answer(person, turn.sitting, turn.position, picks, key)
    assert isinstance(given, Turn)
    return given


async def test_a_sitting_asks_counts_and_ends(world: World, quizzes: QuizService) -> None:
    person = await world.person("muscat")
    turn = await started(quizzes, person)
    assert (turn.position, turn.total, turn.resumed) == (0, 7, False)
    missed = []
    for number in range(turn.total):
        assert turn.question is not None
        right = number not in {1, 4}
        if not right:
            missed.append(turn.question.article)
        turn = await answered(quizzes, person, turn, f"event:{number + 2}", right=right)
        assert turn.last is not None
        assert turn.last.right is right
    assert turn.question is None
    assert turn.result is not None
    assert (turn.result.score, turn.result.total) == (5, 7)
    assert turn.result.again == tuple(dict.fromkeys(missed))
    assert await quizzes.come_back(person) is None


async def test_the_first_answer_counts_and_its_own_event_gets_it_again(
    world: World, quizzes: QuizService
) -> None:
    person = await world.person("bahrain")
    first = await started(quizzes, person)
    second = await answered(quizzes, person, first, "event:2", right=False)
    assert await answered(quizzes, person, first, "event:2") == second
    assert first.question is not None
    late = await quizzes.answer(person, first.sitting, 0, first.question.right, "event:3")
    assert late is Refused.BEFORE


async def test_twenty_presses_at_once_are_one_answer(world: World, quizzes: QuizService) -> None:
    person = await world.person("bahrain")
    turn = await started(quizzes, person)
    assert turn.question is not None
    right = turn.question.right
    presses = (quizzes.answer(person, turn.sitting, 0, right, f"event:{n}") for n in range(20))
    given = await asyncio.gather(*presses)
    assert sum(isinstance(one, Turn) for one in given) == 1
    assert sum(one is Refused.BEFORE for one in given) == 19


async def test_what_is_no_answer_of_this_person_has_no_effect(
    world: World, quizzes: QuizService
) -> None:
    person = await world.person("muscat")
    other = await world.person("muscat", BADR)
    turn = await started(quizzes, person)
    for who, sitting, position, picks in (
        (other, turn.sitting, 0, {0}),
        (person, "0" * 16, 0, {0}),
        (person, turn.sitting, 1, {0}),
        (person, turn.sitting, 99, {0}),
        (person, turn.sitting, 0, {9}),
        (person, turn.sitting, 0, set()),
    ):
        refused = await quizzes.answer(who, sitting, position, frozenset(picks), "event:2")
        assert refused is Refused.UNKNOWN
    assert await quizzes.current(person, turn.sitting) == turn
    assert await quizzes.current(other, turn.sitting) is None


async def test_it_waits_and_goes_on_days_later(world: World, quizzes: QuizService) -> None:
    person = await world.person("moh-uae")
    second = await answered(quizzes, person, await started(quizzes, person), "event:2")
    paused = await quizzes.pause(person)
    assert paused is not None
    assert paused.question == second.question
    world.pass_(seconds=timedelta(days=5).total_seconds())
    resumed = await started(quizzes, person, "event:9")
    assert (resumed.sitting, resumed.position, resumed.resumed) == (second.sitting, 1, True)
    assert (resumed.question, resumed.order) == (second.question, second.order)


async def test_one_left_long_ago_is_dealt_anew(world: World, quizzes: QuizService) -> None:
    person = await world.person("muscat")
    old = await started(quizzes, person)
    world.pass_(seconds=timedelta(days=31).total_seconds())
    assert (await started(quizzes, person, "event:2")).sitting != old.sitting


async def test_where_there_is_no_bank_nothing_is_asked(world: World) -> None:
    library = copy(world.library)
    library.quizzes = {}
    bare = QuizService(world.database, library, world.now)
    assert await bare.start(await world.person(), "event:1") is None


async def test_a_typed_answer_counts_once_and_its_own_event_gets_it_again(
    world: World, quizzes: QuizService
) -> None:
    person = await world.person("muscat")
    first = await started(quizzes, person)
    heard: list[tuple[Question, tuple[int, ...]]] = []

    def read(question: Question, order: tuple[int, ...]) -> frozenset[int] | None:
        heard.append((question, order))
        return question.right

    second = await quizzes.answer_typed(person, first.sitting, read, "event:2")
    assert second is not None
    assert second.last is not None
    assert second.last.right
    assert await quizzes.answer_typed(person, first.sitting, read, "event:2") == second
    assert heard == [(first.question, first.order)]


async def test_a_typed_text_that_is_no_answer_changes_nothing(
    world: World, quizzes: QuizService
) -> None:
    person = await world.person("muscat")
    first = await started(quizzes, person)
    assert await quizzes.answer_typed(person, first.sitting, lambda *_: None, "event:2") is None
    assert await quizzes.answer_typed(person, "another", lambda q, _: q.right, "event:2") is None
    again = await quizzes.come_back(person)
    assert again is not None
    assert (again.position, again.question) == (0, first.question)


async def test_who_was_away_for_hours_is_not_asked_again_unasked(
    world: World, quizzes: QuizService
) -> None:
    person = await world.person("muscat")
    await started(quizzes, person)
    world.pass_(minutes=59)
    assert await quizzes.come_back(person) is not None
    world.pass_(minutes=2)
    assert await quizzes.come_back(person) is None


async def test_the_last_answer_is_explained_for_an_hour(world: World, quizzes: QuizService) -> None:
    person = await world.person("muscat")
    first = await started(quizzes, person)
    assert await quizzes.find_explained(person) is None
    await answered(quizzes, person, first, "event:2")
    assert await quizzes.find_explained(person) == first.question
    world.pass_(minutes=61)
    assert await quizzes.find_explained(person) is None


def reworked(turn: Turn, **changes: object) -> Library:
    """The content after a deployment that changed the question that is asked."""
    library = copy(real_library())
    library.quizzes = {
        name: bank.model_copy(
            update={
                "questions": [
                    q.model_copy(update=changes) if q == turn.question else q
                    for q in bank.questions
                ]
            }
        )
        for name, bank in library.quizzes.items()
    }
    return library


async def test_a_question_that_was_reworked_meanwhile_is_not_graded_as_it_is_now(
    world: World, quizzes: QuizService
) -> None:
    person = await world.person("muscat")
    first = await started(quizzes, person)
    assert first.question is not None
    library = reworked(first, version=first.question.version + 1)
    newer = QuizService(world.database, library, world.now)
    assert await newer.current(person, first.sitting) is None
    picks = first.question.right
    passed = await newer.answer(person, first.sitting, 0, picks, "event:2")
    assert isinstance(passed, Turn)
    assert (passed.position, passed.last) == (1, None)
    second = await answered(newer, person, passed, "event:3")
    assert second.position == 2
    async with world.database.reading() as session:
        given = await Quizzes(session).list_answers(first.sitting)
    assert [answer.position for answer in given] == [1]


async def test_a_typed_answer_handled_again_answers_nothing_else(
    world: World, quizzes: QuizService
) -> None:
    person = await world.person("muscat")
    first = await started(quizzes, person)

    def read(question: Question, _: tuple[int, ...]) -> frozenset[int] | None:
        return question.right

    second = await quizzes.answer_typed(person, first.sitting, read, "event:2")
    assert second is not None
    await answered(quizzes, person, second, "event:3")  # meanwhile, on another channel
    await quizzes.answer_typed(person, first.sitting, read, "event:2")
    async with world.database.reading() as session:
        given = await Quizzes(session).list_answers(first.sitting)
    assert [answer.key for answer in given] == ["event:2", "event:3"]


async def test_after_a_change_of_employer_the_old_sitting_takes_no_answers(
    world: World, quizzes: QuizService
) -> None:
    person = await world.person("muscat")
    first = await started(quizzes, person)
    assert first.question is not None
    await world.enrolment.choose_employer(person, "bahrain", "event:2")
    picks = first.question.right
    assert await quizzes.answer(person, first.sitting, 0, picks, "event:3") is Refused.UNKNOWN
    typed = await quizzes.answer_typed(person, first.sitting, lambda q, _: q.right, "event:4")
    assert typed is None
    assert await quizzes.current(person, first.sitting) is None
    assert await quizzes.come_back(person) is None
    anew = await started(quizzes, person, "event:5")
    assert anew.sitting != first.sitting
    assert anew.question is not None
    assert anew.question.article.startswith("bahrain")


async def test_two_channels_at_once_do_not_wait_for_each_other(
    world: World, quizzes: QuizService
) -> None:
    person = await world.person("muscat")
    turn = await started(quizzes, person)
    for number in range(12):
        world.pass_(minutes=61)  # so that an answer notes that the question is seen
        acts = [
            quizzes.answer(person, turn.sitting, turn.position, frozenset({0}), f"press:{number}"),
            quizzes.start(person, f"start:{number}"),
            quizzes.pause(person),
        ]
        chance = number % len(acts)
        await asyncio.gather(*acts[chance:], *acts[:chance])
        turn = await started(quizzes, person, f"go-on:{number}")

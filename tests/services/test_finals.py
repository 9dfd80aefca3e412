"""Final quizzes whose questions change while they are open."""

from __future__ import annotations

from copy import copy

import pytest
from sqlalchemy import select

from bot.domain.completion import FINAL
from bot.domain.learners import learner_of
from bot.library.library import Library
from bot.records.learning import Learning
from bot.records.quiz_rows import Sitting
from bot.services.finals import FinalService
from bot.services.quizzes import QuizService
from bot.services.turns import Turn
from tests.support.learning import do_lessons
from tests.support.world import World


@pytest.fixture(autouse=True)
async def published(world: World) -> None:
    await world.workshop_service.publish()


def without(world: World, kept: int, sitting: Sitting) -> Library:
    """All content after all questions of a sitting but its first ones have changed."""
    names = {dealt.partition("@")[0] for dealt in sitting.questions[kept:]}
    bank = world.library.quizzes["muscat"]
    questions = [
        each.model_copy(update={"version": each.version + 1}) if each.id in names else each
        for each in bank.questions
    ]
    library = copy(world.library)
    changed = bank.model_copy(update={"questions": tuple(questions)})
    library.quizzes = library.quizzes | {"muscat": changed}
    return library


async def begun_final(world: World, person: str) -> tuple[Turn, Sitting]:
    await do_lessons(world, person)
    turn = await world.finals.start(person, "event:1")
    assert turn is not None
    async with world.database.reading() as session:
        [sitting] = await session.scalars(select(Sitting))
    return turn, sitting


@pytest.mark.parametrize(("kept", "passed"), [(1, False), (8, True)])
async def test_what_the_bank_loses_meanwhile_is_not_passed_unasked(
    world: World, kept: int, *, passed: bool
) -> None:
    person = await world.person("muscat")
    turn, sitting = await begun_final(world, person)
    quizzes = QuizService(world.database, without(world, kept, sitting), world.now)
    for number in range(kept):
        assert turn.question is not None
        given = await quizzes.answer(
            person, turn.sitting, turn.position, turn.question.right, f"answer:{number}"
        )
        assert isinstance(given, Turn)
        turn = given
    assert turn.result is not None
    assert turn.final is not None
    assert (turn.result.score, turn.result.total) == (kept, 10)
    assert turn.final.passed == passed
    async with world.database.reading() as session:
        rows = await Learning(session).list_all_evidence(learner_of(person, None))
    # Nobody fails by what was not asked.
    assert [(row.passed, row.total) for row in rows if row.part == FINAL] == [(True, 10)] * passed


async def test_a_final_that_the_bank_has_lost_of_is_dealt_anew(world: World) -> None:
    person = await world.person("muscat")
    turn, sitting = await begun_final(world, person)
    finals = FinalService(world.database, without(world, 8, sitting), world.now)
    anew = await finals.start(person, "event:2")
    assert anew is not None
    assert anew.sitting != turn.sitting

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.conversation.moments import said_hour
from bot.conversation.personal_data import described
from bot.domain.meaning import Language
from bot.records.quiz_rows import DailyHabit, QuizAnswer, QuizMemory, Sitting, SittingKind
from bot.services.quizzes import QuizService
from bot.services.turns import Turn
from tests.support.roster import employ
from tests.support.world import AMAL, BADR, World


@pytest.fixture
def quizzes(world: World) -> QuizService:
    return QuizService(world.database, world.library, world.now)


async def answered(world: World, quizzes: QuizService, person: str) -> Turn:
    """Let somebody start the daily five minutes, answer once and choose an hour."""
    turn = await quizzes.start(person, "event:1", SittingKind.DAILY, 5)
    assert turn is not None
    assert turn.question is not None
    right = turn.question.right
    given = await quizzes.answer(person, turn.sitting, 0, right, "event:2")
    assert isinstance(given, Turn)
    await world.daily.set(person, 16)
    return given


async def test_the_file_of_ones_data_tells_of_the_quiz(world: World, quizzes: QuizService) -> None:
    await employ(world)
    await world.send(await world.linking.issue_code("muscat", "1001"))
    person = (await world.enrolment.meet(AMAL, None)).id
    turn = await answered(world, quizzes, person)
    assert turn.last is not None
    question = turn.last.question
    data = await world.privacy.collect(person)
    (sitting,) = data.quiz.sittings
    assert (sitting.kind, sitting.employer, sitting.total) == ("daily", "muscat", 5)
    (answer,) = sitting.answers
    assert (answer.question, answer.picks, answer.right) == (
        question.id,
        tuple(sorted(question.right)),
        True,
    )
    assert answer.department == "المديرية العامة / الإعلام"
    assert [memory.question for memory in data.quiz.memories] == [question.id]
    assert data.quiz.daily is not None
    assert (data.quiz.daily.hour, data.quiz.daily.is_on) == (16, True)
    for language in Language:
        told = described(data, world.library, language)
        assert told.count(question.text.text(language)) == 2
        assert said_hour(world.library.phrases, language, 16) in told
        assert "المديرية العامة / الإعلام" in told


async def test_without_a_quiz_nothing_is_told_of_one(world: World) -> None:
    data = await world.privacy.collect(await world.person("muscat"))
    assert (data.quiz.sittings, data.quiz.memories, data.quiz.daily) == ((), (), None)
    assert world.phrase("data_quiz") not in described(data, world.library, Language.ARABIC)


async def test_erasing_takes_all_of_ones_quiz_and_nobody_elses(
    world: World, quizzes: QuizService
) -> None:
    person, other = await world.person("muscat"), await world.person("muscat", BADR)
    for each in (person, other):
        await answered(world, quizzes, each)
    await world.privacy.ask_erasure(person)
    assert await world.privacy.erase_due() == 1
    async with world.database.reading() as session:
        for row in (Sitting, QuizAnswer, QuizMemory, DailyHabit):
            assert list(await session.scalars(select(row.person_id))) == [other]
        assert await session.scalar(select(func.count()).select_from(Sitting)) == 1

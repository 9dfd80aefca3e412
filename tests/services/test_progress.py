from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from bot.library.quizzes import Question
from bot.services.daily import DailyService
from bot.services.progress import Progress, ProgressService
from bot.services.quizzes import QuizService
from bot.services.turns import Turn
from tests.support.content import real_library
from tests.support.world import BADR, World

THURSDAY = datetime(2026, 11, 19, 6, 0, tzinfo=UTC)  # ten o'clock in Muscat
QUESTIONS = real_library().questions("muscat")


@pytest.fixture
def world(world: World) -> World:
    world.moment = THURSDAY
    return world


@pytest.fixture
def progress(world: World) -> ProgressService:
    return ProgressService(world.database, real_library(), world.now)


async def shown(progress: ProgressService, person: str) -> Progress:
    found = await progress.show(person)
    assert found is not None
    return found


async def sit(
    world: World, person: str, size: int, is_right: Callable[[Question], bool] = lambda _: True
) -> list[tuple[Question, bool]]:
    """Let somebody answer a whole sitting."""
    quizzes = QuizService(world.database, real_library(), world.now)
    turn = await quizzes.start(person, f"start:{world.moment}", size=size)
    answers = []
    while turn is not None and turn.question is not None:
        question = turn.question
        answers.append((question, is_right(question)))
        wrong = frozenset({min(set(turn.order) - question.right)})
        picks = question.right if is_right(question) else wrong
        key = f"{turn.sitting}:{turn.position}"
        given = await quizzes.answer(person, turn.sitting, turn.position, picks, key)
        assert isinstance(given, Turn)
        turn = given
    return answers


async def test_who_has_not_begun_has_all_of_it_left(
    world: World, progress: ProgressService
) -> None:
    person = await world.person("muscat")
    found = await shown(progress, person)
    articles = {question.article for question in QUESTIONS}
    assert (found.total, found.articles) == (len(QUESTIONS), len(articles))
    counts = (found.asked, found.known, found.due, found.done, found.sittings, found.streak)
    assert counts == (0, 0, 0, 0, 0, 0)
    assert found.weak == ()
    assert (found.daily.hour, found.daily.stopped) == (None, False)


async def test_where_there_is_nothing_to_ask_there_is_none(
    world: World, progress: ProgressService
) -> None:
    assert await progress.show(await world.person(None)) is None


async def test_answers_are_counted(world: World, progress: ProgressService) -> None:
    person = await world.person("muscat")
    wrong = QUESTIONS[3].article
    answers = await sit(world, person, 100, lambda question: question.article != wrong)
    assert len(answers) == len(QUESTIONS)
    missed = Counter(question.article for question, right in answers if not right)
    found = await shown(progress, person)
    assert found.asked == found.total
    assert found.known == found.total - missed[wrong]
    assert (found.done, found.weak) == (found.articles - 1, (wrong,))
    assert (found.sittings, found.streak, found.due) == (1, 1, 0)
    world.pass_(days=200)
    later = await shown(progress, person)
    assert (later.due, later.weak, later.streak) == (found.total, (), 0)


async def test_what_is_known_again_is_weak_no_more(world: World, progress: ProgressService) -> None:
    person = await world.person("bahrain")
    await sit(world, person, 100, lambda _: False)
    assert len((await shown(progress, person)).weak) == 3
    world.pass_(days=3)
    await sit(world, person, 100)
    found = await shown(progress, person)
    assert (found.weak, found.known, found.done) == ((), found.total, found.articles)
    assert found.sittings == 2


async def test_a_sitting_that_was_given_up_is_not_done(
    world: World, progress: ProgressService
) -> None:
    person = await world.person("muscat")
    quizzes = QuizService(world.database, real_library(), world.now)
    await quizzes.start(person, "event:1")
    world.pass_(days=31)
    await sit(world, person, 5)
    assert (await shown(progress, person)).sittings == 1


async def test_days_in_a_row_pass_over_the_weekend(world: World, progress: ProgressService) -> None:
    person = await world.person("muscat")
    await sit(world, person, 5)
    world.moment = THURSDAY + timedelta(days=3, hours=10)  # Sunday, ten in the evening
    await sit(world, person, 5)
    # In Muscat it is Monday already, in Greenwich not yet.
    world.moment = THURSDAY + timedelta(days=3, hours=15)
    assert (await shown(progress, person)).streak == 2
    world.moment = THURSDAY + timedelta(days=5)
    assert (await shown(progress, person)).streak == 0


async def test_it_is_ones_own_and_names_the_hour(world: World, progress: ProgressService) -> None:
    person, other = await world.person("muscat"), await world.person("muscat", BADR)
    await sit(world, other, 5)
    await DailyService(world.database, real_library(), world.now).set(person, 9)
    found = await shown(progress, person)
    assert (found.asked, found.sittings, found.daily.hour) == (0, 0, 9)


async def test_a_few_queries_do_however_much_was_answered(
    world: World, progress: ProgressService
) -> None:
    person = await world.person("muscat")
    await sit(world, person, 100, lambda question: question.difficulty.value != "easy")
    statements: list[str] = []
    async with world.database.reading() as session:
        engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    await progress.show(person)
    assert 0 < len([one for one in statements if one.startswith("SELECT")]) <= 6

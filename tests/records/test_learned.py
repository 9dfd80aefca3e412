from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.audience import Learned
from bot.domain.reviewing import review
from bot.records.learned import read_learned
from bot.records.people import People
from bot.records.quizzes import Quizzes
from tests.support.completions import BEGUN, attend, complete, publish
from tests.support.learning import enrolled
from tests.support.roster import employ
from tests.support.world import BADR, World

_ARTICLE, _OTHER = "muscat.3", "muscat.1"


@pytest.fixture
def world(world: World) -> World:
    world.moment = BEGUN + timedelta(days=60)
    return world


async def _learned(world: World) -> Learned:
    async with world.database.reading() as session:
        return await read_learned(
            session,
            workshops=["muscat"],
            questions=world.library.questions_on([_ARTICLE, _OTHER]),
            now=world.now(),
        )


async def test_who_completed_or_attended_is_told_from_who_did_not(world: World) -> None:
    await publish(world.database)
    done, attended, _ = [await employ(world, number) for number in ("1", "2", "3")]
    await complete(world.database, done)
    await attend(world.database, attended)
    learned = await _learned(world)
    assert learned.completed == {"muscat": {done, attended}}


async def test_an_old_completion_counts_until_it_had_to_be_renewed(world: World) -> None:
    await publish(world.database)
    old, new = [await employ(world, number) for number in ("1", "2")]
    await complete(world.database, old)
    renew_by = BEGUN + timedelta(days=90)
    await publish(world.database, "muscat", "2", renew_by, BEGUN + timedelta(days=30))
    await complete(world.database, new, version="2", at=BEGUN + timedelta(days=31))
    assert (await _learned(world)).completed == {"muscat": {old, new}}
    world.moment = renew_by
    assert (await _learned(world)).completed == {"muscat": {new}}


async def test_the_latest_answer_on_an_article_decides(world: World) -> None:
    person = await enrolled(world)
    stranger = await world.person("muscat", BADR)
    first, second = world.library.questions_on([_ARTICLE])[_ARTICLE]
    async with world.database.reading() as session:
        employee = (await People(session).get(person)).employee_id

    async def answer(who: str, question: str, *, right: bool) -> None:
        world.moment += timedelta(hours=1)
        async with world.database.transaction() as session:
            memory = review(None, world.now(), right=right)
            await Quizzes(session).remember(who, question, 1, memory, is_right=right)

    await answer(stranger, first, right=False)
    await answer(person, first, right=True)
    assert (await _learned(world)).wrong == {_ARTICLE: set(), _OTHER: set()}
    await answer(person, second, right=False)
    assert (await _learned(world)).wrong == {_ARTICLE: {employee}, _OTHER: set()}
    await answer(person, first, right=True)
    assert (await _learned(world)).wrong == {_ARTICLE: set(), _OTHER: set()}


async def test_nothing_asked_is_nothing_told(world: World) -> None:
    async with world.database.reading() as session:
        learned = await read_learned(session, workshops=[], questions={}, now=world.now())
    assert learned == Learned({}, {})

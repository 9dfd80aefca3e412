"""People who go through the workshop of Muscat, by its services."""

from __future__ import annotations

from typing import Any

from bot.services.turns import Turn
from bot.services.workshops import Checked, Standing
from tests.support.roster import employ
from tests.support.world import AMAL, World


async def enrolled(world: World, number: str = "1001", **facts: Any) -> str:
    """An employee of Muscat whose chat is linked; gives the person's id."""
    await employ(world, number, **facts)
    await world.linking.redeem(AMAL, await world.linking.issue_code("muscat", number))
    return (await world.enrolment.meet(AMAL, None)).id


async def standing(world: World, person: str) -> Standing:
    """Where somebody is."""
    found = await world.workshop_service.stand(person)
    assert found is not None
    return found


async def check(world: World, person: str, lesson: str, *, right: bool = True) -> Checked:
    """Answer the question of a lesson."""
    asked = await world.workshop_service.ask(person, lesson)
    assert asked is not None
    question = asked.question
    wrong = frozenset({min(set(asked.order) - question.right)})
    picks = question.right if right else wrong
    checked = await world.workshop_service.answer(person, lesson, question.version, picks)
    assert checked is not None
    return checked


async def do_lessons(world: World, person: str, *, wrong: frozenset[int] = frozenset()) -> None:
    """Do all lessons; those with these numbers, from 1, with a wrong answer."""
    workshop = (await standing(world, person)).workshop
    for number, lesson in enumerate(workshop.lessons, 1):
        await check(world, person, lesson.id, right=number not in wrong)


async def take_final(world: World, person: str, wrong: int = 0, key: str = "final") -> Turn:
    """Take the final quiz, with so many wrong answers; gives its last turn."""
    turn = await world.finals.start(person, key)
    assert turn is not None
    for number in range(turn.total):
        assert turn.question is not None
        right = turn.question.right
        picks = frozenset({min(set(turn.order) - right)}) if number < wrong else right
        given = await world.quizzes.answer(
            person, turn.sitting, turn.position, picks, f"{key} {number}"
        )
        assert isinstance(given, Turn)
        turn = given
    return turn


async def complete(world: World, person: str) -> Turn:
    """Do all lessons and pass the final quiz."""
    await do_lessons(world, person)
    return await take_final(world, person)

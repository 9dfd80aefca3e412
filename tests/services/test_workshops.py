from __future__ import annotations

import asyncio
from copy import copy
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.learners import learner_of
from bot.errors import ContentError
from bot.library.workshops import Workshop
from bot.records.learning import Evidence, Learning, WorkshopVersion
from bot.records.people import People
from bot.records.quiz_rows import Sitting
from bot.records.quizzes import Quizzes
from bot.services.turns import Turn
from bot.services.workshops import WorkshopService
from tests.support.learning import check, complete, do_lessons, enrolled, standing, take_final
from tests.support.patience import PATIENCE_S
from tests.support.world import World


@pytest.fixture(autouse=True)
async def published(world: World) -> None:
    await world.workshop_service.publish()


async def evidence(world: World, person: str) -> list[Evidence]:
    async with world.database.reading() as session:
        return list(await Learning(session).list_all_evidence(learner_of(person, None)))


def renewed(world: World, **facts: object) -> WorkshopService:
    """The service after Muscat's workshop was changed."""
    library = copy(world.library)
    workshop = library.workshops["muscat"].model_copy(update=facts)
    library.workshops = library.workshops | {"muscat": workshop}
    return WorkshopService(world.database, library, world.now)


async def test_a_workshop_goes_on_at_the_first_lesson_that_is_not_done(world: World) -> None:
    person = await world.person("muscat")
    start = await standing(world, person)
    assert (start.done, start.completed, start.failed) == (frozenset(), None, None)
    first, second, third, *_ = start.workshop.lessons
    assert start.next == first
    await check(world, person, second.id)
    assert (await standing(world, person)).next == first
    checked = await check(world, person, first.id)
    assert checked.given.right
    assert checked.standing.next == third


async def test_the_first_answer_is_the_evidence_right_or_not(world: World) -> None:
    person = await world.person("muscat")
    lesson = (await standing(world, person)).workshop.lessons[0]
    wrong = await check(world, person, lesson.id, right=False)
    assert not wrong.given.right
    assert wrong.standing.done == {lesson.id}
    assert (await check(world, person, lesson.id)).given.right
    [row] = await evidence(world, person)
    assert (row.part, row.passed, row.score, row.total) == (lesson.id, False, 0, 1)


async def test_twenty_presses_at_once_are_one_answer(world: World) -> None:
    person = await world.person("muscat")
    lesson = (await standing(world, person)).workshop.lessons[0]
    await asyncio.gather(*(check(world, person, lesson.id) for _ in range(20)))
    assert len(await evidence(world, person)) == 1


async def test_what_is_not_there_is_not_asked_and_not_answered(world: World) -> None:
    person = await world.person("muscat")
    service, lesson = world.workshop_service, (await standing(world, person)).workshop.lessons[0]
    assert await service.ask(person, "bahrain.l1") is None
    assert await service.ask(person, "muscat.l99") is None
    assert await service.answer(person, lesson.id, 99, frozenset({0})) is None
    assert await service.answer(person, lesson.id, 1, frozenset({8})) is None
    assert await service.answer(person, lesson.id, 1, frozenset()) is None
    assert await evidence(world, person) == []


async def test_without_an_employer_there_is_no_workshop(world: World) -> None:
    person = await world.person(None)
    assert await world.workshop_service.stand(person) is None
    assert await world.workshop_service.ask(person, "muscat.l1") is None
    assert await world.finals.start(person, "event:1") is None


async def test_choices_are_shown_each_time_alike(world: World) -> None:
    person = await world.person("muscat")
    for lesson in (await standing(world, person)).workshop.lessons:
        asked = [await world.workshop_service.ask(person, lesson.id) for _ in range(2)]
        assert asked[0] == asked[1]
        assert asked[0] is not None
        assert sorted(asked[0].order) == list(range(asked[0].question.size))


async def test_the_final_quiz_waits_for_all_lessons(world: World) -> None:
    person = await world.person("muscat")
    assert await world.finals.start(person, "event:1") is None
    await do_lessons(world, person)
    assert (await standing(world, person)).next is None
    turn = await world.finals.start(person, "event:2")
    assert turn is not None
    assert (turn.workshop, turn.total) == ("muscat", 10)


async def test_the_final_quiz_asks_again_what_was_wrong(world: World) -> None:
    person = await world.person("muscat")
    await do_lessons(world, person, wrong=frozenset({2, 5}))
    turn = await world.finals.start(person, "event:1")
    assert turn is not None
    workshop = (await standing(world, person)).workshop
    async with world.database.reading() as session:
        [sitting] = await session.scalars(select(Sitting))
    asked = {dealt.partition("@")[0] for dealt in sitting.questions}
    assert {workshop.lessons[1].question, workshop.lessons[4].question} <= asked


async def test_the_final_quiz_ends_another_and_goes_on_itself(world: World) -> None:
    person = await world.person("muscat")
    await do_lessons(world, person)
    other = await world.quizzes.start(person, "event:1")
    turn = await world.finals.start(person, "event:2")
    assert other is not None
    assert turn is not None
    assert turn.sitting != other.sitting
    again = await world.finals.start(person, "event:3")
    assert again is not None
    assert again.sitting == turn.sitting
    by_quiz = await world.quizzes.start(person, "event:4")
    assert by_quiz is not None
    assert (by_quiz.sitting, by_quiz.workshop) == (turn.sitting, "muscat")


async def test_a_lesson_lets_a_quiz_wait(world: World) -> None:
    person = await world.person("muscat")
    await world.quizzes.start(person, "event:1")
    await check(world, person, "muscat.l1")
    assert await world.quizzes.come_back(person) is None


async def test_a_lesson_waits_for_who_holds_the_person(world: World) -> None:
    person = await world.person("muscat")
    await world.quizzes.start(person, "event:1")
    lesson = (await standing(world, person)).workshop.lessons[0]
    async with world.database.transaction() as session:
        await People(session).hold(person)
        asking = asyncio.create_task(world.workshop_service.ask(person, lesson.id))
        await asyncio.sleep(0.2)
        # It would never come to this if the question had locked the quiz before the person.
        async with asyncio.timeout(PATIENCE_S):
            assert await Quizzes(session).find_open(person) is not None
    assert await asking is not None


async def test_all_done_is_completed_and_certified_once(world: World) -> None:
    person = await enrolled(world)
    world.pass_(hours=1)
    end = await complete(world, person)
    assert end.final is not None
    assert (end.final.passed, end.final.completed, end.final.certified) == (True, True, True)
    now = await standing(world, person)
    assert now.completed is not None
    assert (now.completed.score, now.completed.total) == (10, 10)
    assert now.completed.completed_at == world.now()
    assert await world.finals.start(person, "event:9") is None
    [certificate] = await world.certificates.list_of(person)
    assert (certificate.name, certificate.employer) == ("سالم بن حمد", "muscat")
    assert (certificate.workshop, certificate.version) == ("muscat", "1")
    assert certificate.percent == 100


async def test_a_failed_final_is_on_record_and_may_be_tried_again(world: World) -> None:
    person = await enrolled(world)
    await do_lessons(world, person)
    failed = await take_final(world, person, wrong=3, key="first")
    assert failed.final is not None
    assert (failed.final.passed, failed.final.completed) == (False, False)
    assert failed.final.pass_mark == 80
    assert (await standing(world, person)).failed == (7, 10)
    passed = await take_final(world, person, wrong=2, key="second")
    assert passed.sitting != failed.sitting
    assert passed.final is not None
    assert passed.final.completed
    now = await standing(world, person)
    assert now.failed is None
    assert now.completed is not None
    assert (now.completed.score, now.completed.total) == (8, 10)


async def test_the_end_told_again_is_noted_once(world: World) -> None:
    person = await enrolled(world)
    end = await complete(world, person)
    last = end.last
    assert last is not None
    again = await world.quizzes.answer(
        person, end.sitting, end.total - 1, last.picks, f"final {end.total - 1}"
    )
    assert again == end
    async with world.database.reading() as session:
        finals = (await session.scalars(select(Evidence).where(Evidence.part == "final"))).all()
    assert len(finals) == 1
    assert len(await world.certificates.list_of(person)) == 1


async def test_twenty_last_answers_at_once_complete_once(world: World) -> None:
    person = await enrolled(world)
    await do_lessons(world, person)
    turn = await world.finals.start(person, "final")
    for number in range(9):
        assert turn is not None
        assert turn.question is not None
        given = await world.quizzes.answer(
            person, turn.sitting, turn.position, turn.question.right, f"event:{number}"
        )
        assert isinstance(given, Turn)
        turn = given
    assert turn is not None
    assert turn.question is not None
    right = turn.question.right
    answers = (world.quizzes.answer(person, turn.sitting, 9, right, f"last:{n}") for n in range(20))
    ends = [each for each in await asyncio.gather(*answers) if isinstance(each, Turn)]
    assert len(ends) == 1
    assert len(await world.certificates.list_of(person)) == 1


async def test_a_new_version_is_to_be_completed_by_a_day(world: World) -> None:
    person = await enrolled(world)
    await complete(world, person)
    done_at = world.now()
    world.pass_(days=100)
    service = renewed(world, version="2")
    await service.publish()
    now = await service.stand(person)
    assert now is not None
    assert (now.done, now.completed) == (frozenset(), None)
    assert now.earlier is not None
    assert (now.earlier.version, now.earlier.completed_at) == ("1", done_at)
    assert now.renew_by == world.now() + timedelta(days=now.workshop.renew_days)


async def test_a_version_is_noted_once_and_must_not_change(world: World) -> None:
    world.pass_(days=1)
    await world.workshop_service.publish()
    async with world.database.reading() as session:
        version = await Learning(session).get_version("muscat", "1")
    assert version.published_at == world.now() - timedelta(days=1)
    assert version.renew_by is None
    workshop: Workshop = world.library.workshops["muscat"]
    for facts in ({"pass_mark": 70}, {"lessons": workshop.lessons[:-1]}):
        with pytest.raises(ContentError, match="Raise the version"):
            await renewed(world, **facts).publish()
    await renewed(world, lessons=workshop.lessons[::-1]).publish()
    async with world.database.reading() as session:
        versions = (await session.scalars(select(WorkshopVersion.workshop))).all()
    assert sorted(versions) == sorted(world.library.workshops)


async def test_replicas_that_start_together_note_a_version_once(world: World) -> None:
    service = renewed(world, version="3")
    await asyncio.gather(*(service.publish() for _ in range(4)))
    async with world.database.reading() as session:
        assert len(await Learning(session).list_versions("muscat")) == 2

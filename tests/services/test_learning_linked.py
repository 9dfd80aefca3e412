from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from bot.conversation.personal_data import described
from bot.domain.learners import learner_of
from bot.domain.meaning import Language
from bot.records.daily import DailyHabits
from bot.records.learning import Completion, Evidence, Learning, NewEvidence
from bot.records.people import People
from bot.records.quiz_rows import QuizAnswer, QuizMemory, Sitting
from bot.services.proving import prove
from bot.services.turns import Turn
from tests.support.learning import check, complete, do_lessons, enrolled, standing, take_final
from tests.support.roster import employ
from tests.support.world import AMAL, BADR, World


@pytest.fixture(autouse=True)
async def published(world: World) -> None:
    await world.workshop_service.publish()


async def link(world: World, number: str = "1001") -> str:
    """Link Amal's chat to an employee; gives the person's id."""
    await world.linking.redeem(AMAL, await world.linking.issue_code("muscat", number))
    return (await world.enrolment.meet(AMAL, None)).id


async def on_another_chat(world: World) -> tuple[str, str]:
    """An employee on Badr's chat; gives their own id and the person's."""
    employee = await employ(world)
    await world.linking.redeem(BADR, await world.linking.issue_code("muscat", "1001"))
    return employee, (await world.enrolment.meet(BADR, None)).id


async def answer_one(world: World, person: str, key: str, *, right: bool = True) -> Turn:
    """Answer a question of the quiz that is open, or of a new one."""
    turn = await world.quizzes.start(person, key)
    assert turn is not None
    assert turn.question is not None
    picks = turn.question.right
    if not right:
        picks = frozenset({min(set(turn.order) - picks)})
    given = await world.quizzes.answer(person, turn.sitting, turn.position, picks, f"{key} given")
    assert isinstance(given, Turn)
    return given


async def test_what_a_stranger_did_is_the_employees_once_they_are_known(world: World) -> None:
    person = await world.person("muscat")
    end = await complete(world, person)
    assert end.final is not None
    assert (end.final.completed, end.final.certified) == (True, False)
    assert await world.certificates.list_of(person) == ()
    employee = await employ(world)
    assert await link(world) == person
    async with world.database.reading() as session:
        learners = set(await session.scalars(select(Evidence.learner)))
    assert learners == {learner_of(person, employee)}
    assert (await standing(world, person)).completed is not None
    assert len(await world.certificates.list_of(person)) == 1


async def test_two_halves_of_a_workshop_are_one(world: World) -> None:
    employee, known = await on_another_chat(world)
    stranger = await world.person("muscat")
    lessons = [lesson.id for lesson in (await standing(world, stranger)).workshop.lessons]
    for lesson in lessons[:6]:
        await check(world, stranger, lesson)
    world.pass_(hours=1)
    for lesson in lessons[3:]:
        await check(world, known, lesson, right=False)
    assert await link(world) == known
    now = await standing(world, known)
    assert now.next is None
    async with world.database.reading() as session:
        rows = await Learning(session).list_all_evidence(learner_of(known, employee))
    assert [(row.part, row.passed) for row in rows] == [
        (lesson, place < 6) for place, lesson in enumerate(lessons)
    ]
    end = await take_final(world, known)
    assert end.final is not None
    assert end.final.certified


def first_lesson(world: World, learner: str) -> NewEvidence:
    return NewEvidence(
        learner=learner,
        workshop="muscat",
        version="1",
        part="muscat.l1",
        passed=True,
        score=1,
        total=1,
        at=world.now(),
        source=f"{learner} muscat.l1@1",
    )


async def test_what_is_answered_while_a_chat_is_linked_is_the_employees_too(world: World) -> None:
    employee, known = await on_another_chat(world)
    stranger = await world.person("muscat")
    code = await world.linking.issue_code("muscat", "1001")
    async with world.database.transaction() as session:
        await People(session).hold(stranger)
        linking = asyncio.create_task(world.linking.redeem(AMAL, code))
        await asyncio.sleep(0.3)
        await prove(session, first_lesson(world, learner_of(stranger, None)), world.now())
    assert (await linking).linked == "linked"
    async with world.database.reading() as session:
        learners = (await session.scalars(select(Evidence.learner))).all()
    assert learners == [learner_of(known, employee)]


async def test_a_strangers_quizzes_become_the_employees(world: World) -> None:
    _, known = await on_another_chat(world)
    stranger = await world.person("muscat")
    turn = await answer_one(world, stranger, "event:1")
    await world.daily.set(stranger, 16)
    assert await link(world) == known
    async with world.database.reading() as session:
        for row in (Sitting, QuizAnswer, QuizMemory):
            owners = (await session.scalars(select(row.person_id))).all()
            assert set(owners) == {known}
        habit = await DailyHabits(session).find(known)
    assert habit is not None
    assert habit.hour == 16
    again = await world.quizzes.come_back(known)
    assert again is not None
    assert (again.sitting, again.position) == (turn.sitting, 1)
    assert (await world.enrolment.meet(AMAL, None)).sitting == turn.sitting


async def test_of_two_open_quizzes_and_habits_the_employees_stay(world: World) -> None:
    _, known = await on_another_chat(world)
    own = await answer_one(world, known, "event:1")
    await world.daily.set(known, 8)
    stranger = await world.person("muscat")
    other = await answer_one(world, stranger, "event:2")
    await world.daily.set(stranger, 16)
    await link(world)
    async with world.database.reading() as session:
        left = await session.get_one(Sitting, other.sitting)
        habit = await DailyHabits(session).find(known)
    assert left.ended_at == world.now()
    assert habit is not None
    assert habit.hour == 8
    again = await world.quizzes.come_back(known)
    assert again is not None
    assert again.sitting == own.sitting


async def test_one_first_answer_and_the_later_memory_stay(world: World) -> None:
    _, known = await on_another_chat(world)
    own = await answer_one(world, known, "event:1")
    assert own.last is not None
    world.pass_(hours=1)
    stranger = await world.person("muscat")
    question = own.last.question
    turn = await world.quizzes.start(stranger, "event:2")
    assert turn is not None
    number = 0
    while turn.question is not None and turn.question != question:
        number += 1
        given = await world.quizzes.answer(
            stranger, turn.sitting, turn.position, turn.question.right, f"event:2.{number}"
        )
        assert isinstance(given, Turn)
        turn = given
        if turn.question is None:
            following = await world.quizzes.start(stranger, f"event:3.{number}")
            assert following is not None
            turn = following
    wrong = frozenset({min(set(turn.order) - question.right)})
    await world.quizzes.answer(stranger, turn.sitting, turn.position, wrong, "event:4")
    await link(world)
    async with world.database.reading() as session:
        of = select(QuizAnswer).where(QuizAnswer.question == question.id)
        rows = (await session.scalars(of.order_by(QuizAnswer.answered_at))).all()
        memory = await session.get_one(QuizMemory, (known, question.id))
    assert [row.is_first for row in rows] == [True, False]
    assert not memory.is_right


async def test_erasing_a_stranger_takes_their_workshop(world: World) -> None:
    person = await world.person("muscat")
    await complete(world, person)
    await world.privacy.ask_erasure(person)
    assert await world.privacy.erase_due() == 1
    async with world.database.reading() as session:
        for row in (Evidence, Completion):
            assert await session.scalar(select(func.count()).select_from(row)) == 0


async def test_what_is_answered_while_somebody_is_erased_goes_too(world: World) -> None:
    person = await world.person("muscat")
    await world.privacy.ask_erasure(person)
    async with world.database.transaction() as session:
        await People(session).hold(person)
        erasing = asyncio.create_task(world.privacy.erase_due())
        await asyncio.sleep(0.3)
        await prove(session, first_lesson(world, learner_of(person, None)), world.now())
    assert await erasing == 1
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Evidence)) == 0


async def test_erasing_an_employee_leaves_what_the_employer_has_to_prove(world: World) -> None:
    person = await enrolled(world)
    await complete(world, person)
    [certificate] = await world.certificates.list_of(person)
    await world.privacy.ask_erasure(person)
    await world.privacy.erase_due()
    assert (await world.certificates.verify(certificate.serial)).validity == "valid"
    assert await link(world) != person
    again = (await world.enrolment.meet(AMAL, None)).id
    assert [each.serial for each in await world.certificates.list_of(again)] == [certificate.serial]


@pytest.mark.parametrize("language", Language)
async def test_the_file_of_ones_data_tells_of_the_workshop(
    world: World, language: Language
) -> None:
    person = await enrolled(world)
    await do_lessons(world, person, wrong=frozenset({1}))
    await take_final(world, person)
    [certificate] = await world.certificates.list_of(person)
    data = await world.privacy.collect(person)
    assert len(data.learning.evidence) == 10
    told = described(data, world.library, language)
    workshop = world.library.workshops["muscat"]
    assert workshop.lessons[0].title.text(language) in told
    assert workshop.title.text(language) in told
    assert certificate.serial in told


async def test_the_file_of_ones_data_counts_days_as_the_employer_does(world: World) -> None:
    world.moment = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)  # the next day in Dubai
    data = await world.privacy.collect(await world.person("bahrain"))
    told = described(data, world.library, Language.ENGLISH)
    assert world.library.phrases.say("data_since", Language.ENGLISH, date="20/11/2026") in told

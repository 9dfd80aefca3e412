from __future__ import annotations

import statistics
from datetime import date, timedelta

import pytest

from bot.domain.item_analysis import Finding, Flag
from bot.records.database import Database
from bot.services.quiz_statistics import (
    EmployerFigures,
    QuestionFigures,
    QuizStatisticsService,
    Statistics,
    StatisticsError,
)
from tests.support.content import real_library
from tests.support.quiz_answers import NOW, QUESTIONS, sit
from tests.support.world import World

Q1, Q2, Q3, Q4 = (f"muscat.q{n}" for n in (2, 4, 5, 3))
"""The first three have four choices and one is right; the second and the last are of 2.2."""

WHOLE = {Q1: True, Q2: True}


@pytest.fixture
def service(database: Database) -> QuizStatisticsService:
    return QuizStatisticsService(database, real_library())


def question(found: Statistics, of: str) -> QuestionFigures:
    return next(each for each in found.questions if each.question.id == of)


def employer(found: Statistics, of: str = "muscat") -> EmployerFigures:
    return next(each for each in found.employers if each.employer == of)


async def test_figures_computed_by_hand(database: Database, service: QuizStatisticsService) -> None:
    # Who is right elsewhere is right at Q1: eight of twelve.
    for n in range(12):
        await sit(database, {Q1: n < 8, Q2: n < 6, Q3: n % 2 == 0})
    found = await service.compute()
    tally = question(found, Q1).tally
    assert (tally.answers, tally.right, tally.facility) == (12, 8, 8 / 12)
    right = str(min(QUESTIONS[Q1].right))
    assert dict(tally.picks) == {right: 8, "0": 4}
    rest = [((n < 6) + (n % 2 == 0)) / 2 for n in range(12)]
    expected = statistics.correlation([float(n < 8) for n in range(12)], rest)
    assert tally.discrimination == pytest.approx(expected)
    # Of so few that nobody took a choice says nothing.
    assert question(found, Q1).findings == ()
    of = employer(found)
    assert (of.sums.people, of.sums.answers, of.sums.right) == (12, 36, 20)
    articles = {each.article: each.sums for each in found.articles}
    failed = articles[QUESTIONS[Q1].article]
    assert (failed.people, failed.failed, failed.answers, failed.right) == (12, 4, 12, 8)
    assert [QUESTIONS[each].article for each in (Q2, Q3)] == [
        each.article for each in found.articles[:2]
    ]


async def test_who_is_wrong_twice_at_an_article_is_one_person(
    database: Database, service: QuizStatisticsService
) -> None:
    for n in range(10):
        await sit(database, {Q2: n > 2, Q4: n > 1})
    (article,) = (await service.compute()).articles
    assert article.article == QUESTIONS[Q2].article == QUESTIONS[Q4].article
    sums = article.sums
    assert (sums.people, sums.failed, sums.answers, sums.right) == (10, 3, 20, 15)


async def test_nothing_is_told_of_nine(database: Database, service: QuizStatisticsService) -> None:
    for _ in range(9):
        await sit(database, WHOLE)
    found = await service.compute()
    assert (found.articles, found.employers) == ((), ())
    assert len(found.questions) == len(QUESTIONS)
    assert all(each.findings == (Finding(Flag.TOO_FEW),) for each in found.questions)
    assert all(each.tally.answers == 0 for each in found.questions)
    await sit(database, WHOLE)
    assert employer(await service.compute()).sums.people == 10


async def test_where_nobody_answered(service: QuizStatisticsService) -> None:
    found = await service.compute("muscat")
    assert (found.articles, found.employers) == ((), ())


async def test_only_first_answers_to_the_present_version_count(
    database: Database, service: QuizStatisticsService
) -> None:
    for _ in range(11):
        person = await sit(database, {Q1: True})
        await sit(database, {Q1: False}, person_id=person, is_first=False)
        await sit(database, {Q1: False}, person_id=person, version=2)
        await sit(database, {Q3: False}, person_id=person, version=2)
    found = await service.compute()
    tally = question(found, Q1).tally
    assert (tally.answers, tally.right, tally.paired) == (11, 11, 0)
    assert question(found, Q3).tally.answers == 0
    assert employer(found).sums.answers == 11


async def test_the_erased_do_not_count(world: World, service: QuizStatisticsService) -> None:
    people = [await sit(world.database, WHOLE) for _ in range(11)]
    assert employer(await service.compute()).sums.people == 11
    await world.privacy.ask_erasure(people[0])
    await world.privacy.erase_due()
    found = await service.compute()
    assert employer(found).sums.people == 10
    assert question(found, Q1).tally.answers == 10


async def test_few_of_another_employer_are_not_in_a_total(
    database: Database, service: QuizStatisticsService
) -> None:
    for n in range(12):
        await sit(database, {"moh-uae.q1": n > 3}, employer="moh-uae")
    for _ in range(9):
        await sit(database, {"moh-uae.q1": True}, employer="uae-fed")
    everywhere = question(await service.compute(), "moh-uae.q1").tally
    assert everywhere == question(await service.compute("moh-uae"), "moh-uae.q1").tally
    assert (everywhere.answers, everywhere.right) == (12, 8)
    await sit(database, {"moh-uae.q1": True}, employer="uae-fed")
    found = await service.compute()
    assert question(found, "moh-uae.q1").tally.answers == 22
    assert [each.employer for each in found.employers] == ["moh-uae", "uae-fed"]


async def test_few_at_one_question_cannot_be_subtracted(
    database: Database, service: QuizStatisticsService
) -> None:
    people = [await sit(database, {Q1: True}) for _ in range(12)]
    for person in people[:9]:
        await sit(database, {Q2: False}, person_id=person)
    assert employer(await service.compute()).sums.answers == 12
    for person in people[:9]:
        await sit(database, {Q3: False}, person_id=person)
    assert employer(await service.compute()).sums.answers == 12
    await sit(database, {Q3: False}, person_id=people[9])
    found = await service.compute()
    # Ten at Q3 are shown, and Q2 is alone again.
    assert question(found, Q3).tally.answers == 10
    assert employer(found).sums.answers == 22


async def test_small_groups_at_several_questions_count_together(
    database: Database, service: QuizStatisticsService
) -> None:
    for n in range(12):
        await sit(database, {(Q1, Q2, Q3)[n % 3]: True})
    found = await service.compute()
    assert all(each.tally.answers == 0 for each in found.questions)
    assert found.articles == ()
    assert (employer(found).sums.people, employer(found).sums.answers) == (12, 12)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"a": 12, "b": 10}, {"a", "b"}),
        ({"a": 14, "b": 4, "c": 11}, {"a"}),
        ({"a": 12, "b": 4}, set()),
        ({"a": 12, "b": 4, None: 7}, {"a"}),
        ({"a": 12, None: 10}, {"a", None}),
    ],
)
async def test_small_departments_are_hidden_with_what_would_tell_them(
    database: Database,
    service: QuizStatisticsService,
    sizes: dict[str | None, int],
    shown: set[str | None],
) -> None:
    for department, size in sizes.items():
        for n in range(size):
            await sit(database, {Q1: n > 0, Q2: True}, department=department)
    of = employer(await service.compute())
    assert of.sums.people == sum(sizes.values())
    assert {each.department: each.sums.people for each in of.departments} == {
        each: sizes[each] for each in shown
    }
    assert all(each.sums.failed == 1 for each in of.departments)
    assert of.hidden == len(sizes) - len(shown)


async def test_who_moves_is_one_person(database: Database, service: QuizStatisticsService) -> None:
    for _ in range(10):
        person = await sit(database, {Q1: True}, department="a")
        await sit(database, {Q2: False}, department="b", person_id=person)
    of = employer(await service.compute())
    assert [each.sums.people for each in of.departments] == [10, 10]
    assert (of.sums.people, of.sums.failed, of.sums.answers) == (10, 10, 20)


async def test_days_are_whole_and_both_count(
    database: Database, service: QuizStatisticsService
) -> None:
    morning = NOW.replace(hour=0, minute=0)
    for n in range(10):
        await sit(database, {Q1: True}, at=morning)
        await sit(database, {Q1: False}, at=morning + timedelta(days=n % 2 + 1, seconds=-1))
    today, tomorrow = morning.date(), morning.date() + timedelta(days=1)

    async def answers(since: date | None, until: date | None) -> int:
        found = await service.compute(since=since, until=until)
        return question(found, Q1).tally.answers

    assert await answers(None, None) == 20
    assert await answers(today, today) == 15
    assert await answers(None, today - timedelta(days=1)) == 0
    assert await answers(today, tomorrow) == 20
    assert await answers(tomorrow, date.max) == 0


async def test_one_employer_is_asked_its_own_questions(
    database: Database, service: QuizStatisticsService
) -> None:
    for name in ("muscat", "bahrain"):
        for _ in range(10):
            await sit(database, {f"{name}.q1": True}, employer=name)
    found = await service.compute("bahrain")
    assert [each.employer for each in found.employers] == ["bahrain"]
    assert {each.question.id.split(".")[0] for each in found.questions} == {"bahrain"}
    assert len(found.articles) == 1


async def test_what_cannot_be_asked(service: QuizStatisticsService) -> None:
    with pytest.raises(StatisticsError, match="no employer 'oman'"):
        await service.compute("oman")
    with pytest.raises(StatisticsError, match="before the first"):
        await service.compute(since=date(2026, 2, 2), until=date(2026, 2, 1))

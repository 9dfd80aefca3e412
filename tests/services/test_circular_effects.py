from __future__ import annotations

from datetime import timedelta

import pytest

from bot.records.quiz_statistics import GroupSum
from bot.services.circular_effects import CircularEffectService, Effect
from bot.services.circular_reports import CircularReportService, Use
from bot.services.staff import ByNumber
from tests.support.circular_reports import STARTED, hire, issue
from tests.support.quiz_answers import sit
from tests.support.world import World

BEFORE, SINCE = STARTED - timedelta(days=1), STARTED
Q5, Q6 = "muscat.q5", "muscat.q6"
"""They test muscat.3."""


async def _measure(world: World, **facts: object) -> Effect | None:
    circular = await issue(world, await hire(world, "1"), **{"articles": ["muscat.3"], **facts})
    opened = await CircularReportService(world.database, world.now).open(
        ByNumber("muscat", "1"), circular, Use.VIEW
    )
    return await CircularEffectService(world.database, world.library).measure(opened)


async def _effect(world: World) -> Effect:
    effect = await _measure(world)
    assert effect is not None
    return effect


async def test_answers_before_and_since_are_told_apart(world: World) -> None:
    for n in range(20):
        department = "العامة" if n < 10 else "الإعلام"
        given = {Q5: n < 5, "muscat.q1": n < 10}
        await sit(world.database, given, department=department, at=BEFORE)
        await sit(world.database, {Q5: n < 15}, department=department, at=SINCE)
    effect = await _effect(world)
    assert [each.question.id for each in effect.questions] == [Q5, Q6]
    first, second = effect.questions
    assert (first.before.facility, first.since.facility) == (5 / 20, 15 / 20)
    assert first.before.discrimination == pytest.approx(0.577, abs=0.001)
    assert first.since.discrimination is None
    assert second.before.answers == second.since.answers == 0
    (whole,) = effect.employers
    assert whole.employer == "muscat"
    assert whole.before == GroupSum(people=20, failed=15, answers=20, right=5)
    assert whole.since == GroupSum(people=20, failed=5, answers=20, right=15)
    of = {each.department: each for each in effect.departments}
    assert [(of[d].before, of[d].since) for d in ("العامة", "الإعلام")] == [
        (GroupSum(10, 5, 10, 5), GroupSum(10, 0, 10, 10)),
        (GroupSum(10, 10, 10, 0), GroupSum(10, 5, 10, 5)),
    ]
    assert effect.hidden == 0


async def test_a_department_small_at_one_time_is_shown_at_none(world: World) -> None:
    for n in range(40):
        department = f"d{n % 4}"
        await sit(world.database, {Q5: True}, department=department, at=BEFORE)
        if n % 4 or n < 8:
            await sit(world.database, {Q5: True}, department=department, at=SINCE)
    effect = await _effect(world)
    assert [each.department for each in effect.departments] == ["d2", "d3"]
    assert effect.hidden == 2


async def test_few_answers_at_one_time_are_told_of_at_none(world: World) -> None:
    for n in range(12):
        await sit(world.database, {Q5: True, Q6: True}, at=BEFORE)
        await sit(world.database, {Q5: True} | ({Q6: True} if n < 9 else {}), at=SINCE)
    effect = await _effect(world)
    assert [each.before.answers for each in effect.questions] == [12, 0]
    assert effect.employers[0].before == GroupSum(12, 0, 12, 12)


async def test_other_employers_people_do_not_count(world: World) -> None:
    for _ in range(12):
        await sit(world.database, {Q5: True}, employer="bahrain", at=BEFORE)
    effect = await _effect(world)
    assert effect.employers == ()
    assert effect.questions[0].before.answers == 0


@pytest.mark.parametrize("facts", [{"articles": []}, {"started_at": None}])
async def test_nothing_is_compared_without_articles_or_before_it_was_sent(
    world: World, facts: dict[str, object]
) -> None:
    assert await _measure(world, **facts) is None

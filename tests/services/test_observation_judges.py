"""Who may judge an observation, and that somebody can."""

from __future__ import annotations

import pytest

from bot.domain.observing import NobodyJudgesError, ObservationState, OwnObservationError, Step
from bot.services.observation_facts import Changes
from tests.support.observing import EMPLOYER, HR, PRESS, bring, by, link_chat, record, staff, step
from tests.support.roster import employ
from tests.support.sessions import told
from tests.support.world import World

BOTH = "8001"
"""The number of somebody with both roles."""


@pytest.mark.parametrize("part", [Step.RECORD, Step.CHANGE, Step.REFER])
async def test_who_had_a_part_in_it_does_not_judge_it(world: World, part: Step) -> None:
    await staff(world)
    await employ(world, BOTH, employer=EMPLOYER, roles=["communication", "hr"])
    await link_chat(world, BOTH, "both")
    line = await record(world, BOTH if part is Step.RECORD else PRESS)
    if part is Step.CHANGE:
        await world.observations.change(by(BOTH), line.number, Changes(text="غيره"))
    await step(world, line.number, Step.REFER, BOTH if part is Step.REFER else PRESS)
    # Nor are they told of what is for others.
    assert await told(world) == []
    for which in (Step.REVIEW, Step.DECIDE, Step.CLOSE):
        with pytest.raises(OwnObservationError, match="somebody else of HR"):
            await step(world, line.number, which, BOTH)
        seen = await world.observation_desk.show(by(BOTH), line.number)
        assert seen.steps == ()
        assert which in seen.withheld
        await step(world, line.number, which)
    assert (await world.observation_desk.show(by(BOTH), line.number)).withheld == ()


async def test_what_nobody_could_judge_is_not_referred(world: World) -> None:
    await employ(world, BOTH, employer=EMPLOYER, roles=["communication", "hr"])
    await link_chat(world, BOTH, "both")
    line = await record(world, BOTH)
    with pytest.raises(NobodyJudgesError, match="give the role to another"):
        await step(world, line.number, Step.REFER, BOTH)
    await employ(world, HR, employer=EMPLOYER, roles=["hr"])
    assert (await step(world, line.number, Step.REFER, BOTH)).state is ObservationState.REFERRED


async def test_who_has_both_roles_judges_what_others_recorded(world: World) -> None:
    await staff(world)
    await employ(world, BOTH, employer=EMPLOYER, roles=["communication", "hr"])
    line = await bring(world, Step.REFER)
    for which in (Step.REVIEW, Step.DECIDE, Step.CLOSE):
        seen = await world.observation_desk.show(by(BOTH), line.number)
        assert which in seen.steps
        assert seen.withheld == ()
        line = await step(world, line.number, which, BOTH)
    assert line.state is ObservationState.CLOSED

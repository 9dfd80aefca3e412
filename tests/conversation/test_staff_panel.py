"""Where whoever has a duty finds it."""

from __future__ import annotations

import pytest

from bot.conversation.messages import Message
from tests.support.roster import employ
from tests.support.world import AMAL, World, data_of

HR, REQUESTS, OBSERVATIONS = "/hr – لوحة العمل", "/requests – الطلبات", "/observations – الرصد"


async def linked(world: World, role: str, employer: str) -> Message:
    """Link the chat of somebody with a role; gives the answer."""
    await employ(world, employer=employer, roles=["employee", role])
    (said,) = await world.send(await world.linking.issue_code(employer, "1001"))
    return said


@pytest.mark.parametrize(
    ("role", "employer", "named"),
    [
        ("hr", "uae-fed", {HR, REQUESTS, OBSERVATIONS}),
        ("hr", "moh-uae", {HR, OBSERVATIONS}),
        ("customer_service", "moh-uae", {HR, REQUESTS}),
        ("communication", "muscat", {HR, OBSERVATIONS}),
    ],
)
async def test_the_commands_of_a_role_are_told_when_it_is_known_and_in_the_help_and_at_the_start(
    world: World, role: str, employer: str, named: set[str]
) -> None:
    known = await linked(world, role, employer)
    for said in (known, *await world.send("/help"), *await world.send("/start")):
        assert {line for line in (HR, REQUESTS, OBSERVATIONS) if line in said.plain_text} == named
        assert len(data_of(said, "dk1")) == 1


@pytest.mark.parametrize("role", ["trainer", "customer_service"])
async def test_nobody_else_is_told_of_them(world: World, role: str) -> None:
    known = await linked(world, role, "muscat")
    for said in (known, *await world.send("/help"), *await world.send("/start")):
        assert "/hr" not in said.plain_text
        assert data_of(said, "dk1") == []


async def test_they_go_with_the_link(world: World) -> None:
    await linked(world, "hr", "muscat")
    await world.linking.unlink(AMAL)
    (said,) = await world.send("/help")
    assert "/hr" not in said.plain_text

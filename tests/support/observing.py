"""Observations for the tests: who sees and decides, and one that was seen."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.conversation.events import Address
from bot.domain.observing import ObservationKind, Outcome, Step
from bot.records.journal import Entry, Journal
from bot.records.observation_rows import Observation
from bot.services.observation_facts import Facts
from bot.services.observation_views import ObservationLine
from bot.services.staff import ByNumber
from tests.support.roster import employ
from tests.support.world import World

EMPLOYER = "moh-uae"
PRESS, HR, OTHER = "5001", "6001", "7001"
"""Numbers: somebody of the communication department, of HR, and of neither."""

FACTS = Facts(
    link="https://x.com/someone/status/1",
    seen_on=date(2026, 11, 19),
    text="نشر صورة من داخل المستشفى",
    articles=("uae-fed.4.2", "moh-uae.1.2"),
    kind=ObservationKind.VIOLATION,
)

_POSTS = itertools.count(1)
_ROLES = {PRESS: "communication", HR: "hr", OTHER: "trainer"}


def by(number: str, employer: str = EMPLOYER) -> ByNumber:
    return ByNumber(employer, number)


async def staff(world: World, employer: str = EMPLOYER) -> dict[str, str]:
    """Let both departments and somebody of neither be there; gives their ids by number."""
    return {
        number: await employ(world, number, employer=employer, roles=["employee", role])
        for number, role in _ROLES.items()
    }


async def record(world: World, number: str = PRESS, **changes: Any) -> ObservationLine:
    """Record an observation, each of another link unless one is given."""
    link = f"https://x.com/someone/status/{next(_POSTS)}"
    screenshot = changes.pop("screenshot", None)
    facts = replace(FACTS, **{"link": link, **changes})
    return await world.observations.record(by(number), facts, screenshot)


async def step(
    world: World, reference: str, which: Step, number: str | None = None, **more: Any
) -> ObservationLine:
    """Take a step as whoever's it is, or as somebody else."""
    reviews, words = world.observation_reviews, world.observation_words
    of_hr = which in {Step.REVIEW, Step.DECIDE, Step.CLOSE}
    who = by(number or (HR if of_hr else PRESS))
    match which:
        case Step.REFER:
            return await world.observations.refer(who, reference, words)
        case Step.WITHDRAW:
            return await world.observations.withdraw(who, reference)
        case Step.REVIEW:
            return await reviews.review(who, reference)
        case Step.DECIDE:
            outcome = more.get("outcome", Outcome.REMINDER)
            return await reviews.decide(who, reference, outcome, words, more.get("words", ""))
        case _:
            return await reviews.close(who, reference)


async def bring(world: World, last: Step, **more: Any) -> ObservationLine:
    """Record an observation and take it as far as a step."""
    line = await record(world)
    if last is Step.WITHDRAW:
        return await step(world, line.number, last)
    for each in (Step.REFER, Step.REVIEW, Step.DECIDE, Step.CLOSE):
        if last is Step.RECORD:
            break
        line = await step(world, line.number, each, **more)
        if each is last:
            break
    return line


async def row_of(world: World, reference: str) -> Observation:
    async with world.database.reading() as session:
        named = select(Observation).where(
            (Observation.number == reference) | (Observation.id == reference)
        )
        return (await session.scalars(named)).one()


async def journal(world: World, employer: str = EMPLOYER) -> list[Entry]:
    async with world.database.reading() as session:
        return [entry async for page in Journal(session).pages(employer) for entry in page]


async def link_chat(world: World, number: str, user: str, employer: str = EMPLOYER) -> Address:
    """Link an employee's chat; gives where it is."""
    address = Address("telegram", "bot1", user)
    await world.linking.redeem(address, await world.linking.issue_code(employer, number))
    return address

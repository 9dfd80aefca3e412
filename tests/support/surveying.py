"""A survey as several people take it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.events import Address
from bot.domain.surveying import SKIPPED
from tests.support.roster import employ
from tests.support.world import World

SURVEY = "awareness"


def picks_of(number: int, world: World) -> tuple[int, ...]:
    """What the person with this number picks: no two people's are the same."""
    survey = world.library.surveys[SURVEY]
    sizes = [len(survey.choices(question)) for question in survey.questions]
    mixed = [
        (number * (place + 3) + number // (place + 1)) % size for place, size in enumerate(sizes)
    ]
    mixed[number % len(mixed)] = SKIPPED
    return tuple(mixed)


async def linked(world: World, number: int, address: Address, *department: str) -> str:
    """Somebody of the roster whose chat is linked; gives the person's id."""
    await employ(world, str(number), department=list(department))
    await world.linking.redeem(address, await world.linking.issue_code("muscat", str(number)))
    return (await world.enrolment.meet(address, None)).id


async def sent(world: World, number: int, picks: Sequence[int], *department: str) -> str:
    """Somebody of the roster who has handed these answers in; gives the person's id."""
    person = await linked(world, number, Address("telegram", "bot1", f"u{number}"), *department)
    asked = await world.surveys.look(person, None)
    assert asked is not None
    assert await world.surveys.send(person, asked.wave, picks, None)
    return person

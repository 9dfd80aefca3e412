"""Monitoring and referral on the real doors: each department does its part and sees no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.observing import ObservationState, Outcome
from bot.services.observation_facts import Changes
from tests.delivery.product import Product, opened
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.observing import EMPLOYER, HR, OTHER, PRESS, by, journal, row_of
from tests.support.world import World

pytestmark = pytest.mark.long

SUBJECT = "6002"
"""One of HR, who must not see what is about themselves."""

POST, SEEN = "https://x.com/someone/status/77", "نشر صورة مريض من داخل القسم"
DECISION = "وُجّه إليه تذكير خطي"


@dataclass
class Staff:
    """Four employees of one employer in their chats."""

    product: Product
    press: Any
    hr: Any
    subject: Any
    other: Any

    def told(self, user: Any) -> list[str]:
        """Give all that somebody was told, in order."""
        platform: Any = self.product.platform
        return [message.text for message in platform.messages_to(user)]

    async def look(self, user: Any) -> str:
        """Let somebody look at the list; gives what they are told."""
        await self.product.says(user, "/observations")
        return self.told(user)[-1]

    async def forge(self, user: Any, data: str) -> str:
        """Let somebody press a button that was never theirs; gives what they are told."""
        platform: Any = self.product.platform
        user.presses_data(platform.messages_to(user)[-1], data)
        await self.product.settled()
        return self.told(user)[-1]


@pytest.fixture
async def staff(world: World, platform: FakeWhatsApp | FakeTelegram) -> AsyncIterator[Staff]:
    async with opened(world, platform) as product, product.working():
        users: list[Any] = [platform.user(name) for name in ("أمل", "بدر", "سالم", "دانة")]
        roles = ((PRESS, "communication"), (HR, "hr"), (SUBJECT, "hr"), (OTHER, "trainer"))
        for user, (number, role) in zip(users, roles, strict=True):
            await product.join(user, EMPLOYER, number, role)
            await product.says(user, "/help")
        yield Staff(product, *users)


async def record(world: World, staff: Staff) -> str:
    """Let the communication department record what it saw; gives its number."""
    product = staff.product
    assert await staff.look(staff.press) == world.phrase("observation_none")
    await product.presses(staff.press, "تسجيل جديد")
    await product.says(staff.press, f"{POST}\n4.2\nمخالفة\n{SEEN}")
    assert world.phrase("observation_recorded") in staff.told(staff.press)[-1]
    (line,) = (await world.observation_desk.list_all(by(PRESS))).lines
    # Who it was takes the command line.
    await world.observations.change(by(PRESS), line.number, Changes(subject=SUBJECT))
    return line.number


async def decide(world: World, staff: Staff, number: str) -> None:
    """Let HR, which is told of a referral, decide on it and close it."""
    product = staff.product
    assert world.phrase("observation_told_referred", number=number) in staff.told(staff.hr)[-1]
    await product.presses(staff.hr, "عرض")
    for word in (POST, SEEN, SUBJECT):
        assert word in staff.told(staff.hr)[-1]
    await product.presses(staff.hr, "بدء المراجعة", "القرار", "تذكير", "مع نص")
    await product.says(staff.hr, DECISION)
    assert DECISION in staff.told(staff.hr)[-1]
    await product.presses(staff.hr, "إغلاق", "نعم")


async def test_an_observation_goes_from_chat_to_chat_and_nobody_sees_more_than_is_theirs(
    world: World, staff: Staff
) -> None:
    number = await record(world, staff)
    assert await staff.look(staff.hr) == world.phrase("observation_none")
    await staff.product.presses(staff.press, "إحالة", "نعم")
    await decide(world, staff, number)
    row = await row_of(world, number)
    assert (row.state, row.outcome, row.decision) == (
        *(ObservationState.CLOSED, Outcome.REMINDER),
        DECISION,
    )
    outcome = world.phrase("observation_outcome_reminder")
    decided = world.phrase("observation_told_decided", number=number, outcome=outcome)
    assert sum(decided in text for text in staff.told(staff.press)) == 1
    assert DECISION not in " ".join(staff.told(staff.press))
    steps = [entry.kind for entry in await journal(world)]
    for step in ("recorded", "changed", "referred", "reviewed", "decided", "closed"):
        assert steps.count(f"observation_{step}") == 1, step


async def test_who_it_is_about_and_a_third_see_nothing_whatever_they_press(
    world: World, staff: Staff
) -> None:
    number = await record(world, staff)
    await staff.product.presses(staff.press, "إحالة", "نعم")
    row = await row_of(world, number)
    forged = (f"ob1:{row.id}", f"os1:{row.id}:review:", f"od1:{row.id}:no_violation:1")
    for user in (staff.subject, staff.other):
        for data in forged:
            assert await staff.forge(user, data) == world.phrase("old_button")
    assert await staff.look(staff.subject) == world.phrase("observation_none")
    assert await staff.look(staff.other) == world.phrase("observation_staff_only")
    await decide(world, staff, number)
    assert await staff.look(staff.subject) == world.phrase("observation_none")
    for user in (staff.subject, staff.other):
        told = " ".join(staff.told(user))
        assert not any(word in told for word in (number, POST, SEEN, DECISION))

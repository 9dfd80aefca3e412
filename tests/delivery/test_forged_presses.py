"""Buttons that nobody offered, that are another's or old, and one that is pressed twenty times."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.records.answers import Answer
from bot.records.handovers import Handover
from bot.records.people import Person
from tests.delivery.product import Product, opened
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.world import World, asks, unclear

pytestmark = pytest.mark.long

Platform = FakeWhatsApp | FakeTelegram
QUESTION, VAGUE = "هل أعلق على قضية منظورة؟", "هل يجوز هذا؟"
FORGED = [
    *("x", "garbage", "em1:nowhere", "em2:muscat", "lg1:fr", "xx1:y", "em1:muscat:x", "mo1:%00"),
    *("tp1:nowhere:x", "tp1:bahrain:values", "ar1:bahrain.1", "mo1:0123456789abcdef"),
    *("ra1:0123456789abcdef:1", "rd1:0123456789abcdef:like", "rd2:0123456789abcdef:0"),
    *("pe1:0123456789abcdef", "pg1:999999:0", "pg1:1:99999999999999999999", "ابج", "pe1:ابج"),
    *('/restart{"a": 1}', "em1:muscat'--", "rm1:2", "qz1:1:0"),
]


@pytest.fixture
async def product(world: World, platform: Platform) -> AsyncIterator[Product]:
    """At work, on each platform."""
    if isinstance(platform, FakeWhatsApp):
        platform.pair = (1000, 1000)
    world.understanding.meanings = {QUESTION: asks("court_case"), VAGUE: unclear("like", "rumour")}
    async with opened(world, platform) as product, product.working():
        yield product


async def somebody(product: Product, name: str, employer: str = "uae-fed") -> Any:
    user = product.platform.user(name)
    await product.world.person(employer, product.address(user))
    return user


async def asked(product: Product, user: Any, text: str = QUESTION) -> Any:
    user.says(text)
    await product.settled()
    return product.platform.messages_to(user)[-1]


async def facts(product: Product) -> list[object]:
    """What a press could change."""
    async with product.world.database.reading() as session:
        answers = await session.scalars(select(Answer).order_by(Answer.id))
        handed = await session.scalars(select(Handover.number))
        people = await session.scalars(select(Person).order_by(Person.id))
        return [
            *((row.id, row.useful) for row in answers),
            *handed,
            *((row.id, row.employer, row.language, row.erase_at) for row in people),
        ]


def data_of(message: Any) -> list[str]:
    """What lies behind a message's buttons."""
    if hasattr(message, "choices"):
        return [choice.data for choice in message.choices]
    return [button["callback_data"] for row in message.keyboard for button in row]


async def test_a_forged_button_gets_a_kind_word_and_has_no_effect(
    product: Product, platform: Platform
) -> None:
    sara = await somebody(product, "سارة")
    message = await asked(product, sara)
    before, said = await facts(product), len(platform.messages_to(sara))
    for data in FORGED:
        sara.presses_data(message, data)
    await product.settled()
    later = [shown.text for shown in platform.messages_to(sara)[said:]]
    assert later == [product.world.phrase("old_button")] * len(FORGED)
    assert await facts(product) == before


async def test_anothers_buttons_do_nothing_for_me(product: Product, platform: Platform) -> None:
    sara, omar = await somebody(product, "سارة"), await somebody(product, "عمر", "moh-uae")
    theirs = [*data_of(await asked(product, sara)), *data_of(await asked(product, sara, VAGUE))]
    tokens = {data.split(":")[1] for data in theirs if data.count(":") and data[:3] == "ra1"}
    theirs = [data for data in theirs if any(token in data for token in tokens)]
    theirs += [f"ra1:{token}:{useful}" for token in tokens for useful in "01"]
    theirs += [f"pg1:{row.id}:0" for row in await product.messages()]
    assert len(theirs) > 6
    own = await asked(product, omar)
    before, said = await facts(product), len(platform.messages_to(omar))
    for data in theirs:
        omar.presses_data(own, data)
    await product.settled()
    later = [shown.text for shown in platform.messages_to(omar)[said:]]
    assert later == [product.world.phrase("old_button")] * len(theirs)
    assert await facts(product) == before


async def test_of_twenty_presses_at_once_the_first_counts(
    product: Product, platform: Platform
) -> None:
    sara = await somebody(product, "سارة")
    message = await asked(product, sara)
    (rating,) = [data for data in data_of(message) if data.startswith("ra1:")]
    for number in range(20):
        sara.presses_data(message, f"{rating.rstrip(':')}:{number % 2}")
    await product.settled()
    said = [shown.text for shown in platform.messages_to(sara)]
    phrase = product.world.phrase
    assert said.count(phrase("rated_before")) == 19
    assert said.count(phrase("rated_not_useful")) + said.count(phrase("rated_useful")) == 1
    async with product.world.database.reading() as session:
        (useful,) = await session.scalars(select(Answer.useful))
    assert useful == (phrase("rated_useful") in said)


async def test_a_button_of_a_message_that_is_gone_still_answers_its_owner(
    product: Product, platform: Platform
) -> None:
    sara = await somebody(product, "سارة")
    message = await asked(product, sara)
    more = next(data for data in data_of(message) if data.startswith("mo1:"))
    product.world.pass_(days=31)
    await product.world.cleaner.delete_expired()
    sara.presses_data(message, more)
    await product.settled()
    assert platform.messages_to(sara)[-1].text == product.world.phrase("old_button")

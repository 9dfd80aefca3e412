"""WhatsApp from end to end: the real conversation, both workers, a real database."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.records.database import Database
from bot.records.inbox import InboxState
from bot.records.outbox import OutboxState
from bot.records.people_rows import ChannelLink
from tests.delivery.product import Product, opened
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp, ShownMessage
from tests.support.world import World, asks

QUESTION = "هل أعلق على قضية منظورة؟"


@pytest.fixture
async def product(database: Database, whatsapp: FakeWhatsApp) -> AsyncIterator[Product]:
    world = World(database, moment=datetime.now(UTC))
    world.understanding.meanings[QUESTION] = asks("court_case")
    async with opened(world, whatsapp) as product, product.working():
        yield product


async def told(product: Product, user: FakeUser) -> list[ShownMessage]:
    """What a person sees once all is answered."""
    await product.settled()
    return user.world.messages_to(user)


async def onboarded(product: Product, user: FakeUser) -> FakeUser:
    user.says("/start")
    (welcome,) = await told(product, user)
    assert (welcome.kind, welcome.list_button) == ("list", "اختر")
    user.presses(welcome, "الحكومة الاتحادية")
    assert len(await told(product, user)) == 2
    return user


async def test_a_question_is_answered_and_rated(whatsapp: FakeWhatsApp, product: Product) -> None:
    sara = await onboarded(product, whatsapp.user())
    sara.says(QUESTION)
    answer = (await told(product, sara))[-1]
    assert re.match(r"\*[^*\n]+\*\n\n", answer.text)
    assert "[uae-fed.3.1]" in answer.text
    assert answer.labels == ["👍👎 قيّم", "المزيد", "اسأل موظفاً"]
    sara.presses(answer, "👍👎")
    question = (await told(product, sara))[-1]
    assert (question.text, question.kind) == (product.world.phrase("rate_question"), "button")
    sara.presses(question, "👍")
    assert (await told(product, sara))[-1].text == product.world.phrase("rated_useful")
    assert len(await told(product, sara)) == 5
    assert len(whatsapp.read_marks) == 5
    assert all(typing for _, typing in whatsapp.read_marks)
    assert {row.state for row in await product.messages()} == {OutboxState.DELIVERED}


async def test_further_pages_are_shown_to_the_one_they_are_for(
    whatsapp: FakeWhatsApp, product: Product
) -> None:
    sara = await onboarded(product, whatsapp.user())
    sara.says("/browse")
    topics = (await told(product, sara))[-1]
    assert len(topics.choices) == 10
    more = topics.choices[-1]
    assert more.title == product.world.phrase("list_more")
    omar = await onboarded(product, whatsapp.user("عمر"))
    for user, data in ((omar, more.data), (sara, "pg1:999999999:1"), (sara, "pg1:x:1")):
        user.presses_data(topics, data)
        assert (await told(product, user))[-1].text == product.world.phrase("old_button")
    sara.reads()  # what it said is kept nevertheless
    shown, seen = topics, topics.labels[:-1]
    while shown.choices[-1].data.startswith("pg1:"):
        sara.presses_data(shown, shown.choices[-1].data)
        shown = (await told(product, sara))[-1]
        has_more = shown.choices[-1].data.startswith("pg1:")
        seen += shown.labels[: -1 if has_more else None]
    library = product.world.library
    assert seen == [s.title.ar for book in library.binding("uae-fed") for s in book.sections]


async def test_poison_is_put_aside_and_the_next_message_is_answered(
    whatsapp: FakeWhatsApp, product: Product
) -> None:
    sara = await onboarded(product, whatsapp.user())
    sara.sends("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}})
    sara.says(QUESTION)
    assert "[uae-fed.3.1]" in (await told(product, sara))[-1].text
    aside = [e for e in await product.events() if e.state is InboxState.QUARANTINED]
    assert [event.error for event in aside] == ["parse:KeyError"]
    whatsapp.violations.clear()  # the message is none that Meta describes


async def test_who_has_no_number_is_known_and_a_new_number_is_a_stranger(
    whatsapp: FakeWhatsApp, product: Product
) -> None:
    sara = whatsapp.user()
    sara.adopts_username("@sara")
    await onboarded(product, sara)
    sara.says(QUESTION)
    assert "[uae-fed.3.1]" in (await told(product, sara))[-1].text
    old = sara.bsuid
    sara.changes_number("971500000777", "AE.777")
    stranger = whatsapp.user("غريب", phone=sara.phone, bsuid="AE.888")
    for user in (sara, stranger):
        user.says(QUESTION)
        assert (await told(product, user))[-1].kind == "list"  # for whom they work is not known
    async with product.world.database.reading() as session:
        links = (await session.scalars(select(ChannelLink))).all()
    assert {link.user for link in links} == {old, "AE.777", "AE.888"}
    assert len({link.person_id for link in links}) == 3


HOSTILE: list[Callable[[FakeUser], object]] = [
    lambda user: user.says("م" * 4096),
    lambda user: user.says("<script>alert(1)</script></b><a href>"),
    lambda user: user.says("_*[~`>"),
    lambda user: user.says("\u202eقلب"),
    lambda user: user.says("👩‍⚕️" * 300),
    lambda user: user.says("/restart"),
    lambda user: user.says("/quiz_answer{}"),
    lambda user: user.forwards("م" * 4096),
    lambda user: user.sends_image("هل أنشر هذه؟"),
    lambda user: user.sends_voice(),
    lambda user: user.sends_sticker(),
    lambda user: user.sends_document(),
    lambda user: user.sends_location(),
    lambda user: user.sends_contact("عمر", "971500000009"),
    lambda user: user.orders(),
    lambda user: user.sends_unsupported(),
]


async def test_whatever_comes_is_answered_within_the_limits(
    whatsapp: FakeWhatsApp, product: Product
) -> None:
    sara = await onboarded(product, whatsapp.user())
    for before, act in zip(itertools.count(2), HOSTILE, strict=False):
        act(sara)
        assert len(await told(product, sara)) > before
    assert {call.code for call in whatsapp.calls("messages")} == {0}

"""WhatsApp from end to end: the real conversation, both workers, a real database."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.records.database import Database
from bot.records.people_rows import ChannelLink
from tests.channels.whatsapp.chatting import QUESTION, onboarded, seen, settled
from tests.delivery.waiting import until
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.support.whatsapp_product import WhatsAppProduct


async def test_a_question_is_answered_and_rated(
    whatsapp: FakeWhatsApp, product: WhatsAppProduct, database: Database
) -> None:
    sara = await onboarded(whatsapp)
    sara.says(QUESTION)
    answer = await seen(whatsapp, sara, 3)
    assert re.match(r"\*[^*\n]+\*\n\n", answer.text)
    assert "[uae-fed.3.1]" in answer.text
    assert answer.labels == ["👍👎 قيّم", "المزيد", "اسأل موظفاً"]
    sara.presses(answer, "👍👎")
    question = await seen(whatsapp, sara, 4)
    assert (question.text, question.kind) == (product.world.phrase("rate_question"), "button")
    sara.presses(question, "👍")
    thanks = await seen(whatsapp, sara, 5)
    assert thanks.text == product.world.phrase("rated_useful")
    assert all(typing for _, typing in whatsapp.read_marks)
    await settled(database, *[("delivered", None)] * 5)


async def test_further_pages_are_shown_to_the_one_they_are_for(
    whatsapp: FakeWhatsApp, product: WhatsAppProduct
) -> None:
    sara = await onboarded(whatsapp)
    sara.says("/browse")
    topics = await seen(whatsapp, sara, 3)
    assert len(topics.choices) == 10
    more = topics.choices[-1]
    assert more.title == product.world.phrase("list_more")
    omar = await onboarded(whatsapp, whatsapp.user("عمر"))
    omar.presses_data(topics, more.data)
    refused = await seen(whatsapp, omar, 3)
    assert refused.text == product.world.phrase("old_button")
    sara.presses_data(topics, "pg1:999999999:1")
    assert (await seen(whatsapp, sara, 4)).text == product.world.phrase("old_button")
    sara.reads()  # what it said is still kept
    shown, seen_topics = topics, [choice.title for choice in topics.choices[:-1]]
    for number in itertools.count(5):
        sara.presses_data(shown, shown.choices[-1].data)
        shown = await seen(whatsapp, sara, number)
        rows = shown.choices
        has_more = rows[-1].data.startswith("pg1:")
        seen_topics += [choice.title for choice in rows[: -1 if has_more else None]]
        if not has_more:
            break
    library = product.world.library
    titles = [s.title.ar for book in library.binding("uae-fed") for s in book.sections]
    assert seen_topics == titles


async def test_what_comes_too_late_waits_for_the_person(
    whatsapp: FakeWhatsApp, product: WhatsAppProduct, database: Database
) -> None:
    sara = await onboarded(whatsapp)
    sara.lets_window_close()
    whatsapp.slow(0.2, "messages")
    sara.says("شكرا")
    sara.lets_window_close()
    template = await seen(whatsapp, sara, 3)
    assert (template.kind, template.template and template.template.name) == (
        "template",
        "waai_message_waiting",
    )
    whatsapp.slow(0, "messages")
    sara.says(QUESTION)
    await until(lambda: len(whatsapp.messages_to(sara)) == 5)
    waited, answer = whatsapp.messages_to(sara)[3:]
    assert waited.text.endswith(product.world.phrase("clarify_open"))
    assert "[uae-fed.3.1]" in answer.text
    await settled(database, ("delivered", None), ("delivered", None))


@pytest.mark.usefixtures("product")
async def test_who_has_no_number_is_known_and_a_new_number_is_a_stranger(
    whatsapp: FakeWhatsApp, database: Database
) -> None:
    sara = whatsapp.user()
    sara.adopts_username("@sara")
    await onboarded(whatsapp, sara)
    sara.says(QUESTION)
    assert "[uae-fed.3.1]" in (await seen(whatsapp, sara, 3)).text
    old = sara.bsuid
    sara.changes_number("971500000777", "AE.777")
    await whatsapp.webhook.quiet()
    sara.says(QUESTION)
    asked = await seen(whatsapp, sara, 4)
    assert asked.kind == "list"  # who this is, and for whom they work, is not known
    stranger = whatsapp.user("غريب", phone=sara.phone, bsuid="AE.888")
    stranger.says(QUESTION)
    assert (await seen(whatsapp, stranger, 1)).kind == "list"
    async with database.reading() as session:
        links = (await session.scalars(select(ChannelLink))).all()
    people = {link.user: link.person_id for link in links}
    assert set(people) == {old, "AE.777", "AE.888"}
    assert len(set(people.values())) == 3


def has_more(whatsapp: FakeWhatsApp, user: FakeUser, number: int) -> bool:
    return len(whatsapp.messages_to(user)) > number


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
    whatsapp: FakeWhatsApp, product: WhatsAppProduct
) -> None:
    sara = await onboarded(whatsapp)
    for number, act in enumerate(HOSTILE):
        before = len(whatsapp.messages_to(sara))
        act(sara)
        await until(functools.partial(has_more, whatsapp, sara, before))
        whatsapp.main_number.bucket.level = 0
        assert number < 40  # the burst to one person
    assert {call.code for call in whatsapp.calls("messages")} == {0}
    assert product.channel.limits.edits is False

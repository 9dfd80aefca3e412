"""A circular on the real doors, from its template to the acknowledgement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.conversation.circular_parts import CircularParts
from bot.domain.circulars import CircularState, DeliveryState
from bot.domain.reach import Door
from bot.records.circular_rows import Acknowledgement, Delivery
from bot.records.files import NewFile
from bot.records.outbox import OutboxState
from bot.services.circulation import CirculationService
from tests.delivery.product import Product
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import FakeUser as TelegramUser
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp, ShownMessage
from tests.support.circulars import CHECK, CONTENT, linked, publish

pytestmark = pytest.mark.long
FILES = (
    NewFile("ضوابط.pdf", "application/pdf", b"%PDF 1"),
    NewFile("صور.pdf", "application/pdf", b"%PDF 2"),
)
SHOW = "عرض التعميم"
ACKNOWLEDGE = "أقرّ بالاطلاع"


async def circulate(product: Product, user: FakeUser | TelegramUser, **facts: Any) -> str:
    """Let a circular go out to somebody who links their chat; gives its id."""
    employee, _ = await linked(product.world, address=product.address(user))
    return await send(product, employee, **facts)


async def send(product: Product, employee: str, **facts: Any) -> str:
    world, channel = product.world, product.channel
    circular = await publish(
        world,
        employee,
        files=FILES,
        state=CircularState.SENDING,
        delivery=DeliveryState.PLANNED,
        urgent=True,
        **facts,
    )
    doors = {(channel.name, channel.account): Door(channel.limits.window, 80)}
    speaker = CircularParts(world.circular_words, lambda _: channel.limits)
    circulation = CirculationService(world.database, world.library, world.now)
    assert await circulation.pour(circular, doors, speaker) == 1
    product.outbox.notify()
    await product.settled()
    return circular


async def acknowledged(product: Product) -> list[tuple[str, str]]:
    async with product.world.database.reading() as session:
        rows = await session.scalars(select(Acknowledgement))
        return [(row.channel, row.message_id) for row in rows]


async def seen(product: Product, whatsapp: FakeWhatsApp, user: FakeUser) -> list[ShownMessage]:
    await product.settled()
    return whatsapp.messages_to(user)


async def test_on_whatsapp_the_tap_on_the_template_brings_the_circular(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    sara = whatsapp.user("سارة", "971500000001", "AE.111")
    await circulate(on_whatsapp, sara)
    (template,) = whatsapp.messages_to(sara)
    assert (template.kind, template.labels) == ("template", [SHOW])
    assert "تعميم رقم 2026/14 عن إدارة الموارد البشرية" in template.text
    sara.presses(template, SHOW)
    _, circular = await seen(on_whatsapp, whatsapp, sara)
    assert (circular.kind, circular.filename) == ("button", "ضوابط.pdf")
    assert circular.labels == [ACKNOWLEDGE, "📎 صور.pdf"]
    assert CONTENT.statement in circular.text
    sara.presses(circular, ACKNOWLEDGE)
    done = (await seen(on_whatsapp, whatsapp, sara))[-1]
    assert done.text.startswith("✅ أقررت بالاطلاع على التعميم رقم 2026/14")
    assert done.labels == ["📎 صور.pdf"]
    assert await acknowledged(on_whatsapp) == [("whatsapp", circular.id)]
    sara.presses(done, "📎 صور.pdf")
    assert (await seen(on_whatsapp, whatsapp, sara))[-1].filename == "صور.pdf"
    assert whatsapp.violations == []


async def test_a_tap_while_the_circular_comes_anyway_adds_nothing(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    sara = whatsapp.user("سارة", "971500000001", "AE.111")
    await circulate(on_whatsapp, sara)
    (template,) = whatsapp.messages_to(sara)
    sara.presses(template, SHOW)
    sara.presses(template, SHOW)
    messages = await seen(on_whatsapp, whatsapp, sara)
    # Of two taps in a row the second may find it sent, and shows it then; nothing is lost.
    assert len(messages) in {2, 3}
    assert all(message.kind == "button" for message in messages[1:])


async def test_a_tap_after_it_went_out_shows_it_again(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    sara = whatsapp.user("سارة", "971500000001", "AE.111")
    await circulate(on_whatsapp, sara)
    (template,) = whatsapp.messages_to(sara)
    sara.says("/help")
    messages = await seen(on_whatsapp, whatsapp, sara)
    first = next(message for message in messages if message.kind == "button")
    sara.presses(template, SHOW)
    again = (await seen(on_whatsapp, whatsapp, sara))[-1]
    assert len(whatsapp.messages_to(sara)) == len(messages) + 1
    assert (again.text, again.labels, again.filename) == (first.text, first.labels, first.filename)


async def test_a_tap_after_a_week_shows_what_waited_no_longer(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    sara = whatsapp.user("سارة", "971500000001", "AE.111")
    await circulate(on_whatsapp, sara, due_at=None)
    (template,) = whatsapp.messages_to(sara)
    await on_whatsapp.run_out(timedelta(days=8))
    await on_whatsapp.settled()
    assert [row.state for row in await on_whatsapp.messages()] == [OutboxState.FAILED]
    sara.presses(template, SHOW)
    shown = (await seen(on_whatsapp, whatsapp, sara))[-1]
    assert shown.labels == [ACKNOWLEDGE, "📎 صور.pdf"]
    sara.presses(shown, ACKNOWLEDGE)
    await on_whatsapp.settled()
    assert await acknowledged(on_whatsapp) == [("whatsapp", shown.id)]
    # Nor does it come by itself any more.
    async with on_whatsapp.world.database.reading() as session:
        states = (await session.scalars(select(Delivery.state))).all()
    assert states == [DeliveryState.SENT]


async def test_on_whatsapp_each_circular_has_its_template_and_both_come_in_their_order(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    sara = whatsapp.user("سارة", "971500000001", "AE.111")
    employee, _ = await linked(on_whatsapp.world, address=on_whatsapp.address(sara))
    await send(on_whatsapp, employee)
    await send(on_whatsapp, employee, number="2026/15")
    first, second = whatsapp.messages_to(sara)
    assert [message.kind for message in (first, second)] == ["template"] * 2
    assert "2026/15" in second.text
    sara.presses(second, SHOW)
    *_, earlier, later = await seen(on_whatsapp, whatsapp, sara)
    assert ("2026/14" in earlier.text, "2026/15" in later.text) == (True, True)
    assert whatsapp.violations == []


async def test_on_telegram_only_the_buttons_of_the_circular_change(
    on_telegram: Product, telegram: FakeTelegram
) -> None:
    sara = telegram.user("سارة")
    await circulate(on_telegram, sara)
    (circular,) = await on_telegram.seen(sara)
    assert circular.labels == [[ACKNOWLEDGE, "📎 صور.pdf"]]
    assert circular.document is not None
    text = circular.text
    sara.presses(circular, ACKNOWLEDGE)
    (circular,) = await on_telegram.seen(sara)
    assert (circular.text, circular.edits) == (text, 1)
    ((done,), (file,)) = circular.labels
    assert done.startswith("✅ أقررت ")
    assert file == "📎 صور.pdf"
    assert await acknowledged(on_telegram) == [("telegram", str(circular.message_id))]
    sara.presses(circular, done)
    assert (await on_telegram.seen(sara))[-1].text.startswith("سبق أن أقررت")


async def test_on_telegram_a_long_circular_keeps_its_text(
    on_telegram: Product, telegram: FakeTelegram
) -> None:
    sara = telegram.user("سارة")
    await circulate(on_telegram, sara, body="\n\n".join(["فقرة من التعميم. " * 30] * 20))
    before = [message.text for message in await on_telegram.seen(sara)]
    assert len(before) > 1
    sara.presses(telegram.messages_to(sara)[-1], ACKNOWLEDGE)
    after = await on_telegram.seen(sara)
    assert [message.text for message in after] == before
    assert len(await acknowledged(on_telegram)) == 1


async def test_on_telegram_the_question_is_put_before(
    on_telegram: Product, telegram: FakeTelegram
) -> None:
    sara = telegram.user("سارة")
    await circulate(on_telegram, sara, check=CHECK)
    sara.presses((await on_telegram.seen(sara))[-1], ACKNOWLEDGE)
    asked = (await on_telegram.seen(sara))[-1]
    assert asked.labels == [["أ", "ب", "ج"]]
    sara.presses(asked, "ب")
    wrong = (await on_telegram.seen(sara))[-1]
    assert wrong.message_id == asked.message_id
    sara.presses(wrong, "أعد المحاولة")
    asked = (await on_telegram.seen(sara))[-1]
    sara.presses(asked, "أ")
    await on_telegram.settled()
    assert await acknowledged(on_telegram) == [("telegram", str(asked.message_id))]


async def test_twenty_presses_at_once_are_one_acknowledgement(
    on_telegram: Product, telegram: FakeTelegram
) -> None:
    sara = telegram.user("سارة")
    await circulate(on_telegram, sara)
    (circular,) = await on_telegram.seen(sara)
    for _ in range(20):
        sara.presses(circular, ACKNOWLEDGE)
    await on_telegram.settled()
    assert len(await acknowledged(on_telegram)) == 1

"""HR's circulars on the real doors: composed, seen, sent to employees, and followed."""

from __future__ import annotations

import pytest

from bot.domain.reach import Door, next_sending
from tests.delivery.product import Product
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import FakeUser as TelegramUser
from tests.fakes.whatsapp import FakeWhatsApp
from tests.fakes.whatsapp_user import FakeUser
from tests.support.desk_chat import EMPLOYER, circulate

pytestmark = pytest.mark.long

OFFICE = ["الموارد البشرية"]
TITLE = "ضوابط النشر عن المؤتمر"


async def compose(product: Product, hr: FakeUser | TelegramUser) -> None:
    """Let somebody of HR write a draft to everybody, in working hours."""
    world = product.world
    world.doors[product.channel.name, product.channel.account] = Door(
        product.channel.limits.window, 80
    )
    # Nothing goes out by night.
    calendar = world.library.rulebooks[EMPLOYER].calendar
    await product.run_out(next_sending(calendar, world.now(), urgent=False) - world.now())
    await product.says(hr, "/hr")
    await product.presses(hr, "تعميم جديد")
    for text in (TITLE, "إلى جميع الموظفين.", "يُمنع نشر صور المؤتمر قبل اعتمادها."):
        await product.says(hr, text)
    await product.presses(hr, "تم", "الموارد البشرية", "بإقرار", "اعتمد هذا النص", "7 أيام")
    await product.presses(hr, "جميع الموظفين")


async def send(product: Product, hr: FakeUser | TelegramUser) -> None:
    """Let them send it, and look how it goes."""
    await product.presses(hr, "أرسل الآن", "نعم، أرسل")
    await circulate(product.world)
    product.outbox.notify()
    await product.settled()
    await product.presses(hr, "تحديث")


async def test_on_telegram(on_telegram: Product, telegram: FakeTelegram) -> None:
    hr, *people = (telegram.user(f"موظف {number}") for number in range(4))
    await on_telegram.join(hr, EMPLOYER, "6001", "hr", department=OFFICE)
    for number, user in enumerate(people, 1001):
        await on_telegram.join(user, EMPLOYER, str(number), "trainer", department=OFFICE)
    await compose(on_telegram, hr)
    await send(on_telegram, hr)
    for user in people:
        (arrived,) = await on_telegram.seen(user)
        assert arrived.text.startswith(f"📣 {TITLE}")
        assert [label for row in arrived.labels for label in row] == ["أقرّ بالاطلاع"]
    texts = [message.text for message in await on_telegram.seen(hr)]
    assert any("عبر تيليجرام: 4" in text for text in texts)
    assert "عدد المستلمين: 4" in texts[-1]
    assert "لم يقرّ بعد: 4" in texts[-1]


async def test_on_whatsapp(on_whatsapp: Product, whatsapp: FakeWhatsApp) -> None:
    users = [
        whatsapp.user(f"موظف {number}", f"9689123456{number}", f"OM.11{number}")
        for number in range(4)
    ]
    hr, *people = users
    await on_whatsapp.join(hr, EMPLOYER, "6001", "hr", department=OFFICE)
    for number, user in enumerate(people, 1001):
        await on_whatsapp.join(user, EMPLOYER, str(number), "trainer", department=OFFICE)
        user.says("/help")
    await compose(on_whatsapp, hr)
    await send(on_whatsapp, hr)
    for user in people:
        assert TITLE in whatsapp.messages_to(user)[-1].text
        assert whatsapp.messages_to(user)[-1].labels == ["أقرّ بالاطلاع"]
    assert "عدد المستلمين: 4" in whatsapp.messages_to(hr)[-1].text

"""HR's circulars on the real doors: composed, seen, sent to employees, and followed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.reach import Door, next_sending
from tests.delivery.product import Product
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import FakeUser as TelegramUser
from tests.fakes.whatsapp import FakeWhatsApp
from tests.fakes.whatsapp_user import FakeUser
from tests.support.desk_chat import EMPLOYER, circulate
from tests.support.roster import employ

pytestmark = pytest.mark.long

TITLE = "ضوابط النشر عن المؤتمر"


async def join(product: Product, user: FakeUser | TelegramUser, number: str, role: str) -> None:
    """Let somebody be an employee whose chat is linked."""
    world = product.world
    await employ(world, number, roles=["employee", role], department=["الموارد البشرية"])
    code = await world.linking.issue_code(EMPLOYER, number)
    await world.linking.redeem(product.address(user), code)


async def press(product: Product, user: Any, *labels: str) -> None:
    """Press one button after the other, each where it was shown last."""
    for label in labels:
        await product.settled()
        platform: Any = product.platform
        shown = reversed(platform.messages_to(user))
        user.presses(next(one for one in shown if label in str(one.labels)), label)
    await product.settled()


async def compose_and_send(product: Product, hr: FakeUser | TelegramUser) -> None:
    world = product.world
    world.doors[product.channel.name, product.channel.account] = Door(
        product.channel.limits.window, 80
    )
    # Nothing goes out by night.
    calendar = world.library.rulebooks[EMPLOYER].calendar
    await product.run_out(next_sending(calendar, world.now(), urgent=False) - world.now())
    hr.says("/hr")
    await press(product, hr, "تعميم جديد")
    for text in (TITLE, "إلى جميع الموظفين.", "يُمنع نشر صور المؤتمر قبل اعتمادها."):
        hr.says(text)
        await product.settled()
    await press(product, hr, "تم", "الموارد البشرية", "بإقرار", "اعتمد هذا النص", "7 أيام")
    await press(product, hr, "جميع الموظفين", "أرسل الآن", "نعم، أرسل")
    await circulate(world)
    product.outbox.notify()
    await product.settled()
    await press(product, hr, "تحديث")


async def test_on_telegram(on_telegram: Product, telegram: FakeTelegram) -> None:
    hr, *people = (telegram.user(f"موظف {number}") for number in range(4))
    await join(on_telegram, hr, "6001", "hr")
    for number, user in enumerate(people, 1001):
        await join(on_telegram, user, str(number), "trainer")
    await compose_and_send(on_telegram, hr)
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
    await join(on_whatsapp, hr, "6001", "hr")
    for number, user in enumerate(people, 1001):
        await join(on_whatsapp, user, str(number), "trainer")
        user.says("/help")
    await compose_and_send(on_whatsapp, hr)
    for user in people:
        assert TITLE in whatsapp.messages_to(user)[-1].text
        assert whatsapp.messages_to(user)[-1].labels == ["أقرّ بالاطلاع"]
    assert "عدد المستلمين: 4" in whatsapp.messages_to(hr)[-1].text

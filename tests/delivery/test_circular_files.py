"""HR sends a draft's files to the chat, on the real doors; nobody else's are fetched."""

from __future__ import annotations

import io
from typing import Any

import pytest

from bot.domain.file_kinds import JPEG, PDF
from tests.channels.telegram.test_fetching import own_lines
from tests.delivery.product import Product, opened
from tests.delivery.test_circular_desk import OFFICE, compose, send
from tests.domain.test_file_kinds import WHOLE
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.desk_chat import EMPLOYER
from tests.support.world import World

pytestmark = pytest.mark.long

Platform = FakeTelegram | FakeWhatsApp
GUIDE, NAME = WHOLE[PDF], "دليل النشر.pdf"
FETCHES = ("getFile", "media_url", "download")


def person(platform: Platform, place: int) -> Any:
    """Somebody on the platform, who may be written to."""
    if isinstance(platform, FakeTelegram):
        return platform.user(f"موظف {place}")
    user = platform.user(f"موظف {place}", f"9689123456{place}", f"OM.11{place}")
    user.says("/help")
    return user


def file_of(message: Any) -> tuple[str, bytes] | None:
    """The name and the content of the file that a person sees with a message."""
    if hasattr(message, "media"):
        return message.media and (message.filename, message.media.content)
    return message.document and (message.document.name, message.document.content)


async def seen(product: Product, user: Any) -> list[Any]:
    """What somebody sees once nothing is to be done any more."""
    await product.settled()
    shown: list[Any] = product.platform.messages_to(user)
    return shown


async def at_the_desk(product: Product, place: int = 0) -> Any:
    """Somebody of HR of whom a file is awaited."""
    hr = person(product.platform, place)
    await product.join(hr, EMPLOYER, f"600{place}", "hr", department=OFFICE)
    await compose(product, hr)
    await product.presses(hr, "إرفاق ملف")
    return hr


async def test_a_file_goes_out_with_the_circular(world: World, platform: Platform) -> None:
    async with opened(world, platform) as product, product.working():
        amal = person(platform, 1)
        await product.join(amal, EMPLOYER, "1001", "trainer", department=OFFICE)
        hr = await at_the_desk(product)
        hr.sends_file(NAME, GUIDE)
        assert f"أُرفق بالتعميم 2026/1: {NAME}" in (await seen(product, hr))[-1].text
        hr.sends_picture(WHOLE[JPEG])
        assert "صورة 2.jpg" in (await seen(product, hr))[-1].text
        await product.presses(hr, "تم")
        assert (NAME, GUIDE) in map(file_of, await seen(product, hr))
        await send(product, hr)
        arrived = await seen(product, amal)
        assert (NAME, GUIDE) in map(file_of, arrived)
        assert "صورة 2.jpg" in str(arrived[-1].labels) + arrived[-1].text
        assert len(platform.calls("download")) == 2


async def test_what_cannot_go_along_is_told_why(world: World, platform: Platform) -> None:
    async with opened(world, platform) as product, product.working():
        hr = await at_the_desk(product)
        hr.sends_file(NAME, b"MZ" + bytes(1000))
        assert "أياً كان اسمه" in (await seen(product, hr))[-1].text
        hr.sends_file(NAME, b"%PDF" + bytes(10_000_000))
        assert "أكبر من الحجم المقبول" in (await seen(product, hr))[-1].text
        assert len(platform.calls("download")) == 1
        hr.sends_file(NAME, b"%PDF" + bytes(21_000_000))
        assert "أكبر من الحجم المقبول" in (await seen(product, hr))[-1].text
        hr.sends_file(NAME, GUIDE)
        assert "1 من 8" in (await seen(product, hr))[-1].text


async def test_nobody_elses_files_are_fetched(world: World, platform: Platform) -> None:
    async with opened(world, platform) as product, product.working():
        amal, stranger = person(platform, 1), person(platform, 2)
        await product.join(amal, EMPLOYER, "1001", "trainer", department=OFFICE)
        hr = await at_the_desk(product)
        for user in (amal, stranger):
            user.sends_file(NAME, GUIDE)
            user.sends_picture(WHOLE[JPEG])
            assert "الصور" in (await seen(product, user))[-1].text
        await product.presses(hr, "تم")
        hr.sends_file(NAME, GUIDE)
        assert "أقرأ النصوص فقط" in (await seen(product, hr))[-1].text
        assert platform.calls(*FETCHES) == []


@pytest.mark.parametrize("method", ["download", "getFile or media_url"])
async def test_what_cannot_be_fetched_is_sent_again(
    world: World, platform: Platform, logged: io.StringIO, method: str
) -> None:
    async with opened(world, platform) as product, product.working():
        hr = await at_the_desk(product)
        finds = "getFile" if isinstance(platform, FakeTelegram) else "media_url"
        answer = {"ok": False, "error_code": 500, "description": "Internal Server Error"}
        platform.fail_next(500, answer, "download" if method == "download" else finds)
        hr.sends_file(NAME, GUIDE)
        assert "أرسله مرة أخرى" in (await seen(product, hr))[-1].text
        hr.sends_file(NAME, GUIDE)
        assert "1 من 8" in (await seen(product, hr))[-1].text
    said = own_lines(logged)
    assert said.count("_fetch_failed") == 1
    assert platform.token.rpartition(":")[2] not in said
    assert NAME not in said

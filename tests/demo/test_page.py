"""The page in a real browser, on a platform that shows all that there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from tests.demo.scripted import MARKUP, OMAR, SARA, Scripted
from tests.demo.stage import Button, Chat, Stage
from tests.support.chat_page import CHROMIUM, open_chromium, open_tab

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH"),
]


@pytest.fixture
def platform() -> Scripted:
    return Scripted()


@pytest.fixture
async def page(platform: Scripted) -> AsyncIterator[Page]:
    stage = Stage(platform, is_ready=True)
    async with stage.served() as url, open_chromium() as browser, open_tab(browser) as page:
        await page.goto(url)
        await expect(page.get_by_text("لا يجوز")).to_be_visible()
        yield page
        await page.goto("about:blank")  # before the server goes, which the page would notice


async def test_a_message_is_shown_as_the_platform_shows_it(page: Page) -> None:
    answer = page.locator(".row").nth(1)
    assert await answer.locator("b").inner_text() == "لا يجوز"
    assert await answer.locator("i").inner_text() == "المصدر [uae-fed.3]"
    await expect(answer.get_by_role("link")).to_have_attribute("href", "https://waai.example/")
    await expect(answer.get_by_text("عُدّلت")).to_be_visible()
    assert await page.locator(".ticks").all_inner_texts() == ["✓✓", "✓"]
    await expect(page.get_by_text("يكتب…")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="شهادة إتمام.pdf").click()
    assert (await download.value).suggested_filename == "شهادة إتمام.pdf"


async def test_what_a_person_does_reaches_the_platform(page: Page, platform: Scripted) -> None:
    await page.get_by_role("button", name="مفيدة", exact=True).click()
    await page.get_by_role("button", name="اختر جهة عملك").click()
    await expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text(
        ["اختر جهة عملك", "الإمارات", "عُمان"]
    )
    await page.get_by_role("dialog").get_by_role("button", name="بلدية مسقط").click()
    await page.get_by_role("textbox").fill("سطر\nسطر")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="عمر").click()
    await page.get_by_role("textbox").fill("أنا عمر")
    await page.get_by_role("button", name="إرسال", exact=True).click()
    await expect(page.get_by_role("textbox")).to_have_value("")
    await page.get_by_role("button", name="سارة").click()
    assert platform.done == [
        (SARA, {"do": "press", "item": "2", "value": "ra1:1"}),
        (SARA, {"do": "choose", "item": "3", "value": "em1:muscat"}),
        (SARA, {"do": "say", "text": "سطر\nسطر"}),
        (OMAR, {"do": "say", "text": "أنا عمر"}),
    ]


async def test_a_list_lies_over_the_phone(page: Page) -> None:
    for width in (1280, 390):
        await page.set_viewport_size({"width": width, "height": 720})
        await page.get_by_role("button", name="اختر جهة عملك").click()
        phone, sheet = [await page.locator(one).bounding_box() for one in ("#phone", "#sheet")]
        assert phone is not None
        assert sheet is not None
        assert (sheet["x"], sheet["width"]) == (phone["x"], phone["width"])
        assert sheet["y"] + sheet["height"] == phone["y"] + phone["height"]
        await page.keyboard.press("Escape")


async def test_what_is_unread_is_read_once_it_is_shown(page: Page, platform: Scripted) -> None:
    chat = platform.chats[SARA]
    unread = replace(chat.items[3], is_unread=True)
    platform.chats[OMAR] = Chat((unread,), is_late=True)
    await expect(page.get_by_text("يكتب…")).to_be_visible()
    assert platform.done == []
    await page.get_by_role("button", name="عمر").click()
    await expect(page.get_by_text("مضى يوم")).to_be_visible()
    assert platform.done == [(OMAR, {"do": "read"})]


async def test_keyboards_and_rare_acts_come_and_go(page: Page, platform: Scripted) -> None:
    replies = ((Button("أرسل رقمي", "أرسل رقمي"),),)
    chat = platform.chats[SARA]
    platform.chats[SARA] = replace(
        chat, replies=replies, can=("voice",), commands=(("help", "كيف أستعملك"),)
    )
    await page.get_by_role("button", name="أرسل رقمي").click()
    await page.get_by_role("button", name="إرسال شيء آخر").click()
    await page.get_by_role("button", name="/help").click()
    await page.get_by_role("button", name="إرسال شيء آخر").click()
    await page.get_by_role("button", name="أرسل رسالة صوتية").click()
    platform.chats[SARA] = replace(chat, is_blocked=True)
    await page.get_by_role("button", name="ارفع الحظر").click()
    await expect(page.get_by_role("textbox")).to_be_hidden()
    assert [action for _, action in platform.done] == [
        {"do": "reply", "value": "أرسل رقمي"},
        {"do": "say", "text": "/help"},
        {"do": "voice"},
        {"do": "unblock"},
    ]


async def test_nothing_said_is_markup(page: Page, platform: Scripted) -> None:
    chat = platform.chats[SARA]
    first = replace(chat.items[0], text=MARKUP, header=MARKUP, footer=MARKUP)
    platform.chats[SARA] = replace(chat, items=(first, *chat.items[1:]))
    platform.complaints = (MARKUP,)
    await expect(page.locator(".text").first).to_have_text(MARKUP)
    await page.get_by_role("textbox").fill(MARKUP)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="img")).to_be_visible()
    assert await page.locator("img").count() == 0
    assert await page.title() == "واعي: عرض"


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 720})
    for _ in range(2):
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(wide) == 0
        if width == 1280:
            await expect(page.get_by_text("503 no database")).to_be_visible()
        else:
            await page.get_by_role("button", name="السجل").click()
    await expect(page.get_by_text("شهادتك")).to_be_visible()


async def test_the_newest_message_stays_in_sight(page: Page, platform: Scripted) -> None:
    chat = platform.chats[SARA]
    more = [replace(chat.items[0], id=str(number), text="سطر " * 40) for number in range(10, 30)]
    platform.chats[SARA] = replace(chat, items=(*chat.items, *more[:-1]))
    await expect(page.locator(".row")).to_have_count(24)
    await expect(page.locator(".row").last).to_be_in_viewport()
    platform.chats[SARA] = replace(chat, items=(*chat.items, *more))
    await expect(page.locator(".row")).to_have_count(25)
    await page.set_viewport_size({"width": 320, "height": 500})
    await expect(page.locator(".row").last).to_be_in_viewport(ratio=0.9)
    await page.get_by_text("لا يجوز").scroll_into_view_if_needed()
    platform.chats[SARA] = replace(chat, items=(*chat.items, *more, replace(more[0], id="30")))
    await expect(page.locator(".row")).to_have_count(26)
    await expect(page.get_by_text("لا يجوز")).to_be_in_viewport()

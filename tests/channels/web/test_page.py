"""The page in a real browser, by what a person sees and does."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from bot.conversation.messages import Button
from tests.support.chat_page import CHROMIUM, ask, bubbles, note, open_page
from tests.support.website import EDITED, GREETING, Website

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH"),
]


async def test_a_question_in_arabic_is_answered(page: Page, site: Website) -> None:
    await open_page(page, site)
    await ask(page, "هل يجوز أن أنشر صورة من العمل؟")
    await expect(page.get_by_text("سألت: هل يجوز أن أنشر صورة من العمل؟")).to_be_visible()

    assert await bubbles(page) == [
        f"waai: {GREETING}",
        "own: هل يجوز أن أنشر صورة من العمل؟",
        "waai: لا يجوز",
    ]
    html = page.locator("html")
    assert [await html.get_attribute("dir"), await html.get_attribute("lang")] == ["rtl", "ar"]
    assert await page.get_by_role("textbox").input_value() == ""
    own = await page.locator(".row-own .bubble").bounding_box()
    waai = await page.locator(".row-answer .bubble").last.bounding_box()
    assert own is not None
    assert waai is not None
    assert waai["x"] + waai["width"] > own["x"] + own["width"]
    assert await page.get_by_role("status").inner_text() == ""


async def test_an_english_answer_turns_the_page(page: Page, site: Website) -> None:
    await open_page(page, site)
    await ask(page, "May I post a picture?")
    await expect(page.locator(".blocks").last).to_have_attribute("dir", "ltr")
    await expect(page.get_by_role("heading", name="Waai")).to_be_visible()
    await expect(page.get_by_role("button", name="Send")).to_be_visible()
    await expect(page.locator(".blocks").first).to_have_attribute("dir", "rtl")


async def test_a_new_line_is_no_sending(page: Page, site: Website) -> None:
    await open_page(page, site)
    await page.get_by_role("textbox").fill("سطر")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("سطر")
    assert await page.get_by_role("textbox").input_value() == "سطر\nسطر"
    assert await page.locator(".row-own").count() == 0


async def test_a_button_is_pressed_by_keyboard_and_stays_chosen(page: Page, site: Website) -> None:
    await open_page(page, site)
    await page.keyboard.press("Shift+Tab")
    focused = page.locator(":focus")
    await expect(focused).to_have_text("وزارة الصحة")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("اخترت em1:moh-uae")).to_be_visible()

    chosen = page.get_by_role("button", name="وزارة الصحة")
    await expect(chosen).to_have_attribute("aria-pressed", "true")
    await expect(chosen).to_have_attribute("aria-disabled", "true")
    await expect(chosen).to_be_focused()
    await expect(page.get_by_role("button", name="موظف اتحادي")).to_be_hidden()
    assert await page.get_by_text("اخترت em1:moh-uae").count() == 1

    await page.reload()
    await expect(chosen).to_have_attribute("aria-pressed", "true")


async def test_an_edit_replaces_its_bubble(page: Page, site: Website) -> None:
    await open_page(page, site)
    await ask(page, "سؤال")
    await page.get_by_role("button", name="غير مفيدة").click()
    await expect(page.get_by_text(EDITED)).to_be_visible()
    expected = [f"waai: {GREETING}", "own: سؤال", f"waai: {EDITED}"]
    assert await bubbles(page) == expected

    await page.reload()
    await expect(page.get_by_text(EDITED)).to_be_visible()
    assert await bubbles(page) == expected


async def test_a_reload_keeps_the_conversation_and_the_draft(page: Page, site: Website) -> None:
    await open_page(page, site)
    for text in ("الأول", "الثاني"):
        await ask(page, text)
        await expect(page.get_by_text(f"سألت: {text}")).to_be_visible()
    await page.get_by_role("textbox").fill("لم أكمل")
    before = await bubbles(page)

    await page.reload()

    await expect(page.get_by_text("سألت: الثاني")).to_be_visible()
    assert await bubbles(page) == before
    assert before[1] == "own: الأول"
    assert await page.get_by_role("textbox").input_value() == "لم أكمل"
    assert [asked.content for asked in site.asked[3:]] == []


async def test_a_restart_is_survived_without_loss_or_doubles(
    page: Page, stopped_site: Website
) -> None:
    site = stopped_site
    async with site.running():
        await open_page(page, site)
        await ask(page, "قبل التوقف")
        await expect(page.get_by_text("سألت: قبل التوقف")).to_be_visible()
    await expect(page.get_by_role("button", name="إرسال")).to_be_disabled()
    await expect(page.get_by_role("status")).to_have_text("جارٍ الاتصال…")
    await page.get_by_role("textbox").fill("أثناء التوقف")
    await page.keyboard.press("Enter")
    # A press waits for the connection.
    await page.get_by_role("button", name="اسأل موظفًا").click()

    async with site.running():
        user = site.asked[0].address.user
        await site.push(user, note("أُرسلت وأنت غائب"))
        await expect(page.get_by_text("أُرسلت وأنت غائب")).to_be_visible(timeout=20_000)
        await expect(page.get_by_text("اخترت pe1:token")).to_be_visible()
        assert await page.get_by_role("textbox").input_value() == "أثناء التوقف"
        await page.get_by_role("textbox").press("Enter")
        await expect(page.get_by_text("سألت: أثناء التوقف")).to_be_visible()

        assert await bubbles(page) == [
            f"waai: {GREETING}",
            "own: قبل التوقف",
            "waai: لا يجوز",
            "waai: أُرسلت وأنت غائب",
            "waai: اخترت pe1:token",
            "own: أثناء التوقف",
            "waai: لا يجوز",
        ]
        assert len(site.asked) == 4
        assert await page.get_by_role("status").inner_text() == ""


async def test_an_outage_of_the_database_is_said_and_survived(page: Page, site: Website) -> None:
    await open_page(page, site)
    site.is_down = True
    await ask(page, "وقت العطل")
    await expect(page.get_by_role("status")).to_contain_text("الخدمة غير متاحة مؤقتًا")
    await expect(page.get_by_text("لم تُرسل بعد")).to_be_visible()

    site.is_down = False

    await expect(page.get_by_text("سألت: وقت العطل")).to_be_visible(timeout=20_000)
    await expect(page.get_by_role("status")).to_have_text("")
    assert await page.get_by_text("لم تُرسل بعد").count() == 0
    assert len(site.asked) == 2


async def test_a_broken_letter_does_not_stop_the_page(page: Page, site: Website) -> None:
    await open_page(page, site)
    await page.evaluate("document.getElementById('text').value = 'نص \\ud83d'")
    await page.get_by_role("textbox").press("Enter")
    await expect(page.get_by_text("سألت: نص \ufffd")).to_be_visible()


async def test_a_greeting_comes_once_a_session(page: Page, site: Website) -> None:
    await open_page(page, site)
    other = await page.context.new_page()
    await open_page(other, site)
    await asyncio.sleep(0.3)
    assert await bubbles(other) == [f"waai: {GREETING}"]
    assert len(site.asked) == 1


async def test_what_is_too_long_stays_in_the_field(page: Page, site: Website) -> None:
    await open_page(page, site)
    text = "أ" * 4001
    await ask(page, text)
    await expect(page.get_by_role("status")).to_contain_text("النص طويل")
    await expect(page.get_by_text("4001 / 4000")).to_be_visible()
    assert await page.get_by_role("textbox").input_value() == text
    await page.keyboard.press("Backspace")
    await expect(page.get_by_role("status")).to_have_text("")


async def test_markup_is_text_on_both_sides(page: Page, site: Website) -> None:
    attack = "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'></b>"
    await open_page(page, site)
    await ask(page, attack)
    # An answer in Latin letters is in English: the text is echoed as it is.
    await expect(page.get_by_text(f"سألت: {attack}")).to_be_visible()
    await site.push(site.asked[0].address.user, note(attack, Button(attack, "hp1")))
    await expect(page.get_by_role("button", name=attack)).to_be_visible()
    assert await page.evaluate("window.hit") is None
    assert await page.locator("#log img, #log script").count() == 0


async def test_reading_above_is_not_disturbed(page: Page, site: Website) -> None:
    await open_page(page, site)
    user = site.asked[0].address.user
    await site.push(user, *(note(f"رسالة {number}\n\nسطر") for number in range(12)))
    await expect(page.get_by_text("رسالة 11")).to_be_in_viewport()

    log = page.get_by_role("log")
    # What a fresh page fetches is no news; that ends when it has grown quiet.
    await expect(log).not_to_have_attribute("aria-busy", "true")
    await log.evaluate("(log) => { log.scrollTop = 0; }")
    await asyncio.sleep(0.1)
    await site.push(user, note("الأخيرة"))
    news = page.get_by_role("button", name="رسائل جديدة")
    await expect(news).to_be_visible()
    assert await log.evaluate("(log) => log.scrollTop") == 0

    await news.click()
    await expect(page.get_by_text("الأخيرة")).to_be_in_viewport()
    await expect(news).to_be_hidden()


async def test_a_lost_session_loads_the_page_once_and_keeps_the_draft(
    page: Page, site: Website
) -> None:
    await open_page(page, site)
    await page.get_by_role("textbox").fill("مسودة")
    await page.context.clear_cookies()
    # What a phone does on return to a sleeping page.
    await page.evaluate("dispatchEvent(new Event('offline'))")

    await page.wait_for_event("load", timeout=20_000)
    await expect(page.get_by_text(GREETING)).to_be_visible()
    assert await page.get_by_role("textbox").input_value() == "مسودة"
    assert len({asked.address.user for asked in site.asked}) == 2

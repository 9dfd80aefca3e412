from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.product import Product
from tests.support.chat_page import Watched, ask, open_chromium

pytestmark = pytest.mark.slow

SHOTS = Path("/tmp")


@contextlib.asynccontextmanager
async def _phone(locale: str) -> AsyncIterator[Page]:
    """A phone's tab that must not have complained at the end."""
    async with open_chromium() as chromium:
        context = await chromium.new_context(viewport={"width": 390, "height": 844}, locale=locale)
        page = await context.new_page()
        watched = Watched(page)
        yield page
        assert watched.errors == []


async def _onboard(page: Page, live: Product, employer: str) -> None:
    await page.goto(live.url)
    await expect(page.get_by_text("خصوصيتك")).to_be_visible()
    await page.get_by_role("button", name=employer).click()
    await expect(page.get_by_text("سأجيبك من القواعد الخاصة")).to_be_visible()


async def _is_within_the_width(page: Page) -> bool:
    width: int = await page.evaluate("document.documentElement.scrollWidth")
    return width <= 390


async def test_a_person_asks_rates_and_asks_for_a_person(live: Product) -> None:
    async with _phone("ar-AE") as page:
        await _onboard(page, live, "الحكومة العراقية")
        await ask(page, "اگدر اسوي ريتويت لمنشور ينتقد الوزارة لو ما يصير؟")
        await expect(page.get_by_text("[iraq-judiciary.", exact=False).first).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert await _is_within_the_width(page)
        await page.screenshot(path=SHOTS / "waai-answer.png")
        await page.get_by_role("button", name="قيّم").click()
        await page.get_by_role("button", name="👍 أفادتني").click()
        await expect(page.get_by_text("شكراً، سُجّل رأيك.")).to_be_visible()
        await page.get_by_role("button", name="اسأل موظفاً").last.click()
        await expect(page.get_by_text("حُفظ طلبك موجّهاً إلى")).to_be_visible()


async def test_a_person_browses_the_rules_and_comes_back(live: Product) -> None:
    async with _phone("ar-AE") as page:
        await _onboard(page, live, "بلدية مسقط")
        await page.get_by_role("button", name="تصفّح القواعد").click()
        await expect(page.get_by_text("مواضيع القواعد الخاصة")).to_be_visible()
        topics = page.locator(".row-answer").last.get_by_role("button")
        await topics.first.click()
        await expect(page.get_by_role("button", name="كل المواضيع").last).to_be_visible()
        await page.locator(".row-answer").last.get_by_role("button").first.click()
        await expect(page.get_by_text("[muscat.", exact=False).first).to_be_visible()
        await page.reload()
        await expect(page.get_by_text("[muscat.", exact=False).first).to_be_visible()
        assert await _is_within_the_width(page)


async def test_who_writes_english_is_answered_in_english(live: Product) -> None:
    async with _phone("ar-OM") as page:
        await page.goto(live.url)
        await page.get_by_role("button", name="English").click()
        await expect(page.get_by_text("Your privacy", exact=False)).to_be_visible()
        await page.get_by_role("button", name="UAE federal").click()
        await ask(page, "May I like a post that insults a colleague?")
        await expect(page.get_by_text("[uae-fed.", exact=False).first).to_be_visible()
        await page.screenshot(path=SHOTS / "waai-english.png")


async def test_a_person_takes_a_quiz_typing_and_tapping(live: Product) -> None:
    async with _phone("ar-OM") as page:
        await _onboard(page, live, "بلدية مسقط")
        await ask(page, "ابا اسوي الاختبار")
        await expect(page.get_by_text("السؤال 1 من 7")).to_be_visible()
        assert await _is_within_the_width(page)
        await page.screenshot(path=SHOTS / "waai-quiz.png")
        await ask(page, "الاولى")
        await expect(page.get_by_text("السؤال 2 من 7")).to_be_visible()
        await ask(page, "طيب ليش؟")
        await expect(page.get_by_text("ونعود إلى سؤالنا:")).to_be_visible()
        await ask(page, "خلاص نكمل الاختبار وقت ثاني")
        await page.get_by_role("button", name="أكمل الاختبار").click()
        await expect(page.get_by_text("نكمل من حيث توقفت:")).to_be_visible()
        await ask(page, "ابا اعرف كم جبت في الاختبارات")
        await expect(page.get_by_text("📈 تقدّمك")).to_be_visible()

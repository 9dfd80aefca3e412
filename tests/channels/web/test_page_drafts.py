"""Checks of drafts on the page: the person's own words come from the page itself."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.domain.meaning import Intent, Meaning
from tests.support.chat_page import ask
from tests.support.website import Website
from tests.support.world import World, drafts

pytestmark = pytest.mark.slow

POST = "🇦🇪 <b>الوزير</b> فاشل وقراره نكتة، والهيكل الجديد يصدر الأحد"
WORDS = {word: (POST.index(word), POST.index(word) + len(word)) for word in ("فاشل", "وقراره نكتة")}
MEANING = drafts(
    "offend",
    "harm_reputation",
    words={"offend": (WORDS["فاشل"],), "harm_reputation": (WORDS["وقراره نكتة"],)},
)


@pytest.fixture
def world(site: Website) -> World:
    """The real conversation behind the site."""
    world = World(site.database)
    world.understanding.meanings[POST] = MEANING
    world.understanding.meanings["نص إخلاء"] = Meaning(Intent.ASK_DISCLAIMER, 0.9)
    site.respond = world.router.handle
    return world


async def checked(page: Page, site: Website, world: World) -> None:
    await page.goto(site.url)
    # The browser of the tests speaks English.
    await page.get_by_role("button", name="العربية").click()
    employer = world.library.rulebooks["uae-fed"].employer.ar
    await page.get_by_role("button", name=employer).click()
    await page.get_by_role("button", name=world.phrase("button_help")).click()
    await page.get_by_role("button", name=world.phrase("button_check")).last.click()
    await expect(page.get_by_text(world.phrase("draft_prompt"))).to_be_visible()
    await ask(page, POST)
    await expect(page.get_by_text(world.phrase("post_prohibited"))).to_be_visible()


async def test_the_words_are_filled_in_and_marked(page: Page, site: Website, world: World) -> None:
    await checked(page, site, world)
    lines = page.locator(".block-quote")
    await expect(lines).to_have_text(
        [
            f"• {world.library.locate('uae-fed.1.2').article.title.ar}: «فاشل»",
            f"• {world.library.locate('uae-fed.2.2').article.title.ar}: «وقراره نكتة»",
        ]
    )
    own = page.locator(".row-own .body").last
    await expect(own).to_have_text(POST)
    await expect(own.locator("mark")).to_have_text(["فاشل", "وقراره نكتة"])
    assert await own.locator("b").count() == 0
    await page.reload()
    await expect(lines.first).to_contain_text("«فاشل»")
    await expect(page.locator(".row-own mark")).to_have_text(["فاشل", "وقراره نكتة"])


async def test_a_page_without_the_text_says_so(page: Page, site: Website, world: World) -> None:
    await checked(page, site, world)
    other = await page.context.new_page()
    await other.goto(site.url)
    await expect(other.locator(".block-quote").first).to_contain_text("كلمات من نصّك")
    assert "فاشل" not in await other.locator("#log").inner_text()
    await other.close()


async def test_it_fits_a_phone(page: Page, site: Website, world: World) -> None:
    await checked(page, site, world)
    await ask(page, "نص إخلاء")
    await expect(page.locator(".block-copy").first).to_be_visible()
    wide = await page.evaluate(
        "() => [...document.querySelectorAll('#log *')]"
        ".filter((one) => one.getBoundingClientRect().width > innerWidth).length"
    )
    assert wide == 0

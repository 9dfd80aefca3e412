"""Pictures on the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.conversation.clock import SystemClock
from tests.support.chat_page import CHROMIUM, ask
from tests.support.pictures import png
from tests.support.roster import employ
from tests.support.website import Website
from tests.support.world import World

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH"),
]


async def test_a_lesson_is_shown_with_its_picture(
    page: Page, site: Website, tmp_path: Path
) -> None:
    world = World(site.database, moment=SystemClock().now())
    await world.workshop_service.publish()
    object.__setattr__(world.workshops, "draw_lesson", lambda *_: png(1080, 1080))
    site.respond = world.router.handle
    await employ(world)
    await page.goto(f"{site.url}/#link={await world.linking.issue_code('muscat', '1001')}")
    employer = world.library.rulebooks["muscat"].employer.ar
    await expect(page.get_by_text(world.phrase("linked", employer=employer))).to_be_visible()
    await ask(page, "/workshop")
    await page.get_by_role("button", name=world.phrase("button_workshop_lesson", number=1)).click()
    lesson = world.library.workshops["muscat"].lessons[0]
    picture = page.get_by_role("img", name=lesson.picture.headline.ar)
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1080)
    box, words = await picture.bounding_box(), await page.get_by_text(lesson.text.ar).bounding_box()
    assert box is not None
    assert words is not None
    assert 0 <= box["x"] < box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= words["y"]
    await page.screenshot(path=tmp_path / "lesson.png")
    async with page.expect_download() as saved:
        await picture.click()
    assert (await saved.value).suggested_filename == "muscat.l1.png"

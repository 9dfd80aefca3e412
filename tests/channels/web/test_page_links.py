"""Enrolment links and documents on the page."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.conversation.clock import SystemClock
from bot.conversation.events import Command
from tests.support.chat_page import CHROMIUM, ask, open_page
from tests.support.roster import employ
from tests.support.website import GREETING, Website
from tests.support.world import World

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH"),
]

CODE = "7K2QX-M9P3T"
KEPT = "() => JSON.stringify([location.href, {...sessionStorage}, {...localStorage}])"


async def test_a_link_sends_its_code_once_and_keeps_it_nowhere(page: Page, site: Website) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    await page.goto(f"{site.url}/#link={CODE}")
    await expect(page.get_by_text(GREETING)).to_be_visible()
    assert [asked.content for asked in site.asked] == [Command("link", CODE)]
    assert page.url == f"{site.url}/"
    assert CODE not in await page.evaluate(KEPT)
    # The browser's own log of what it asked for: a fragment is never sent.
    assert all("link=" not in url for url in requests[1:])
    await page.reload()
    await expect(page.get_by_text(GREETING)).to_be_visible()
    await asyncio.sleep(0.3)
    assert len(site.asked) == 1


async def test_a_link_opened_in_an_open_conversation(page: Page, site: Website) -> None:
    await open_page(page, site)
    await page.evaluate(f"location.hash = 'link={CODE}'")
    await expect(page.get_by_text(GREETING)).to_have_count(2)
    assert [asked.content for asked in site.asked] == [Command("start"), Command("link", CODE)]
    assert page.url == f"{site.url}/"


@pytest.mark.parametrize("code", ["", "a b", "<script>", "x" * 65, "%D9%85"])
async def test_what_is_no_code_is_not_sent(page: Page, site: Website, code: str) -> None:
    await page.goto(f"{site.url}/#link={code}")
    await expect(page.get_by_text(GREETING)).to_be_visible()
    assert [asked.content for asked in site.asked] == [Command("start")]
    assert page.url == f"{site.url}/"


async def test_an_employee_enrols_by_a_link_and_saves_what_is_stored(
    page: Page, site: Website, tmp_path: Path
) -> None:
    world = World(site.database, moment=SystemClock().now())
    site.respond = world.router.handle
    await employ(world)
    code = await world.linking.issue_code("muscat", "1001")
    await page.goto(f"{site.url}/#link={code}")
    employer = world.library.rulebooks["muscat"].employer.ar
    await expect(page.get_by_text(world.phrase("linked", employer=employer))).to_be_visible()
    await ask(page, "/mydata")
    row = page.locator(".file")
    name = world.phrase("data_file_name")
    await expect(row).to_have_accessible_name(f"{name} تنزيل")
    box = await row.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert 0 <= box["x"] < box["x"] + box["width"] <= 390
    await page.screenshot(path=tmp_path / "file.png")
    async with page.expect_download() as saved:
        await row.click()
    download = await saved.value
    assert download.suggested_filename == name
    await download.save_as(tmp_path / name)
    assert "سالم بن حمد" in (tmp_path / name).read_text("utf-8-sig")
    assert page.url == f"{site.url}/"

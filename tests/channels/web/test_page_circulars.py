"""A circular on the page: found, its file fetched, acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from bot.conversation.clock import SystemClock
from bot.domain.circulars import CircularState
from bot.records.circular_openings import CircularOpening
from bot.records.circular_rows import Acknowledgement
from bot.records.files import NewFile
from tests.support.chat_page import CHROMIUM, ask
from tests.support.circulars import CONTENT, publish
from tests.support.roster import employ
from tests.support.website import Website
from tests.support.world import World

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH"),
]

FILES = (
    NewFile("ضوابط المؤتمر.pdf", "application/pdf", b"%PDF 1"),
    NewFile("أماكن التصوير.pdf", "application/pdf", b"%PDF 2"),
)


async def test_an_employee_acknowledges_a_circular(
    page: Page, site: Website, tmp_path: Path
) -> None:
    world = World(site.database, moment=SystemClock().now())
    site.respond = world.router.handle
    employee = await employ(world, employer=CONTENT.employer)
    await publish(world, employee, files=FILES, state=CircularState.SENT, due_at=None)
    code = await world.linking.issue_code(CONTENT.employer, "1001")
    await page.goto(f"{site.url}/#link={code}")
    await expect(page.locator(".row-answer, .answer").first).to_be_visible()
    await ask(page, "التعاميم")
    await page.get_by_role("button", name="تعميم رقم 2026/14").click()
    await expect(page.get_by_text(CONTENT.statement)).to_be_visible()
    await page.screenshot(path=tmp_path / "circular.png")
    async with page.expect_download() as saved:
        await page.locator(".file").click()
    assert (await saved.value).suggested_filename == "ضوابط المؤتمر.pdf"
    await page.get_by_role("button", name="أقرّ بالاطلاع").click()
    await expect(page.get_by_text("✅ أقررت بالاطلاع على التعميم رقم 2026/14")).to_be_visible()
    await page.screenshot(path=tmp_path / "acknowledged.png")
    async with world.database.reading() as session:
        assert list(await session.scalars(select(Acknowledgement.channel))) == ["web"]
        assert list(await session.scalars(select(CircularOpening.position))) == [0]

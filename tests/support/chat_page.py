"""The chat page in a real browser, and what a person does on it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator

from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from bot.conversation.messages import Block, BlockKind, Button, Message
from tests.support.website import GREETING, Website

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


class Watched:
    """What a page complained about; a test ends with none."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "WebSocket" not in message.text:
            self.errors.append(message.text)


@contextlib.asynccontextmanager
async def open_chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def open_tab(browser: Browser) -> AsyncIterator[Page]:
    """A phone's tab that must not have complained at the end."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    watched = Watched(page)
    yield page
    assert watched.errors == []


async def open_page(page: Page, site: Website) -> None:
    await page.goto(site.url)
    await expect(page.get_by_text(GREETING)).to_be_visible()


async def ask(page: Page, text: str) -> None:
    await page.get_by_role("textbox").fill(text)
    await page.keyboard.press("Enter")


async def bubbles(page: Page) -> list[str]:
    """Each bubble's side and first words, in order."""
    found: list[str] = await page.evaluate(
        """() => [...document.querySelectorAll("#log .row")].map((row) =>
            row.classList.contains("row-own")
                ? `own: ${row.querySelector(".body").textContent}`
                : `waai: ${row.querySelector(".block span, .typing").textContent}`)"""
    )
    return found


def note(text: str, *buttons: Button) -> Message:
    return Message((Block(BlockKind.BODY, text),), buttons)

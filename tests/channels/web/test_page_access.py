"""The page for everyone: names, sizes, keyboard, narrow windows and contrast."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.chat_page import CHROMIUM, ask, open_page
from tests.support.website import Website

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH"),
]


CONTROLS = """() => [...document.querySelectorAll("button, textarea, [tabindex], [role]")]
    .filter((one) => one.checkVisibility())
    .map((one) => ({
        name: one.ariaLabel || one.labels?.[0]?.textContent || one.textContent.trim(),
        role: one.getAttribute("role") ?? one.localName,
        width: one.getBoundingClientRect().width,
        height: one.getBoundingClientRect().height,
    }))"""


async def test_every_control_has_a_name_and_a_size(page: Page, site: Website) -> None:
    await open_page(page, site)
    await ask(page, "سؤال")
    await expect(page.get_by_text("سألت: سؤال")).to_be_visible()

    controls: list[dict[str, Any]] = await page.evaluate(CONTROLS)

    assert {control["role"] for control in controls} >= {"log", "textarea", "button", "group"}
    for control in controls:
        assert control["name"] or control["role"] == "status"
        if control["role"] in {"button", "textarea"}:
            assert min(control["width"], control["height"]) >= 44


async def test_tab_goes_through_the_page_in_reading_order(page: Page, site: Website) -> None:
    await open_page(page, site)
    await page.get_by_role("heading").click()
    order = []
    for _ in range(5):
        await page.keyboard.press("Tab")
        order.append(
            await page.evaluate("document.activeElement.id || document.activeElement.textContent")
        )
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    assert order == ["log", "موظف اتحادي", "وزارة الصحة", "text", "send"]


@pytest.mark.parametrize("width", [320, 390, 430, 1280])
async def test_nothing_is_wider_than_the_window(page: Page, site: Website, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 640})
    await open_page(page, site)
    await ask(page, "كلمة" * 60)
    await expect(page.get_by_text("سألت: ")).to_be_visible()
    for selector in ("html", "#log", ".composer"):
        overflow = await page.locator(selector).evaluate(
            "(one) => one.scrollWidth - one.clientWidth"
        )
        assert overflow <= 0
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")


# Text, the surface under it, and the least contrast of WCAG 2.2: 4.5 for text, 3 for controls.
PAIRS = [
    (".masthead h1", "color", ".masthead", 4.5),
    (".masthead p", "color", ".masthead", 4.5),
    (".block-body", "color", ".row-answer .bubble", 4.5),
    (".block-verdict", "color", ".block-verdict", 4.5),
    (".block-citation", "color", ".row-answer .bubble", 4.5),
    (".block-note", "color", ".row-answer .bubble", 4.5),
    (".row-own .body", "color", ".row-own .bubble", 4.5),
    (".choice:not([aria-pressed])", "color", ".choice:not([aria-pressed])", 4.5),
    (".choice:not([aria-pressed])", "borderTopColor", "body", 3.0),
    (".choice[aria-pressed]", "color", ".choice[aria-pressed]", 4.5),
    ("textarea", "color", "textarea", 4.5),
    ("textarea::placeholder", "color", "textarea", 4.5),
    ("textarea", "borderTopColor", ".composer", 3.0),
    (".send", "color", ".send", 4.5),
    (".send", "backgroundColor", ".composer", 3.0),
    (".status", "color", ".status", 4.5),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_contrast_is_enough(page: Page, site: Website, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    await open_page(page, site)
    await page.get_by_role("button", name="وزارة الصحة").click()
    await ask(page, "سؤال")
    await expect(page.get_by_text("سألت: سؤال")).to_be_visible()
    await page.mouse.move(0, 0)
    await page.get_by_role("log").focus()
    await page.evaluate(
        """() => { const line = document.getElementById("status");
                   line.textContent = "x"; line.dataset.key = "offline"; }"""
    )

    low = {}
    for element, kind, under, least in PAIRS:
        ratio = contrast(
            await colour(page, element, kind), await colour(page, under, "backgroundColor")
        )
        if ratio < least:
            low[element, kind] = round(ratio, 2)
    assert low == {}


async def colour(page: Page, selector: str, kind: str) -> tuple[float, ...]:
    element, _, part = selector.partition("::")
    styled = await page.locator(element).last.evaluate(
        """(one, [kind, part]) => {
            const style = getComputedStyle(one, part ? `::${part}` : null);
            const shown = style[kind];
            return kind === "backgroundColor" && shown === "rgba(0, 0, 0, 0)"
                ? style.backgroundImage : shown;
        }""",
        [kind, part],
    )
    # Of a gradient its lighter, first colour.
    found = re.search(r"rgba?\(([\d., ]+)\)", styled)
    assert found, f"{selector} has no {kind}: {styled}"
    return tuple(float(number) for number in found[1].split(","))[:3]


def contrast(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: tuple[float, ...]) -> float:
    linear = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

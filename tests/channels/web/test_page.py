"""The page in a real browser, by what a person sees and does."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from bot.conversation.messages import Block, BlockKind, Button, Message
from tests.support.website import EDITED, GREETING, Website

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
PHONE = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH"),
]


class Watched:
    """What a page complained about; a test ends with none."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "WebSocket" not in message.text:
            self.errors.append(message.text)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport={"width": 390, "height": 844})
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

        seen = await bubbles(page)
        assert len(seen) == len(set(seen)) - seen.count("waai: لا يجوز") + 2
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
    await page.evaluate("document.activeElement.blur()")
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

"""The trainer's screen: what it gives out, to whom, and how it looks."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from bot.channels.web.screen import Ways, add_screen
from bot.records.database import Database
from bot.services.session_screen import ScreenService
from bot.serving import serving
from tests.support.chat_page import CHROMIUM, open_chromium
from tests.support.sessions import STARTS, code_of, hold, people, row_of
from tests.support.world import World

WAYS = Ways("waai_bot", "96812345678", "https://waai.example/")


@pytest.fixture
async def database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "screen.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    await database.dispose()


@pytest.fixture
def ways() -> Ways:
    return WAYS


@pytest.fixture
async def site(world: World, ways: Ways) -> AsyncIterator[str]:
    app = web.Application()
    add_screen(app, ScreenService(world.database, world.now), world.session_words, ways)
    async with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


async def address(world: World, site: str, session: str) -> str:
    return f"{site}/session/{(await row_of(world, session)).screen}"


async def test_the_page_is_strict_and_tells_its_address_to_nobody(
    world: World, site: str, client: aiohttp.ClientSession
) -> None:
    response = await client.get(await address(world, site, await hold(world)))
    page, policy = await response.text(), response.headers["Content-Security-Policy"]
    assert (response.status, response.content_type) == (200, "text/html")
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert re.findall(r"(?:src|href)=\"([^\"]*)\"", page) == [
        "data:,",
        "/session/static/screen.css",
        "/session/static/screen.js",
    ]
    assert " style=" not in page
    assert not re.search(r" on\w+=", page)
    for name in ("screen.css", "screen.js"):
        file = await client.get(f"{site}/session/static/{name}")
        text = await file.text()
        assert file.status == 200
        assert "innerHTML" not in text
        assert "://" not in text
        tag = {"If-None-Match": file.headers["ETag"]}
        assert (await client.get(f"{site}/session/static/{name}", headers=tag)).status == 304
    assert (await client.get(f"{site}/session/static/chat.js")).status == 404


async def test_what_it_shows(world: World, site: str, client: aiohttp.ClientSession) -> None:
    session = await hold(world, capacity=20)
    person, other = await people(world, 2)
    for each in (person, other):
        await world.registrations.register(each, session)
    url = await address(world, site, session)
    told = await (await client.get(f"{url}/state")).json()
    assert (told["state"], told["code"]) == ("ahead", None)
    world.moment = STARTS + timedelta(seconds=10)
    code = await code_of(world, session)
    await world.check_ins.check_in(person, code)
    answer = await client.get(f"{url}/state")
    assert answer.headers["Cache-Control"] == "no-store"
    assert await answer.json() == {
        "state": "on",
        "code": code,
        "left_ms": 20000,
        "present": 1,
        "registered": 2,
        "capacity": 20,
        "ways": ["telegram", "whatsapp"],
        "words": {
            "ar": [
                "شبكات التواصل الاجتماعي في بلدية مسقط",
                "الموعد: الأحد 6/12/2026، من 10 صباحاً إلى 12 ظهراً",
                "المكان: القاعة الكبرى",
            ],
            "en": [
                "Social networks at Muscat Municipality",
                "When: Sunday 6/12/2026, from 10 am to 12 pm",
                "Where: القاعة الكبرى",
            ],
        },
    }
    secret = (await row_of(world, session)).secret
    assert secret not in await (await client.get(f"{url}/state")).text()
    world.moment = STARTS + timedelta(hours=3)
    told = await (await client.get(f"{url}/state")).json()
    assert (told["state"], told["code"]) == ("over", None)


async def test_pictures(world: World, site: str, client: aiohttp.ClientSession) -> None:
    session = await hold(world)
    url = await address(world, site, session)
    assert (await client.get(f"{url}/qr/telegram.svg")).status == 404
    world.moment = STARTS
    pictures = set()
    for way in ("telegram", "whatsapp"):
        response = await client.get(f"{url}/qr/{way}.svg")
        assert (response.status, response.content_type) == (200, "image/svg+xml")
        assert response.headers["Cache-Control"] == "no-store"
        pictures.add(await response.text())
    assert len(pictures) == 2
    assert all("<svg xmlns=" in picture for picture in pictures)
    assert (await client.get(f"{url}/qr/fax.svg")).status == 404


def test_links_bring_the_code_along() -> None:
    assert WAYS.links("123456") == {
        "telegram": "https://t.me/waai_bot?start=in-123456",
        "whatsapp": "https://wa.me/96812345678?text=in-123456",
    }
    site = Ways(site="https://waai.example/")
    assert site.links("123456") == {"web": "https://waai.example/#link=in-123456"}
    assert Ways().links("123456") == {}


@pytest.mark.parametrize("path", ["0" * 32, "x", "0" * 31, "A" * 32, "../session"])
async def test_who_does_not_know_the_secret_is_told_nothing(
    world: World, site: str, client: aiohttp.ClientSession, path: str
) -> None:
    await hold(world)
    assert (await client.get(f"{site}/session/{path}/state")).status == 404


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH")
@pytest.mark.parametrize("ways", [WAYS, Ways("waai_bot"), Ways()])
async def test_a_browser_shows_the_code_and_hides_the_address(
    page: Page, world: World, site: str, ways: Ways, tmp_path: Path
) -> None:
    session = await hold(world, capacity=300)
    for person in await people(world, 3):
        await world.registrations.register(person, session)
    world.moment = STARTS - timedelta(minutes=30)
    await page.set_viewport_size({"width": 1280, "height": 720})
    await page.goto(await address(world, site, session))
    await expect(page.get_by_text("يبدأ تسجيل الحضور قبل الموعد بربع ساعة")).to_be_visible()
    assert page.url == f"{site}/session/"
    await page.screenshot(path=tmp_path / "ahead.png")
    world.moment = STARTS + timedelta(seconds=5)
    code = await code_of(world, session)
    shown = page.locator("#code")
    await expect(shown).to_have_text(f"{code[:3]} {code[3:]}")
    await expect(page.locator("figure")).to_have_count(len(ways.links(code)))
    await expect(page.locator("#registered")).to_have_text("3 / 300")
    await page.screenshot(path=tmp_path / "screen.png")
    size = "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert await page.evaluate(size) == [1280, 720]
    world.pass_(seconds=30)
    later = await code_of(world, session)
    await expect(shown).to_have_text(f"{later[:3]} {later[3:]}")
    await page.reload()
    await expect(shown).to_have_text(f"{later[:3]} {later[3:]}")


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH")
async def test_a_browser_without_the_secret_is_told_so(site: str) -> None:
    async with open_chromium() as chromium:
        tab = await chromium.new_page()
        await tab.goto(f"{site}/session/{'0' * 32}")
        await expect(tab.get_by_text("لا ورشة لهذا الرابط")).to_be_visible()
        await expect(tab.locator("#code")).to_be_hidden()

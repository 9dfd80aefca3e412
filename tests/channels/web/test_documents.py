"""Documents in the browser: whose they are, and that nothing shows them in our name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp
import pytest

from bot.conversation.clock import SystemClock
from bot.conversation.events import Address
from bot.records.files import Files, NewFile
from tests.support.website import SITE, Website
from tests.support.world import World

if TYPE_CHECKING:
    from tests.channels.web.conftest import Browser

PAGE = b"<script>alert(1)</script>"
NAME = "../ما يحفظه\u202e واعي\r\nX: y.html"


async def keep(site: Website, owner: str | None, lives: timedelta = timedelta(hours=1)) -> str:
    now = SystemClock().now()
    async with site.database.transaction() as session:
        new = NewFile(NAME, "text/html", PAGE, owner)
        return (await Files(session).add(new, now, now + lives)).id


async def get(browser: Browser, file: str, **headers: str) -> aiohttp.ClientResponse:
    given = {"Cookie": f"waai_session={browser.secret}"} | headers
    return await browser.client.get(f"{browser.site.url}/files/{file}", headers=given)


async def owner_of(browser: Browser) -> str:
    address = Address(*SITE, browser.user)
    return (await World(browser.site.database).enrolment.meet(address, None)).id


async def test_the_owner_saves_it_and_nothing_shows_it(site: Website, browser: Browser) -> None:
    response = await get(browser, await keep(site, await owner_of(browser)))
    assert (response.status, await response.read()) == (200, PAGE)
    name = quote("-ما يحفظه واعي X: y.html", safe="")
    assert response.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert response.headers["Content-Type"] == "text/html"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_to_others_it_is_not_there(
    site: Website, browser: Browser, browser_type: type[Browser]
) -> None:
    file = await keep(site, await owner_of(browser))
    stranger = browser_type(site, browser.client)
    known = browser_type(site, browser.client)
    await owner_of(known)
    nothing = await get(browser, "0" * 32)
    for asking in (stranger, known):
        response = await get(asking, file)
        assert (response.status, await response.text()) == (404, await nothing.text())
        assert response.headers["Cache-Control"] == "no-store"
    for cookie in ("", "waai_session=admin"):
        assert (await get(browser, file, Cookie=cookie)).status == 404


async def test_what_has_expired_is_not_there(site: Website, browser: Browser) -> None:
    file = await keep(site, await owner_of(browser), -timedelta(seconds=1))
    assert (await get(browser, file)).status == 404


async def test_what_many_get_needs_a_session(site: Website, browser: Browser) -> None:
    file = await keep(site, None)
    assert (await get(browser, file)).status == 200
    assert (await get(browser, file, Cookie="")).status == 404


@pytest.mark.parametrize("file", ["%00", "..%2f..%2fwaai.db", "'%20or%201=1", "x" * 2000, "م"])
async def test_other_names_are_no_file(browser: Browser, file: str) -> None:
    assert (await get(browser, file)).status == 404

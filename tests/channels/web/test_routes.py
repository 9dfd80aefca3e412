"""The page's headers and cookie, and what the socket refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.channels.web import inbound
from bot.channels.web.channel import MAX_SOCKETS
from bot.channels.web.routes import NO_SESSION, TOO_MANY_SOCKETS
from tests.support.patience import PATIENCE_S
from tests.support.website import Website

if TYPE_CHECKING:
    from tests.channels.web.conftest import Browser


async def test_the_page_comes_with_a_strict_policy(
    site: Website, client: aiohttp.ClientSession
) -> None:
    response = await client.get(site.url)
    policy = response.headers["Content-Security-Policy"]

    assert response.status == 200
    assert response.content_type == "text/html"
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert f"connect-src 'self' ws://127.0.0.1:{site.port} wss://127.0.0.1:{site.port};" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"


async def test_the_page_needs_nothing_from_elsewhere(
    site: Website, client: aiohttp.ClientSession
) -> None:
    page = await (await client.get(site.url)).text()
    sources = re.findall(r"(?:src|href)=\"([^\"]*)\"", page)
    local = [source for source in sources if not source.startswith("data:")]

    assert local == ["/static/chat.css", "/static/chat.js"]
    for name in ("chat.css", "chat.js", "log.js", "memory.js", "phrases.js", "wire.js"):
        response = await client.get(f"{site.url}/static/{name}")
        text = await response.text()
        assert response.status == 200
        assert "://" not in text.replace("http://www.w3.org", "")
        assert "innerHTML" not in text
    assert "<noscript>" in page
    assert " style=" not in page
    assert not re.search(r" on\w+=", page)


async def test_what_the_page_says_stands_in_both_languages(
    site: Website, client: aiohttp.ClientSession
) -> None:
    page = await (await client.get(site.url)).text()
    phrases = dict(
        re.findall(r'<p data-key="(\w+)"><span lang="ar">([^<]+)</span><span lang="en">', page)
    )
    static = re.findall(r'data-phrase="(\w+)"[^>]*>([^<]*)<', page)

    assert len(phrases) == page.count("data-key=")
    assert {key: phrases[key] for key, _ in static} == dict(static)
    for name in ("phrase-label", "phrase-placeholder"):
        assert set(re.findall(rf'data-{name}="(\w+)"', page)) <= phrases.keys()


async def test_static_files_are_revalidated(site: Website, client: aiohttp.ClientSession) -> None:
    url = f"{site.url}/static/chat.js"
    first = await client.get(url)
    again = await client.get(url, headers={"If-None-Match": first.headers["ETag"]})

    assert first.content_type == "text/javascript"
    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.status, await again.read()) == (304, b"")


@pytest.mark.parametrize("name", ["chat.html", "..%2f__init__.py", "%2e%2e/routes.py", "x.js"])
async def test_no_other_file_is_served(
    site: Website, client: aiohttp.ClientSession, name: str
) -> None:
    response = await client.get(f"{site.url}/static/{name}")
    assert response.status == 404


async def test_the_first_visit_makes_a_session_and_the_next_keeps_it(
    site: Website, client: aiohttp.ClientSession
) -> None:
    cookie = (await client.get(site.url)).cookies["waai_session"]
    again = await client.get(site.url, headers={"Cookie": f"waai_session={cookie.value}"})

    assert len(cookie.value) == 43
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert (cookie["max-age"], cookie["path"], cookie["secure"]) == ("2592000", "/", "")
    assert again.cookies["waai_session"].value == cookie.value


async def test_over_https_the_cookie_is_secure(
    site: Website, client: aiohttp.ClientSession
) -> None:
    response = await client.get(site.url, headers={"X-Forwarded-Proto": "https"})
    assert response.cookies["waai_session"]["secure"]


async def test_a_cookie_of_another_shape_is_replaced(
    site: Website, client: aiohttp.ClientSession
) -> None:
    response = await client.get(site.url, headers={"Cookie": "waai_session=admin"})
    assert len(response.cookies["waai_session"].value) == 43


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_a_foreign_page_cannot_open_the_socket(browser: Browser, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await browser.open(Origin=origin)
    assert refused.value.status == 403


async def test_without_a_session_the_socket_closes_with_a_code(browser: Browser) -> None:
    page = await browser.open(Cookie="")
    message = await page.socket.receive(timeout=PATIENCE_S)
    assert (message.type, page.socket.close_code) == (aiohttp.WSMsgType.CLOSE, NO_SESSION)


async def test_a_session_has_a_few_sockets_at_most(browser: Browser) -> None:
    pages = [await browser.open() for _ in range(MAX_SOCKETS)]
    one_more = await browser.open()
    await one_more.socket.receive(timeout=PATIENCE_S)
    assert one_more.socket.close_code == TOO_MANY_SOCKETS

    await pages[0].socket.close()
    assert await (await browser.open()).read_until_pong() == []


async def test_too_long_a_text_is_refused_and_not_stored(browser: Browser) -> None:
    page = await browser.open()
    frame_id = await page.send("text", text="أ" * (inbound.MAX_TEXT + 1))
    assert await page.read() == {"type": "error", "code": "too_long", "id": frame_id}

    frame_id = await page.send("text", text="أ" * inbound.MAX_TEXT)
    assert await page.read_kind("stored") == {"type": "stored", "id": frame_id}


async def test_too_large_a_frame_ends_the_connection(browser: Browser) -> None:
    page = await browser.open()
    await page.socket.send_str("x" * (inbound.MAX_FRAME_BYTES + 1))
    await page.socket.receive(timeout=PATIENCE_S)
    assert page.socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_nonsense_is_answered_and_the_connection_goes_on(browser: Browser) -> None:
    page = await browser.open()
    await page.socket.send_str("{")
    assert await page.read() == {"type": "error", "code": "invalid", "id": ""}
    await page.socket.send_bytes(b"{}")
    assert await page.read() == {"type": "error", "code": "invalid", "id": ""}
    frame_id = await page.send("text", text="  ")
    assert await page.read() == {"type": "error", "code": "invalid", "id": frame_id}
    assert await page.read_until_pong() == []
    assert browser.site.asked == []


async def test_a_flood_is_slowed_over_all_sockets_of_a_session(browser: Browser) -> None:
    pages = [await browser.open() for _ in range(2)]
    for number in range(20):
        page = pages[number % 2]
        frame_id = await page.send("text", text="سؤال")
        assert (await page.read_kind("stored"))["id"] == frame_id

    for page in pages:
        frame_id = await page.send("text", text="سؤال")
        error = {"type": "error", "code": "slow_down", "id": frame_id}
        assert await page.read_kind("error") == error


async def test_a_database_that_is_away_is_said_and_nothing_is_lost(browser: Browser) -> None:
    page = await browser.open()
    browser.site.is_down = True
    frame_id = await page.send("text", text="سؤال")
    assert await page.read() == {"type": "error", "code": "unavailable", "id": frame_id}

    browser.site.is_down = False
    await page.send("text", text="سؤال", id=frame_id)
    assert await page.read_kind("stored") == {"type": "stored", "id": frame_id}


async def test_a_stop_says_goodbye_and_a_restart_goes_on(
    stopped_site: Website, client: aiohttp.ClientSession, browser_type: type[Browser]
) -> None:
    browser = browser_type(stopped_site, client)
    async with stopped_site.running():
        page = await browser.open()
        await page.resume()
        await page.send("text", text="قبل")
        number = (await page.read_kind("message"))["number"]
    message = await page.socket.receive(timeout=PATIENCE_S)
    assert (message.type, message.data) == (
        aiohttp.WSMsgType.CLOSE,
        aiohttp.WSCloseCode.GOING_AWAY,
    )

    async with stopped_site.running():
        page = await browser.open()
        await page.resume(number)
        await page.send("text", text="بعد")
        answer = await page.read_kind("message")
        assert answer["number"] == number + 1
        assert answer["message"]["blocks"][1] == ["body", "سألت: بعد"]
        assert await page.read_until_pong() == []

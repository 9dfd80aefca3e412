"""Files that people send, as the fake platforms give them out."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_files import MAX_DOWNLOAD
from tests.fakes.whatsapp import FakeWhatsApp


async def got(url: str, token: str = "") -> tuple[int, bytes]:
    """The status of an address, and what is there."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.read()


async def found(telegram: FakeTelegram, file_id: str) -> dict[str, Any]:
    """What getFile says of a file."""
    url = f"{telegram.base_url}{telegram.token}/getFile?file_id={file_id}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        said: dict[str, Any] = await answer.json()
    return said


async def test_telegrams_files() -> None:
    async with FakeTelegram() as telegram:
        sara = telegram.user()
        update = sara.sends_file("a.pdf", b"%PDF")
        file = (await found(telegram, update["message"]["document"]["file_id"]))["result"]
        assert file["file_size"] == 4
        place = f"{telegram.token}/{file['file_path']}"
        assert await got(f"{telegram.url}/file/bot{place}") == (200, b"%PDF")
        assert (await got(f"{telegram.url}/file/bot{place.replace(':', ':x')}"))[0] == 401
        assert (await got(f"{telegram.url}/file/bot{telegram.token}/none"))[0] == 404
        telegram.shelf.end_links()
        assert (await got(f"{telegram.url}/file/bot{place}"))[0] == 404
        assert (await found(telegram, "none"))["error_code"] == 400
        large = sara.sends_file("a.pdf", bytes(MAX_DOWNLOAD + 1))["message"]["document"]
        assert (await found(telegram, large["file_id"]))["description"].endswith("too big")


async def test_whatsapps_files() -> None:
    async with FakeWhatsApp() as whatsapp:
        file = whatsapp.user().sends_file("a.pdf", b"%PDF")["document"]["id"]
        where = f"{whatsapp.base_url}/{file}"
        assert (await got(where))[0] == 401
        status, said = await got(where, whatsapp.token)
        url = whatsapp.url + said.decode().partition(whatsapp.url)[2].partition('"')[0]
        assert status == 200
        assert await got(url, whatsapp.token) == (200, b"%PDF")
        assert (await got(url))[0] == 401
        whatsapp.end_links()
        assert (await got(url, whatsapp.token))[0] == 404
        whatsapp.media.expire()
        assert (await got(where, whatsapp.token))[0] == 400

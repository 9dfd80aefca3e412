"""The public page that says what a certificate is worth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web import verification
from bot.channels.web.verification import add_verification
from bot.domain.serials import shown_serial
from bot.services.certificates import KnownCertificate
from tests.support.learning import complete, enrolled
from tests.support.world import World

_NAME = "سالم بن حمد"


@pytest.fixture
async def client(world: World) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web.Application()
    add_verification(app, world.certificates, world.library)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def certificate(world: World) -> KnownCertificate:
    world.moment = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # the next day in Muscat
    await world.workshop_service.publish()
    person = await enrolled(world)
    await complete(world, person)
    [known] = await world.certificates.list_of(person)
    return known


async def test_a_valid_one_is_told_by_four_facts(
    world: World,
    client: TestClient[web.Request, web.Application],
    certificate: KnownCertificate,
) -> None:
    response = await client.get(f"/verify/{certificate.serial}")
    page = await response.text()
    workshop = world.library.workshops["muscat"].title.ar
    assert response.status == 200
    assert '<html lang="ar" dir="rtl">' in page
    for told in (world.phrase("verify_valid"), "س. ب. ح.", workshop, "21/11/2026"):
        assert told in page
    for hidden in (_NAME, "سالم", "1001", "محرر", "10 من 10"):
        assert hidden not in page
    assert shown_serial(certificate.serial) in page


async def test_who_reads_english_is_told_in_english(
    client: TestClient[web.Request, web.Application], certificate: KnownCertificate
) -> None:
    typed = shown_serial(certificate.serial).lower()
    response = await client.get(f"/verify/{typed}", headers={"Accept-Language": "en-GB,ar;q=0.5"})
    page = await response.text()
    assert '<html lang="en" dir="ltr">' in page
    assert "Valid certificate" in page


async def test_a_revoked_one_says_so_and_not_why(
    world: World,
    client: TestClient[web.Request, web.Application],
    certificate: KnownCertificate,
) -> None:
    await world.certificates.revoke(certificate.serial, "cheated")
    response = await client.get(f"/verify/{certificate.serial}")
    page = await response.text()
    assert response.status == 200
    assert world.phrase("verify_revoked") in page
    assert "cheated" not in page


@pytest.mark.parametrize(
    "typed", ["0000-0000-0000-0000", "x", "%00", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "a" * 4000]
)
async def test_an_unknown_one_says_so(
    world: World, client: TestClient[web.Request, web.Application], typed: str
) -> None:
    response = await client.get(f"/verify/{typed}")
    page = await response.text()
    assert response.status == 404
    assert world.phrase("verify_unknown") in page
    assert "<script" not in page


async def test_the_page_gives_nothing_away(
    client: TestClient[web.Request, web.Application],
) -> None:
    response = await client.get("/verify/0000-0000-0000-0000")
    headers = response.headers
    assert (
        "default-src 'none'; script-src 'self'; style-src 'self'"
        in (headers["Content-Security-Policy"])
    )
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in headers
    style = await client.get("/verify/static/verify.css")
    assert (style.status, style.content_type) == (200, "text/css")
    assert "://" not in await style.text()


async def test_who_asks_too_often_takes_nothing_from_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_MOST_OF_ALL", 50)
    app = web.Application()
    add_verification(app, world.certificates, world.library)
    async with TestClient(TestServer(app)) as client:

        async def ask(address: str) -> int:
            response = await client.get("/verify/x", headers={"X-Forwarded-For": address})
            return response.status

        for _ in range(60):
            await ask("203.0.113.1")
        assert [await ask("203.0.113.2") for _ in range(21)] == [404] * 20 + [429]


async def test_who_asks_too_often_waits(
    world: World, client: TestClient[web.Request, web.Application]
) -> None:
    async def ask(seen_by_proxy: str) -> aiohttp.ClientResponse:
        headers = {"X-Forwarded-For": f"198.51.100.7, {seen_by_proxy}"}
        return await client.get("/verify/x", headers=headers)

    statuses = [(await ask("203.0.113.1")).status for _ in range(31)]
    assert statuses == [404] * 30 + [429]
    refused = await ask("203.0.113.1")
    assert refused.headers["Retry-After"] == "60"
    assert world.phrase("verify_busy") in await refused.text()
    assert (await ask("203.0.113.2")).status == 404

"""Files that people send: their bytes, as far as they are wanted, from nowhere but WhatsApp."""

from __future__ import annotations

import io
from typing import Any

import pytest

from bot import log
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.graph import DEFAULT_API_URL, is_theirs
from bot.conversation.channel import TOO_LARGE, FetchFailure
from bot.conversation.events import SentFile
from tests.channels.telegram.test_fetching import own_lines
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp

MB = 1_000_000
PDF = b"%PDF" * (MB // 4)


@pytest.fixture
def sara(whatsapp: FakeWhatsApp) -> FakeUser:
    return whatsapp.user()


def sends(user: FakeUser, content: bytes = PDF) -> SentFile:
    """Send a document; gives how the channel knows it."""
    document = user.sends_file("دليل.pdf", content)["document"]
    return SentFile(document["id"], document["filename"])


async def test_a_document_and_a_picture(
    channel: WhatsAppChannel, whatsapp: FakeWhatsApp, sara: FakeUser
) -> None:
    assert await channel.fetch(sends(sara), MB) == PDF
    picture = SentFile(sara.sends_picture(b"\xff\xd8\xff")["image"]["id"])
    assert await channel.fetch(picture, MB) == b"\xff\xd8\xff"
    assert [call.method for call in whatsapp.wire] == ["media_url", "download"] * 2
    assert all(call.status == 200 for call in whatsapp.wire)


@pytest.mark.parametrize("tells", [True, False])
async def test_of_what_is_too_large_no_more_is_read(
    channel: WhatsAppChannel, whatsapp: FakeWhatsApp, sara: FakeUser, *, tells: bool
) -> None:
    whatsapp.tells_sizes = tells
    assert await channel.fetch(sends(sara), MB - 1) == TOO_LARGE
    assert len(whatsapp.calls("download")) == (0 if tells else 1)


@pytest.mark.parametrize(
    "fault",
    [
        ("media_url", 500, b""),
        ("media_url", 200, b"no JSON"),
        ("media_url", 200, {"file_size": "x"}),
        ("download", 404, b""),
        ("download", 302, b""),
    ],
    ids=str,
)
async def test_a_failure_passes(
    channel: WhatsAppChannel, whatsapp: FakeWhatsApp, sara: FakeUser, fault: tuple[str, int, Any]
) -> None:
    file, (method, status, answer) = sends(sara), fault
    whatsapp.fail_next(status, answer, method)
    assert isinstance(await channel.fetch(file, MB), FetchFailure)
    assert await channel.fetch(file, MB) == PDF


async def test_what_is_no_more(
    channel: WhatsAppChannel, whatsapp: FakeWhatsApp, sara: FakeUser
) -> None:
    file = sends(sara)
    whatsapp.media.expire()
    assert await channel.fetch(file, MB) == FetchFailure("content:100")
    assert await channel.fetch(SentFile("../106/messages"), MB) == FetchFailure("content:100")


async def test_a_file_that_does_not_come(
    channel: WhatsAppChannel, whatsapp: FakeWhatsApp, sara: FakeUser
) -> None:
    file = sends(sara)
    whatsapp.slow(60, "download")
    assert await channel.fetch(file, MB) == FetchFailure("timed_out")


async def test_the_token_goes_to_nobody_else(
    channel: WhatsAppChannel, whatsapp: FakeWhatsApp, sara: FakeUser, log_as_before: None
) -> None:
    assert log_as_before is None
    stream = io.StringIO()
    log.configure(stream, json=True, level="DEBUG")
    file = sends(sara)
    async with FakeWhatsApp() as other:
        other.token = whatsapp.token
        for address in (
            f"{other.url}/files/download/1",
            f"{whatsapp.url}@{other.url.removeprefix('http://')}/files/download/1",
            f"{whatsapp.url}\\@{other.url.removeprefix('http://')}/files/download/1",
            "http://lookaside.fbsbx.com/1",
            "https://lookaside.fbsbx.com.example/1",
            "https://lookaside.fbsbx.com:8443/1",
            "file:///etc/passwd",
            "//127.0.0.1/1",
            "http://[",
            "none",
        ):
            whatsapp.elsewhere = address
            assert isinstance(await channel.fetch(file, MB), FetchFailure), address
        assert other.wire == []
    assert whatsapp.calls("download") == []
    said = own_lines(stream)
    assert said.count("foreign_host") == 10
    assert whatsapp.token not in said
    assert "lookaside" not in said


def test_where_whatsapp_keeps_files() -> None:
    for host in ("graph.facebook.com", "lookaside.fbsbx.com"):
        assert is_theirs(f"https://{host}/whatsapp_business/1?mid=2", DEFAULT_API_URL)

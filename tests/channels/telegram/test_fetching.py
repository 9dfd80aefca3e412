"""Files that people send: their bytes, as far as they are wanted."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from bot import log
from bot.channels.telegram.channel import TelegramChannel
from bot.conversation.channel import TOO_LARGE, FetchFailure
from bot.conversation.events import Incoming, Media, SentFile
from tests.channels.telegram.conftest import IMPATIENT, QUICK
from tests.domain.test_file_kinds import WHOLE
from tests.fakes.telegram import FakeTelegram

MB = 1_000_000


def sent(channel: TelegramChannel, update: dict[str, object]) -> SentFile:
    """The file that an update tells of."""
    incoming = channel.parse(update)
    assert isinstance(incoming, Incoming)
    assert isinstance(incoming.content, Media)
    assert incoming.content.file is not None
    return incoming.content.file


@pytest.fixture
def logged(log_as_before: None) -> io.StringIO:
    """All that is logged."""
    assert log_as_before is None
    stream = io.StringIO()
    log.configure(stream, json=True, level="DEBUG")
    return stream


def own_lines(log: io.StringIO) -> str:
    """What was logged by the product, and not by the server that stands for the platform."""
    lines = log.getvalue().splitlines()
    return "\n".join(line for line in lines if "aiohttp.access" not in line)


async def test_a_document_and_a_picture(channel: TelegramChannel, telegram: FakeTelegram) -> None:
    sara = telegram.user()
    file = sent(channel, sara.sends_file("دليل #1?.pdf", b"%PDF"))
    assert (file.name, file.size) == ("دليل #1?.pdf", 4)
    assert await channel.fetch(file, 4) == b"%PDF"
    picture = WHOLE["image/jpeg"]
    assert await channel.fetch(sent(channel, sara.sends_picture(picture)), MB) == picture
    assert [call.method for call in telegram.wire[-4:]] == ["getFile", "download"] * 2


@pytest.mark.parametrize("tells", [True, False])
async def test_of_what_is_too_large_no_more_is_read(
    channel: TelegramChannel, telegram: FakeTelegram, *, tells: bool
) -> None:
    telegram.shelf.tells_sizes = tells
    file = sent(channel, telegram.user().sends_file("a.pdf", b"%" * 19 * MB))
    assert await channel.fetch(file, MB) == TOO_LARGE
    # What the sockets hold is on its way already.
    assert telegram.shelf.served < 15 * MB
    assert bool(telegram.shelf.served) is not tells


async def test_more_than_telegram_gives_out(
    channel: TelegramChannel, telegram: FakeTelegram
) -> None:
    file = sent(channel, telegram.user().sends_file("a.pdf", b"%" * 21 * MB))
    assert await channel.fetch(file, 30 * MB) == TOO_LARGE
    assert telegram.calls("download") == []


async def test_a_failure_passes_and_tells_no_token(
    channel: TelegramChannel, telegram: FakeTelegram, logged: io.StringIO
) -> None:
    file = sent(channel, telegram.user().sends_file("a.pdf", b"%" * MB))
    telegram.fail_next(500, {"ok": False, "error_code": 500, "description": "x"}, "getFile")
    assert isinstance(await channel.fetch(file, MB), FetchFailure)
    telegram.fail_next(404, b"", "download")
    assert isinstance(await channel.fetch(file, MB), FetchFailure)
    telegram.cut_next_answer("download")
    assert isinstance(await channel.fetch(file, MB), FetchFailure)
    assert await channel.fetch(file, MB) == b"%" * MB
    assert await channel.fetch(SentFile("none"), MB) == FetchFailure("BadRequest")
    said = own_lines(logged)
    assert said.count("telegram_fetch_failed") == 4
    assert telegram.token.partition(":")[2] not in said


async def test_a_file_that_does_not_come(telegram: FakeTelegram) -> None:
    options = replace(IMPATIENT, fetch=0.5)
    channel = TelegramChannel(telegram.token, telegram.base_url, options, QUICK)
    file = sent(channel, telegram.user().sends_file("a.pdf", b"%PDF"))
    telegram.slow(60, "download")
    assert await channel.fetch(file, MB) == FetchFailure("timed_out")
    await channel.close()

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.conversation.channel import Sent
from bot.conversation.events import Address
from bot.conversation.messages import Block, BlockKind, Button, Document, Message
from bot.conversation.splitting import split
from bot.records.files import Files, NewFile
from tests.channels.telegram.conftest import IMPATIENT, QUICK
from tests.fakes.telegram import FakeTelegram, FakeUser
from tests.support.pictures import png
from tests.support.world import World

BLOCKS = (Block(BlockKind.VERDICT, "الدرس 1"), Block(BlockKind.BODY, "نص a < b"))


@pytest.fixture
async def channel(telegram: FakeTelegram, world: World) -> AsyncIterator[TelegramChannel]:
    phrases = world.library.phrases
    channel = TelegramChannel(
        telegram.token, telegram.base_url, IMPATIENT, QUICK, files=world.files, phrases=phrases
    )
    await channel.start()
    yield channel
    await channel.close()


def to(user: FakeUser) -> Address:
    return Address("telegram", str(user.world.bot["id"]), str(user.id))


async def pictured(world: World, content: bytes, blocks: tuple[Block, ...] = BLOCKS) -> Message:
    """A message with a picture that is kept for a day."""
    async with world.database.transaction() as session:
        new = NewFile("درس.png", "image/png", content)
        file = await Files(session).add(new, world.now(), world.now() + timedelta(days=1))
    picture = Document(file.id, file.name, file.media_type, "ما فيها")
    return Message(blocks, (Button("السؤال", "hp1"),), document=picture)


async def test_a_picture_is_shown_with_its_text_and_its_buttons(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    sara = telegram.user()
    message = await pictured(world, png(1080, 1080))
    assert await channel.send(to(sara), message) == Sent("1")
    (shown,) = telegram.messages_to(sara)
    assert shown.document is not None
    assert (shown.document.kind, shown.document.sides) == ("photo", (1080, 1080))
    assert (shown.text, shown.marked("bold"), shown.labels) == (
        "الدرس 1\n\nنص a < b",
        ["الدرس 1"],
        [["السؤال"]],
    )


async def test_a_picture_that_many_get_is_uploaded_once(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    message = await pictured(world, png())
    for _ in range(3):
        await channel.send(to(telegram.user()), message)
    given = [call.params["photo"] for call in telegram.calls("sendPhoto")]
    assert [isinstance(photo, str) for photo in given] == [False, True, True]
    telegram.shelf.forget(given[1])
    assert isinstance(await channel.send(to(telegram.user()), message), Sent)


async def test_a_picture_over_telegrams_limit_is_a_document(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    sara = telegram.user()
    large = await pictured(world, png(padding=10_000_000))
    assert await channel.send(to(sara), large) == Sent("1")
    (shown,) = telegram.messages_to(sara)
    assert shown.document is not None
    assert shown.document.kind == "document"


async def test_a_message_with_a_picture_is_not_edited_but_followed(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    sara = telegram.user()
    await channel.send(to(sara), await pictured(world, png()))
    assert await channel.send(to(sara), Message(BLOCKS, edits="1")) == Sent("2")


async def test_a_picture_stands_above_a_text_too_long_for_it(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    long = Block(BlockKind.BODY, "كلمة " * 210)
    message = await pictured(world, png(), (*BLOCKS, long))
    sara = telegram.user()
    for part in split(message, channel.limits):
        assert isinstance(await channel.send(to(sara), part), Sent)
    first, second = telegram.messages_to(sara)
    assert (first.document is not None, first.text, first.labels) == (True, "الدرس 1", [])
    assert (second.document, second.labels) == (None, [["السؤال"]])
    assert second.text.startswith("نص a < b")

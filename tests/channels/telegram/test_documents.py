from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.menu import COMMANDS
from bot.conversation.channel import SendFailure, Sent
from bot.conversation.commands import NAMES
from bot.conversation.events import Address
from bot.conversation.messages import Block, BlockKind, Button, Document, Message
from bot.domain.meaning import Language
from bot.records.files import Files, NewFile, Upload
from tests.channels.telegram.conftest import IMPATIENT, QUICK
from tests.fakes.telegram import FakeTelegram, FakeUser
from tests.support.world import World

NAME, CONTENT = "تعميم رقم 7.txt", "نص التعميم".encode()


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


async def keep(world: World, owner: str | None = None, name: str = NAME) -> Message:
    """A message with a document that is kept for a day."""
    async with world.database.transaction() as session:
        new = NewFile(name, "text/plain", CONTENT, owner)
        file = await Files(session).add(new, world.now(), world.now() + timedelta(days=1))
        document = Document(file.id, name, "text/plain")
    blocks = (Block(BlockKind.VERDICT, "تعميم"), Block(BlockKind.BODY, "a < b"))
    return Message(blocks, (Button("قرأته", "hp1"),), document=document)


async def uploads(world: World) -> list[Upload]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Upload)))


def given_ids(telegram: FakeTelegram) -> list[str]:
    """What each document was sent by: an id, or an upload."""
    given = [call.params["document"] for call in telegram.calls("sendDocument")]
    return [value if isinstance(value, str) else "upload" for value in given]


async def test_a_document_has_its_name_its_text_and_its_buttons(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    sara = telegram.user()
    message = await keep(world)
    assert await channel.send(to(sara), message) == Sent("1")
    (shown,) = telegram.messages_to(sara)
    assert shown.document is not None
    assert (shown.document.name, shown.document.content) == (NAME, CONTENT)
    assert (shown.text, shown.marked("bold"), shown.labels) == (
        "تعميم\n\na < b",
        ["تعميم"],
        [["قرأته"]],
    )


async def test_what_many_get_is_uploaded_once_even_when_all_get_it_together(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    people = [telegram.user() for _ in range(8)]
    message = await keep(world)
    telegram.slow(0.05, "sendDocument")
    outcomes = await asyncio.gather(*(channel.send(to(one), message) for one in people))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert given_ids(telegram)[0] == "upload"
    assert set(given_ids(telegram)[1:]) == {*telegram.shelf.files}
    assert len(telegram.shelf.files) == 1
    # The same content under another name is another file there.
    await channel.send(to(people[0]), await keep(world, name="b.txt"))
    assert len(telegram.shelf.files) == 2


async def test_an_id_that_telegram_forgot_costs_one_upload(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    sara = telegram.user()
    message = await keep(world)
    await channel.send(to(sara), message)
    (old,) = await uploads(world)
    telegram.shelf.forget(old.media_id)
    for _ in range(2):
        assert isinstance(await channel.send(to(sara), message), Sent)
    (new,) = await uploads(world)
    assert given_ids(telegram) == ["upload", old.media_id, "upload", new.media_id]


async def test_another_refusal_uploads_nothing(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    sara = telegram.user()
    message = await keep(world)
    await channel.send(to(sara), message)
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: something new"}
    telegram.fail_next(400, refusal, "sendDocument")
    assert await channel.send(to(sara), message) == SendFailure("bad_request")
    assert len(given_ids(telegram)) == 2


async def test_a_persons_own_file_goes_to_them_alone_and_leaves_no_id_behind(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    sara, omar = telegram.user(), telegram.user("عمر")
    owner = await world.person("uae-fed", to(sara))
    await world.person("uae-fed", to(omar))
    message = await keep(world, owner)
    for user in (sara, omar):
        assert isinstance(await channel.send(to(user), message), Sent)
    assert telegram.messages_to(sara)[0].document is not None
    assert telegram.messages_to(omar)[0].document is None
    assert await uploads(world) == []


async def test_a_file_that_is_not_kept_any_more_is_said(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    sara = telegram.user()
    message = replace(await keep(world), language=Language.ENGLISH)
    world.pass_(days=1, seconds=1)
    assert isinstance(await channel.send(to(sara), message), Sent)
    (shown,) = telegram.messages_to(sara)
    gone = world.phrase("file_gone", Language.ENGLISH)
    assert (shown.text, shown.document) == (f"تعميم\n\na < b\n\n{gone}", None)
    assert shown.labels == [["قرأته"]]


async def test_without_files_or_words_it_is_a_failure(telegram: FakeTelegram, world: World) -> None:
    message = await keep(world)
    world.pass_(days=2)
    for files in (None, world.files):
        channel = TelegramChannel(telegram.token, telegram.base_url, IMPATIENT, files=files)
        outcome = await channel.send(to(telegram.user()), message)
        assert outcome == SendFailure("file_gone", content_fault=True)
        await channel.close()


async def test_a_file_that_is_too_large_is_not_tried_again(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    telegram.shelf.max_upload = 5
    outcome = await channel.send(to(telegram.user()), await keep(world))
    assert outcome == SendFailure("file_too_large", content_fault=True)


async def test_an_edit_of_a_message_with_a_document_is_sent_anew(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    sara = telegram.user()
    first = await channel.send(to(sara), await keep(world))
    assert isinstance(first, Sent)
    edit = Message((Block(BlockKind.BODY, "بدلاً منه"),), edits=first.external_id)
    assert await channel.send(to(sara), edit) == Sent("2")
    contact = replace(edit, edits="2", asks_contact="رقمي")
    assert await channel.send(to(sara), contact) == Sent("3")


async def test_the_commands_are_listed_in_both_languages(
    telegram: FakeTelegram, channel: TelegramChannel, world: World
) -> None:
    assert channel.name == "telegram"
    for language, shown_to in ((Language.ARABIC, ""), (Language.ENGLISH, "en")):
        listed = {one["command"]: one["description"] for one in telegram.commands[shown_to]}
        assert listed == {name: world.phrase(phrase, language) for name, phrase in COMMANDS.items()}
    assert COMMANDS.keys() <= NAMES


async def test_a_list_that_is_refused_keeps_nothing_from_starting(
    telegram: FakeTelegram, world: World
) -> None:
    telegram.fail_next(429, {"ok": False, "error_code": 429, "description": "x"}, "setMyCommands")
    channel = TelegramChannel(
        telegram.token, telegram.base_url, IMPATIENT, QUICK, phrases=world.library.phrases
    )
    await channel.start()
    await channel.close()
    assert telegram.commands == {}

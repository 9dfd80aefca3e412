"""Commands, typed after a slash or chosen from a menu."""

from __future__ import annotations

import pytest

from bot.conversation.commands import NAMES
from bot.conversation.events import Command
from bot.domain.meaning import Language
from tests.support.world import World, data_of

ENGLISH = "May I comment on a court case?"


@pytest.mark.parametrize("command", sorted(NAMES))
@pytest.mark.parametrize("typed", [False, True])
async def test_every_command_is_answered(world: World, command: str, *, typed: bool) -> None:
    await world.person("muscat")
    messages = await world.send(f"/{command}" if typed else Command(command))
    assert len(messages) == (3 if command == "guide" else 1)
    assert all(message.plain_text for message in messages)
    assert world.understanding.heard == []


@pytest.mark.parametrize("command", sorted(NAMES))
async def test_every_command_is_answered_before_the_choice(world: World, command: str) -> None:
    (message,) = await world.send(Command(command))
    assert message.plain_text


async def test_commands_do_what_they_say(world: World) -> None:
    await world.person("muscat")
    (topics,) = await world.send(Command("browse"))
    assert len(data_of(topics, "tp1")) == len(world.library.rulebooks["muscat"].sections)
    (about,) = await world.send(Command("privacy"))
    assert world.phrase("privacy", days=30, handover_days=180) in about.plain_text
    (unknown,) = await world.send(Command("frobnicate"))
    assert world.phrase("help") in unknown.plain_text
    (handed,) = await world.send(Command("person"))
    assert "1001" in handed.plain_text


async def test_a_command_typed_does_not_change_the_language(world: World) -> None:
    await world.person()
    await world.send(ENGLISH)
    for command in ("/help", "/browse", "/privacy"):
        (message,) = await world.send(command)
        assert message.language is Language.ENGLISH

"""Texts of disclaimers, and what is refused."""

from __future__ import annotations

import pytest

from bot.conversation.messages import BlockKind, Message
from bot.domain.meaning import Intent, Meaning
from tests.support.world import World, data_of, labels


def part(message: Message, kind: BlockKind) -> list[str]:
    return [block.text for block in message.blocks if block.kind is kind]


@pytest.mark.parametrize(
    ("employer", "says"),
    [
        ("uae-fed", "[uae-fed.1.1]"),
        ("moh-uae", "[uae-fed.1.1]"),
        ("bahrain", "صيغة النموذج"),
        ("muscat", "لا تطلب القواعد"),
    ],
)
async def test_disclaimers_fit_each_platform(world: World, employer: str, says: str) -> None:
    await world.person(employer)
    world.understanding.meanings["اعطني نص اخلاء"] = Meaning(Intent.ASK_DISCLAIMER, 0.9)
    (said,) = await world.send("اعطني نص اخلاء")
    assert says in said.plain_text
    known = world.library.disclaimers
    for platform in known.platforms:
        assert platform.name.ar in said.plain_text
    assert len(part(said, BlockKind.COPY)) == len(known.texts)


@pytest.mark.parametrize(
    ("text", "platforms"),
    [
        ("نص اخلاء مسؤولية لتويتر", ["x"]),
        ("شي قصير بالسناب والانستا", ["snapchat", "instagram"]),
        ("disclaimer for my X bio", ["x"]),
        ("disclaimer for tiktok", ["tiktok"]),
    ],
)
async def test_a_named_platform_gets_its_text(
    world: World, text: str, platforms: list[str]
) -> None:
    await world.person()
    world.understanding.meanings[text] = Meaning(Intent.ASK_DISCLAIMER, 0.9)
    (said,) = await world.send(text)
    known = {platform.id: platform for platform in world.library.disclaimers.platforms}
    named = {
        i
        for i, platform in known.items()
        if platform.name.text(said.language) + " (" in said.plain_text
    }
    assert named == set(platforms)
    for copied in part(said, BlockKind.COPY):
        assert len(copied) <= max(known[i].limit for i in platforms)


async def test_others_data_are_refused_kindly(world: World) -> None:
    await world.person()
    world.understanding.meanings["كم راتب زميلي"] = Meaning(Intent.OTHERS_DATA, 0.9)
    (said,) = await world.send("كم راتب زميلي")
    assert said.plain_text == world.phrase("others_data")
    assert labels(said) == [world.phrase("button_help"), world.phrase("button_person")]


async def test_disclaimers_need_an_employer(world: World) -> None:
    await world.person(None)
    (said,) = await world.press("dc1")
    assert data_of(said, "em1")

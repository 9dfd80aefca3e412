"""What tests of drafts share: a post, how it is understood, and what became of it."""

from __future__ import annotations

import json

from sqlalchemy import select

from bot.conversation.events import Command
from bot.conversation.messages import BlockKind, Message
from bot.records.schema import metadata
from tests.support.world import World, drafts

POST = "الوزير فاشل وقراره نكتة"
INSULT = {"offend": ((7, 11),), "harm_reputation": ((12, 23),)}
PROHIBITED = drafts("offend", "harm_reputation", words=INSULT)
QUESTION = "هل أعلق على قضية منظورة؟"


async def stored(world: World) -> str:
    """All that any table holds."""
    async with world.database.reading() as session:
        tables = [(await session.execute(select(t))).all() for t in metadata.sorted_tables]
    return json.dumps([str(row) for rows in tables for row in rows], ensure_ascii=False)


def part(message: Message, kind: BlockKind) -> list[str]:
    return [block.text for block in message.blocks if block.kind is kind]


def quotes(message: Message) -> list[tuple[str, ...]]:
    return [block.quote.words for block in message.blocks if block.quote]


async def awaiting(world: World, employer: str | None = "uae-fed") -> str:
    person = await world.person(employer)
    await world.send(Command("check"))
    return person

"""Messages to many, queued as circulars are, and what became of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, insert, select, text

from bot.conversation.buttons import (
    encode,
)
from bot.conversation.events import Address
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.quiz_buttons import (
    AnswerQuestion,
)
from bot.records.database import Database
from bot.records.outbox import Lane, NewMessage, Outbox, OutboxMessage
from bot.records.people_rows import ChannelLink, Person

_CHUNK = 1000
CIRCULAR = Message(
    (
        Block(BlockKind.VERDICT, "تعميم رقم 12 لسنة 2026"),
        Block(BlockKind.BODY, "تعليمات النشر على مواقع التواصل الاجتماعي للعاملين. " * 6),
        Block(BlockKind.CITATION, "إدارة الموارد البشرية"),
    ),
    (Button("اطلعت عليه", encode(AnswerQuestion("0123456789abcdef", "0", "1"))),),
)


async def queue_to_many(
    database: Database, addresses: Sequence[Address], now: datetime | None = None
) -> None:
    """Queue a circular to people, of whom each has written just now."""
    now, payload = now or datetime.now(UTC), CIRCULAR.to_json()
    for start in range(0, len(addresses), _CHUNK):
        chunk = addresses[start : start + _CHUNK]
        ids = [secrets.token_hex(13) for _ in chunk]
        people = [{"id": person, "created_at": now} for person in ids]
        links = [
            {
                "person_id": person,
                "channel": address.channel,
                "account": address.account,
                "user": address.user,
                "created_at": now,
                "last_wrote_at": now,
            }
            for person, address in zip(ids, chunk, strict=True)
        ]
        messages = [
            NewMessage(address, payload, lane=Lane.BULK, person_id=person)
            for person, address in zip(ids, chunk, strict=True)
        ]
        async with database.transaction() as session:
            await session.execute(insert(Person), people)
            await session.execute(insert(ChannelLink), links)
            await Outbox(session).add_all(messages, now)
    async with database.transaction() as session:
        # As the database does by itself within a minute.
        await session.execute(text("ANALYZE"))


async def states(database: Database) -> dict[str, int]:
    """Count what goes to many by how far it is."""
    counted = (
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.lane == Lane.BULK)
        .group_by(OutboxMessage.state)
    )
    async with database.reading() as session:
        return {state.value: count for state, count in await session.execute(counted)}


async def is_any_open(database: Database) -> bool:
    """Say whether anything waits or is being sent."""
    opened = text("SELECT 1 FROM outbox_messages WHERE state IN ('queued', 'sending') LIMIT 1")
    async with database.reading() as session:
        return (await session.execute(opened)).first() is not None

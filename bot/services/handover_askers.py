"""Reaching whoever handed a question over, from inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.base import Json
from bot.records.links import ChannelLink, Links
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.records.people import Person


async def door_of(session: AsyncSession, asker: Person) -> ChannelLink | None:
    """Give the chat to write to whoever asked in; None for nowhere."""
    if asker.erase_at is not None:
        return None
    return await Links(session).find_reachable(asker.id)


async def tell_asker(
    session: AsyncSession, asker: Person, said: Sequence[Json], now: datetime
) -> None:
    """Queue messages to whoever asked, if they can be reached.

    Args:
        session: The transaction, which holds the person.
        asker: Who asked.
        said: The messages, in their order.
        now: The present moment.
    """
    door = await door_of(session, asker)
    if door is not None:
        parts = [NewMessage(door, part, Lane.REPLY, person_id=asker.id) for part in said]
        await Outbox(session).add_all(parts, now)

"""What a test waits for in a chat."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot.records.database import Database
from bot.records.outbox import OutboxMessage
from tests.delivery.waiting import until
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp, ShownMessage

QUESTION = "هل أعلق على قضية منظورة؟"


async def seen(whatsapp: FakeWhatsApp, user: FakeUser, number: int) -> ShownMessage:
    """Wait for so many messages, and no more; the last one."""
    await until(lambda: len(whatsapp.messages_to(user)) >= number)
    await asyncio.sleep(0.1)
    shown = whatsapp.messages_to(user)
    assert len(shown) == number, [message.text for message in shown]
    return shown[-1]


async def onboarded(whatsapp: FakeWhatsApp, user: FakeUser | None = None) -> FakeUser:
    user = user or whatsapp.user()
    user.says("/start")
    welcome = await seen(whatsapp, user, 1)
    assert (welcome.kind, welcome.list_button) == ("list", "اختر")
    user.presses(welcome, "موظفو الحكومة الاتحادية")
    await seen(whatsapp, user, 2)
    return user


async def states(database: Database) -> list[tuple[str, str | None]]:
    async with database.reading() as session:
        columns = select(OutboxMessage.state, OutboxMessage.error).order_by(OutboxMessage.id)
        return [(state.value, error) for state, error in await session.execute(columns)]


async def settled(database: Database, *expected: tuple[str, str | None]) -> None:
    """Wait for the states of the last messages."""

    async def are_they() -> bool:
        return (await states(database))[-len(expected) :] == list(expected)

    try:
        await until(are_they)
    except TimeoutError:
        assert (await states(database))[-len(expected) :] == list(expected)

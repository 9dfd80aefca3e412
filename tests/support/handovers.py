"""Questions for a desk, and the people of it."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.conversation.events import Address
from bot.conversation.messages import Message
from bot.records.handovers import Handover, Handovers
from bot.records.journal import Entry, Journal
from bot.records.outbox import OutboxMessage
from bot.services.handover_views import DeskRefusalError, Refusal
from tests.support.roster import employ
from tests.support.world import World

HR = Address("telegram", "bot1", "hr")
HR_TOO = Address("telegram", "bot1", "hr-too")
TEXT = "هل أعلّق على قضية منظورة؟"
ANSWER = "لا تعلّق على قضية منظورة."
OPEN = datetime(2026, 11, 19, 6, tzinfo=UTC)
"""A Thursday morning in Dubai, where the desk opens at eight: two hours ago."""


async def join(
    world: World,
    number: str,
    address: Address,
    *,
    employer: str = "uae-fed",
    roles: tuple[str, ...] = ("employee", "hr"),
) -> str:
    """Let an employee write from a chat; gives the person's id."""
    await employ(world, number, employer=employer, roles=list(roles))
    code = await world.linking.issue_code(employer, number)
    await world.linking.redeem(address, code, "")
    return (await world.enrolment.meet(address, None)).id


async def ask(world: World, question: str | None = TEXT, employer: str = "uae-fed") -> int:
    """Let somebody of no roster ask an employer's desk; gives the number."""
    person = await world.person(employer)
    return (await world.handovers.ask(person, question, f"event:{question}")).number


async def row_of(world: World, number: int = 1001) -> Handover:
    async with world.database.reading() as session:
        row = await Handovers(session).find(number)
    assert row is not None
    return row


async def noted(world: World, number: int = 1001) -> list[Entry]:
    """What the journal has of a hand-over."""
    async with world.database.reading() as session:
        return await Journal(session).list_of(f"handover:{number}")


async def queued(world: World, user: str) -> list[OutboxMessage]:
    """What waits to go to a chat, in order."""
    async with world.database.reading() as session:
        to = select(OutboxMessage).where(OutboxMessage.user == user).order_by(OutboxMessage.id)
        return list(await session.scalars(to))


def text_of(message: OutboxMessage) -> str:
    assert message.payload is not None
    return "\n".join(block[1] for block in message.payload["blocks"])


async def refused(act: Awaitable[object]) -> Refusal:
    """Why a desk may not do this."""
    with pytest.raises(DeskRefusalError) as caught:
        await act
    return caught.value.refusal


async def preview(world: World, answer: str = ANSWER) -> Message:
    """Press «أجب» and type an answer, in the chat of the desk."""
    await world.press("ha1:1001", address=HR)
    (shown,) = await world.send(answer, address=HR)
    return shown


def said_in(messages: list[Message]) -> str:
    return "\n".join(message.plain_text for message in messages)

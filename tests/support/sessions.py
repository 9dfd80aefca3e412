"""Live workshops for the tests: who holds them, where they are, what their screen shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.conversation.events import Address
from bot.domain.live_sessions import code_at
from bot.records.outbox import OutboxMessage
from bot.records.session_rows import Attendance, Registration, WorkshopSession
from bot.services.check_in import CheckIn
from bot.services.sessions import NewSession
from tests.support.roster import employ
from tests.support.world import World

STARTS = datetime(2026, 12, 6, 6, tzinfo=UTC)  # ten on a Sunday in Muscat
TRAINER = "7001"


async def hold(world: World, days: int = 0, **facts: Any) -> str:
    """A session of Muscat's from ten to twelve, on Sunday or so many days later; gives its id."""
    starts_at = STARTS + timedelta(days=days)
    async with world.database.reading() as session:
        held_before = await session.scalar(select(WorkshopSession.id).limit(1))
    if held_before is None:
        await employ(world, TRAINER, roles=["employee", "trainer"])
    new = NewSession(
        **{
            "employer": "muscat",
            "workshop": "muscat",
            "by": TRAINER,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "place": "القاعة الكبرى",
            **facts,
        }
    )
    return (await world.sessions.create(new)).session.id


async def people(world: World, number: int) -> list[str]:
    """People of Muscat's who are on no roster."""
    return [
        await world.person("muscat", Address("telegram", "bot1", f"chat{one}"))
        for one in range(number)
    ]


async def linked(world: World, number: str = "1001", user: str = "amal") -> str:
    """An employee whose chat is linked; gives the person."""
    await employ(world, number)
    address = Address("telegram", "bot1", user)
    await world.linking.redeem(address, await world.linking.issue_code("muscat", number))
    return (await world.enrolment.meet(address, None)).id


async def row_of(world: World, session_id: str) -> WorkshopSession:
    async with world.database.reading() as session:
        return await session.get_one(WorkshopSession, session_id)


async def code_of(world: World, session_id: str, steps: int = 0) -> str:
    """What stands on the screen now, or did so many steps ago."""
    return code_at((await row_of(world, session_id)).secret, world.now(), steps)


async def enter(world: World, person: str, session: str, steps: int = 0) -> CheckIn:
    """Let a person type what stands on the screen now, or did so many steps ago."""
    return await world.check_ins.check_in(person, await code_of(world, session, steps))


async def registrations(world: World) -> list[Registration]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Registration).order_by(Registration.id)))


async def attendances(world: World) -> list[Attendance]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Attendance).order_by(Attendance.id)))


async def told(world: World) -> list[OutboxMessage]:
    """What was queued unasked."""
    async with world.database.reading() as session:
        return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))

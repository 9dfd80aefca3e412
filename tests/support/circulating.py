"""Circulars on their way, for the tests: an employer with many people, and who sends."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.conversation.channel import Limits
from bot.conversation.circular_parts import CircularParts
from bot.conversation.circular_words import CircularWords
from bot.domain.audience import Audience
from bot.domain.reach import Door
from bot.records.base import table_of
from bot.records.circular_rows import Delivery
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.people_rows import ChannelLink, Person, Proof
from bot.services.circular_new import (
    NewCircular,
)
from bot.services.circular_views import KnownCircular
from bot.services.circular_writing import (
    CircularWritingService,
)
from bot.services.circulars import CircularService
from bot.services.circulation import CirculationService
from bot.services.reach_plans import ReachPlanService
from bot.services.staff import ByNumber
from bot.tending import circulate_once
from tests.support.content import real_library

EMPLOYER, HR, SECOND = "muscat", "9001", "9002"
MONDAY = datetime.fromisoformat("2026-11-30T10:00:00+04:00")
TELEGRAM, WHATSAPP = ("telegram", "bot1"), ("whatsapp", "111")
_PAGE = 5_000


@dataclass
class Circulating:
    """All that sends circulars, on one database.

    Attributes:
        moment: The present, which moves when a test says so; None for the clock's.
        doors: Where people can be written to.
    """

    database: Database
    moment: datetime | None = MONDAY
    approval: bool = False
    page: int = 5_000
    doors: dict[tuple[str, str], Door] = field(
        default_factory=lambda: {
            TELEGRAM: Door(None, 30),
            WHATSAPP: Door(timedelta(hours=24), 80, people_a_day=250),
        }
    )

    def __post_init__(self) -> None:
        library = real_library()
        limits = Limits(text_units=4096, button_label=32)
        self.writing = CircularWritingService(self.database, library, self.now)
        self.course = CircularService(self.database, library, self.now, approval=self.approval)
        self.circulation = CirculationService(self.database, library, self.now, page=self.page)
        self.plans = ReachPlanService(self.database, library, self.now)
        self.speaker = CircularParts(CircularWords(library), lambda _: limits)
        self.hr = ByNumber(EMPLOYER, HR)
        self.second = ByNumber(EMPLOYER, SECOND)

    def now(self) -> datetime:
        return self.moment or datetime.now(UTC)

    def pass_(self, **time: float) -> None:
        self.moment = self.now() + timedelta(**time)

    async def staff(self) -> None:
        """Let the employer have two people of HR, on no chat."""
        await add_employees(self.database, [HR, SECOND], self.now(), roles=["employee", "hr"])

    async def write(self, **facts: Any) -> KnownCircular:
        return await self.writing.create(self.hr, new_circular(**facts))

    async def begin(self, **facts: Any) -> KnownCircular:
        """A circular that is being sent; nobody is written down yet."""
        written = await self.write(**facts)
        known = await self.course.send(self.hr, written.id)
        assert await self.circulation.start_due() == 1
        return known

    async def expand(self, circular_id: str) -> None:
        learned = await self.circulation.learn(circular_id)
        while learned is not None and await self.circulation.expand(circular_id, learned):
            pass

    async def pour(self, circular_id: str) -> int:
        return await self.circulation.pour(circular_id, self.doors, self.speaker)

    async def run(self, pause_s: float = 0.01) -> None:
        """Send circulars until cancelled, with a pause after each turn."""
        while True:
            await circulate_once(self.circulation, self.doors, self.speaker, revive=False)
            await asyncio.sleep(pause_s)

    async def deliveries(self, circular_id: str) -> list[Delivery]:
        async with self.database.reading() as session:
            query = select(Delivery).where(Delivery.circular_id == circular_id)
            return list(await session.scalars(query.order_by(Delivery.id)))


def new_circular(**facts: Any) -> NewCircular:
    return NewCircular(
        **{
            "employer": EMPLOYER,
            "title": "ضوابط النشر في وسائل التواصل",
            "body": "على جميع الموظفين الالتزام بضوابط النشر.\n\nويُعمل بها من تاريخه.",
            "issuer": "دائرة الموارد البشرية",
            "dated_on": date(2026, 11, 30),
            "statement": "أقرّ بأنني اطلعت على التعميم وفهمت ما فيه.",
            "audience": Audience((EMPLOYER,), except_people=(HR, SECOND)),
            **facts,
        }
    )


async def add_employees(  # noqa: PLR0913 - keyword-only where it could be mixed up
    database: Database,
    numbers: Sequence[str],
    now: datetime,
    *,
    employer: str = EMPLOYER,
    door: tuple[str, str] | None = None,
    wrote_at: datetime | None = None,
    **facts: Any,
) -> list[str]:
    """Let an employer have people, on a chat where a door is given; gives their ids."""
    ids = [secrets.token_hex(13) for _ in numbers]
    for start in range(0, len(ids), _PAGE):
        chunk = list(zip(ids, numbers, strict=True))[start : start + _PAGE]
        async with database.transaction() as session:
            await session.execute(
                insert(table_of(Employee)),
                [_employee(one, employer, number, now, facts) for one, number in chunk],
            )
            if door is None:
                continue
            people = [secrets.token_hex(13) for _ in chunk]
            await session.execute(
                insert(table_of(Person)),
                [
                    _person(person, one, employer, now)
                    for person, (one, _) in zip(people, chunk, strict=True)
                ],
            )
            await session.execute(
                insert(table_of(ChannelLink)),
                [
                    {
                        "person_id": person,
                        "channel": door[0],
                        "account": door[1],
                        "user": f"{employer}{number}" if not number.isdecimal() else number,
                        "created_at": now,
                        "proof": Proof.CODE,
                        "is_primary": True,
                        "last_wrote_at": wrote_at,
                    }
                    for person, (_, number) in zip(people, chunk, strict=True)
                ],
            )
    return ids


def _employee(
    one: str, employer: str, number: str, now: datetime, facts: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": one,
        "employer": employer,
        "number": number,
        "name_ar": f"موظف {number}",
        "department": ["الديوان", "الإعلام"],
        "roles": ["employee"],
        "created_at": now,
        "updated_at": now,
        **facts,
    }


def _person(person: str, employee: str, employer: str, now: datetime) -> dict[str, Any]:
    return {
        "id": person,
        "created_at": now,
        "employer": employer,
        "role": "employee",
        "last_language": "ar",
        "employee_id": employee,
        "greeted_at": now,
    }

"""What must hold of every webhook, whatever the platform: nothing lost, nothing done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from aiohttp import ClientSession
from sqlalchemy import func, select

from bot.conversation.clock import SystemClock
from bot.delivery.intake import Intake
from bot.records.base import Base
from bot.records.database import Database
from bot.records.inbox import InboxEvent
from bot.records.outbox import OutboxMessage
from bot.services.retention import Retention, RetentionService
from bot.serving import serving
from bot.web import build_web_app
from tests.delivery.waiting import until
from tests.support.doors import DOORS, Door
from tests.support.outage import outage
from tests.support.replica import replicas

EVENTS = 120


class Platform:
    """Posts events, and again after each refusal.

    Attributes:
        answers: Each answer's status, and how long it asked us to wait.
    """

    def __init__(self, session: ClientSession, door: Door) -> None:
        self._session = session
        self._door = door
        self.answers: list[tuple[int, str | None]] = []

    @property
    def statuses(self) -> list[int]:
        return [status for status, _ in self.answers]

    async def post(self, port: int, number: int) -> int:
        headers, body = self._door.post(number)
        url = f"http://127.0.0.1:{port}{self._door.path}"
        async with self._session.post(url, data=body, headers=headers) as answer:
            self.answers.append((answer.status, answer.headers.get("Retry-After")))
            return answer.status

    async def deliver(self, port: int, number: int) -> None:
        """Post an event until it is taken, sooner than we ask for: a test has less time."""
        await until(lambda: self._is_taken(port, number), pause=0.05)

    async def _is_taken(self, port: int, number: int) -> bool:
        return await self.post(port, number) == 200


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def platform(door: str) -> AsyncIterator[Platform]:
    async with ClientSession() as session:
        yield Platform(session, DOORS[door])


async def count(database: Database, row: type[Base]) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(row)) or 0


@pytest.mark.long
async def test_one_event_fifty_times_on_three_processes_and_six_days_later_has_one_effect(
    database: Database, database_url: str, door: str, platform: Platform
) -> None:
    def later() -> datetime:
        return SystemClock().now() + timedelta(days=6)

    async def are_answered(number: int) -> bool:
        rows = await count(database, InboxEvent), await count(database, OutboxMessage)
        return rows == (number, number)

    with replicas(database_url, door, answers=True) as ports:
        await asyncio.gather(*(platform.post(ports[n % 3], 1) for n in range(50)))
        await until(lambda: are_answered(1))
        await RetentionService(database, Retention(), later).delete_expired()
        await asyncio.gather(*(platform.post(ports[n % 3], 1) for n in range(50)))
        await platform.post(ports[0], 2)  # when that is answered, the first would be too
        await until(lambda: are_answered(2))
    assert platform.statuses == [200] * 101


@pytest.mark.long
async def test_the_same_events_on_three_processes_are_each_kept_once(
    database: Database, database_url: str, door: str, platform: Platform
) -> None:
    with replicas(database_url, door) as ports:
        orders = range(EVENTS), reversed(range(EVENTS)), range(EVENTS)
        posts = [platform.post(p, n) for p, o in zip(ports, orders, strict=True) for n in o]
        await asyncio.gather(*posts)
    assert platform.statuses == [200] * 3 * EVENTS
    assert await count(database, InboxEvent) == EVENTS


async def test_what_comes_while_the_database_is_away_comes_again_and_is_kept_once(
    database: Database, database_url: str, door: str, platform: Platform
) -> None:
    intake = Intake(database, SystemClock(), lambda: None, patience_s=3)
    app = build_web_app(database.ping)
    DOORS[door].open(app, intake)
    async with serving(app) as port, asyncio.TaskGroup() as group:
        for number in range(EVENTS // 3):
            group.create_task(platform.deliver(port, number))
        await until(lambda: 200 in platform.statuses)
        async with outage(database_url):
            for number in range(EVENTS // 3, EVENTS):
                group.create_task(platform.deliver(port, number))
                await asyncio.sleep(0.01)
            await until(lambda: 503 in platform.statuses)
    assert set(platform.answers) == {(200, None), (503, "5")}
    assert platform.statuses.count(200) == EVENTS
    assert await count(database, InboxEvent) == EVENTS

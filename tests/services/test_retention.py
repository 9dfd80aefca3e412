from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.ruling import Verdict
from bot.records.answers import Answer
from bot.records.arrivals import NewEvent, add_events
from bot.records.base import Base
from bot.records.circular_rows import TemplateSend
from bot.records.handovers import Handover
from bot.records.inbox import Inbox, InboxEvent
from bot.records.outbox import NewMessage, Outbox, OutboxMessage
from bot.records.outcomes import Outcomes
from bot.records.people import Person
from bot.records.portfolio import Portfolio
from bot.records.triage import TriageQuestion
from bot.services.retention import Retention
from tests.support.world import AMAL, World, asks


async def count(world: World, row: type[Base]) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(row)) or 0


@pytest.mark.parametrize(
    ("asked", "expires"),
    [
        ("2026-11-20T00:00:00+00:00", "2026-12-20"),
        ("2026-11-20T23:59:59+00:00", "2026-12-20"),
        ("2026-11-20T02:00:00+04:00", "2026-12-19"),
    ],
)
def test_a_question_expires_at_a_midnight_within_its_time(asked: str, expires: str) -> None:
    moment = datetime.fromisoformat(asked)
    at = Retention().question_expiry(moment)
    assert at == datetime.fromisoformat(expires).replace(tzinfo=UTC)
    assert timedelta(days=29) <= at - moment <= timedelta(days=30)


async def test_exactly_what_is_expired_goes(world: World) -> None:
    person = await world.person("uae-fed")
    await world.answering.answer(person, asks("court_case"), "قديم")
    world.pass_(days=10)
    young = await world.answering.answer(person, asks("court_case"), "جديد")
    await world.handovers.ask_about(person, young.id, "event:about")
    for days, deleted, left in ((19, 0, 2), (1, 2, 1), (9, 0, 1), (1, 2, 0)):
        world.pass_(days=days)
        assert await world.cleaner.delete_expired() == deleted
        assert await count(world, Answer) == await count(world, TriageQuestion) == left
    assert await count(world, Handover) == 1
    assert await count(world, Person) == 1
    world.pass_(days=150)
    assert await world.cleaner.delete_expired() == 0
    await world.handover_expiry.close_due(10)
    assert await world.cleaner.delete_expired() == 1
    assert await count(world, Handover) == 0


async def test_an_expired_answer_is_unknown(world: World) -> None:
    person = await world.person("uae-fed")
    answer = await world.answering.answer(person, asks("court_case"), "قديم")
    assert answer.ruling.verdict is Verdict.CONDITIONAL
    world.pass_(days=31)
    await world.cleaner.delete_expired()
    assert await world.answering.recall(person, answer.id) is None
    assert await world.handovers.ask_about(person, answer.id, "event:about") is None


async def payloads(world: World, row: Any) -> list[bool]:
    async with world.database.reading() as session:
        return [each.payload is not None for each in await session.scalars(select(row))]


async def test_messages_kept_for_a_browser_are_emptied_after_a_day(world: World) -> None:
    async with world.database.transaction() as session:
        outbox = Outbox(session)
        await outbox.add_all([NewMessage(AMAL, {"text": "نص"})], world.now())
        lease = timedelta(seconds=20)
        (row,) = await outbox.claim(world.now(), lease, AMAL.channel, AMAL.account, 1)
        await Outcomes(session).sent(row, "1", world.now(), row.payload)
    world.pass_(hours=24)
    assert await world.cleaner.delete_expired() == 0
    assert await payloads(world, OutboxMessage) == [True]
    world.pass_(seconds=1)
    await world.cleaner.delete_expired()
    assert await payloads(world, OutboxMessage) == [False]
    async with world.database.reading() as session:
        assert (await session.scalars(select(OutboxMessage.user))).all() == [""]


async def test_events_in_quarantine_are_emptied_after_a_day_and_open_ones_stay(
    world: World,
) -> None:
    async with world.database.transaction() as session:
        inbox = Inbox(session)
        new = [NewEvent(AMAL, number, '{"text": "نص"}') for number in ("1", "2")]
        await add_events(session, new, world.now())
        first = await session.scalar(select(func.min(InboxEvent.id)))
        await inbox.quarantine(first or 0, "unreadable")
    world.pass_(days=1, seconds=1)
    await world.cleaner.delete_expired()
    assert sorted(await payloads(world, InboxEvent)) == [False, True]


async def test_what_came_for_a_channel_that_is_gone_is_put_aside_after_a_day(world: World) -> None:
    async with world.database.transaction() as session:
        await add_events(session, [NewEvent(AMAL, "1", '{"text": "نص"}')], world.now())
    world.pass_(days=1)
    assert await world.cleaner.put_aside_unserved([("web", "web")]) == []
    world.pass_(seconds=1)
    assert len(await world.cleaner.put_aside_unserved([("web", "web")])) == 1
    assert await payloads(world, InboxEvent) == [False]


async def test_whom_a_template_went_to_is_forgotten_when_it_counts_no_more(world: World) -> None:
    async with world.database.transaction() as session:
        await Portfolio(session, "whatsapp", "111").note(["96890000001"], world.now())
    assert await world.cleaner.delete_expired() == 0
    world.pass_(hours=24)
    assert await world.cleaner.delete_expired() == 1
    assert await count(world, TemplateSend) == 0

"""What the journal keeps of a circular's recipients."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.circulars import DeliveryState
from bot.records.circular_rows import Delivery
from bot.records.database import Database
from bot.records.deliveries import Deliveries
from bot.records.journal import SYSTEM, Entry, Journal
from bot.records.outbox import OutboxMessage, OutboxState
from bot.records.people_rows import ChannelLink, Proof
from bot.services.circular_records import RECORDED, CircularRecordService
from tests.support.circulating import TELEGRAM, WHATSAPP, Circulating, add_employees

MINUTE = timedelta(minutes=1)


@pytest.fixture
def records(office: Circulating) -> CircularRecordService:
    return CircularRecordService(office.database, office.now)


async def recorded(office: Circulating, circular: str) -> list[Entry]:
    async with office.database.reading() as session:
        entries = await Journal(session).list_of(f"circular:{circular}")
    return [entry for entry in entries if entry.kind == RECORDED]


async def arrive(office: Circulating) -> None:
    """Let the platform have taken all that is queued."""
    async with office.database.transaction() as session:
        ids = list(await session.scalars(select(OutboxMessage.id)))
        sent = {"state": OutboxState.SENT, "sent_at": office.now()}
        await session.execute(update(OutboxMessage).values(sent))
        await Deliveries(session).mirror(ids)


async def send(office: Circulating, **facts: object) -> str:
    """Let a circular be sent to two people, of whom one is on no chat; gives its id."""
    await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    await add_employees(office.database, ["2"], office.now())
    known = await office.begin(**facts)
    await office.expand(known.id)
    await office.pour(known.id)
    await arrive(office)
    assert await office.circulation.finish(known.id)
    return known.id


async def test_what_became_of_it_is_kept_once_it_is_sent(
    office: Circulating, records: CircularRecordService
) -> None:
    circular = await send(office)
    assert await records.record_due() == 0
    office.pass_(minutes=1)
    assert await records.record_due() == 1
    assert await records.record_due() == 0
    (entry,) = await recorded(office, circular)
    body = entry.body or {}
    assert (entry.actor, body["state"], body["people"]) == (SYSTEM, "sent", 2)
    assert body["states"] == {"sent": 1, "unreached": 1}
    assert body["reasons"] == {"no_chat": 1}
    assert body["settled"].items() >= {"people": 2, "sent": 1, "delivered": 0, "read": 0}.items()
    assert len({body["recipients"], body["settled"]["digest"], body["digest"]}) == 3


async def test_it_is_kept_again_at_the_deadline_and_when_nobody_is_sent_it_any_more(
    office: Circulating, records: CircularRecordService
) -> None:
    due_at = office.now() + timedelta(days=7)
    circular = await send(office, due_at=due_at)
    for passed in ({"minutes": 1}, {"days": 7}, {"days": 90}):
        office.pass_(**passed)
        assert await records.record_due() == 1
        assert await records.record_due() == 0
    office.pass_(days=365)
    assert await records.record_due() == 0
    untils = [(entry.body or {})["until"] for entry in await recorded(office, circular)]
    assert len(set(untils)) == 3
    assert untils == sorted(untils)


async def test_what_was_begun_before_anything_was_kept_is_kept_now(
    office: Circulating, records: CircularRecordService
) -> None:
    circular = await send(office)
    office.pass_(days=900)
    assert await records.record_due() == 1
    assert len(await recorded(office, circular)) == 1


async def test_what_is_cancelled_on_its_way_is_kept_too(
    office: Circulating, records: CircularRecordService
) -> None:
    await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    await office.course.cancel(office.hr, known.id, "خطأ")
    office.pass_(minutes=1)
    assert await records.record_due() == 1
    office.pass_(days=1)
    assert await records.record_due() == 0
    (entry,) = await recorded(office, known.id)
    assert (entry.body or {})["states"] == {"cancelled": 1}


async def test_two_processes_keep_it_once(
    office: Circulating, records: CircularRecordService, database_url: str
) -> None:
    circular = await send(office)
    office.pass_(minutes=1)
    other = Database(database_url)
    second = CircularRecordService(other, office.now)
    assert sum(await asyncio.gather(records.record_due(), second.record_due())) == 1
    await other.dispose()
    assert len(await recorded(office, circular)) == 1


async def test_a_changed_delivery_changes_what_is_kept(
    office: Circulating, records: CircularRecordService
) -> None:
    circular = await send(office, due_at=office.now() + timedelta(days=7))
    office.pass_(minutes=1)
    await records.record_due()
    office.pass_(days=7)
    async with office.database.transaction() as session:
        mine = update(Delivery).where(Delivery.state == DeliveryState.SENT)
        await session.execute(mine.values(sent_at=office.now() - 2 * MINUTE))
    await records.record_due()
    first, second = [entry.body or {} for entry in await recorded(office, circular)]
    assert first["settled"]["sent"] == second["settled"]["sent"] == 1
    assert first["settled"]["digest"] != second["settled"]["digest"]


async def test_a_try_that_failed_says_nothing_of_the_next_on_another_platform(
    office: Circulating,
) -> None:
    await add_employees(
        office.database, ["1"], office.now(), door=WHATSAPP, wrote_at=office.now() - MINUTE
    )
    known = await office.begin()
    await office.expand(known.id)
    await office.pour(known.id)
    await arrive(office)
    async with office.database.transaction() as session:
        ids = list(await session.scalars(select(OutboxMessage.id)))
        failed = {"state": OutboxState.FAILED, "error": "forbidden"}
        await session.execute(update(OutboxMessage).values(failed))
        (first,) = await session.scalars(select(ChannelLink))
        first.blocked_at = office.now()
        await session.flush()
        await Deliveries(session).mirror(ids)
        await Deliveries(session).give_up(ids)
        channel, account = TELEGRAM
        second = ChannelLink(
            person_id=first.person_id,
            channel=channel,
            account=account,
            user="1",
            created_at=office.now(),
            proof=Proof.CODE,
        )
        session.add(second)
    await office.circulation.revive(known.id)
    assert await office.pour(known.id) == 1
    (delivery,) = await office.deliveries(known.id)
    assert (delivery.state, delivery.channel) == (DeliveryState.QUEUED, "telegram")
    assert delivery.sent_at is None

"""What no longer fits the journal is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.domain.audience import Audience
from bot.domain.circulars import DeliveryState
from bot.domain.meaning import Language
from bot.records.base import Base
from bot.records.circular_rows import Acknowledgement, Circular, CircularAttachment, Delivery
from bot.records.files import NewFile, StoredFile
from bot.records.journal import SYSTEM, Journal, NewEntry
from bot.services.acknowledgements import AcknowledgementService, Outcome, Shown
from bot.services.circular_records import CircularRecordService
from bot.services.circular_reports import CircularReportService, Use
from bot.services.circular_verification import CircularVerificationService, Verified
from bot.services.circular_views import CircularError
from bot.services.staff import ByNumber
from tests.support.circulars import CONTENT, linked, publish, say
from tests.support.roster import employ
from tests.support.world import AMAL, BADR, World

EMPLOYER = CONTENT.employer
FILE = NewFile("ضوابط.pdf", "application/pdf", b"%PDF 1")
HR = ByNumber(EMPLOYER, "9001")
DUE = datetime(2026, 11, 30, 11, tzinfo=UTC)
OTHERS = Audience((EMPLOYER,), except_people=("1001",)).to_json()
ACTS = ("approved", "started")
SHOWN = Shown("telegram", "m7", Language.ARABIC)


@pytest.fixture
async def people(world: World) -> list[tuple[str, str]]:
    """Two employees on a chat, each with the person's id."""
    await employ(world, "9001", employer=EMPLOYER, roles=["hr"])
    return [await linked(world, "1001", AMAL), await linked(world, "1002", BADR)]


@pytest.fixture
async def circular(world: World, people: list[tuple[str, str]]) -> str:
    """One that was sent to two, acknowledged by the first of them, and recorded."""
    circular = await publish(world, *(employee for employee, _ in people), files=(FILE,))
    async with world.database.transaction() as session:
        row = await session.get_one(Circular, circular)
        said, subject = {"digest": row.digest, "audience": row.audience}, f"circular:{circular}"
        acts = (NewEntry(f"circular_{act}", SYSTEM, subject, said) for act in ACTS)
        await Journal(session).append(EMPLOYER, list(acts), world.now())
    await world.acknowledgements.acknowledge(people[0][1], circular, SHOWN)
    world.moment = DUE + timedelta(minutes=2)
    assert await CircularRecordService(world.database, world.now).record_due() == 1
    return circular


async def tamper(world: World, row: type[Base], **values: Any) -> None:
    """Change all rows of a kind, or take them away where nothing is said."""
    async with world.database.transaction() as session:
        await session.execute(update(row).values(**values) if values else delete(row))


async def verify(world: World, circular: str) -> Verified:
    reports = CircularReportService(world.database, world.now)
    opened = await reports.open(HR, circular, Use.VIEW)
    return await CircularVerificationService(world.database).verify(opened)


async def differences(world: World, circular: str) -> str:
    return "\n".join((await verify(world, circular)).differences)


async def test_what_nobody_changed_fits(world: World, circular: str) -> None:
    assert await verify(world, circular) == Verified(1, 1, ())


async def test_what_comes_later_fits(
    world: World, circular: str, people: list[tuple[str, str]]
) -> None:
    world.pass_(days=1)
    await world.received.open(people[1][1], circular, 0)
    await world.acknowledgements.acknowledge(people[1][1], circular, SHOWN)
    now = {"delivered_at": world.now(), "read_at": world.now()}
    await tamper(world, Delivery, state=DeliveryState.READ, **now)
    assert await verify(world, circular) == Verified(2, 1, ())


@pytest.mark.parametrize(
    ("row", "values", "said"),
    [
        (Circular, {"body": "كل النشر مسموح."}, "The content was changed: its digest is"),
        (Circular, {"digest": "0" * 64}, "Its digest was changed: entry 1 of the journal"),
        (Circular, {"audience": OTHERS}, "Whom it is for was changed: entry 1 of the journal"),
        (StoredFile, {"content": b"%PDF 2"}, "The file ضوابط.pdf was changed: its digest is"),
        (StoredFile, {}, "The file ضوابط.pdf is gone."),
        (CircularAttachment, {}, "The content was changed"),
        (Acknowledgement, {}, "Employee 1001 acknowledged it by entry 3, and this is kept no more"),
        (Acknowledgement, {"at": DUE}, "Employee 1001 acknowledged it otherwise by entry 3: at is"),
        (Acknowledgement, {"message_id": "m8"}, "otherwise by entry 3: message_id is m8."),
        (Delivery, {}, "it says 2 people, 2 sent, 0 delivered, 0 read"),
        (Delivery, {}, "Employee 1001 acknowledged it, and is no recipient any more."),
        (Delivery, {"sent_at": None}, "now there are 2 people, 0 sent, 0 delivered, 0 read"),
        (Delivery, {"sent_at": DUE}, "The recipients are not those of entry 4 of 2026-11-30"),
        (Delivery, {"read_at": DUE}, "now there are 2 people, 2 sent, 0 delivered, 2 read"),
    ],
)
async def test_what_was_changed_is_named(
    world: World, circular: str, row: type[Base], values: dict[str, Any], said: str
) -> None:
    await tamper(world, row, **values)
    assert said in await differences(world, circular)


async def test_an_acknowledgement_that_was_put_in_is_named(
    world: World, circular: str, people: list[tuple[str, str]]
) -> None:
    async with world.database.transaction() as session:
        forged = Acknowledgement(
            circular_id=circular,
            employee_id=people[1][0],
            at=DUE,
            digest="0" * 64,
            channel="telegram",
            message_id="m9",
            sequence=2,
        )
        session.add(forged)
    said = "Employee 1002 is said to have acknowledged it, of which the journal has no entry."
    assert await differences(world, circular) == said


async def test_what_was_changed_is_neither_exported_nor_acknowledged_nor_shown(
    world: World, circular: str, people: list[tuple[str, str]]
) -> None:
    await tamper(world, Circular, body="كل النشر مسموح.")
    reports = CircularReportService(world.database, world.now)
    with pytest.raises(CircularError, match="does not say any more what was sent"):
        await reports.open(HR, circular, Use.EXPORT, "csv")
    fresh = AcknowledgementService(world.database, world.now)
    taken = await fresh.acknowledge(people[1][1], circular, SHOWN)
    assert taken is not None
    assert taken.outcome is Outcome.ALTERED
    for data in (f"cs1:{circular}", f"co1:{circular}:0"):
        (said,) = await world.press(data, address=BADR)
        assert "لا يطابق النص الذي أُرسل" in said.plain_text
    async with world.database.reading() as session:
        assert len((await session.scalars(select(Acknowledgement))).all()) == 1


async def test_what_is_put_right_can_be_acknowledged_again(
    world: World, circular: str, people: list[tuple[str, str]]
) -> None:
    fresh = AcknowledgementService(world.database, world.now)
    before = await say(world, circular, "كل النشر مسموح.")
    refused = await fresh.acknowledge(people[1][1], circular, SHOWN)
    await say(world, circular, before)
    taken = await fresh.acknowledge(people[1][1], circular, SHOWN)
    assert refused is not None
    assert taken is not None
    assert (refused.outcome, taken.outcome) == (Outcome.ALTERED, Outcome.ACKNOWLEDGED)

"""What becomes of a circular's messages that nobody will send any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, select, update

from bot.domain.circulars import DeliveryState
from bot.records.base import table_of
from bot.records.circular_rows import Delivery
from bot.records.outbox import Lane, OutboxMessage, OutboxState
from bot.records.people_rows import Person
from bot.services.privacy import PrivacyService
from bot.services.retention import Retention
from tests.support.circulating import TELEGRAM, WHATSAPP, Circulating, add_employees

_MORE_THAN_VALUES = 33_000
"""More than a statement of either database takes values."""


async def _announce(office: Circulating, circular: str, employees: Sequence[str]) -> None:
    """Let a template have told people of a circular, who have not opened it yet."""
    now, deliveries = office.now(), table_of(Delivery)
    of_all = {"created_at": now, "queued_at": now, "announced_at": now, "state": "queued"}
    counts = {"check_tries": 0, "reminded": 0, "circular_id": circular}
    channel, account = WHATSAPP
    waiting = {
        "channel": channel,
        "account": account,
        "lane": Lane.BULK,
        "state": OutboxState.QUEUED,
        "attempts": 1,
        "part": 0,
        "next_at": now,
        "created_at": now,
        "templated_at": now,
        "external_id": "wamid",
    }
    async with office.database.transaction() as session:
        rows = [{**of_all, **counts, "employee_id": each} for each in employees]
        await session.execute(insert(deliveries), rows)
        ids = list(await session.scalars(select(deliveries.c.id)))
        messages = [{**waiting, "delivery_id": each, "user": str(each)} for each in ids]
        await session.execute(insert(table_of(OutboxMessage)), messages)


async def test_what_many_were_told_of_can_still_be_called_off(office: Circulating) -> None:
    numbers = [f"w{number}" for number in range(_MORE_THAN_VALUES)]
    employees = await add_employees(office.database, numbers, office.now())
    known = await office.begin()
    await _announce(office, known.id, employees)
    await office.course.cancel(office.hr, known.id, "صدر بالخطأ")
    async with office.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
        states = await session.execute(
            select(Delivery.state, func.count()).group_by(Delivery.state)
        )
        assert dict(states.all()) == {DeliveryState.CANCELLED: _MORE_THAN_VALUES}


async def test_who_erases_a_chat_before_a_circular_came_may_be_reached_elsewhere_later(
    office: Circulating,
) -> None:
    (employee,) = await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    assert await office.pour(known.id) == 1
    async with office.database.reading() as session:
        mine = select(Person.id).where(Person.employee_id == employee)
        person = (await session.scalars(mine)).one()
    privacy = PrivacyService(office.database, Retention(), office.now)
    await privacy.ask_erasure(person)
    assert await privacy.erase_due() == 1
    (delivery,) = await office.deliveries(known.id)
    assert (delivery.state, delivery.reason) == (DeliveryState.UNREACHED, "no_chat")
    assert await office.circulation.finish(known.id)
    (stranger,) = await add_employees(office.database, ["2"], office.now(), door=TELEGRAM)
    async with office.database.transaction() as session:
        await session.execute(
            update(Person).where(Person.employee_id == stranger).values(employee_id=employee)
        )
    await office.circulation.revive(known.id)
    assert await office.pour(known.id) == 1

"""Whom a circular does not reach at first, and what they get later."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select, update

from bot.domain.circulars import DeliveryState
from bot.records.circular_rows import Delivery
from bot.records.employees import Employee
from bot.records.people_rows import ChannelLink, Person
from tests.services.test_circulation import messages
from tests.support.circulating import (
    EMPLOYER,
    TELEGRAM,
    Circulating,
    add_employees,
)


async def test_who_cannot_be_reached_is_written_down_with_the_reason(office: Circulating) -> None:
    now = office.now()
    await add_employees(office.database, ["none"], now)
    await add_employees(office.database, ["blocked", "opted"], now, door=TELEGRAM)
    await add_employees(office.database, ["elsewhere"], now, door=("telegram", "other"))
    async with office.database.transaction() as session:
        await session.execute(
            update(ChannelLink)
            .where(ChannelLink.user == f"{EMPLOYER}blocked")
            .values(blocked_at=now)
        )
        opted = select(ChannelLink.person_id).where(ChannelLink.user == f"{EMPLOYER}opted")
        await session.execute(
            update(Person)
            .where(Person.id.in_(opted))
            .values(reminders_off_at=now)
            .execution_options(synchronize_session=False)
        )
    known = await office.begin()
    await office.expand(known.id)
    await office.pour(known.id)
    reasons = Counter(each.reason for each in await office.deliveries(known.id))
    assert reasons == {"no_chat": 2, "blocked": 1, "opted_out": 1}
    assert await messages(office) == []
    assert await office.circulation.finish(known.id)


async def test_who_links_a_chat_later_gets_it_then(office: Circulating) -> None:
    (employee,) = await add_employees(office.database, ["late"], office.now())
    known = await office.begin()
    await office.expand(known.id)
    await office.pour(known.id)
    await office.circulation.finish(known.id)
    (stranger,) = await add_employees(office.database, ["x"], office.now(), door=TELEGRAM)
    async with office.database.transaction() as session:
        await session.execute(
            update(Person).where(Person.employee_id == stranger).values(employee_id=employee)
        )
    assert await office.circulation.list_going() == []
    assert await office.circulation.list_going(sent_too=True) == [known.id]
    await office.circulation.revive(known.id)
    assert await office.pour(known.id) == 1
    assert len(await messages(office)) == 1


async def test_who_is_on_the_roster_again_gets_it_then(office: Circulating) -> None:
    (employee,) = await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    async with office.database.transaction() as session:
        gone = update(Employee).where(Employee.id == employee)
        await session.execute(gone.values(deactivated_at=office.now()))
    assert await office.pour(known.id) == 1
    (delivery,) = await office.deliveries(known.id)
    assert (delivery.state, delivery.reason) == (DeliveryState.UNREACHED, "left")
    await office.circulation.revive(known.id)
    assert await office.pour(known.id) == 0
    async with office.database.transaction() as session:
        await session.execute(
            update(Employee).where(Employee.id == employee).values(deactivated_at=None)
        )
    await office.circulation.revive(known.id)
    assert await office.pour(known.id) == 1
    assert len(await messages(office)) == 1


async def test_who_gets_it_after_its_deadline_is_told_that_it_has_passed(
    office: Circulating,
) -> None:
    early, late = "1", "2"
    await add_employees(office.database, [early], office.now(), door=TELEGRAM)
    known = await office.begin(due_at=office.now() + timedelta(hours=1))
    await office.expand(known.id)
    await office.pour(known.id)
    office.pass_(hours=2)
    (employee,) = await add_employees(office.database, [late], office.now(), door=TELEGRAM)
    async with office.database.transaction() as session:
        session.add(
            Delivery(
                circular_id=known.id,
                employee_id=employee,
                state=DeliveryState.PLANNED,
                created_at=office.now(),
                next_at=office.now(),
            )
        )
    await office.pour(known.id)
    said = {each.user: str(each.payload) for each in await messages(office)}
    assert "في موعد أقصاه" in said[early]
    assert "فات موعد الإقرار بهذا التعميم" not in said[early]
    assert "في موعد أقصاه" not in said[late]
    assert "فات موعد الإقرار بهذا التعميم" in said[late]

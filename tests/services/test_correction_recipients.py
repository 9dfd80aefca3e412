"""Whom a correction goes to: its audience, and everybody who holds the text that it corrects."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bot.domain.audience import Audience
from bot.domain.circulars import DeliveryState
from bot.domain.roster import StaffRole
from bot.records.circular_rows import Delivery
from bot.records.employees import Employee
from bot.records.outbox import OutboxMessage
from tests.support.circulating import (
    EMPLOYER,
    HR,
    TELEGRAM,
    Circulating,
    add_employees,
    new_circular,
)

TRAINERS = Audience((EMPLOYER,), roles=(StaffRole.TRAINER,))


async def test_a_correction_goes_to_whoever_was_sent_what_it_corrects(office: Circulating) -> None:
    numbers = ["moved", "excluded", "left", "stays"]
    now, roles = office.now(), ["employee", "trainer"]
    await add_employees(office.database, numbers, now, door=TELEGRAM, roles=roles)
    await add_employees(office.database, ["unreached"], now, roles=roles)
    first = await _sent(office, audience=TRAINERS)
    await _set(office, ["moved", "excluded", "unreached"], roles=["employee"])
    await _set(office, ["left"], deactivated_at=now)
    await add_employees(office.database, ["new"], now, door=TELEGRAM, roles=roles)

    again = await office.writing.correct(office.hr, first)
    audience = Audience((EMPLOYER,), roles=TRAINERS.roles, except_people=("excluded",))
    await office.writing.change(office.hr, again.id, new_circular(audience=audience))
    plan = await office.plans.plan(office.hr, again.id, office.doors, office.speaker)
    assert (plan.recipients, plan.told) == (3, 2)
    assert await _sent_to(office, again.id) == {"moved", "stays", "new"}

    third = await office.writing.correct(office.hr, again.id)
    assert await _sent_to(office, third.id) == {"moved", "stays", "new"}


async def test_who_was_sent_it_at_another_employer_is_asked_anew(office: Circulating) -> None:
    own, other = "uae-fed", "moh-uae"
    await add_employees(office.database, [HR], office.now(), employer=own, roles=["employee", "hr"])
    await add_employees(office.database, ["1"], office.now(), employer=other, door=TELEGRAM)
    office.hr = type(office.hr)(own, HR)
    first = await _sent(office, employer=own, audience=Audience((own, other)))
    again = await office.writing.correct(office.hr, first)
    narrower = new_circular(employer=own, audience=Audience((own,)))
    await office.writing.change(office.hr, again.id, narrower)
    assert await _sent_to(office, again.id) == {HR, "1"}
    async with office.database.reading() as session:
        queued = select(OutboxMessage.user).join(Delivery, Delivery.id == OutboxMessage.delivery_id)
        users = await session.scalars(queued.where(Delivery.circular_id == again.id))
        assert set(users) == {"1"}


@pytest.mark.parametrize(
    ("facts", "is_told"),
    [
        ({"state": DeliveryState.PLANNED}, False),
        ({"state": DeliveryState.FAILED}, False),
        ({"state": DeliveryState.SENDING}, True),
        ({"state": DeliveryState.READ}, True),
        ({"state": DeliveryState.QUEUED}, True),
        ({"state": DeliveryState.QUEUED, "announced_at": True}, False),
        ({"state": DeliveryState.UNREACHED, "opened_at": True}, True),
    ],
)
async def test_only_who_may_have_read_it_was_sent_it(
    office: Circulating, facts: dict[str, object], *, is_told: bool
) -> None:
    await add_employees(office.database, ["1"], office.now(), roles=["trainer"])
    known = await office.begin(audience=TRAINERS)
    await office.expand(known.id)
    values = {name: office.now() if value is True else value for name, value in facts.items()}
    async with office.database.transaction() as session:
        await session.execute(update(Delivery).values(**values))
    again = await office.writing.correct(office.hr, known.id)
    plan = await office.plans.plan(office.hr, again.id, office.doors, office.speaker)
    assert plan.told == is_told


async def _sent(office: Circulating, **facts: object) -> str:
    """Let a circular have arrived with whoever can be reached; gives its id."""
    known = await office.begin(**facts)
    await office.expand(known.id)
    await office.pour(known.id)
    async with office.database.transaction() as session:
        queued = update(Delivery).where(Delivery.state == DeliveryState.QUEUED)
        await session.execute(queued.values(state=DeliveryState.SENT, sent_at=office.now()))
    return known.id


async def _sent_to(office: Circulating, circular: str) -> set[str]:
    """Send a draft; gives the numbers of those to whom it goes."""
    await office.course.send(office.hr, circular)
    assert await office.circulation.start_due() == 1
    await office.expand(circular)
    await office.pour(circular)
    async with office.database.reading() as session:
        theirs = select(Employee.number).join(Delivery, Delivery.employee_id == Employee.id)
        return set(await session.scalars(theirs.where(Delivery.circular_id == circular)))


async def _set(office: Circulating, numbers: list[str], **facts: object) -> None:
    async with office.database.transaction() as session:
        theirs = update(Employee).where(Employee.number.in_(numbers)).values(**facts)
        await session.execute(theirs)

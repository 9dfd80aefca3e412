"""Transactions on circulars that meet: none waits for one that waits for it, nothing goes twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversation.circular_notices import CircularNotices
from bot.conversation.circular_words import CircularWords
from bot.domain.circulars import CircularState, DeliveryState
from bot.domain.meaning import Language
from bot.records.acknowledgements import Acknowledgements
from bot.records.circulars import Circulars
from bot.records.journal import SYSTEM, Journal, NewEntry
from bot.records.outbox import Outbox, OutboxMessage, OutboxState
from bot.records.people import People
from bot.records.people_rows import Person
from bot.records.portfolio import Portfolio
from bot.services.acknowledgements import AcknowledgementService, Outcome, Shown
from bot.services.manager_notices import ManagerNoticeService
from tests.support.circulars import CHECK
from tests.support.circulating import EMPLOYER, TELEGRAM, WHATSAPP, Circulating, add_employees
from tests.support.content import real_library
from tests.support.locks import until_one_waits

_A_WHILE_S = 0.3
_SHOWN = Shown("telegram", "1", Language.ARABIC)
_ENTRY = NewEntry("circular_viewed", SYSTEM, "circular:0", {})


@pytest.fixture
def on_postgresql(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("one writes at a time")


async def _person(office: Circulating, employee: str) -> str:
    async with office.database.reading() as session:
        query = select(Person.id).where(Person.employee_id == employee)
        return (await session.scalars(query)).one()


@pytest.mark.usefixtures("on_postgresql")
async def test_who_acknowledges_while_hr_acts_on_the_circular_waits_for_nobody_who_waits_for_them(
    office: Circulating,
) -> None:
    (employee,) = await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    person = await _person(office, employee)
    acknowledging = AcknowledgementService(office.database, office.now)
    async with office.database.transaction() as session:
        await Circulars(session).hold(known.id)
        pressed = asyncio.create_task(acknowledging.acknowledge(person, known.id, _SHOWN))
        await asyncio.sleep(_A_WHILE_S)
        await Journal(session).append(EMPLOYER, [_ENTRY], office.now())
    assert await pressed is not None


@pytest.mark.usefixtures("on_postgresql")
async def test_who_acknowledges_a_circular_that_is_called_off_just_now_is_told_so(
    office: Circulating,
) -> None:
    (employee,) = await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    person = await _person(office, employee)
    acknowledging = AcknowledgementService(office.database, office.now)
    async with office.database.transaction() as session:
        row = await Circulars(session).hold(known.id)
        assert row is not None
        row.state = CircularState.CANCELLED
        await session.flush()
        await Journal(session).append(EMPLOYER, [_ENTRY], office.now())
        pressed = asyncio.create_task(acknowledging.acknowledge(person, known.id, _SHOWN))
        await until_one_waits(session)
    taken = await pressed
    assert taken is not None
    assert (taken.outcome, taken.at) == (Outcome.WITHDRAWN, None)
    async with office.database.reading() as session:
        held = await Acknowledgements(session).look_at(person, known.id)
    assert held is not None
    assert held.at is None


@pytest.mark.usefixtures("on_postgresql")
async def test_the_evidence_has_a_try_that_another_process_counted_just_now(
    office: Circulating,
) -> None:
    (employee,) = await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin(check=CHECK)
    await office.expand(known.id)
    person, (delivery,) = await _person(office, employee), await office.deliveries(known.id)
    acknowledging = AcknowledgementService(office.database, office.now)
    async with office.database.transaction() as session:
        await Acknowledgements(session).count_tries([delivery.id])
        press = acknowledging.acknowledge(person, known.id, _SHOWN, CHECK.right)
        pressed = asyncio.create_task(press)
        await until_one_waits(session)
    taken = await pressed
    assert taken is not None
    assert taken.outcome is Outcome.ACKNOWLEDGED
    async with office.database.reading() as session:
        noted = await Journal(session).list_of(f"circular:{known.id}")
    assert noted[-1].body is not None
    assert noted[-1].body["check_tries"] == 2


@pytest.mark.usefixtures("on_postgresql")
async def test_circulars_begin_without_waiting_for_hr_who_waits_for_the_journal(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["1"], office.now())
    first, second = await office.write(), await office.write()
    for each in (first, second):
        await office.course.send(office.hr, each.id)
    async with office.database.transaction() as session:
        await Circulars(session).hold(second.id)
        starting = asyncio.create_task(office.circulation.start_due())
        await asyncio.sleep(_A_WHILE_S)
        await Journal(session).append(EMPLOYER, [_ENTRY], office.now())
    assert await starting == 2


@pytest.mark.usefixtures("on_postgresql")
async def test_a_pause_leaves_a_circular_whole_whose_first_part_is_being_taken(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin(body="كلمة " * 1100)
    await office.expand(known.id)
    await office.pour(known.id)
    lease = timedelta(seconds=30)
    async with office.database.transaction() as session:
        assert len(await Outbox(session).claim(office.now(), lease, *TELEGRAM, 5)) == 1
        pausing = asyncio.create_task(office.course.pause(office.hr, known.id))
        await asyncio.sleep(_A_WHILE_S)
    await pausing
    async with office.database.reading() as session:
        states = list(await session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))
    assert states == [OutboxState.SENDING, OutboxState.QUEUED, OutboxState.QUEUED]
    (delivery,) = await office.deliveries(known.id)
    assert delivery.state is DeliveryState.QUEUED


@pytest.mark.usefixtures("on_postgresql")
async def test_managers_are_told_without_waiting_for_who_reminds_them_and_waits(
    office: Circulating,
) -> None:
    (manager,) = await add_employees(office.database, ["50"], office.now(), door=WHATSAPP)
    await add_employees(office.database, ["1"], office.now(), manager_number="50")
    known = await office.begin(due_at=office.now() + timedelta(hours=1))
    await office.expand(known.id)
    office.pass_(hours=2)
    library = real_library()
    managers = ManagerNoticeService(office.database, library, office.now)
    notices = CircularNotices(CircularWords(library))
    person = await _person(office, manager)
    async with office.database.transaction() as session:
        await People(session).hold(person)
        telling = asyncio.create_task(managers.tell_due(office.doors, notices))
        await asyncio.sleep(_A_WHILE_S)
        await Portfolio(session, *WHATSAPP).hold(office.now())
    assert await telling == 1

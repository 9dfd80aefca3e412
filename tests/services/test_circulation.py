from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.domain.audience import Audience
from bot.domain.circulars import CircularState, DeliveryState
from bot.domain.roster import StaffRole
from bot.errors import WaaiError
from bot.records.circular_rows import Delivery
from bot.records.database import Database
from bot.records.deliveries import Deliveries
from bot.records.journal import Journal
from bot.records.outbox import Lane, OutboxMessage, OutboxState
from bot.records.people_rows import ChannelLink, Person
from tests.support.circulating import (
    EMPLOYER,
    TELEGRAM,
    WHATSAPP,
    Circulating,
    add_employees,
    new_circular,
)


@pytest.fixture
async def office(database: Database) -> Circulating:
    office = Circulating(database)
    await office.staff()
    return office


async def _messages(office: Circulating) -> list[OutboxMessage]:
    async with office.database.reading() as session:
        return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


async def _arrive(office: Circulating, state: OutboxState = OutboxState.SENT) -> None:
    """Let the platform have taken all that is queued."""
    async with office.database.transaction() as session:
        ids = list(await session.scalars(select(OutboxMessage.id)))
        await session.execute(update(OutboxMessage).values(state=state, sent_at=office.now()))
        await Deliveries(session).mirror(ids)


async def _states(office: Circulating, circular: str) -> Counter[DeliveryState]:
    return Counter(each.state for each in await office.deliveries(circular))


async def test_a_circular_goes_to_each_recipient_once(office: Circulating) -> None:
    await add_employees(office.database, ["1", "2", "3"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    await office.expand(known.id)
    assert await office.pour(known.id) == 3
    assert await office.pour(known.id) == 0
    messages = await _messages(office)
    assert sorted(each.user for each in messages) == ["1", "2", "3"]
    assert {each.lane for each in messages} == {Lane.BULK}
    assert not await office.circulation.finish(known.id)
    await _arrive(office)
    assert await office.circulation.finish(known.id)
    assert await _states(office, known.id) == {DeliveryState.SENT: 3}
    shown = await office.course.find(office.hr, known.content.number)
    assert shown.state is CircularState.SENT


async def test_a_long_circular_is_several_messages_and_one_delivery(office: Circulating) -> None:
    await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin(body="كلمة " * 1100)
    await office.expand(known.id)
    await office.pour(known.id)
    messages = await _messages(office)
    assert [each.part for each in messages] == [2, 1, 0]
    with_buttons = [bool((each.payload or {})["buttons"]) for each in messages]
    assert with_buttons == [False, False, True]
    async with office.database.transaction() as session:
        first = messages[0].id
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == first)
            .values(state=OutboxState.SENT, sent_at=office.now())
        )
        await Deliveries(session).mirror([first])
    assert await _states(office, known.id) == {DeliveryState.QUEUED: 1}


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
    assert await _messages(office) == []
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
    assert len(await _messages(office)) == 1


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
    said = {each.user: str(each.payload) for each in await _messages(office)}
    assert "في موعد أقصاه" in said[early]
    assert "فات موعد الإقرار بهذا التعميم" not in said[early]
    assert "في موعد أقصاه" not in said[late]
    assert "فات موعد الإقرار بهذا التعميم" in said[late]


async def test_outside_the_window_a_template_goes_first_and_no_more_than_a_day_allows(
    office: Circulating,
) -> None:
    office.doors[WHATSAPP] = type(office.doors[WHATSAPP])(timedelta(hours=24), 80, people_a_day=2)
    now = office.now()
    await add_employees(
        office.database, ["11"], now, door=WHATSAPP, wrote_at=now - timedelta(hours=1)
    )
    await add_employees(office.database, ["12", "13", "14"], now, door=WHATSAPP)
    known = await office.begin()
    await office.expand(known.id)
    await office.pour(known.id)
    templated = {each.user: each.templated_at is not None for each in await _messages(office)}
    assert templated.pop("11") is False
    assert len(templated) == 2
    assert all(templated.values())
    assert await _states(office, known.id) == {DeliveryState.QUEUED: 3, DeliveryState.PLANNED: 1}
    assert await office.pour(known.id) == 0
    office.pass_(hours=24, minutes=1)
    assert await office.pour(known.id) == 1
    assert len(await _messages(office)) == 4


async def test_nobody_is_disturbed_by_night_or_at_the_weekend_unless_it_is_urgent(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin()
    urgent = await office.begin(urgent=True)
    for circular in (known, urgent):
        await office.expand(circular.id)
    office.pass_(hours=11)
    assert await office.pour(known.id) == 0
    assert await office.pour(urgent.id) == 1
    office.pass_(days=4, hours=-11)  # ten on a Friday
    assert await office.pour(known.id) == 0
    office.pass_(days=2)
    assert await office.pour(known.id) == 1


async def test_a_pause_takes_back_what_nobody_began_and_going_on_sends_it(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["1", "2", "3"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    await office.pour(known.id)
    async with office.database.transaction() as session:
        first = (await session.scalars(select(OutboxMessage).limit(1))).one()
        first.state, first.attempts = OutboxState.SENDING, 1
    await office.course.pause(office.hr, known.id, "خطأ في النص")
    assert len(await _messages(office)) == 1
    assert await office.pour(known.id) == 0
    assert await _states(office, known.id) == {DeliveryState.PLANNED: 2, DeliveryState.QUEUED: 1}
    await office.course.resume(office.hr, known.id)
    assert await office.pour(known.id) == 2
    assert len(await _messages(office)) == 3


async def test_what_is_cancelled_goes_to_nobody_else_and_what_was_sent_stays(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["1", "2"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    await office.pour(known.id)
    async with office.database.transaction() as session:
        first = (await session.scalars(select(OutboxMessage).limit(1))).one()
        first.state, first.attempts = OutboxState.SENT, 1
        first.sent_at = office.now()
        await session.flush()
        await Deliveries(session).mirror([first.id])
    await office.course.cancel(office.hr, known.id, "صدر بالخطأ")
    assert await _states(office, known.id) == {DeliveryState.SENT: 1, DeliveryState.CANCELLED: 1}
    assert await office.pour(known.id) == 0


async def test_a_correction_ends_the_version_before_it_and_asks_everybody_anew(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["1", "2"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    await office.pour(known.id)
    draft = await office.writing.correct(office.hr, known.id)
    assert (draft.content.version, draft.state) == (2, CircularState.DRAFT)
    changed = await office.writing.change(office.hr, draft.id, new_circular(body="النص المصحح"))
    assert changed.digest != known.digest
    await office.course.send(office.hr, draft.id)
    await office.circulation.start_due()
    assert await _states(office, known.id) == {DeliveryState.CANCELLED: 2}
    before = await office.course.find(office.hr, known.id)
    assert before.state is CircularState.SUPERSEDED
    await office.expand(draft.id)
    assert await office.pour(draft.id) == 2
    with pytest.raises(WaaiError, match="nothing was sent"):
        await office.writing.correct(office.hr, known.id)


async def test_two_who_press_send_send_one_circular(office: Circulating) -> None:
    known = await office.write()
    sent = await asyncio.gather(
        office.course.send(office.hr, known.id),
        office.course.send(office.second, known.id),
        return_exceptions=True,
    )
    refused = [each for each in sent if isinstance(each, WaaiError)]
    assert len(refused) == 1
    begun = await asyncio.gather(*(office.circulation.start_due() for _ in range(4)))
    assert sum(begun) == 1


async def test_several_processes_write_down_and_queue_each_recipient_once(
    database_url: str, office: Circulating
) -> None:
    numbers = [str(number) for number in range(1_200)]
    await add_employees(office.database, numbers, office.now(), door=TELEGRAM)
    known = await office.begin()
    others = [Circulating(Database(database_url)) for _ in range(3)]
    await asyncio.gather(*(other.expand(known.id) for other in others))

    async def pour(other: Circulating) -> None:
        for _ in range(8):
            await other.pour(known.id)

    await asyncio.gather(*map(pour, others))
    async with office.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Delivery)) == 1_200
        users = list(await session.scalars(select(OutboxMessage.user)))
    assert sorted(users) == sorted(numbers)
    for other in others:
        await other.database.dispose()


async def test_where_two_are_to_decide_the_author_alone_cannot_send(database: Database) -> None:
    office = Circulating(database, approval=True)
    await office.staff()
    known = await office.write()
    with pytest.raises(WaaiError, match="second person"):
        await office.course.send(office.hr, known.id)
    await office.course.submit(office.hr, known.id)
    with pytest.raises(WaaiError, match="second person"):
        await office.course.send(office.hr, known.id)
    back = await office.course.reject(office.second, known.id, "ينقصه الموعد")
    assert (back.state, back.reason) == (CircularState.DRAFT, "ينقصه الموعد")
    await office.course.submit(office.hr, known.id)
    sent = await office.course.send(office.second, known.id)
    assert sent.state is CircularState.SCHEDULED


async def test_only_hr_of_the_employer_acts_and_each_act_is_in_the_journal(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["5"], office.now())
    await add_employees(
        office.database, ["6"], office.now(), employer="bahrain", roles=["employee", "hr"]
    )
    known = await office.write()
    by = type(office.hr)
    for stranger in (by(EMPLOYER, "5"), by("bahrain", "6"), by(EMPLOYER, "404")):
        with pytest.raises(WaaiError):
            await office.course.cancel(stranger, known.id, "لا")
    await office.course.send(office.hr, known.id)
    async with office.database.reading() as session:
        entries = await Journal(session).list_of(f"circular:{known.id}")
    assert [entry.kind for entry in entries] == ["circular_created", "circular_approved"]


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"title": " "}, "title is empty"),
        ({"body": "ن" * 6001}, "over 6000"),
        ({"employer": "nowhere"}, "nowhere"),
        ({"audience": Audience(("bahrain",))}, "may not write"),
        ({"audience": Audience((EMPLOYER,), not_completed=("x",))}, "no workshop"),
        ({"articles": ("bahrain.1",)}, "binds"),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_the_reason(
    office: Circulating, facts: dict[str, object], problem: str
) -> None:
    with pytest.raises(WaaiError, match=problem):
        await office.write(**facts)


async def test_a_plan_says_whom_it_reaches_and_changes_nothing(office: Circulating) -> None:
    now = office.now()
    office.doors[WHATSAPP] = type(office.doors[WHATSAPP])(timedelta(hours=24), 80, people_a_day=3)
    await add_employees(office.database, ["1", "2"], now, door=TELEGRAM)
    await add_employees(office.database, ["3", "4", "5", "6", "7"], now, door=WHATSAPP)
    await add_employees(office.database, ["8"], now, roles=["employee", "trainer"])
    audience = Audience((EMPLOYER,), except_people=("9001", "9002"))
    known = await office.write(audience=audience)
    plan = await office.plans.plan(office.hr, known.id, office.doors, office.speaker)
    assert (plan.recipients, plan.now, plan.by_template) == (8, {"telegram": 2}, {"whatsapp": 5})
    assert (plan.beyond, plan.days, plan.cost) == (2, 1, None)
    assert dict(plan.unreached) == {"no_chat": 1}
    assert plan.messages == {"telegram": 2, "whatsapp": 10}
    assert len(plan.sample) == 8
    assert await office.deliveries(known.id) == []
    trainers = await office.write(audience=Audience((EMPLOYER,), roles=(StaffRole.TRAINER,)))
    plan = await office.plans.plan(office.hr, trainers.id, office.doors, office.speaker)
    assert plan.recipients == 1

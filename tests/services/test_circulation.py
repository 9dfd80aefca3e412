"""Circulars on their way: written down, queued, held back and finished."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.domain.circulars import CircularState, DeliveryState
from bot.errors import WaaiError
from bot.records.circular_rows import Circular, Delivery
from bot.records.database import Database
from bot.records.deliveries import Deliveries
from bot.records.outbox import Lane, OutboxMessage, OutboxState
from bot.services.circular_reasons import ALTERED
from bot.services.circular_views import CircularError
from tests.support.circulating import (
    TELEGRAM,
    WHATSAPP,
    Circulating,
    add_employees,
    new_circular,
)
from tests.support.patience import PATIENCE_S


async def messages(office: Circulating) -> list[OutboxMessage]:
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
    queued = await messages(office)
    assert sorted(each.user for each in queued) == ["1", "2", "3"]
    assert {each.lane for each in queued} == {Lane.BULK}
    assert not await office.circulation.finish(known.id)
    await _arrive(office)
    assert await office.circulation.finish(known.id)
    assert await _states(office, known.id) == {DeliveryState.SENT: 3}
    shown = await office.course.find(office.hr, known.id)
    assert shown.state is CircularState.SENT


async def test_a_long_circular_is_several_messages_and_one_delivery(office: Circulating) -> None:
    await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin(body="كلمة " * 1100)
    await office.expand(known.id)
    await office.pour(known.id)
    queued = await messages(office)
    assert [each.part for each in queued] == [2, 1, 0]
    with_buttons = [bool((each.payload or {})["buttons"]) for each in queued]
    assert with_buttons == [False, False, True]
    async with office.database.transaction() as session:
        first = queued[0].id
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == first)
            .values(state=OutboxState.SENT, sent_at=office.now())
        )
        await Deliveries(session).mirror([first])
    assert await _states(office, known.id) == {DeliveryState.QUEUED: 1}


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
    templated = {each.user: each.templated_at is not None for each in await messages(office)}
    assert templated.pop("11") is False
    assert len(templated) == 2
    assert all(templated.values())
    assert await _states(office, known.id) == {DeliveryState.QUEUED: 3, DeliveryState.PLANNED: 1}
    assert await office.pour(known.id) == 0
    office.pass_(hours=24, minutes=1)
    assert await office.pour(known.id) == 1
    assert len(await messages(office)) == 4


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
    assert len(await messages(office)) == 1
    assert await office.pour(known.id) == 0
    assert await _states(office, known.id) == {DeliveryState.PLANNED: 2, DeliveryState.QUEUED: 1}
    await office.course.resume(office.hr, known.id)
    assert await office.pour(known.id) == 2
    assert len(await messages(office)) == 3


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


async def test_several_processes_write_down_and_queue_each_recipient_once(
    database_url: str, office: Circulating
) -> None:
    numbers = [str(number) for number in range(1_200)]
    await add_employees(office.database, numbers, office.now(), door=TELEGRAM)
    known = await office.begin()
    others = [Circulating(Database(database_url)) for _ in range(3)]
    await asyncio.gather(*(other.expand(known.id) for other in others))

    left = len(numbers)

    async def pour(other: Circulating) -> None:
        nonlocal left
        while left > 0:
            poured = await other.pour(known.id)
            left -= poured

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*map(pour, others))
    async with office.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Delivery)) == 1_200
        users = list(await session.scalars(select(OutboxMessage.user)))
    assert sorted(users) == sorted(numbers)
    for other in others:
        await other.database.dispose()


async def _alter(office: Circulating, circular: str, body: str = "كل النشر مسموح.") -> str:
    """Let a circular say something else than was approved; gives what it said."""
    async with office.database.transaction() as session:
        row = await session.get_one(Circular, circular)
        before, row.body = row.body, body
    return before


async def test_nobody_is_sent_what_was_not_approved(office: Circulating) -> None:
    await add_employees(office.database, ["1", "2"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    assert await office.pour(known.id) == 2
    before = await _alter(office, known.id)
    assert await office.pour(known.id) == 0
    assert await messages(office) == []
    assert await _states(office, known.id) == {DeliveryState.PLANNED: 2}
    stopped = await office.course.find(office.hr, known.id)
    assert (stopped.state, stopped.reason) == (CircularState.PAUSED, ALTERED)
    with pytest.raises(CircularError, match="does not say any more"):
        await office.course.resume(office.hr, known.id)
    await _alter(office, known.id, before)
    await office.course.resume(office.hr, known.id)
    assert await office.pour(known.id) == 2


async def test_a_correction_that_was_not_approved_leaves_what_it_corrects(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.expand(known.id)
    await office.pour(known.id)
    draft = await office.writing.correct(office.hr, known.id)
    await office.course.send(office.hr, draft.id)
    await _alter(office, draft.id)
    assert await office.circulation.start_due() == 0
    stopped = await office.course.find(office.hr, draft.id)
    assert (stopped.state, stopped.reason) == (CircularState.PAUSED, ALTERED)
    assert (await office.course.find(office.hr, known.id)).state is CircularState.SENDING
    assert len(await messages(office)) == 1


async def test_its_digest_is_of_what_is_kept(office: Circulating) -> None:
    await add_employees(office.database, ["1"], office.now())
    written = await office.write(body="نص\x00 فيه ما لا يُحفظ.")
    assert not (await office.course.find(office.hr, written.id)).is_altered

"""A circular that found its recipient's chat blocked: given up for now, and not for good."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation.channel import SendFailure
from bot.conversation.events import Address, Receipt, ReceiptState
from bot.domain.circulars import DeliveryState
from bot.domain.reach import Door
from bot.records.circular_rows import Delivery
from bot.records.database import Database
from bot.records.links import Links
from bot.records.outbox import OutboxState
from tests.delivery.outgoing import rows, sending
from tests.delivery.test_reply_window import RECEIPTS, TemplateChannel, refusing
from tests.delivery.waiting import until
from tests.delivery.wire import ACCOUNT, FixedClock, WireChannel
from tests.support.circulating import EMPLOYER, Circulating, add_employees

DOOR = ("wire", ACCOUNT)
AMAL = Address(*DOOR, f"{EMPLOYER}amal")
BLOCKED = SendFailure("forbidden", recipient_gone=True)


async def _office(database: Database, clock: FixedClock, window: timedelta | None) -> Circulating:
    office = Circulating(database, clock.now(), doors={DOOR: Door(window, 80)})
    await office.staff()
    await add_employees(database, ["amal"], clock.now(), door=DOOR)
    return office


async def _begin(office: Circulating, body: str = "نص التعميم") -> str:
    known = await office.begin(urgent=True, body=body)
    await office.expand(known.id)
    assert await office.pour(known.id) == 1
    return known.id


async def _until_all(database: Database, state: OutboxState) -> None:
    async def are() -> bool:
        return all(row.state is state for row in await rows(database))

    await until(are)


async def _failed(database: Database, channel: WireChannel, clock: FixedClock) -> None:
    async with sending(database, channel, clock=clock, policy=RECEIPTS):
        await _until_all(database, OutboxState.FAILED)


async def _come_back(office: Circulating, circular: str) -> int:
    """Let the person unblock the chat; gives how many deliveries are planned anew."""
    async with office.database.transaction() as session:
        await Links(session).mark_blocked(AMAL, None)
    await office.circulation.revive(circular)
    return await office.pour(circular)


async def _delivery(office: Circulating, circular: str) -> Delivery:
    (delivery,) = await office.deliveries(circular)
    return delivery


async def test_who_blocked_the_chat_meanwhile_gets_the_circular_once_they_unblock_it(
    database: Database,
) -> None:
    clock, channel = FixedClock(), WireChannel(answer=refusing(BLOCKED, 1))
    office = await _office(database, clock, None)
    circular = await _begin(office)
    await _failed(database, channel, clock)
    delivery = await _delivery(office, circular)
    assert (delivery.state, delivery.reason) == (DeliveryState.UNREACHED, "forbidden")
    assert await office.circulation.finish(circular)
    await office.circulation.revive(circular)
    assert await office.pour(circular) == 0
    assert await _come_back(office, circular) == 1
    async with sending(database, channel, clock=clock, policy=RECEIPTS) as worker:

        async def is_sent() -> bool:
            return (await _delivery(office, circular)).state is DeliveryState.SENT

        await until(is_sent)
        # The platform may tell of the first try again.
        failed, _ = await rows(database)
        late = Receipt(AMAL, str(failed.id), "1", ReceiptState.FAILED, BLOCKED)
        assert await worker.receive(late) == "late_failure"
    assert (await _delivery(office, circular)).reason is None
    assert await is_sent()


async def test_what_is_on_its_way_again_can_be_called_off(database: Database) -> None:
    clock, channel = FixedClock(), WireChannel(answer=refusing(BLOCKED, 1))
    office = await _office(database, clock, None)
    circular = await _begin(office)
    await _failed(database, channel, clock)
    assert await _come_back(office, circular) == 1
    await office.course.cancel(office.hr, circular, "صدر بالخطأ")
    assert (await _delivery(office, circular)).state is DeliveryState.CANCELLED
    assert await rows(database) == []


async def test_a_template_that_finds_the_chat_blocked_gives_the_whole_circular_up_for_now(
    database: Database,
) -> None:
    clock, channel = FixedClock(), TemplateChannel()
    channel.answer = refusing(SendFailure("undeliverable:131026", recipient_gone=True), 1)
    office = await _office(database, clock, timedelta(hours=24))
    circular = await _begin(office, "كلمة " * 1100)
    await _failed(database, channel, clock)
    assert len(await rows(database)) > 1
    delivery = await _delivery(office, circular)
    assert (delivery.state, delivery.reason) == (DeliveryState.UNREACHED, "blocked")
    # Whoever writes lets us write.
    clock.pass_(60)
    office.moment = clock.now()
    async with database.transaction() as session:
        await Links(session).note_wrote(AMAL, clock.now())
    await office.circulation.revive(circular)
    assert await office.pour(circular) == 1


async def test_what_fails_for_another_reason_fails_for_good(database: Database) -> None:
    clock, channel = FixedClock(), WireChannel(answer=refusing(SendFailure("bad_request"), 1))
    office = await _office(database, clock, None)
    circular = await _begin(office)
    await _failed(database, channel, clock)
    delivery = await _delivery(office, circular)
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "bad_request")
    assert await _come_back(office, circular) == 0

"""What the platform took and did not say, or said in another order."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bot.channels.whatsapp.unpacking import key_of
from bot.records.inbox import InboxState
from bot.records.outbox import OutboxState
from tests.delivery.product import Product, opened
from tests.delivery.waiting import until
from tests.fakes.pacing import Bucket
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.fakes.whatsapp_errors import GraphError
from tests.fakes.whatsapp_world import Notice
from tests.support.world import World

DAYS = timedelta(days=3)
ORDERS = list(itertools.permutations(("read", "delivered", "sent", "failed")))


async def test_an_answer_that_is_cut_costs_no_second_message_on_whatsapp(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    people = 10
    users = [whatsapp.user() for _ in range(people)]
    for user in users:
        whatsapp.cut_next_answer("messages")
        user.says("مرحبا")
    await on_whatsapp.run_out(DAYS)
    assert [call.outcome for call in whatsapp.calls("messages")] == ["ok, answer cut"] * people
    assert [len(whatsapp.messages_to(user)) for user in users] == [1] * people
    shown = {message.reference: message.id for message in whatsapp.sent}
    for row in await on_whatsapp.messages():
        assert (row.state, row.external_id) == (OutboxState.DELIVERED, shown[str(row.id)])


async def test_where_no_status_comes_either_it_is_sent_thrice_at_most(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    whatsapp.statuses = ()
    sara = whatsapp.user()
    for _ in range(5):
        whatsapp.cut_next_answer("messages")
    sara.says("مرحبا")
    await on_whatsapp.run_out(timedelta(seconds=59))
    assert len(whatsapp.messages_to(sara)) == 1
    await on_whatsapp.run_out(DAYS)
    assert len(whatsapp.messages_to(sara)) == 3
    assert [row.state for row in await on_whatsapp.messages()] == [OutboxState.FAILED]
    # A status that comes after all says better.
    sara.reads()
    await on_whatsapp.settled()
    assert [row.state for row in await on_whatsapp.messages()] == [OutboxState.READ]


async def test_an_answer_that_is_cut_costs_one_more_message_on_telegram_at_most(
    on_telegram: Product, telegram: FakeTelegram
) -> None:
    sara, omar = telegram.user(), telegram.user("عمر")
    telegram.cut_next_answer("sendMessage")
    sara.says("مرحبا")
    await on_telegram.run_out(DAYS)
    omar.says("مرحبا")
    await on_telegram.run_out(DAYS)
    assert [len(telegram.messages_to(user)) for user in (sara, omar)] == [2, 1]
    rows = await on_telegram.messages()
    assert {row.state for row in rows} == {OutboxState.SENT}


def tell(whatsapp: FakeWhatsApp, user: FakeUser, order: tuple[str, ...]) -> None:
    (message,) = whatsapp.messages_to(user)
    for state in order:
        error = GraphError(131000) if state == "failed" else None
        whatsapp.tell_status(message, state, error)


async def are_read(product: Product) -> None:
    rows = await product.messages()
    assert len(rows) == len(ORDERS)
    assert {(row.state, row.error) for row in rows} == {(OutboxState.READ, None)}
    assert all(row.delivered_at and row.read_at and row.sent_at for row in rows)
    events = await product.events()
    assert len(events) == 5 * len(ORDERS)
    assert {event.state for event in events} == {InboxState.DONE}


@pytest.mark.long
async def test_statuses_in_every_order_after_the_answer_end_at_read(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    whatsapp.statuses = ()
    users = [whatsapp.user() for _ in ORDERS]
    for user in users:
        user.says("مرحبا")
    await on_whatsapp.settled()
    whatsapp.webhook.hold()
    for user, order in zip(users, ORDERS, strict=True):
        tell(whatsapp, user, order)
    await whatsapp.webhook.release(entries=1)
    await on_whatsapp.run_out(DAYS)
    await are_read(on_whatsapp)
    assert len(whatsapp.calls("messages")) == len(ORDERS)


@pytest.mark.long
async def test_statuses_in_every_order_before_the_answer_end_at_read(
    on_whatsapp: Product, whatsapp: FakeWhatsApp
) -> None:
    whatsapp.is_status_first = True
    whatsapp.gate.clear()
    for number, order in enumerate(ORDERS, 1):
        whatsapp.statuses = order
        whatsapp.user().says("مرحبا")
        await until(lambda sent=number: len(whatsapp.sent) == sent)  # type: ignore[misc]

    async def are_handled() -> bool:
        events = await on_whatsapp.events()
        done = [event for event in events if event.state is InboxState.DONE]
        return len(done) == 5 * len(ORDERS)

    await until(are_handled)
    assert {call.outcome for call in whatsapp.calls("messages")} == {"waiting"}
    whatsapp.gate.set()
    await on_whatsapp.run_out(DAYS)
    await are_read(on_whatsapp)
    assert len(whatsapp.calls("messages")) == len(ORDERS)


def in_changes(notices: list[Notice]) -> list[Notice]:
    """Messages and statuses by turns, three of each: one of six changes holds one kind."""
    kinds = {"messages": iter(()), "statuses": iter(())} | {
        kind: iter([notice for notice in notices if notice.kind == kind])
        for kind in ("messages", "statuses")
    }
    turns = itertools.cycle(["messages"] * 3 + ["statuses"] * 3)
    return [next(kinds[kind]) for kind, _ in zip(turns, notices, strict=False)]


async def test_of_sixty_in_one_body_each_is_its_own_senders(
    world: World, whatsapp: FakeWhatsApp
) -> None:
    whatsapp.statuses = ()
    # What comes in counts too, and all of this takes less than a second.
    whatsapp.main_number.bucket = Bucket(1000, 1000)
    told, writing = ([whatsapp.user(name) for _ in range(30)] for name in ("سارة", "عمر"))
    async with opened(world, whatsapp) as product:
        async with product.working():
            for user in told:
                user.says("مرحبا")
            await product.settled()
        whatsapp.webhook.hold()
        for user in told:
            user.reads()
        said = {user.says(f"سؤال {user.key}")["id"]: user for user in writing}
        assert await whatsapp.webhook.release(in_changes, entries=2, changes=3) == [200]
        body = whatsapp.webhook.deliveries[-1].body
        changes = [change["value"] for entry in body["entry"] for change in entry["changes"]]
        assert [len(entry["changes"]) for entry in body["entry"]] == [3, 3]
        sizes = [len(v.get("messages", v.get("statuses"))) for v in changes]
        assert sizes == [10] * 6
        kept = {event.external_id: event for event in (await product.events())[30:]}
        assert len(kept) == 60
        for message_id, user in said.items():
            event = kept[key_of(message_id)]
            assert event.user == user.bsuid
            assert f"سؤال {user.key}" in str(event.payload)
        async with product.working():
            await product.settled()
            rows = {row.user: row.state for row in await product.messages()}
    assert {rows[user.bsuid] for user in told} == {OutboxState.READ}
    assert {rows[user.bsuid] for user in writing} == {OutboxState.SENT}
    assert [len(whatsapp.messages_to(user)) for user in told + writing] == [1] * 60

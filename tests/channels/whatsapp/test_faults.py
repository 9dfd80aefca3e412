"""What goes wrong between WhatsApp and us, and what a person sees of it."""

from __future__ import annotations

import asyncio
import functools
import itertools
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from bot.records.database import Database
from bot.records.inbox import InboxEvent, InboxState
from bot.records.outbox import OutboxMessage
from bot.records.people_rows import ChannelLink
from tests.channels.whatsapp.chatting import QUESTION, onboarded, seen, settled, states
from tests.delivery.waiting import until
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.fakes.whatsapp_world import Notice
from tests.support.whatsapp_product import WhatsAppProduct


async def test_an_answer_that_was_cut_is_closed_by_its_status(
    whatsapp: FakeWhatsApp, product: WhatsAppProduct, database: Database
) -> None:
    sara = await onboarded(whatsapp)
    whatsapp.cut_next_answer("messages")
    sara.says(QUESTION)
    await settled(database, ("delivered", None))
    product.clock.pass_(minutes=5)
    product.outbox.notify()
    await asyncio.sleep(0.5)
    await seen(whatsapp, sara, 3)


def in_order(order: Sequence[str], notices: list[Notice]) -> list[Notice]:
    return sorted(notices, key=lambda notice: order.index(notice.state))


@pytest.mark.usefixtures("product")
async def test_statuses_in_every_order_and_before_the_answer_end_as_read(
    whatsapp: FakeWhatsApp, database: Database
) -> None:
    sara = await onboarded(whatsapp)
    await whatsapp.webhook.quiet()
    whatsapp.statuses = ("sent", "delivered", "read", "failed")
    for number, order in enumerate(itertools.permutations(whatsapp.statuses), 3):
        whatsapp.webhook.hold()
        whatsapp.slow(0.1, "messages")  # or statuses could come before they are held back
        sara.says("شكرا" if number % 3 else "مرحبا")
        assert await whatsapp.webhook.release() == [200]
        whatsapp.webhook.hold()
        await until(lambda: len(whatsapp.webhook.held or []) >= 4)
        assert await whatsapp.webhook.release(functools.partial(in_order, order)) == [200] * 4
        whatsapp.slow(0, "messages")
        await settled(database, ("read", None))
    await seen(whatsapp, sara, 26)


async def test_a_batch_of_sixty_from_different_people(
    whatsapp: FakeWhatsApp, product: WhatsAppProduct, database: Database
) -> None:
    people = [whatsapp.user(f"شخص {n}") for n in range(48)]
    first = await onboarded(whatsapp, people[0])
    await whatsapp.webhook.quiet()
    whatsapp.webhook.hold()
    for person in people:
        person.says("/start")
    for _ in range(12):
        first.reads(*whatsapp.messages_to(first)[:1])
    (status,) = await whatsapp.webhook.release(entries=2, changes=3)
    assert status == 200
    await until(lambda: all(whatsapp.messages_to(person) for person in people))
    async with database.reading() as session:
        users = set(await session.scalars(select(ChannelLink.user)))
    assert users == {person.bsuid for person in people}
    assert product.channel.account == whatsapp.phone_number_id


async def test_poison_is_put_aside_and_the_next_message_is_answered(
    whatsapp: FakeWhatsApp, product: WhatsAppProduct, database: Database
) -> None:
    sara = await onboarded(whatsapp)
    sara.sends("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}})
    sara.says(QUESTION)
    assert "[uae-fed.3.1]" in (await seen(whatsapp, sara, 3)).text
    async with database.reading() as session:
        aside = select(func.count()).where(InboxEvent.state == InboxState.QUARANTINED)
        assert await session.scalar(aside) == 1
    assert product.world.understanding.heard[-1][1] == QUESTION
    whatsapp.violations.clear()  # the message is none that Meta describes


async def test_a_revoked_token_halts_the_channel_and_fails_nobody(
    whatsapp: FakeWhatsApp, product: WhatsAppProduct, database: Database
) -> None:
    sara = await onboarded(whatsapp)
    token = whatsapp.revoke_token()
    for _ in range(4):
        sara.says("شكرا")
    await until(lambda: any(call.code == 190 for call in whatsapp.calls("messages")))
    await asyncio.sleep(0.5)
    refused = [call for call in whatsapp.calls("messages") if call.code == 190]
    assert len(refused) <= 3
    whatsapp.token = token
    product.clock.pass_(minutes=10)
    await seen(whatsapp, sara, 6)
    assert {state for state, _ in await states(database)} <= {"sent", "delivered"}


async def test_a_throttled_pair_is_delayed_alone(
    whatsapp: FakeWhatsApp, product: WhatsAppProduct
) -> None:
    sara, omar = await onboarded(whatsapp), await onboarded(whatsapp, whatsapp.user("عمر"))
    sara.fails_with(131056, in_answer=True, times=2)
    sara.says("شكرا")
    omar.says("شكرا")
    await seen(whatsapp, omar, 3)
    assert len(whatsapp.messages_to(sara)) == 2
    product.clock.pass_(minutes=1)
    await until(lambda: not sara.troubles or sara.troubles[0].times == 0)
    product.clock.pass_(minutes=1)
    await seen(whatsapp, sara, 3)


FINAL = [131026, 131050, 131051, 131021, 131030, 130472, 131062, 100, 132000, 131048, 132016]


@pytest.mark.parametrize("where", ["answer", "status"])
async def test_what_cannot_be_sent_is_not_sent_again(
    whatsapp: FakeWhatsApp, product: WhatsAppProduct, database: Database, where: str
) -> None:
    for code in FINAL:
        sara = await onboarded(whatsapp, whatsapp.user(str(code)))
        sara.fails_with(code, in_answer=where == "answer")
        before = len(whatsapp.calls("messages"))
        sara.says("شكرا")

        async def has_failed(user: FakeUser = sara) -> bool:
            async with database.reading() as session:
                last = select(OutboxMessage).where(OutboxMessage.user == user.bsuid)
                rows = (await session.scalars(last.order_by(OutboxMessage.id))).all()
            return rows[-1].state.value == "failed"

        await until(has_failed)
        product.clock.pass_(days=2)
        product.outbox.notify()
        await asyncio.sleep(0.1)
        assert len(whatsapp.calls("messages")) == before + 1
        product.clock.pass_(days=-2)

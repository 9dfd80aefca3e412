"""A circular that nobody opened in one chat: in which other it is tried."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bot.domain.circulars import DeliveryState, Unreached
from bot.records.circular_rows import Delivery
from bot.records.people_rows import ChannelLink, Person, Proof
from tests.support.circulating import TELEGRAM, WHATSAPP, Circulating, add_employees


@pytest.fixture
async def circular(office: Circulating) -> str:
    """One that was announced on WhatsApp, and that nobody opened there for a week."""
    await add_employees(office.database, ["1"], office.now(), door=WHATSAPP)
    known = await office.begin(urgent=True)
    await office.expand(known.id)
    assert await office.pour(known.id) == 1
    unopened = {"state": DeliveryState.UNREACHED, "reason": Unreached.NOT_OPENED.value}
    async with office.database.transaction() as session:
        await session.execute(update(Delivery).values(announced_at=office.now(), **unopened))
    office.pass_(days=7)
    return known.id


async def _link_telegram(office: Circulating, *, is_primary: bool = False) -> None:
    async with office.database.transaction() as session:
        if is_primary:
            await session.execute(update(ChannelLink).values(is_primary=False))
        session.add(
            ChannelLink(
                person_id=(await session.scalars(select(Person.id))).one(),
                channel=TELEGRAM[0],
                account=TELEGRAM[1],
                user="1",
                created_at=office.now(),
                proof=Proof.CODE,
                is_primary=is_primary,
            )
        )


async def _revived(office: Circulating, circular: str) -> tuple[DeliveryState, str | None]:
    await office.circulation.revive(circular)
    await office.pour(circular)
    (delivery,) = await office.deliveries(circular)
    return delivery.state, delivery.channel


async def test_another_chat_is_no_reason_to_write_to_the_same_again(
    office: Circulating, circular: str
) -> None:
    await _link_telegram(office)
    assert await _revived(office, circular) == (DeliveryState.UNREACHED, WHATSAPP[0])


async def test_it_goes_to_the_chat_that_is_preferred_by_now(
    office: Circulating, circular: str
) -> None:
    async with office.database.transaction() as session:
        await session.execute(update(Delivery).values(queued_at=office.now()))
    await _link_telegram(office, is_primary=True)
    assert await _revived(office, circular) == (DeliveryState.QUEUED, TELEGRAM[0])


async def test_it_goes_to_the_only_chat_that_is_not_blocked(
    office: Circulating, circular: str
) -> None:
    async with office.database.transaction() as session:
        await session.execute(update(ChannelLink).values(blocked_at=office.now()))
    await _link_telegram(office)
    assert await _revived(office, circular) == (DeliveryState.QUEUED, TELEGRAM[0])

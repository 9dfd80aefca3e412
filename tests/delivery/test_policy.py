"""Each of WhatsApp's errors, by a send's answer and by a later status: what is sent again, when.

The table is that of ``bot/channels/whatsapp/failures.py``; the wire log says what was done.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.conversation.messages import Block, BlockKind, Message
from bot.records.links import ChannelLink
from bot.records.outbox import Lane, NewMessage, Outbox, OutboxMessage, OutboxState
from tests.delivery.product import Product
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp

FOR_GOOD = (131026, 131050, 131051, 131021, 131030, 130472, 131062)
CONTENT = (100, 131008, 131009, 132000, 132001, 132005, 132007, 132012, 132068, 132069)
TRANSIENT = (1, 2, 131000, 131016, 131057, 131053)
ONCE = (*FOR_GOOD, *CONTENT, 131048, 131064, 132016)
TRIES = {**dict.fromkeys(ONCE, 1), **dict.fromkeys(TRANSIENT, 5), 131049: 2, 132015: 3}
"""How often a message goes out where the error never ends; then it has failed."""

LEAST_GAP = {131049: timedelta(days=1), 132015: timedelta(hours=3)}
ACCOUNT = (190, 3, 10, 200, 131005, 368, 131031, 131042, 131045, 130497, 133010)
HALTING = (130429, 80007, 4, *ACCOUNT)
"""And 0, which is the fake's word for no error."""

WEEKS = timedelta(days=9)

MODES = pytest.mark.parametrize("in_answer", [True, False], ids=["answer", "status"])


def people(whatsapp: FakeWhatsApp, codes: tuple[int, ...]) -> dict[int, FakeUser]:
    """One for each code."""
    return {code: whatsapp.user() for code in codes}


def times_of(product: Product, user: FakeUser) -> list[datetime]:
    """When a message to somebody was tried, by the world's clock."""
    whatsapp = product.platform
    assert isinstance(whatsapp, FakeWhatsApp)
    return [
        moment
        for call, moment in zip(whatsapp.wire, product.moments, strict=True)
        if call.method == "messages" and user.bsuid == call.body.get("recipient")
    ]


async def rows_of(product: Product) -> dict[str, list[OutboxMessage]]:
    rows = defaultdict(list)
    for row in await product.messages():
        rows[row.user].append(row)
    return rows


@pytest.mark.long
@MODES
async def test_what_never_ends_is_tried_as_often_as_it_may_be(
    on_whatsapp: Product, whatsapp: FakeWhatsApp, *, in_answer: bool
) -> None:
    having = people(whatsapp, tuple(TRIES))
    for code, user in having.items():
        user.fails_with(code, in_answer=in_answer)
        user.says("مرحبا")
    bystander = whatsapp.user()
    bystander.says("مرحبا")
    await on_whatsapp.settled()
    assert len(whatsapp.messages_to(bystander)) == 1
    await on_whatsapp.run_out(WEEKS)
    rows = await rows_of(on_whatsapp)
    for code, user in having.items():
        tries = times_of(on_whatsapp, user)
        assert len(tries) == TRIES[code], code
        (row,) = rows[user.address]
        assert (row.state, row.payload) == (OutboxState.FAILED, None), code
        assert str(code) in str(row.error)
        gap = LEAST_GAP.get(code, timedelta(0))
        assert all(late - early >= gap for early, late in pairwise(tries)), code
        assert not whatsapp.messages_to(user)


@pytest.mark.long
@MODES
async def test_who_gets_too_much_waits_alone(
    on_whatsapp: Product, whatsapp: FakeWhatsApp, *, in_answer: bool
) -> None:
    throttled, other = whatsapp.user(), whatsapp.user()
    throttled.fails_with(131056, in_answer=in_answer, times=3)
    throttled.says("مرحبا")
    other.says("مرحبا")
    await on_whatsapp.settled()
    assert len(whatsapp.messages_to(other)) == 1
    await on_whatsapp.run_out(timedelta(hours=1))
    assert len(whatsapp.messages_to(throttled)) == 1
    tries = times_of(on_whatsapp, throttled)
    gaps = [(late - early).total_seconds() for early, late in pairwise(tries)]
    for gap, seconds in zip(gaps, (1, 4, 16), strict=True):
        assert 0.75 * seconds <= gap <= 1.25 * seconds


@pytest.mark.long
@MODES
async def test_what_concerns_the_number_halts_it_and_costs_nobody_an_attempt(
    on_whatsapp: Product, whatsapp: FakeWhatsApp, *, in_answer: bool
) -> None:
    whatsapp.throttle_status = 429
    having = people(whatsapp, HALTING)
    for code, user in having.items():
        user.fails_with(code, in_answer=in_answer, times=1)
        user.says("مرحبا")
    await on_whatsapp.settled()
    before = len(whatsapp.calls("messages"))
    late = whatsapp.user()
    late.says("مرحبا")
    await on_whatsapp.settled()
    assert len(whatsapp.calls("messages")) == before
    await on_whatsapp.run_out(WEEKS)
    assert len(whatsapp.messages_to(late)) == 1
    for code, user in having.items():
        tries = times_of(on_whatsapp, user)
        assert len(whatsapp.messages_to(user)) == 1, code
        assert len(tries) == 2, code
        assert tries[1] - tries[0] >= timedelta(seconds=5), code
    rows = await on_whatsapp.messages()
    assert {(row.state, row.attempts) for row in rows} == {(OutboxState.DELIVERED, 1)}


@MODES
async def test_after_the_window_a_template_goes_once_and_the_rest_when_they_write(
    on_whatsapp: Product, whatsapp: FakeWhatsApp, *, in_answer: bool
) -> None:
    sara = whatsapp.user()
    sara.fails_with(131047, in_answer=in_answer, times=1)
    sara.says("مرحبا")
    await on_whatsapp.run_out(timedelta(days=3))
    assert [shown.kind for shown in whatsapp.messages_to(sara)] == ["template"]
    assert len(times_of(on_whatsapp, sara)) == 2
    sara.says("شكرا")
    await on_whatsapp.settled()
    kinds = [shown.kind for shown in whatsapp.messages_to(sara)]
    assert (len(kinds), kinds.count("template")) == (3, 1)


@pytest.mark.long
@pytest.mark.parametrize(("code", "hours"), [(131048, 23), (131064, 23), (132015, 2), (132016, 23)])
@MODES
async def test_doubts_of_the_platform_stop_a_circular_and_no_reply(
    on_whatsapp: Product, whatsapp: FakeWhatsApp, code: int, hours: int, *, in_answer: bool
) -> None:
    doubted, *others = (whatsapp.user() for _ in range(4))
    for user in (doubted, *others):
        user.says("مرحبا")
    await on_whatsapp.settled()
    doubted.fails_with(code, in_answer=in_answer)
    await circulate(on_whatsapp, doubted)
    await on_whatsapp.settled()
    await circulate(on_whatsapp, *others)
    others[0].says("سؤال")
    await on_whatsapp.run_out(timedelta(hours=hours))
    assert [len(whatsapp.messages_to(user)) for user in others] == [2, 1, 1]
    _, *waiting = [row for row in await on_whatsapp.messages() if row.lane is Lane.BULK]
    assert {row.state for row in waiting} == {OutboxState.QUEUED}


async def circulate(product: Product, *users: FakeUser) -> None:
    message = Message((Block(BlockKind.BODY, "تعميم"),)).to_json()
    new = [NewMessage(product.address(user), message, lane=Lane.BULK) for user in users]
    async with product.world.database.transaction() as session:
        await Outbox(session).add_all(new, product.world.moment)
    product.outbox.notify()


async def test_on_telegram_who_blocked_us_is_tried_once(
    on_telegram: Product, telegram: FakeTelegram
) -> None:
    sara, omar = telegram.user(), telegram.user("عمر")
    for user, is_deactivated in ((sara, False), (omar, True)):
        user.says("مرحبا")
        user.blocked, user.deactivated = not is_deactivated, is_deactivated
    await on_telegram.run_out(WEEKS)
    assert len(telegram.calls("sendMessage")) == 2
    rows = await on_telegram.messages()
    assert {row.state for row in rows} == {OutboxState.FAILED}
    assert {row.error for row in rows} == {"blocked", "deactivated"}
    async with on_telegram.world.database.reading() as session:
        links = list(await session.scalars(select(ChannelLink)))
    assert all(link.blocked_at for link in links)
    sara.unblocks()
    sara.says("مرحبا")
    await on_telegram.settled()
    assert len(telegram.messages_to(sara)) == 1


async def test_on_telegram_a_chat_that_moved_gets_it_once_there(
    on_telegram: Product, telegram: FakeTelegram
) -> None:
    sara = telegram.user()
    sara.says("مرحبا")
    moved = sara.moves()
    await on_telegram.run_out(WEEKS)
    assert len(telegram.messages_to(moved)) == 1
    asked = [call.params["chat_id"] for call in telegram.calls("sendMessage")]
    assert asked == [sara.id, moved.id]
    async with on_telegram.world.database.reading() as session:
        links = list(await session.scalars(select(ChannelLink)))
    assert [link.user for link in links] == [str(moved.id)]

"""A question that people answer, over the fake platforms: two of the desk, and who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from bot.records.outbox import OutboxState
from bot.services.staff import (
    ByNumber,
)
from tests.delivery.product import Product
from tests.fakes.telegram import FakeTelegram, FakeUser
from tests.fakes.whatsapp import FakeWhatsApp
from tests.fakes.whatsapp_world import ShownMessage
from tests.support.handovers import ANSWER, TEXT, join, row_of
from tests.support.world import World

SECRETS = ("Sender-of-the-question", "7001")
"""The name and the user name of who asks, which the desk must not see."""


@dataclass
class Desk:
    """Two officers of one desk and somebody who asked, on Telegram."""

    product: Product
    one: FakeUser
    two: FakeUser
    asker: FakeUser

    async def told(self, user: FakeUser) -> str:
        """Give all that somebody sees."""
        return "\n".join(message.text for message in await self.product.seen(user))

    async def presses(self, user: FakeUser, label: str) -> None:
        """Press a button of the last message that has it."""
        shown = await self.product.seen(user)
        last = next(m for m in reversed(shown) if any(label in row for row in m.labels))
        user.presses(last, label)
        await self.product.settled()


@pytest.fixture
async def desk(world: World, telegram: FakeTelegram, on_telegram: Product) -> Desk:
    one, two, asker = telegram.user("أمل"), telegram.user("بدر"), telegram.user(SECRETS[0])
    for number, user in (("7", one), ("8", two)):
        await join(world, number, on_telegram.address(user))
    await world.person("uae-fed", on_telegram.address(asker))
    world.moment = world.library.working("uae-fed").next_open(world.moment)
    asker.says("/person")
    await on_telegram.settled()
    asker.says(TEXT)
    await on_telegram.settled()
    await world.handover_notices.tell_due(100)
    on_telegram.outbox.notify()
    await on_telegram.settled()
    return Desk(on_telegram, one, two, asker)


async def test_two_of_a_desk_are_told_one_answers_and_whoever_asked_gets_it_once(
    world: World, telegram: FakeTelegram, desk: Desk
) -> None:
    for officer in (desk.one, desk.two):
        told = await desk.told(officer)
        assert TEXT in told
        assert not any(secret in told for secret in (*SECRETS, str(desk.asker.id)))
    await desk.presses(desk.one, "أجب")
    await desk.presses(desk.two, "أجب")
    assert world.phrase("handover_busy", number=1001) in await desk.told(desk.two)
    desk.one.says(ANSWER)
    assert ANSWER in await desk.told(desk.one)
    assert ANSWER not in await desk.told(desk.asker)
    for _ in range(2):
        await desk.presses(desk.one, "أرسل")
    got = await desk.told(desk.asker)
    assert got.count(ANSWER) == 1
    department = world.library.desk_of("uae-fed").department.ar
    title = world.phrase("handover_answered", number=1001, department=department)
    assert title in got
    assert "أمل" not in got
    await desk.presses(desk.two, "أجب")
    assert world.phrase("handover_answered_before", number=1001) in await desk.told(desk.two)
    await desk.presses(desk.asker, "شكراً، هذا يكفي")
    assert world.phrase("handover_finished", number=1001) in await desk.told(desk.asker)
    assert telegram.refusals == []


async def test_whoever_asks_on_is_told_to_the_desk_under_the_same_number(
    world: World, desk: Desk
) -> None:
    await desk.presses(desk.one, "أجب")
    desk.one.says(ANSWER)
    await desk.product.settled()
    await desk.presses(desk.one, "أرسل")
    await desk.presses(desk.asker, "ما زال لدي سؤال")
    desk.asker.says("وهل أشارك الخبر؟")
    await desk.product.settled()
    await world.handover_notices.tell_due(100)
    desk.product.outbox.notify()
    told = await desk.told(desk.two)
    assert "وهل أشارك الخبر؟" in told
    assert world.phrase("handover_earlier", answer=ANSWER) in told
    assert (await row_of(world)).number == 1001


async def test_the_buttons_of_a_desk_do_nothing_in_anothers_hands(
    world: World, telegram: FakeTelegram, desk: Desk
) -> None:
    stranger = telegram.user("غريب")
    await world.person("uae-fed", desk.product.address(stranger))
    stranger.says("/help")
    (own,) = await desk.product.seen(stranger)
    notice = (await desk.product.seen(desk.one))[-1]
    theirs = [button["callback_data"] for row in notice.keyboard for button in row]
    for data in (*theirs, "hx1:1001:1", "hn1:1001:0123456789abcdef"):
        stranger.presses_data(own, data)
    stranger.says("رد من غريب")
    told = await desk.told(stranger)
    assert told.count(world.phrase("old_button")) == len(theirs) + 2
    assert TEXT not in told
    row = await row_of(world)
    assert (row.state, row.draft, row.answer) == ("open", None, None)


async def test_an_asker_out_of_the_window_gets_the_answer_by_the_waiting_template(
    world: World, whatsapp: FakeWhatsApp, on_whatsapp: Product
) -> None:
    officer, asker = whatsapp.user("أمل"), whatsapp.user("سارة")
    await world.person("uae-fed", on_whatsapp.address(asker))
    await join(world, "7", on_whatsapp.address(officer))
    for user, text in ((officer, "مرحبا"), (asker, "/person"), (asker, TEXT)):
        user.says(text)
        await on_whatsapp.settled()
    world.pass_(hours=25)
    asker.lets_window_close()
    before = len(whatsapp.messages_to(asker))
    officer.says("الطلبات")
    await on_whatsapp.settled()
    officer.presses(whatsapp.messages_to(officer)[-1], "الطلب 1001")
    await on_whatsapp.settled()
    officer.presses(whatsapp.messages_to(officer)[-1], "أجب")
    await on_whatsapp.settled()
    officer.says(ANSWER)
    await on_whatsapp.settled()
    officer.presses(whatsapp.messages_to(officer)[-1], "أرسل")
    await on_whatsapp.settled()
    (template,) = whatsapp.messages_to(asker)[before:]
    assert template.kind == "template"
    assert ANSWER not in template.text
    asker.says("نعم")
    await on_whatsapp.settled()
    answers = [m for m in whatsapp.messages_to(asker) if ANSWER in m.text]
    assert len(answers) == 1
    assert [choice.title for choice in answers[0].choices] == [
        *("شكراً، هذا يكفي", "ما زال لدي سؤال")
    ]
    assert all(row.state is not OutboxState.FAILED for row in await on_whatsapp.messages())


def whole(messages: Sequence[ShownMessage]) -> str:
    """Give what messages say together, without what parts them."""
    return " ".join(" ".join(message.text for message in messages).split())


@pytest.mark.parametrize("is_late", [False, True])
async def test_a_long_question_and_a_long_answer_arrive_whole_on_whatsapp(
    world: World, whatsapp: FakeWhatsApp, on_whatsapp: Product, *, is_late: bool
) -> None:
    question = ("هل أعلّق على قضية منظورة؟ " * 50).strip()
    answer = ("لا تعلّق عليها. " * 150).strip()
    officer, asker = whatsapp.user("أمل"), whatsapp.user("سارة")
    person = await world.person("uae-fed", on_whatsapp.address(asker))
    await join(world, "7", on_whatsapp.address(officer))
    for user in (officer, asker):
        user.says("/help")
    await on_whatsapp.settled()
    before = len(whatsapp.messages_to(officer))
    world.moment = world.library.working("uae-fed").next_open(world.moment)
    await world.handovers.ask(person, question, "event:long")
    await world.handover_notices.tell_due(100)
    on_whatsapp.outbox.notify()
    await on_whatsapp.settled()
    told = whatsapp.messages_to(officer)[before:]
    assert question in whole(told)
    assert told[-1].choices[0].title == "أجب"
    before = len(whatsapp.messages_to(asker))
    if is_late:
        world.pass_(hours=25)
        asker.lets_window_close()
    await world.handover_desk.answer(ByNumber("uae-fed", "7"), 1001, answer)
    on_whatsapp.outbox.notify()
    await on_whatsapp.settled()
    if is_late:
        (template,) = whatsapp.messages_to(asker)[before:]
        assert template.kind == "template"
        asker.says("نعم")
        await on_whatsapp.settled()
    got = whatsapp.messages_to(asker)[before:]
    assert answer in whole(got)
    assert all(row.state is not OutboxState.FAILED for row in await on_whatsapp.messages())

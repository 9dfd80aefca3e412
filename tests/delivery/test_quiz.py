"""A quiz over the fake platforms: edits on Telegram, one message a turn on WhatsApp, faults."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.conversation.events import Incoming
from bot.records.quiz_rows import QuizAnswer
from tests.delivery.product import Product, opened
from tests.delivery.waiting import until
from tests.fakes.telegram import FakeTelegram, FakeUser, ShownMessage
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.world import World

QUESTIONS = 7


async def begun(world: World, on_telegram: Product, user: FakeUser) -> ShownMessage:
    """Somebody who is asked their first question."""
    await world.person("muscat", on_telegram.address(user))
    user.says("/quiz")
    return (await on_telegram.seen(user))[-1]


def answers_of(message: ShownMessage) -> list[str]:
    """The values that answer what a message asks with one choice each."""
    found = [button["callback_data"] for row in message.keyboard for button in row]
    asked = next(data.split(":") for data in found if data[:3] in {"qa1", "qp1"})
    places = [data.split(":")[3] for data in found if data.startswith("qa1")] or ["0", "1", "2"]
    return [f"qa1:{asked[1]}:{asked[2]}:{place}" for place in places]


async def counted(world: World) -> list[tuple[int, str]]:
    """The answers that count: which question of the sitting, and the choices."""
    async with world.database.reading() as session:
        rows = await session.scalars(select(QuizAnswer).order_by(QuizAnswer.position))
        return [(row.position, row.picks) for row in rows]


async def test_a_quiz_on_telegram_is_one_message(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    user = telegram.user()
    message = await begun(world, on_telegram, user)
    for number in range(QUESTIONS):
        assert world.phrase("quiz_number", number=number + 1, total=QUESTIONS) in message.text
        user.presses_data(message, answers_of(message)[0])
        assert (await on_telegram.seen(user))[-1] is message
        assert message.edits == number + 1
    assert world.phrase("button_quiz_another") in [each for row in message.labels for each in row]
    assert len(await counted(world)) == QUESTIONS
    assert telegram.refusals == []


async def test_a_quiz_on_whatsapp_is_one_message_a_turn(
    world: World, whatsapp: FakeWhatsApp, on_whatsapp: Product
) -> None:
    whatsapp.pair = (1000, 1000)
    user = whatsapp.user("سارة")
    await world.person("muscat", on_whatsapp.address(user))
    user.says("/quiz")
    for number in range(QUESTIONS):
        await on_whatsapp.settled()
        messages = whatsapp.messages_to(user)
        assert len(messages) == number + 1
        message = messages[-1]
        assert f"{number + 1} من {QUESTIONS}" in message.text
        if message.choices[0].data.startswith("qa1"):
            user.presses(message, message.choices[0].title)
        else:
            user.says("أ ب")
    await on_whatsapp.settled()
    assert len(whatsapp.messages_to(user)) == QUESTIONS + 1
    assert len(await counted(world)) == QUESTIONS


async def test_of_twenty_presses_at_once_the_first_counts(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    user = telegram.user()
    message = await begun(world, on_telegram, user)
    first, second = answers_of(message)[:2]
    with telegram.holding():
        for number in range(20):
            user.presses_data(message, second if number % 2 else first)
    said = [shown.text for shown in (await on_telegram.seen(user))[1:]]
    assert said == [world.phrase("quiz_answered_before")] * 19
    assert await counted(world) == [(0, first.split(":")[3])]


async def test_an_old_keyboard_has_no_effect(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    user = telegram.user()
    message = await begun(world, on_telegram, user)
    old = answers_of(message)[0]
    user.presses_data(message, old)
    await on_telegram.seen(user)
    before = await counted(world)
    world.pass_(days=400)
    user.presses_data(message, old)
    assert (await on_telegram.seen(user))[-1].text == world.phrase("quiz_answered_before")
    assert await counted(world) == before


async def test_another_persons_keyboard_has_no_effect(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    sara, omar = telegram.user(), telegram.user("عمر")
    message = await begun(world, on_telegram, sara)
    await world.person("muscat", on_telegram.address(omar))
    omar.presses_data(message, answers_of(message)[0])
    assert (await on_telegram.seen(omar))[-1].text == world.phrase("old_button")
    assert await counted(world) == []
    assert message.edits == 0


async def test_a_question_whose_message_is_gone_is_said_anew(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    user = telegram.user()
    message = await begun(world, on_telegram, user)
    telegram.delete(message)
    user.presses_data(message, answers_of(message)[0])
    said = (await on_telegram.seen(user))[-1]
    assert said is not message
    assert world.phrase("quiz_number", number=2, total=QUESTIONS) in said.text


async def _has_come(product: Product) -> bool:
    return bool((await product.events())[-1].payload)


@pytest.mark.parametrize("lost", ["before_answer", "before_edit"])
async def test_what_a_crash_cut_off_goes_on(
    world: World, telegram: FakeTelegram, lost: str
) -> None:
    """The answer counts once, and the person sees what comes next."""
    user = telegram.user()
    async with opened(world, telegram) as product:
        async with product.working():
            message = await begun(world, product, user)
        pressed = answers_of(message)[0]
        user.presses_data(message, pressed)
        if lost == "before_edit":
            # Handled as by a process that dies before its answer is stored.
            await until(lambda: _has_come(product))
            event = (await product.events())[-1]
            incoming = product.channel.parse(event.payload or {})
            assert isinstance(incoming, Incoming)
            await world.router.handle(incoming, event.id)
            assert len(await counted(world)) == 1
    async with opened(world, telegram) as product, product.working():
        await product.settled()
        assert message.edits == 1
        assert world.phrase("quiz_number", number=2, total=QUESTIONS) in message.text
    assert await counted(world) == [(0, pressed.split(":")[3])]

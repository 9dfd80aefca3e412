"""Buttons on Telegram that were forged, are another's, are old, or are pressed twenty times."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.records.answers import Answer
from bot.records.handovers import Handover
from bot.records.people import Person
from tests.delivery.product import Product
from tests.delivery.waiting import until
from tests.fakes.telegram import FakeTelegram, FakeUser, ShownMessage
from tests.support.world import World, asks

QUESTION = "هل أعلق على قضية منظورة؟"
FORGED = [
    *("x", "em1:nowhere", "em2:muscat", "em1:muscat:x", "em1:muscat\u202e", "lg1:fr", "mo1:1"),
    *("ra1:0123456789abcdef:1", "pe1:0123456789abcdef", "em1:" + "x" * 60, "💣" * 16),
    *("/restart", '/ask_rule{"a":1}', "<b>", "' OR 1=1 --", "../../etc/passwd"),
]


async def asked(world: World, on_telegram: Product, user: FakeUser) -> ShownMessage:
    """Somebody who chose their employer, and the answer to their question."""
    await world.person("uae-fed", on_telegram.address(user))
    world.understanding.meanings[QUESTION] = asks("court_case")
    user.says(QUESTION)
    return (await on_telegram.seen(user))[-1]


async def facts(world: World) -> list[object]:
    """What a press could change."""
    async with world.database.reading() as session:
        answers = await session.scalars(select(Answer).order_by(Answer.id))
        people = await session.scalars(select(Person).order_by(Person.id))
        handed = await session.scalars(select(Handover.number))
        return [
            *((row.id, row.useful) for row in answers),
            *((row.id, row.employer, row.language, row.erase_at) for row in people),
            *handed,
        ]


async def test_forged_buttons_have_a_kind_word_and_no_effect(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    user = telegram.user()
    answer = await asked(world, on_telegram, user)
    before = await facts(world)
    for data in FORGED:
        user.presses_data(answer, data)
    said = [shown.text for shown in (await on_telegram.seen(user))[1:]]
    assert said == [world.phrase("old_button")] * len(FORGED)
    assert await facts(world) == before
    assert telegram.refusals == []
    await until(lambda: not telegram.presses)  # each one's spinner is stopped


async def test_the_buttons_of_anothers_answer_have_no_effect(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    sara, omar = telegram.user(), telegram.user("عمر")
    answer = await asked(world, on_telegram, sara)
    await world.person("uae-fed", on_telegram.address(omar))
    before = await facts(world)
    buttons = [button["callback_data"] for row in answer.keyboard for button in row]
    for data in buttons:
        omar.presses_data(answer, data)
    said = {shown.text for shown in await on_telegram.seen(omar)}
    assert said == {world.phrase("old_button")}
    assert await facts(world) == before
    assert answer.edits == 0


async def test_a_button_under_a_message_that_is_out_of_reach(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    user = telegram.user()
    answer = await asked(world, on_telegram, user)
    data = answer.data_of("👍👎")
    telegram.delete(answer)
    user.presses_data(answer, data)
    useful = (await on_telegram.seen(user))[-1].data_of("👍")
    user.presses_data(answer, useful)
    assert (await on_telegram.seen(user))[-1].text == world.phrase("rated_useful")
    assert telegram.refusals == []


async def test_of_twenty_ratings_at_once_the_first_counts(
    world: World, telegram: FakeTelegram, on_telegram: Product
) -> None:
    user = telegram.user()
    answer = await asked(world, on_telegram, user)
    user.presses(answer, "👍👎")
    await on_telegram.seen(user)
    useful, useless = answer.data_of("👍"), answer.data_of("👎")
    with telegram.holding():
        for number in range(20):
            user.presses_data(answer, useless if number % 2 else useful)
    said = [shown.text for shown in (await on_telegram.seen(user))[1:]]
    assert said == [world.phrase("rated_useful"), *[world.phrase("rated_before")] * 19]
    async with world.database.reading() as session:
        assert list(await session.scalars(select(Answer.useful))) == [True]


@pytest.mark.parametrize("label", ["button_person", "button_more"])
async def test_twenty_presses_at_once_have_one_effect(
    world: World, telegram: FakeTelegram, on_telegram: Product, label: str
) -> None:
    user = telegram.user()
    answer = await asked(world, on_telegram, user)
    with telegram.holding():
        for _ in range(20):
            user.presses(answer, world.phrase(label))
    said = [shown.text for shown in (await on_telegram.seen(user))[1:]]
    assert len(said) == 20
    assert len(set(said)) == 1
    async with world.database.reading() as session:
        handed = list(await session.scalars(select(Handover.number)))
    assert handed == ([1001] if label == "button_person" else [])

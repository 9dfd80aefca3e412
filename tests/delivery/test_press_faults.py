"""Buttons on Telegram that were forged, are another's, are old, or are pressed twenty times."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.records.answers import Answer
from bot.records.handovers import Handover
from bot.records.people import Person
from tests.delivery.workers import OnTelegram, on_telegram
from tests.fakes.telegram import FakeUser, ShownMessage
from tests.support.world import World, asks

QUESTION = "هل أعلق على قضية منظورة؟"
FORGED = [
    *("x", "em1:nowhere", "em2:muscat", "em1:muscat:x", "em1:muscat\u202e", "lg1:fr", "mo1:1"),
    *("ra1:0123456789abcdef:1", "pe1:0123456789abcdef", "em1:" + "x" * 60, "💣" * 16),
    *("/restart", '/ask_rule{"a":1}', "<b>", "' OR 1=1 --", "../../etc/passwd"),
]


async def asked(world: World, bot: OnTelegram, user: FakeUser) -> ShownMessage:
    """Somebody who chose their employer, and the answer to their question."""
    await world.person("uae-fed", bot.address(user))
    world.understanding.meanings[QUESTION] = asks("court_case")
    user.says(QUESTION)
    return await bot.latest(user)


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


async def test_forged_buttons_have_a_kind_word_and_no_effect(world: World) -> None:
    async with on_telegram(world) as bot:
        user = bot.telegram.user()
        answer = await asked(world, bot, user)
        before = await facts(world)
        for data in FORGED:
            user.presses_data(answer, data)
        said = [shown.text for shown in (await bot.seen(user))[1:]]
        assert said == [world.phrase("old_button")] * len(FORGED)
        assert await facts(world) == before
        assert bot.refusals() == []
        assert not bot.telegram.presses  # each one's spinner was stopped


async def test_the_buttons_of_anothers_answer_have_no_effect(world: World) -> None:
    async with on_telegram(world) as bot:
        sara, omar = bot.telegram.user(), bot.telegram.user("عمر")
        answer = await asked(world, bot, sara)
        await world.person("uae-fed", bot.address(omar))
        before = await facts(world)
        buttons = [button["callback_data"] for row in answer.keyboard for button in row]
        for data in buttons:
            omar.presses_data(answer, data)
        said = {shown.text for shown in await bot.seen(omar)}
        assert said == {world.phrase("old_button")}
        assert await facts(world) == before
        assert answer.edits == 0


async def test_a_button_under_a_message_that_is_out_of_reach(world: World) -> None:
    async with on_telegram(world) as bot:
        user = bot.telegram.user()
        answer = await asked(world, bot, user)
        data = answer.data_of("👍👎")
        bot.telegram.delete(answer)
        user.presses_data(answer, data)
        useful = (await bot.latest(user)).data_of("👍")
        user.presses_data(answer, useful)
        assert (await bot.latest(user)).text == world.phrase("rated_useful")
        assert bot.refusals() == []


async def test_of_twenty_ratings_at_once_the_first_counts(world: World) -> None:
    async with on_telegram(world) as bot:
        user = bot.telegram.user()
        answer = await asked(world, bot, user)
        user.presses(answer, "👍👎")
        await bot.seen(user)
        useful, useless = answer.data_of("👍"), answer.data_of("👎")
        with bot.telegram.holding():
            for number in range(20):
                user.presses_data(answer, useless if number % 2 else useful)
        said = [shown.text for shown in (await bot.seen(user))[1:]]
        assert said == [world.phrase("rated_useful"), *[world.phrase("rated_before")] * 19]
        async with world.database.reading() as session:
            assert list(await session.scalars(select(Answer.useful))) == [True]


@pytest.mark.parametrize("label", ["button_person", "button_more"])
async def test_twenty_presses_at_once_have_one_effect(world: World, label: str) -> None:
    async with on_telegram(world) as bot:
        user = bot.telegram.user()
        answer = await asked(world, bot, user)
        with bot.telegram.holding():
            for _ in range(20):
                user.presses(answer, world.phrase(label))
        said = [shown.text for shown in (await bot.seen(user))[1:]]
        assert len(said) == 20
        assert len(set(said)) == 1
        async with world.database.reading() as session:
            handed = list(await session.scalars(select(Handover.number)))
        assert handed == ([1001] if label == "button_person" else [])

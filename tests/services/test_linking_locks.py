"""Linking chats while others hold the same people: none waits for one that waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.records.people import People
from bot.services.linking import Linked
from tests.support.roster import code_of, employ
from tests.support.world import AMAL, BADR, World


async def test_two_who_take_over_each_others_chats_do_not_wait_for_each_other(
    world: World,
) -> None:
    numbers = {AMAL: "1001", BADR: "1002"}
    for chat, number in numbers.items():
        await employ(world, number)
        await world.linking.redeem(chat, await code_of(world, number))
    for _ in range(25):
        numbers = {AMAL: numbers[BADR], BADR: numbers[AMAL]}
        codes = {chat: await code_of(world, number) for chat, number in numbers.items()}
        outcomes = await asyncio.gather(*(world.linking.redeem(*each) for each in codes.items()))
        assert [outcome.linked for outcome in outcomes] == [Linked.LINKED] * 2
    for chat, number in numbers.items():
        person = await world.enrolment.meet(chat, None)
        assert person.id == await world.privacy.find_person("muscat", number)


async def test_a_stranger_is_linked_beside_whoever_holds_them_and_whom_they_turn_out_to_be(
    world: World,
) -> None:
    await employ(world)
    await world.linking.redeem(AMAL, await code_of(world))
    known = await world.enrolment.meet(AMAL, None)
    for number in range(25):
        chat = replace(BADR, user=f"chat{number}")
        stranger = await world.enrolment.meet(chat, None)
        code = await code_of(world)
        async with world.database.transaction() as session:
            first, second = sorted((known.id, stranger.id))
            await People(session).hold(first)
            linking = asyncio.create_task(world.linking.redeem(chat, code))
            await asyncio.sleep(0.02)
            await People(session).hold(second)
        assert (await linking).linked is Linked.LINKED

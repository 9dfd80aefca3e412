"""Codes that link nothing: wrong, used, expired, guessed."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, event, func, select

from bot import log
from bot.records.links import ChannelLink
from bot.services.linking import ALARM_TRIES, MAX_TRIES, Linked
from tests.support.roster import code_of, employ
from tests.support.world import AMAL, BADR, World


@contextlib.contextmanager
def statements_run() -> Iterator[list[str]]:
    """The SQL that runs meanwhile, without what is bound to it."""
    ran: list[str] = []

    def note(*given: Any) -> None:
        ran.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    yield ran
    event.remove(Engine, "before_cursor_execute", note)


async def test_after_five_wrong_codes_a_chat_is_refused_the_right_one_for_a_day(
    world: World,
) -> None:
    await employ(world)
    code = await code_of(world)
    for number in range(MAX_TRIES):
        await world.linking.redeem(AMAL, f"WRNG{number}-00000")
    assert (await world.linking.redeem(AMAL, code)).linked is Linked.REFUSED
    world.pass_(days=1, seconds=1)
    assert (await world.linking.redeem(AMAL, code)).linked is Linked.LINKED


async def test_ten_thousand_guesses_of_fifty_chats_link_nobody_and_raise_the_alarm(
    world: World,
) -> None:
    await employ(world)
    code, out = await code_of(world), io.StringIO()
    log.configure(out, json=True)
    chats = [replace(AMAL, user=f"chat{number}") for number in range(50)]
    # A fiftieth of the tries: each is refused by the same statements.
    for number in range(4):
        guesses = [world.linking.redeem(chat, f"WRNG{number}-{number:05}") for chat in chats]
        for guess in guesses:
            assert (await guess).linked is Linked.REFUSED
    for chat in chats:
        await world.linking.redeem(chat, "WRNG9-99999")
        assert (await world.linking.redeem(chat, code)).linked is Linked.REFUSED
    alarms = [line for line in out.getvalue().splitlines() if "enrolment_alarm" in line]
    assert len(alarms) == 50 * 6 // ALARM_TRIES
    assert json.loads(alarms[0])["tries"] == ALARM_TRIES
    assert code not in out.getvalue()
    async with world.database.reading() as session:
        links = await session.scalar(select(func.count()).select_from(ChannelLink))
    assert links == 0


async def test_unknown_used_and_expired_codes_are_refused_by_the_same_statements(
    world: World,
) -> None:
    await employ(world)
    used, await_expiry = await code_of(world), await employ(world, "1002")
    assert await_expiry
    await world.linking.redeem(AMAL, used)
    expired = await code_of(world, "1002")
    world.pass_(days=8)
    ran: dict[str, list[str]] = {}
    for kind, code in (("used", used), ("expired", expired), ("unknown", "0A0A0-0A0A0")):
        with statements_run() as ran[kind]:
            refused = await world.linking.redeem(replace(BADR, user=kind), code)
        assert refused.linked is Linked.REFUSED
    assert ran["used"] == ran["expired"] == ran["unknown"] != []

"""Two processes send a circular as fast as a platform lets them, while people chat."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.circulars import CircularState
from bot.records.circular_rows import Circular
from bot.records.database import Database
from tests.delivery.waiting import until
from tests.fakes.telegram import FakeTelegram
from tests.support.at_limit import (
    Platform,
    address_of,
    answering,
    chat,
    door_of,
    platform_of,
    policy_of,
    recipient,
    sends,
    used,
)
from tests.support.circulating import Circulating, add_employees

RECIPIENTS = {"telegram": 300, "whatsapp": 800}
"""Ten seconds of each at its limit."""

PEOPLE, PROCESSES = 8, 2
WRITE_AT = (0.1, 0.2, 0.3)
"""Shares of the circular that are on the wire when each of them writes."""

PATIENCE_S = 300


def _in_flight(platform: Platform) -> int:
    """Give how many sends of a process may be on their way, so that slowness alone is no flood.

    Where this machine stands still, what is on its way arrives at once, and a burst of ours and
    what people write with it: all of that together is less than the platform lets pass at once.
    """
    bucket = platform.overall if isinstance(platform, FakeTelegram) else platform.main_number.bucket
    return int(bucket.burst - policy_of(platform).burst - PEOPLE - 1) // PROCESSES


def _recipients(platform: Platform, count: int) -> list[str]:
    """Let people be there who wrote a moment ago; gives what the product knows them by."""
    if isinstance(platform, FakeTelegram):
        return [str(platform.user().id) for _ in range(count)]
    # By their numbers, as an employee's is one.
    users = [platform.user(bsuid="") for _ in range(count)]
    for user in users:
        user.last_wrote = time.monotonic()
    return [user.address for user in users]


async def _send_circular(office: Circulating, platform: Platform, users: Sequence[str]) -> None:
    now, database = office.now(), office.database
    await office.staff()
    await add_employees(database, users, now, door=door_of(platform), wrote_at=now)
    known = await office.write(urgent=True)
    await office.course.send(office.hr, known.id)


async def _chat_meanwhile(platform: Platform, user: Any, count: int) -> list[float]:
    times = []
    for share in WRITE_AT:
        await until(
            lambda gone=share * count: len(sends(platform)) >= gone,  # type: ignore[misc]
            PATIENCE_S,
            pause=0.1,
        )
        times.append(await chat(platform, user))
    return times


async def _is_sent(database: Database) -> bool:
    async with database.reading() as session:
        return await session.scalar(select(Circular.state)) is CircularState.SENT


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPIENTS)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_circular_at_the_limit_is_refused_nowhere_and_holds_up_no_reply(
    database_url: str, name: str
) -> None:
    office = Circulating(Database(database_url), moment=None)
    async with platform_of(name) as platform:
        users = _recipients(platform, RECIPIENTS[name])
        chatting: list[Any] = [platform.user("عمر") for _ in range(PEOPLE)]
        sending = ("--circulate", "--in-flight", str(_in_flight(platform)))
        async with answering(database_url, platform, PROCESSES, *sending):
            await _send_circular(office, platform, users)
            chats = [_chat_meanwhile(platform, user, len(users)) for user in chatting]
            times = sorted(each for some in await asyncio.gather(*chats) for each in some)
            await until(lambda: _is_sent(office.database), PATIENCE_S, pause=0.1)
        await office.database.dispose()
        assert {call.outcome for call in platform.wire} == {"ok"}
        to = [recipient(call) for call in sends(platform)]
        theirs = {address_of(platform, user).user for user in chatting}
        figures = used(platform, sends(platform), theirs)
    assert Counter(user for user in to if user not in theirs) == Counter(users)
    last = max(place for place, user in enumerate(to) if user not in theirs)
    # All were answered, or ``chat`` would have raised.
    assert not theirs & set(to[last:]), "answered after the circular"
    print(f"{name}: {figures}, a reply's p95 {times[int(0.95 * len(times))]:.3f} s")  # noqa: T201 - figures for the report

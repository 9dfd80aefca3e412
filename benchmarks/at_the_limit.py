"""A circular at the platform's limit while people chat: ``python -m benchmarks.at_the_limit``.

Two processes of the product (webhook, inbox, conversation, outbox) on one PostgreSQL send to many
on a fake platform, which enforces its real limits, and answer those who write meanwhile. Says the
share of the limit that was used, how often the platform refused, and how long a reply takes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.latency import figures_of
from bot.records.database import Database
from tests.delivery.waiting import until
from tests.fakes.telegram import FakeUser as TelegramUser
from tests.fakes.whatsapp import FakeUser
from tests.support.at_limit import (
    Platform,
    address_of,
    answering,
    chat,
    platform_of,
    sends,
    used,
)
from tests.support.bulk import queue_to_many, states
from tests.support.postgres import running_postgres

_chance = random.Random(7)  # noqa: S311 - the same moments each time


async def _keep_chatting(platform: Platform, user: Any, pause_s: float, times: list[float]) -> None:
    """Write now and then, and note how long each reply takes, in seconds."""
    while True:
        await asyncio.sleep(_chance.uniform(0.5, 1.5) * pause_s)
        times.append(await chat(platform, user))


async def _measure(options: argparse.Namespace, url: str, platform: Platform) -> dict[str, Any]:
    database = Database(url)
    await database.migrate()
    people: Sequence[FakeUser | TelegramUser] = [
        platform.user() for _ in range(options.recipients + options.people)
    ]
    for user in people:
        if isinstance(user, FakeUser):
            # They wrote before all this.
            user.last_wrote = time.monotonic()
    chatting, times = people[options.recipients :], list[float]()
    async with answering(url, platform, options.processes):
        chats = [
            asyncio.create_task(_keep_chatting(platform, user, options.pause, times))
            for user in chatting
        ]
        await asyncio.sleep(3)
        began, before = len(sends(platform)), len(times)
        to = [address_of(platform, user) for user in people[: options.recipients]]
        await queue_to_many(database, to)
        await until(lambda: _is_over(database), options.recipients, pause=0.5)
        for each in chats:
            each.cancel()
        await asyncio.gather(*chats, return_exceptions=True)
        counted = await states(database)
        await database.dispose()
    theirs = {address_of(platform, user).user for user in chatting}
    figures = used(platform, sends(platform)[began:], theirs)
    return figures | {"states": counted, "replies": figures_of(times[before:])}


async def _is_over(database: Database) -> bool:
    return set(await states(database)) <= {"sent", "delivered", "read", "failed"}


async def _run(options: argparse.Namespace, url: str) -> dict[str, Any]:
    async with platform_of(options.channel) as platform:
        return await _measure(options, url, platform)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.at_the_limit")
    parser.add_argument("channel", choices=["telegram", "whatsapp"])
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=20, help="who chat meanwhile")
    parser.add_argument("--pause", type=float, default=10, help="seconds between one's messages")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with running_postgres() as url:
        result = asyncio.run(_run(options, url))
    result["load_average"] = [round(load, 2) for load in os.getloadavg()]
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()

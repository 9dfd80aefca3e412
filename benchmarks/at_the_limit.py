"""A circular at the platform's limit while people chat: ``python -m benchmarks.at_the_limit``.

Two processes of the product (webhook, inbox, conversation, outbox) on one PostgreSQL send to many
on a fake platform, which enforces its real limits, and answer those who write meanwhile. Says the
share of the limit that was used, how often the platform refused, and how long a reply takes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from benchmarks.latency import figures_of
from bot.channels.whatsapp.inbound import CHANNEL
from bot.conversation.events import Address
from bot.delivery.policy import Policy
from bot.doors import POLICIES
from bot.records.database import Database
from bot.settings import ROOT
from tests.delivery.waiting import until
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import FakeUser as TelegramUser
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.support.answering import SECRET
from tests.support.bulk import queue_to_many, states
from tests.support.content import real_library
from tests.support.postgres import running_postgres
from tests.support.templates import approve

Platform = FakeWhatsApp | FakeTelegram
_LOOK_S = 0.005
_REFUSED = {429, 130429}
_chance = random.Random(7)  # noqa: S311 - the same moments each time


def _command(url: str, platform: Platform) -> list[str]:
    command = [sys.executable, "-m", "tests.support.answering", url]
    command += [platform.token, platform.base_url]
    if isinstance(platform, FakeWhatsApp):
        command += ["--channel", CHANNEL, "--account", platform.phone_number_id]
        command += ["--secret", platform.webhook.app_secret]
    policy = _policy(platform)
    return [*command, "--rate", str(policy.per_second), "--burst", str(policy.burst)]


def _policy(platform: Platform) -> Policy:
    return POLICIES["whatsapp" if isinstance(platform, FakeWhatsApp) else "telegram"]


@contextlib.asynccontextmanager
async def _answering(url: str, platform: Platform, count: int) -> AsyncIterator[str]:
    """Run processes of the product; gives the URL of the first one's webhook."""
    command = _command(url, platform)
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(_started(command)) for _ in range(count)]
        try:
            # In threads: they ask the platform, which is here, who they are.
            first, *_ = [await asyncio.to_thread(_first_line, each) for each in processes]
            yield first
        finally:
            for process in processes:
                process.terminate()


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def _first_line(process: subprocess.Popen[bytes]) -> str:
    return process.stdout.readline().decode().strip() if process.stdout else ""


@contextlib.asynccontextmanager
async def _platform(name: str) -> AsyncIterator[Platform]:
    if name == "telegram":
        async with FakeTelegram() as telegram:
            yield telegram
        return
    async with FakeWhatsApp() as whatsapp:
        for template in real_library().templates.values():
            approve(whatsapp, template)
        yield whatsapp


async def _subscribe(platform: Platform, url: str) -> None:
    if isinstance(platform, FakeWhatsApp):
        await platform.webhook.subscribe(url, SECRET)
        return
    platform.methods.webhook_url, platform.methods.webhook_secret = url, SECRET


async def _chat(platform: Platform, user: Any, pause_s: float, times: list[float]) -> None:
    """Write now and then, and note how long the reply takes, in seconds."""
    while True:
        await asyncio.sleep(_chance.uniform(0.5, 1.5) * pause_s)
        shown, began = len(platform.messages_to(user)), time.perf_counter()
        user.says("مرحبا")
        await until(lambda: len(platform.messages_to(user)) > shown, 60, pause=_LOOK_S)  # noqa: B023 - it is awaited here
        times.append(time.perf_counter() - began)


def _sends(platform: Platform) -> list[Any]:
    if isinstance(platform, FakeWhatsApp):
        return platform.calls("messages")
    return platform.calls("sendMessage")


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
    chatting = people[options.recipients :]
    times: list[float] = []
    async with _answering(url, platform, options.processes) as webhook:
        await _subscribe(platform, webhook)
        chats = [
            asyncio.create_task(_chat(platform, user, options.pause, times)) for user in chatting
        ]
        await asyncio.sleep(3)
        began, before = time.monotonic(), len(times)
        await queue_to_many(database, _addresses(platform, people[: options.recipients]))
        await until(lambda: _is_over(database), options.recipients, pause=0.5)
        for chat in chats:
            chat.cancel()
        await asyncio.gather(*chats, return_exceptions=True)
        counted = await states(database)
        await database.dispose()
    figures = _used(platform, began, chatting)
    return figures | {"states": counted, "replies": figures_of(times[before:])}


async def _is_over(database: Database) -> bool:
    return set(await states(database)) <= {"sent", "delivered", "read", "failed"}


def _addresses(platform: Platform, people: Sequence[FakeUser | TelegramUser]) -> list[Address]:
    if isinstance(platform, FakeWhatsApp):
        name, account = CHANNEL, platform.phone_number_id
    else:
        name, account = "telegram", platform.token.partition(":")[0]
    known = [each.address if isinstance(each, FakeUser) else str(each.id) for each in people]
    return [Address(name, account, user) for user in known]


def _used(platform: Platform, began: float, chatting: Sequence[Any]) -> dict[str, Any]:
    """Say what share of the limit passed from the circular's first message to its last."""
    rate = _policy(platform).per_second
    theirs = {getattr(user, "bsuid", None) or user.id for user in chatting}
    calls = [call for call in _sends(platform) if call.time >= began]
    passed = [call for call in calls if call.outcome.startswith("ok")]
    bulk = [call.time for call in passed if _recipient(call) not in theirs]
    seconds = bulk[-1] - bulk[0]
    within = sum(bulk[0] <= call.time <= bulk[-1] for call in passed)
    # WhatsApp counts what comes in, too: about one for each reply.
    came_in = within - len(bulk) if isinstance(platform, FakeWhatsApp) else 0
    refused = [call.outcome for call in calls if not call.outcome.startswith("ok")]
    return {
        "seconds": round(seconds, 1),
        "bulk": len(bulk),
        "replies_sent": within - len(bulk),
        "share_of_limit": round((within + came_in - 1) / seconds / rate, 3),
        "refusals": len(refused),
        "first_refusal": refused[:1],
    }


def _recipient(call: Any) -> Any:
    params = getattr(call, "params", None)
    return params["chat_id"] if params else call.body.get("recipient")


async def _run(options: argparse.Namespace, url: str) -> dict[str, Any]:
    async with _platform(options.channel) as platform:
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

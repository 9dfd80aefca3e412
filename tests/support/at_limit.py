"""The product at a platform's limit: some processes of it on one fake platform, and who chats."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

from bot.channels.whatsapp.inbound import CHANNEL
from bot.conversation.events import Address
from bot.delivery.policy import Policy
from bot.doors import POLICIES
from bot.settings import ROOT
from tests.delivery.waiting import until
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import FakeUser as TelegramUser
from tests.fakes.whatsapp import FakeUser, FakeWhatsApp
from tests.support.answering import SECRET
from tests.support.content import real_library
from tests.support.templates import approve

Platform = FakeWhatsApp | FakeTelegram
_LOOK_S = 0.005


@contextlib.asynccontextmanager
async def platform_of(name: str) -> AsyncIterator[Platform]:
    """Run a fake platform with its real limits for the block."""
    if name == "telegram":
        async with FakeTelegram() as telegram:
            yield telegram
        return
    async with FakeWhatsApp() as whatsapp:
        for template in real_library().templates.values():
            approve(whatsapp, template)
        yield whatsapp


def policy_of(platform: Platform) -> Policy:
    """Give how the product sends to a platform."""
    return POLICIES["whatsapp" if isinstance(platform, FakeWhatsApp) else "telegram"]


def door_of(platform: Platform) -> tuple[str, str]:
    """Give the channel and the account that the product serves there."""
    if isinstance(platform, FakeWhatsApp):
        return CHANNEL, platform.phone_number_id
    return "telegram", platform.token.partition(":")[0]


def address_of(platform: Platform, user: FakeUser | TelegramUser) -> Address:
    """Give what the product knows somebody there by."""
    known = user.address if isinstance(user, FakeUser) else str(user.id)
    return Address(*door_of(platform), known)


def _command(url: str, platform: Platform) -> list[str]:
    command = [sys.executable, "-m", "tests.support.answering", url]
    command += [platform.token, platform.base_url]
    if isinstance(platform, FakeWhatsApp):
        command += ["--channel", CHANNEL, "--account", platform.phone_number_id]
        command += ["--secret", platform.webhook.app_secret]
    policy = policy_of(platform)
    return [*command, "--rate", str(policy.per_second), "--burst", str(policy.burst)]


@contextlib.asynccontextmanager
async def answering(url: str, platform: Platform, count: int, *more: str) -> AsyncIterator[None]:
    """Run processes of the product; the platform tells the first of them what people write.

    Args:
        url: Of the database, which is migrated.
        platform: What they send to.
        count: How many.
        more: Further arguments of the command line.
    """
    command = [*_command(url, platform), *more]
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(_started(command)) for _ in range(count)]
        try:
            # In threads: they ask the platform, which is here, who they are.
            first, *_ = [await asyncio.to_thread(_first_line, each) for each in processes]
            await _subscribe(platform, first)
            yield
            assert not any(process.poll() for process in processes), "one stopped by itself"
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                await asyncio.to_thread(process.wait)


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def _first_line(process: subprocess.Popen[bytes]) -> str:
    return process.stdout.readline().decode().strip() if process.stdout else ""


async def _subscribe(platform: Platform, url: str) -> None:
    if isinstance(platform, FakeWhatsApp):
        assert await platform.webhook.subscribe(url, SECRET)
        return
    platform.methods.webhook_url, platform.methods.webhook_secret = url, SECRET


async def chat(platform: Platform, user: Any) -> float:
    """Let somebody write; gives the seconds until they were answered."""
    shown, began = len(platform.messages_to(user)), time.perf_counter()
    user.says("مرحبا")
    await until(lambda: len(platform.messages_to(user)) > shown, pause=_LOOK_S)
    return time.perf_counter() - began


def sends(platform: Platform) -> list[Any]:
    """Give the requests to send a message, in the order in which they came."""
    if isinstance(platform, FakeWhatsApp):
        return platform.calls("messages")
    return platform.calls("sendMessage")


def recipient(call: Any) -> str:
    """Give whom a request to send is for, as the product knows them."""
    params = getattr(call, "params", None)
    return str(params["chat_id"] if params else call.body.get("recipient") or call.body["to"])


def used(platform: Platform, calls: Sequence[Any], chatting: Collection[str]) -> dict[str, Any]:
    """Say what share of the limit passed from a circular's first message to its last.

    Args:
        platform: What the messages were sent to.
        calls: The requests to send, from the circular's first on.
        chatting: Whose messages are none of the circular.
    """
    passed = [call for call in calls if call.outcome.startswith("ok")]
    bulk = [call.time for call in passed if recipient(call) not in chatting]
    seconds = bulk[-1] - bulk[0]
    within = sum(bulk[0] <= call.time <= bulk[-1] for call in passed)
    # WhatsApp counts what comes in, too: about one for each reply.
    came_in = within - len(bulk) if isinstance(platform, FakeWhatsApp) else 0
    refused = [call.outcome for call in calls if not call.outcome.startswith("ok")]
    limit = policy_of(platform).per_second
    return {
        "seconds": round(seconds, 1),
        "bulk": len(bulk),
        "replies_sent": within - len(bulk),
        "share_of_limit": round((within + came_in - 1) / seconds / limit, 3),
        "refusals": len(refused),
        "first_refusal": refused[:1],
    }

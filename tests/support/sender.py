"""One process that sends what is queued: ``python -m tests.support.sender --help``.

It is the outbox and one real channel, no more. Prints a line when it begins; stops on SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import cProfile
import gc
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import uvloop

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.graph import Account
from bot.conversation.clock import SystemClock
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.domain.reach import Door
from bot.log import configure
from bot.records.database import Database
from bot.services.files import FileService
from bot.settings import ROOT
from tests.support.circulating import Circulating
from tests.support.content import real_library

ACCOUNT = "106540352242922"
"""Of a number on WhatsApp."""

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # the documentation's example
BOT = TOKEN.partition(":")[0]
"""The account of the bot."""


def _channel(options: argparse.Namespace, database: Database) -> TelegramChannel | WhatsAppChannel:
    if options.channel == "telegram":
        return TelegramChannel(options.token, f"{options.api}/bot")
    account = Account(options.account, options.token, f"{options.api}/v23.0")
    files = FileService(database, SystemClock().now)
    return WhatsAppChannel(account, real_library(), files, SystemClock())


async def _serve(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        database = Database(options.database)
        stack.push_async_callback(database.dispose)
        channel = _channel(options, database)
        stack.push_async_callback(channel.close)
        if isinstance(channel, TelegramChannel):
            await channel.start()
        key = (channel.name, channel.account)
        policy = Policy(options.rate, options.burst, has_receipts=channel.name == "whatsapp")
        worker = OutboxWorker(
            database,
            {key: channel},
            SystemClock(),
            policies={key: policy},
            in_flight=options.in_flight,
            lease=timedelta(seconds=options.lease),
        )
        gc.collect()
        gc.freeze()
        sys.stdout.write("sending\n")
        sys.stdout.flush()
        works = [worker.run()]
        if options.circulate:
            door = Door(channel.limits.window, options.rate)
            works.append(Circulating(database, moment=None, doors={key: door}).run())
        working = [asyncio.create_task(work) for work in works]
        await stop.wait()
        for each in working:
            each.cancel()
        await asyncio.gather(*working, return_exceptions=True)


@contextlib.contextmanager
def sender(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one for the block, with the arguments of the command line."""
    command = [sys.executable, "-m", __name__, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline(), "it did not begin"
            yield process
        finally:
            process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("channel", choices=["telegram", "whatsapp"])
    parser.add_argument("database", help="the URL of one that is migrated")
    parser.add_argument("api", help="the URL of the platform")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--account", default=ACCOUNT, help="the number's, on WhatsApp")
    parser.add_argument("--rate", type=float, default=100_000, help="messages a second")
    parser.add_argument("--burst", type=float, default=100_000)
    parser.add_argument("--in-flight", type=int, default=16)
    parser.add_argument("--lease", type=float, default=30, help="seconds")
    parser.add_argument("--circulate", action="store_true", help="put circulars into the outbox")
    parser.add_argument("--profile", help="a file for what took the time")
    options = parser.parse_args()
    configure(level="WARNING")
    profile = cProfile.Profile()
    if options.profile:
        profile.enable()
    uvloop.run(_serve(options))
    if options.profile:
        profile.dump_stats(options.profile)


if __name__ == "__main__":
    main()

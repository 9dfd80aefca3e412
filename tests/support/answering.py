"""One process that answers on Telegram: ``python -m tests.support.answering --help``.

It is all of the product but the model and the browser: webhook, inbox, conversation, outbox. Its
own limits are lifted, so that what it can do shows. Prints its webhook's URL when it is ready;
stops on SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import cProfile
import gc
import signal
import sys

import uvloop

from bot.channels.telegram import webhook
from bot.channels.telegram.channel import TelegramChannel
from bot.conversation.clock import SystemClock
from bot.delivery.inbox import InboxWorker
from bot.delivery.intake import Intake
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.log import configure
from bot.records.database import Database
from bot.serving import serving
from bot.web import build_web_app
from tests.support.world import World

SECRET = "s3cret_of-the-tests"


async def _serve(url: str, token: str, api: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        database, clock = Database(url), SystemClock()
        stack.push_async_callback(database.dispose)
        world = World(database)
        channel = TelegramChannel(token, api, files=world.files, phrases=world.library.phrases)
        stack.push_async_callback(channel.close)
        channels, key = {(channel.name, channel.account): channel}, (channel.name, channel.account)
        policies = {key: Policy(per_second=100_000, burst=100_000)}
        outbox = OutboxWorker(database, channels, clock, policies=policies)
        inbox = InboxWorker(
            database,
            channels,
            world.router.handle,
            clock,
            apology=world.router.apology,
            receive=outbox.receive,
            wake_outbox=outbox.notify,
        )
        intake = Intake(database, clock, inbox.wake)
        stack.push_async_callback(intake.close)
        app = build_web_app(database.ping)
        receive = webhook.handler(SECRET, channel.account, intake.store_all)
        app.router.add_post(webhook.PATH, receive)
        await channel.start()
        gc.collect()
        gc.freeze()
        port = await stack.enter_async_context(serving(app))
        working = [asyncio.create_task(worker.run()) for worker in (inbox, outbox)]
        sys.stdout.write(f"http://127.0.0.1:{port}{webhook.PATH}\n")
        sys.stdout.flush()
        await stop.wait()
        for worker in working:
            worker.cancel()
        await asyncio.gather(*working, return_exceptions=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", help="the URL of one that is migrated")
    parser.add_argument("token", help="the bot's")
    parser.add_argument("api", help="the base URL of the Bot API")
    parser.add_argument("--profile", help="a file for what took the time")
    options = parser.parse_args()
    configure(level="WARNING")
    profile = cProfile.Profile()
    if options.profile:
        profile.enable()
    uvloop.run(_serve(options.database, options.token, options.api))
    if options.profile:
        profile.dump_stats(options.profile)


if __name__ == "__main__":
    main()

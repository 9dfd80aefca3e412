"""One process that answers on a platform: ``python -m tests.support.answering --help``.

It is all of the product but the model and the browser: webhook, inbox, conversation, outbox. Its
own limits are lifted unless they are given, so that what it can do shows. Prints its webhook's URL
when it is ready; stops on SIGTERM.
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
from aiohttp import web

from bot.channels.telegram import webhook
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.whatsapp import webhook as whatsapp_webhook
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.graph import Account
from bot.conversation.channel import Channel
from bot.conversation.clock import SystemClock
from bot.delivery.inbox import InboxWorker
from bot.delivery.intake import Intake
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.domain.reach import Door
from bot.log import configure
from bot.records.database import Database
from bot.serving import serving
from bot.web import build_web_app
from tests.support.circulating import Circulating
from tests.support.world import World

SECRET = "s3cret_of-the-tests"


def _channel(options: argparse.Namespace, world: World) -> TelegramChannel | WhatsAppChannel:
    if options.channel == "telegram":
        phrases = world.library.phrases
        return TelegramChannel(options.token, options.api, files=world.files, phrases=phrases)
    account = Account(options.account, options.token, options.api)
    return WhatsAppChannel(account, world.library, world.files, SystemClock())


async def _serve(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        database, clock = Database(options.database), SystemClock()
        stack.push_async_callback(database.dispose)
        world = World(database)
        channel = _channel(options, world)
        stack.push_async_callback(channel.close)
        key = (channel.name, channel.account)
        channels: dict[tuple[str, str], Channel] = {key: channel}
        has_receipts = options.channel == "whatsapp"
        policies = {key: Policy(options.rate, options.burst, has_receipts=has_receipts)}
        outbox = OutboxWorker(
            database, channels, clock, policies=policies, in_flight=options.in_flight
        )
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
        path = await _open(app, channel, options.secret, intake)
        gc.collect()
        gc.freeze()
        port = await stack.enter_async_context(serving(app))
        works = [inbox.run(), outbox.run()]
        if options.circulate:
            door = Door(channel.limits.window, options.rate)
            works.append(Circulating(database, moment=None, doors={key: door}).run(pause_s=0.3))
        working = [asyncio.create_task(work) for work in works]
        sys.stdout.write(f"http://127.0.0.1:{port}{path}\n")
        sys.stdout.flush()
        await stop.wait()
        for worker in working:
            worker.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _open(
    app: web.Application, channel: TelegramChannel | WhatsAppChannel, secret: str, intake: Intake
) -> str:
    """Open the webhook, and give its path."""
    if isinstance(channel, WhatsAppChannel):
        whatsapp_webhook.add_routes(app, channel.account, secret, SECRET, intake.store_all)
        return whatsapp_webhook.PATH
    receive = webhook.handler(secret, channel.account, intake.store_all)
    app.router.add_post(webhook.PATH, receive)
    await channel.start()
    return webhook.PATH


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", help="the URL of one that is migrated")
    parser.add_argument("token", help="the bot's")
    parser.add_argument("api", help="the base URL of the platform's API")
    parser.add_argument("--channel", choices=["telegram", "whatsapp"], default="telegram")
    parser.add_argument("--account", help="the number's, on WhatsApp")
    parser.add_argument("--secret", default=SECRET, help="by which the webhook knows the platform")
    parser.add_argument("--rate", type=float, default=100_000, help="messages a second")
    parser.add_argument("--burst", type=float, default=100_000)
    parser.add_argument("--in-flight", type=int, default=32)
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

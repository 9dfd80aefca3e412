"""Running everything: web chat, Telegram, workers, model server; until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import uvloop
from aiohttp import web
from telegram.error import InvalidToken

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.inbound import key_of, user_of
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.webhook import announce
from bot.channels.telegram.webhook import handler as webhook_handler
from bot.channels.web.channel import WebChannel
from bot.channels.web.routes import add_routes
from bot.channels.web.screen import Ways, add_screen
from bot.channels.web.verification import add_verification
from bot.channels.whatsapp import webhook as whatsapp_webhook
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.graph import DEFAULT_API_URL, Account
from bot.conversation.channel import Channel
from bot.conversation.router import Router
from bot.delivery.inbox import InboxWorker
from bot.delivery.intake import Intake
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.domain.reach import Doors
from bot.doors import POLICIES, doors_of, limits_of
from bot.errors import ConfigurationError
from bot.model.training import train
from bot.serving import dialogue_server, serving
from bot.settings import Settings
from bot.tending import circulate, clean, record, remind
from bot.web import build_web_app
from bot.wiring import Parts, build, web_history

Task = Callable[[], Awaitable[None]]


def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; leaves no process behind.

    Raises:
        WaaiError: It cannot start; the message says why.
    """
    parts = build(settings)
    model, _ = train()
    uvloop.run(_run(parts, model))


async def _run(parts: Parts, model: Path) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await parts.prepare()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(parts.database.dispose)
        starting = asyncio.ensure_future(_start(parts, model, stack))
        stopped = asyncio.ensure_future(stop.wait())
        # Ctrl-C while the model server still starts must not wait for it.
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await _serve(await starting, stopped)


async def _serve(tasks: list[Task], stopped: asyncio.Future[Literal[True]]) -> None:
    """Run the tasks until told to stop; one that fails ends the whole."""
    running = [asyncio.ensure_future(task()) for task in tasks]
    try:
        ends: set[asyncio.Future[Any]] = {stopped, *running}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            if task.done():
                task.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _start(parts: Parts, model: Path, stack: contextlib.AsyncExitStack) -> list[Task]:
    """Open everything on the stack and give what is to run."""
    settings = parts.settings
    doors = _make_doors(parts, stack)
    channels = doors.channels
    server = dialogue_server(parts.dialogue, model, settings.var)
    understanding = await stack.enter_async_context(server)
    router = Router(parts.dialogue, understanding, channels)
    outbox = OutboxWorker(
        parts.database,
        channels,
        parts.clock,
        policies=doors.policies,
    )
    inbox = InboxWorker(
        parts.database,
        channels,
        router.handle,
        parts.clock,
        apology=router.apology,
        receive=outbox.receive,
        wake_outbox=outbox.notify,
        pulled={(doors.web.name, doors.web.account)},
    )
    intake = Intake(parts.database, parts.clock, inbox.wake)
    stack.push_async_callback(intake.close)
    app = build_web_app(parts.database.ping)
    fetched = parts.dialogue.circulars.received.note_fetched
    add_routes(app, doors.web, intake.store, parts.files, fetched)
    add_screen(app, parts.screens, parts.dialogue.live.words, _ways(settings))
    add_verification(app, parts.certificates, parts.library)
    tasks: list[Task] = [
        inbox.run,
        outbox.run,
        lambda: clean(parts, channels),
        lambda: remind(parts, channels, outbox.notify),
        lambda: record(parts),
        lambda: circulate(parts, doors.doors, limits_of, outbox.notify),
    ]
    if doors.telegram is not None:
        tasks.append(_receive_telegram(settings, doors.telegram, intake, app))
    if doors.whatsapp is not None:
        _open_whatsapp(settings, doors.whatsapp, intake, app)
    # What is there now stays: full rounds of the garbage collector need not look at it again.
    gc.collect()
    gc.freeze()
    await _listen(app, settings, stack)
    return tasks


@dataclass(frozen=True)
class _Doors:
    """The channels; None for one that is not set up.

    Attributes:
        doors: What the settings say of each.
    """

    doors: Doors
    web: WebChannel
    telegram: TelegramChannel | None
    whatsapp: WhatsAppChannel | None

    @property
    def channels(self) -> dict[tuple[str, str], Channel]:
        made: list[Channel | None] = [self.web, self.telegram, self.whatsapp]
        return {(each.name, each.account): each for each in made if each is not None}

    @property
    def policies(self) -> dict[tuple[str, str], Policy]:
        return {
            key: replace(POLICIES[key[0]], people_a_day=self.doors[key].people_a_day)
            for key in self.channels
        }


def _make_doors(parts: Parts, stack: contextlib.AsyncExitStack) -> _Doors:
    return _Doors(
        doors=doors_of(parts.settings),
        web=WebChannel(web_history(parts.database)),
        telegram=_make_telegram(parts, stack),
        whatsapp=_make_whatsapp(parts, stack),
    )


def _make_telegram(parts: Parts, stack: contextlib.AsyncExitStack) -> TelegramChannel | None:
    settings = parts.settings
    if settings.telegram_token is None:
        return None
    channel = TelegramChannel(
        settings.telegram_token.get_secret_value(),
        settings.telegram_api_url,
        files=parts.files,
        phrases=parts.library.phrases,
    )
    stack.push_async_callback(channel.close)
    return channel


def _receive_telegram(
    settings: Settings, channel: TelegramChannel, intake: Intake, app: web.Application
) -> Task:
    async def store(update: dict[str, object]) -> bool:
        key, user = key_of(update), user_of(update)
        return await intake.store(channel.name, channel.account, key, user, update)

    receiving: Task = Poller(channel, store).run
    if settings.telegram_webhook_url is not None and settings.telegram_webhook_secret is not None:
        url = settings.telegram_webhook_url
        secret = settings.telegram_webhook_secret.get_secret_value()
        receive_update = webhook_handler(secret, channel.account, intake.store_all)
        app.router.add_post(urlsplit(url).path or "/", receive_update)
        receiving = functools.partial(announce, channel, url, secret)

    async def receive() -> None:
        # Here, not before the web chat opens: Telegram may be out of reach for long.
        try:
            await channel.start()
        except InvalidToken:
            raise ConfigurationError(
                "Telegram refuses TELEGRAM_BOT_TOKEN. Copy the token anew from @BotFather."
            ) from None
        await receiving()

    return receive


def _make_whatsapp(parts: Parts, stack: contextlib.AsyncExitStack) -> WhatsAppChannel | None:
    settings = parts.settings
    number, token = settings.whatsapp_phone_number_id, settings.whatsapp_access_token
    if number is None or token is None:
        return None
    url = settings.whatsapp_api_url or DEFAULT_API_URL
    account = Account(number, token.get_secret_value(), url)
    channel = WhatsAppChannel(account, parts.library, parts.files, parts.clock)
    stack.push_async_callback(channel.close)
    return channel


def _open_whatsapp(
    settings: Settings, channel: WhatsAppChannel, intake: Intake, app: web.Application
) -> None:
    secret, token = settings.whatsapp_app_secret, settings.whatsapp_verify_token
    if secret is not None and token is not None:
        whatsapp_webhook.add_routes(
            app,
            channel.account,
            secret.get_secret_value(),
            token.get_secret_value(),
            intake.store_all,
        )


async def _listen(
    app: web.Application, settings: Settings, stack: contextlib.AsyncExitStack
) -> None:
    port = await stack.enter_async_context(serving(app, settings.host, settings.port))
    sys.stdout.write(f"واعي: http://{settings.host}:{port}/\n")
    sys.stdout.flush()


def _ways(settings: Settings) -> Ways:
    """Give the ways to Waai that the trainer's screen offers."""
    return Ways(settings.telegram_bot_name, settings.whatsapp_number, settings.public_url)

"""The web door on a real server: all is the product's own but what it answers."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

from aiohttp import web

from bot.channels.web.channel import WebChannel
from bot.channels.web.routes import Store, add_routes
from bot.conversation.clock import SystemClock
from bot.conversation.events import Address, Command, Incoming, Press, Text
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.delivery.inbox import InboxWorker
from bot.delivery.intake import Intake
from bot.delivery.outbox import OutboxWorker
from bot.delivery.policy import Policy
from bot.domain.meaning import Language
from bot.errors import NotStoredError
from bot.records.database import Database
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.services.files import FileService
from bot.services.received_circulars import ReceivedCircularService

SITE = ("web", "site")
GREETING = "أهلًا بك، أنا واعي."
EDITED = "شكرًا، سُجّل تقييمك."


def greeting() -> Message:
    return Message(
        blocks=(
            Block(BlockKind.BODY, GREETING),
            Block(BlockKind.NOTE, "اختر جهة عملك أولًا."),
        ),
        buttons=(Button("موظف اتحادي", "em1:uae-fed"), Button("وزارة الصحة", "em1:moh-uae")),
    )


def answer(text: str, language: Language = Language.ARABIC) -> Message:
    return Message(
        blocks=(
            Block(BlockKind.VERDICT, "لا يجوز"),
            Block(BlockKind.BODY, f"سألت: {text}"),
            Block(BlockKind.CITATION, "المادة 3، الفقرة 2"),
            Block(BlockKind.NOTE, "هذه معلومة عامة وليست فتوى قانونية."),
        ),
        buttons=(
            Button("مفيدة", "ra1:token:1"),
            Button("غير مفيدة", "ra1:token:0"),
            Button("اسأل موظفًا", "pe1:token"),
        ),
        language=language,
    )


def respond(incoming: Incoming) -> Sequence[Message]:
    match incoming.content:
        case Command():
            return (greeting(),)
        case Text(text) if text.isascii():
            return (answer(text, Language.ENGLISH),)
        case Text(text):
            return (answer(text),)
        case Press(data="ra1:token:0", message_id=number):
            return (Message((Block(BlockKind.BODY, EDITED),), edits=number),)
        case Press(data):
            return (Message((Block(BlockKind.BODY, f"اخترت {data}"),)),)
        case _:
            return ()


async def _respond(incoming: Incoming, _event_id: int) -> Sequence[Message]:
    return respond(incoming)


class Website:
    """One process of the product with the web door only.

    Attributes:
        port: Where it listens on loopback, the same after a restart.
        asked: What the conversation was asked, in order.
        delay_s: How long an answer takes.
        respond: Gives the answers.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.respond: Callable[[Incoming, int], Awaitable[Sequence[Message]]] = _respond
        self.port = 0
        self.asked: list[Incoming] = []
        self.delay_s = 0.0
        self.is_down = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Website]:
        self.channel = WebChannel(self._history)
        channels = {SITE: self.channel}
        clock = SystemClock()
        policies = {SITE: Policy(keep_payload=True)}
        self.outbox = OutboxWorker(self.database, channels, clock, policies=policies)
        inbox = InboxWorker(
            self.database,
            channels,
            self._handle,
            clock,
            apology=lambda _: Message((Block(BlockKind.BODY, "عذرًا"),)),
            wake_outbox=self.outbox.notify,
            pulled={SITE},
        )
        workers = [asyncio.create_task(inbox.run()), asyncio.create_task(self.outbox.run())]
        intake = Intake(self.database, clock, inbox.wake)
        runner = await self._serve(intake.store)
        try:
            yield self
        finally:
            await runner.cleanup()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def push(self, user: str, *messages: Message) -> None:
        new = [
            NewMessage(Address(*SITE, user), message.to_json(), Lane.REPLY) for message in messages
        ]
        async with self.database.transaction() as session:
            await Outbox(session).add_all(new, SystemClock().now())
        self.outbox.notify()

    async def _serve(self, store: Store) -> web.AppRunner:
        async def fragile(
            channel: str, account: str, external_id: str, user: str, raw: dict[str, object]
        ) -> bool:
            if self.is_down:
                raise NotStoredError
            return await store(channel, account, external_id, user, raw)

        app = web.Application()
        now = SystemClock().now
        received = ReceivedCircularService(self.database, now)
        files = FileService(self.database, now)
        add_routes(app, self.channel, fragile, files, received.note_fetched)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        return runner

    async def _handle(self, incoming: Incoming, event_id: int) -> Sequence[Message]:
        self.asked.append(incoming)
        await asyncio.sleep(self.delay_s)
        return await self.respond(incoming, event_id)

    async def _history(self, user: str, after: int) -> Sequence[tuple[int, Message]]:
        if self.is_down:
            raise ConnectionRefusedError
        async with self.database.reading() as session:
            # A small page, so that a resume takes several.
            rows = await Outbox(session).list_after(Address(*SITE, user), after, 3)
        return [(row.id, Message.from_json(row.payload)) for row in rows if row.payload]


@contextlib.asynccontextmanager
async def open_website(template: Path, folder: Path) -> AsyncIterator[Website]:
    """A website over a new migrated SQLite file; it is not running yet."""
    path = folder / "website.sqlite"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    try:
        yield Website(database)
    finally:
        await database.dispose()

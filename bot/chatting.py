"""The conversation in a terminal: the same router, the same buttons, by number."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
import time
from pathlib import Path

from bot.asking import check_employer
from bot.channels.naming import file_name
from bot.conversation.events import Address, Command, Content, Incoming, Press, Text
from bot.conversation.messages import Message
from bot.conversation.router import Router
from bot.model.training import train
from bot.services.files import FileService
from bot.serving import dialogue_server
from bot.settings import Settings
from bot.wiring import Parts, build

_PROMPT = "› "
_END = {"exit", "quit", "خروج"}


def chat(settings: Settings, employer: str | None) -> None:
    """Talk until the end of input; a number presses the button of that number.

    Args:
        settings: As for ``run``; the same database is used.
        employer: Chosen at once, if given.

    Raises:
        WaaiError: Something is not set up, or the employer is unknown.
    """
    parts = build(settings)
    if employer:
        check_employer(employer, "--employer", parts.library)
    model, _ = train()
    asyncio.run(_chat(parts, employer, model))


async def _chat(parts: Parts, employer: str | None, model: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(parts.database.dispose)
        await parts.prepare()
        server = dialogue_server(parts.dialogue, model, parts.settings.var / "chat")
        understanding = await stack.enter_async_context(server)
        router = Router(parts.dialogue, understanding, {})
        terminal = _Terminal(router, parts.files, parts.settings.var / "files")
        await terminal.send(Command("start"))
        if employer:
            await terminal.send(Press(f"em1:{employer}"))
        while (line := await _line()) is not None:
            if line.strip().lower() in _END:
                return
            if line.strip():
                await terminal.send(terminal.pressed(line) or Text(line))


class _Terminal:
    def __init__(self, router: Router, files: FileService, folder: Path) -> None:
        self._router = router
        self._files = files
        self._folder = folder
        self._address = Address("terminal", "local", "me")
        self._buttons: list[str] = []

    async def send(self, content: Content) -> None:
        # Never the number of an event in the inbox, whose hand-over this would then be taken for.
        event_id = time.time_ns()
        incoming = Incoming(self._address, str(event_id), content)
        for message in await self._router.handle(incoming, event_id):
            await self._show(message)

    def pressed(self, line: str) -> Press | None:
        number = int(line) if line.strip().isdecimal() else 0
        if 1 <= number <= len(self._buttons):
            return Press(self._buttons[number - 1])
        return None

    async def _show(self, message: Message) -> None:
        lines = [message.plain_text]
        document = message.document
        file = document and await self._files.find_for(self._address, document.file)
        if file:
            path = self._folder / file_name(file.name)
            await asyncio.to_thread(_write, path, file.content)
            lines.append(f"  {path}")
        if message.buttons:
            self._buttons = [button.data for button in message.buttons]
            lines += [f"  [{n}] {button.label}" for n, button in enumerate(message.buttons, 1)]
        sys.stdout.write("\n" + "\n".join(lines) + "\n\n")
        sys.stdout.flush()


def _write(path: Path, content: bytes) -> None:
    """Write a document for its reader alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)


async def _line() -> str | None:
    """Read a line; None at the end. Ctrl-C would wait for a thread of the event loop's own."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str | None] = loop.create_future()

    def give(text: str | None) -> None:
        if not line.done():
            line.set_result(text)

    def read() -> None:
        try:
            text: str | None = input(_PROMPT)
        except EOFError:
            text = None
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(give, text)

    threading.Thread(target=read, daemon=True).start()
    return await line

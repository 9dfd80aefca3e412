"""The model server together with the action host that it calls back, both on loopback."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from aiohttp import web

from actions.host import build_app
from actions.registry import build_actions
from bot.conversation.dialogue import Dialogue
from bot.conversation.understanding import RasaUnderstanding
from bot.model.server import ModelServer


@contextlib.asynccontextmanager
async def dialogue_server(
    dialogue: Dialogue, model: Path, run_folder: Path
) -> AsyncIterator[RasaUnderstanding]:
    """Run both for the block.

    Args:
        dialogue: What the custom actions call.
        model: The trained model.
        run_folder: For the model server's log.

    Raises:
        UnderstandingUnavailable: The model server does not start.
    """
    async with contextlib.AsyncExitStack() as stack:
        runner = web.AppRunner(build_app(build_actions(dialogue)), access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        server = ModelServer(model, f"http://127.0.0.1:{port}/webhook", run_folder)
        await stack.enter_async_context(server.running())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield RasaUnderstanding(session, lambda: (server.url, server.token))

"""Apps on their ports, and the model server with the action host that it calls back."""

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
from bot.errors import ConfigurationError
from bot.model.server import ModelServer

LOOPBACK = "127.0.0.1"
_SHUTDOWN_S = 3


@contextlib.asynccontextmanager
async def serving(app: web.Application, host: str = LOOPBACK, port: int = 0) -> AsyncIterator[int]:
    """Serve an app for the block; gives its port.

    Args:
        app: What answers.
        host: The address to listen on.
        port: 0 for any that is free.

    Raises:
        ConfigurationError: The port is taken, or the address is none of this machine's.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ConfigurationError(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                "Stop what uses it, or choose another (WAAI_PORT; --port of `actions`)."
            ) from error
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


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
        port = await stack.enter_async_context(serving(build_app(build_actions(dialogue))))
        server = ModelServer(model, f"http://{LOOPBACK}:{port}/webhook", run_folder)
        await stack.enter_async_context(server.running())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield RasaUnderstanding(session, server.address)

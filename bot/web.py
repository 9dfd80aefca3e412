"""The web app that the internet reaches: the chat, webhooks, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

MAX_BODY_BYTES = 1024 * 1024
"""Of a request; webhooks and chat frames are far smaller."""

_PING_S = 3
_log = structlog.get_logger(__name__)


def build_web_app(ping: Callable[[], Awaitable[bool]]) -> web.Application:
    """Make the app; channels add their routes to it.

    Args:
        ping: Says whether the database answers.
    """

    async def health(_: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(_PING_S):
                reached = await ping()
        except TimeoutError:
            reached = False
        if reached:
            return web.Response(text="ok")
        return web.Response(status=503, text="no database")

    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_quiet_errors])
    app.router.add_get("/health", health)
    return app


@web.middleware
async def _quiet_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a fault of ours into a bare 500: its details are for the log only."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - the outermost layer of a request
        # Not the path itself: it may hold a secret, such as that of a trainer's screen.
        resource = request.match_info.route.resource
        path = resource.canonical if resource is not None else ""
        _log.error("request_failed", path=path, error=type(error).__name__)
        return web.Response(status=500)

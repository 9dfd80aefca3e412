"""The loopback host of custom actions: rasa-sdk's executor in an aiohttp app of ours.

The SDK's own server binds 0.0.0.0, allows any origin and echoes conversations in its errors.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import Action

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Rasa posts the whole domain and tracker; ours are some 50 KB."""


def build_app(actions: Sequence[Action]) -> web.Application:
    """Make the app that runs actions.

    Args:
        actions: All that ``domain.yml`` names.
    """
    executor = ActionExecutor()
    for action in actions:
        executor.register_action(action)

    async def run_action(request: web.Request) -> web.Response:
        # An error becomes aiohttp's bare 500: Rasa then answers nothing, and the bot says outage.
        result = await executor.run(await request.json())
        return web.json_response(result.model_dump() if result else {})

    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_post("/webhook", run_action)
    return app

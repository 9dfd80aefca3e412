"""The loopback host of custom actions: rasa-sdk's executor in an aiohttp app of ours.

The SDK's own server binds 0.0.0.0, allows any origin and echoes conversations in its errors.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import Action

from bot.conversation.messages import Message

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Rasa posts the whole domain and tracker; ours are some 50 KB."""


PersonOf = Callable[[str], Awaitable[str]]


def build_app(actions: Sequence[Action], person_of: PersonOf | None = None) -> web.Application:
    """Make the app that runs actions.

    Args:
        actions: All that ``domain.yml`` names.
        person_of: Gives the person behind a sender, for Rasa's own command line, which makes up
            its senders and prints plain text; None: senders are people's ids, replies are JSON.
    """
    executor = ActionExecutor()
    for action in actions:
        executor.register_action(action)

    async def run_action(request: web.Request) -> web.Response:
        # An error becomes aiohttp's bare 500: Rasa then answers nothing, and the bot says outage.
        call = await request.json()
        if person_of is not None:
            call["tracker"]["sender_id"] = await person_of(call["sender_id"])
        result = await executor.run(call)
        if person_of is not None and result is not None:
            result.responses = [_in_words(response) for response in result.responses]
        return web.json_response(result.model_dump() if result else {})

    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_post("/webhook", run_action)
    return app


def _in_words(response: dict[str, Any]) -> dict[str, Any]:
    return {**response, "text": Message.from_json(response["custom"]).plain_text, "custom": {}}

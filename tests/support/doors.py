"""The webhooks by which platforms bring events: for what must hold of each of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.channels.telegram import webhook
from bot.channels.telegram.channel import TelegramChannel
from bot.conversation.channel import Channel
from bot.delivery.intake import Intake

ACCOUNT = "110201543"
_SECRET = "s3cret_of-the-tests"
_TEXT = "هل يجوز أن أنشر رأيي في قرار صدر عن جهة عملي على حسابي الشخصي؟"


@dataclass(frozen=True)
class Door:
    """One platform's webhook.

    Attributes:
        path: Where the platform posts.
        channel: Makes what reads the events; it reaches no platform.
        open: Adds the route to an app.
        post: Makes the headers and the body of an event by its number, as large and as varied as
            the platform's own; each is of one of 1,000 people.
    """

    path: str
    channel: Callable[[], Channel]
    open: Callable[[web.Application, Intake], None]
    post: Callable[[int], tuple[dict[str, str], bytes]]


def _open_telegram(app: web.Application, intake: Intake) -> None:
    app.router.add_post(webhook.PATH, webhook.handler(_SECRET, ACCOUNT, intake.store_all))


def _telegram(number: int) -> tuple[dict[str, str], bytes]:
    person = 210_000_000 + number % 1000
    names = {"first_name": "سارة", "last_name": "القحطاني", "username": f"sara{person}"}
    update = {
        "update_id": 873_000_000 + number,
        "message": {
            "message_id": number,
            "from": {"id": person, "is_bot": False, **names, "language_code": "ar"},
            "chat": {"id": person, **names, "type": "private"},
            "date": 1_790_000_000 + number // 100,
            "text": f"{_TEXT} ({number})",
        },
    }
    headers = {
        "Content-Type": "application/json",
        "X-Telegram-Bot-Api-Secret-Token": _SECRET,
    }
    return headers, json.dumps(update).encode()


def _telegram_channel() -> Channel:
    return TelegramChannel(f"{ACCOUNT}:token", "http://127.0.0.1:9/bot")  # the discard port


DOORS = {"telegram": Door(webhook.PATH, _telegram_channel, _open_telegram, _telegram)}

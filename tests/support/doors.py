"""The webhooks by which platforms bring events: for what must hold of each of them."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.channels.telegram import webhook
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.whatsapp import webhook as whatsapp_webhook
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.graph import Account
from bot.conversation.channel import Channel
from bot.conversation.clock import SystemClock
from bot.delivery.intake import Intake
from bot.records.database import Database
from bot.services.files import FileService
from tests.support.content import real_library

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
        headers: Makes those that show that a body is the platform's.
        most: Bytes of the largest body.
    """

    path: str
    channel: Callable[[Database], Channel]
    open: Callable[[web.Application, Intake], None]
    post: Callable[[int], tuple[dict[str, str], bytes]]
    headers: Callable[[bytes], dict[str, str]]
    most: int


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
    body = json.dumps(update).encode()
    return _telegram_headers(body), body


def _telegram_headers(_: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Telegram-Bot-Api-Secret-Token": _SECRET,
    }


def _telegram_channel(_: Database) -> Channel:
    return TelegramChannel(f"{ACCOUNT}:token", "http://127.0.0.1:9/bot")  # the discard port


def _open_whatsapp(app: web.Application, intake: Intake) -> None:
    whatsapp_webhook.add_routes(app, ACCOUNT, _SECRET, _SECRET, intake.store_all)


def _whatsapp(number: int) -> tuple[dict[str, str], bytes]:
    person = 971_500_000_000 + number % 1000
    message = {
        "from": str(person),
        "from_user_id": f"AE.{person}",
        "id": f"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAz{number:016x}",
        "timestamp": str(1_790_000_000 + number // 100),
        "type": "text",
        "text": {"body": f"{_TEXT} ({number})"},
    }
    contact = {"profile": {"name": "سارة القحطاني"}, "wa_id": str(person)}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "97140000000", "phone_number_id": ACCOUNT},
        "contacts": [contact],
        "messages": [message],
    }
    entry = {"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    return _whatsapp_headers(body), body


def _whatsapp_headers(body: bytes) -> dict[str, str]:
    digest = hmac.new(_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": f"sha256={digest}",
    }


def _whatsapp_channel(database: Database) -> Channel:
    clock = SystemClock()
    account = Account(ACCOUNT, "token", "http://127.0.0.1:9")  # the discard port
    return WhatsAppChannel(account, real_library(), FileService(database, clock.now), clock)


DOORS = {
    "telegram": Door(
        webhook.PATH,
        _telegram_channel,
        _open_telegram,
        _telegram,
        _telegram_headers,
        webhook.MAX_BODY,
    ),
    "whatsapp": Door(
        whatsapp_webhook.PATH,
        _whatsapp_channel,
        _open_whatsapp,
        _whatsapp,
        _whatsapp_headers,
        whatsapp_webhook.MAX_BODY,
    ),
}

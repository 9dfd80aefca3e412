"""The platforms that are set up: how fast each may be written to, and what a message may hold."""

from __future__ import annotations

from bot.channels.telegram.outbound import LIMITS as TELEGRAM_LIMITS
from bot.channels.web.channel import WebChannel
from bot.channels.whatsapp.outbound import LIMITS as WHATSAPP_LIMITS
from bot.conversation.channel import Limits
from bot.delivery.policy import Policy
from bot.domain.reach import Door
from bot.settings import Settings

WEB = "web"
WEB_ACCOUNT = "site"

_TELEGRAM = Policy(per_second=30, burst=10)
"""https://core.telegram.org/bots/faq#broadcasting-to-users; at once after a pause a third of a
second's, for what is late on its way comes with others."""

_WHATSAPP = Policy(per_second=80, burst=30, has_receipts=True)
"""https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput; WhatsApp
itself lets a second's pass at once."""

POLICIES = {WEB: Policy(keep_payload=True), "telegram": _TELEGRAM, "whatsapp": _WHATSAPP}
"""How each platform is sent to."""

_LIMITS = {WEB: WebChannel.limits, "telegram": TELEGRAM_LIMITS, "whatsapp": WHATSAPP_LIMITS}


def limits_of(door: tuple[str, str]) -> Limits:
    """Give what a message to a door can hold.

    Raises:
        KeyError: There is no such platform.
    """
    return _LIMITS[door[0]]


def takes_files(channel: str) -> bool:
    """Say whether people can send files on a platform; the terminal is none."""
    return channel in _LIMITS and _LIMITS[channel].takes_files


def doors_of(settings: Settings) -> dict[tuple[str, str], Door]:
    """Give the doors that the settings open."""
    accounts = {WEB: WEB_ACCOUNT}
    if settings.telegram_token is not None:
        accounts["telegram"] = settings.telegram_token.get_secret_value().partition(":")[0]
    if settings.whatsapp_phone_number_id is not None:
        accounts["whatsapp"] = settings.whatsapp_phone_number_id
    doors = {}
    for name, account in accounts.items():
        window = _LIMITS[name].window
        paid = window is not None
        doors[name, account] = Door(
            window,
            POLICIES[name].per_second,
            settings.whatsapp_people_a_day if paid else None,
            settings.whatsapp_template_price if paid else None,
        )
    return doors

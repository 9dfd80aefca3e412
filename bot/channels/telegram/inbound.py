"""From a raw update to an event: https://core.telegram.org/bots/api#update."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.channels.reading import integer_of, object_of, string_of, text_or_command
from bot.conversation.events import (
    Address,
    Blocked,
    Contact,
    Content,
    Incoming,
    Media,
    MediaKind,
    Press,
    SentFile,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
"""The kinds of update that we ask Telegram for."""

# An animation has `document` set too and a venue `location`, so the order counts.
_MEDIA = {
    "voice": MediaKind.VOICE,
    "audio": MediaKind.VOICE,
    "photo": MediaKind.PICTURE,
    "sticker": MediaKind.STICKER,
    "animation": MediaKind.VIDEO,
    "video": MediaKind.VIDEO,
    "video_note": MediaKind.VIDEO,
    "document": MediaKind.DOCUMENT,
    "location": MediaKind.LOCATION,
}

# Service messages that occur in private chats: nobody wrote them, so nobody waits for an answer.
_SERVICE = frozenset(
    {
        "boost_added",
        "chat_background_set",
        "chat_shared",
        "connected_website",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "gift",
        "gift_upgrade_sent",
        "managed_bot_created",
        "message_auto_delete_timer_changed",
        "passport_data",
        "pinned_message",
        "proximity_alert_triggered",
        "refunded_payment",
        "successful_payment",
        "unique_gift",
        "users_shared",
        "web_app_data",
        "write_access_allowed",
    }
)

_PHONE = re.compile(r"\+?([1-9][0-9]{6,14})", re.ASCII)
"""Telegram writes a person's own number in full, mostly without the plus sign."""

_BLOCKED = {"kicked": True, "member": False}


def parse(raw: Mapping[str, object], account: str) -> Incoming | None:
    """Read a raw update.

    Args:
        raw: The update as Telegram sent it.
        account: The bot's id.

    Returns:
        The event, or None for an update that asks nothing of us: groups and channels, edits,
        service messages and kinds of update that are not in ``ALLOWED_UPDATES``.

    Raises:
        ValueError, KeyError, TypeError: The update is malformed.
    """
    external_id = str(integer_of(raw, "update_id"))
    if "message" in raw:
        holder = object_of(raw, "message")
        chat, content = object_of(holder, "chat"), _message(holder)
    elif "callback_query" in raw:
        holder = object_of(raw, "callback_query")
        if "message" not in holder:  # pressed under a message of inline mode: not one of ours
            return None
        chat, content = object_of(object_of(holder, "message"), "chat"), _press(holder)
    elif "my_chat_member" in raw:
        holder = object_of(raw, "my_chat_member")
        chat, content = object_of(holder, "chat"), _membership(holder)
    else:
        return None
    if string_of(chat, "type") != "private" or content is None:
        return None
    address = Address("telegram", account, str(integer_of(chat, "id")))
    return Incoming(address, external_id, content, _language(holder))


def key_of(raw: Mapping[str, object]) -> str:
    """Say by what a raw update is known: its id, or the hash that ``unusable`` gave.

    Raises:
        KeyError: It is neither an update nor from ``unusable``.
    """
    return str(raw["update_id"] if "update_id" in raw else raw["sha256"])


def user_of(raw: Mapping[str, object]) -> str:
    """Say whose chat a raw update belongs to, for its order; empty where that can't be said."""
    for kind in raw.values():
        if not isinstance(kind, dict):
            continue
        carrier = kind.get("message", kind)
        for holder, key in ((carrier, "chat"), (kind, "from"), (kind, "user")):
            found = holder.get(key) if isinstance(holder, dict) else None
            number = found.get("id") if isinstance(found, dict) else None
            if isinstance(number, int) and not isinstance(number, bool):
                return str(number)
    return ""


def _message(message: Mapping[str, object]) -> Content | None:
    # https://core.telegram.org/bots/api#messageorigin
    forwarded = "forward_origin" in message
    if "text" in message:
        text = string_of(message, "text")
        return Text(text, forwarded=True) if forwarded else text_or_command(text)
    if "contact" in message:
        return _contact(message, forwarded=forwarded)
    caption = string_of(message, "caption") if "caption" in message else ""
    for key, kind in _MEDIA.items():
        if key in message:
            return Media(kind, caption, forwarded, _file(message, key))
    return None if _SERVICE & message.keys() else Media(MediaKind.OTHER)


def _file(message: Mapping[str, object], key: str) -> SentFile | None:
    """Give by what a document is fetched, or a photo in the largest of its sizes."""
    if key == "photo":
        sizes = message[key]
        if not isinstance(sizes, list) or not sizes:
            return None
        file = max(sizes, key=lambda size: integer_of(size, "width") * integer_of(size, "height"))
    elif key == "document":
        file = object_of(message, key)
    else:
        return None
    name = string_of(file, "file_name") if "file_name" in file else ""
    size = integer_of(file, "file_size") if "file_size" in file else None
    return SentFile(string_of(file, "file_id"), name, size)


def _contact(message: Mapping[str, object], *, forwarded: bool) -> Contact:
    # Any card can be attached, and a forwarded one is what somebody else sent. Telegram itself
    # writes in whose it is: https://core.telegram.org/bots/api#contact
    card = object_of(message, "contact")
    sender = object_of(message, "from")["id"] if "from" in message else None
    own = "user_id" in card and integer_of(card, "user_id") == sender and not forwarded
    written = string_of(card, "phone_number")
    number = _PHONE.fullmatch(re.sub(r"[\s()\-]", "", written))
    return Contact(f"+{number[1]}" if number else written, own)


def _press(query: Mapping[str, object]) -> Press | None:
    press_id = string_of(query, "id")
    if "data" not in query:  # a game's button
        return None
    message = object_of(query, "message")
    # Date 0 marks a message that is out of reach, so that it can't be edited either:
    # https://core.telegram.org/bots/api#inaccessiblemessage
    reachable = integer_of(message, "date") != 0
    message_id = str(integer_of(message, "message_id")) if reachable else ""
    return Press(string_of(query, "data"), message_id, press_id)


def _membership(change: Mapping[str, object]) -> Blocked | None:
    blocked = _BLOCKED.get(string_of(object_of(change, "new_chat_member"), "status"))
    return None if blocked is None else Blocked(blocked)


def _language(holder: Mapping[str, object]) -> str:
    sender = object_of(holder, "from") if "from" in holder else {}
    return string_of(sender, "language_code") if "language_code" in sender else ""

"""From a stored event to what it says.

The shapes: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.channels.reading import integer_of, object_of, string_of, text_or_command
from bot.channels.whatsapp.failures import failure_of_code
from bot.conversation.channel import SendFailure
from bot.conversation.events import (
    Address,
    AddressEnded,
    Content,
    Incoming,
    Media,
    MediaKind,
    Press,
    Receipt,
    ReceiptState,
    SentFile,
    Text,
)

CHANNEL = "whatsapp"

_PHONE = re.compile(r"[0-9]{5,20}")
_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,140}")
"""A country, a dot, up to 128 characters:
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids"""

_MOMENT = re.compile(r"[0-9]{1,11}")
_MEDIA = {
    "audio": MediaKind.VOICE,
    "image": MediaKind.PICTURE,
    "sticker": MediaKind.STICKER,
    "video": MediaKind.VIDEO,
    "document": MediaKind.DOCUMENT,
    "location": MediaKind.LOCATION,
    "contacts": MediaKind.CONTACT,
}

_FETCHED = frozenset({"image", "document"})
"""The kinds of which it is kept by what they are fetched."""

_SILENT = frozenset({"reaction", "request_welcome", "ephemeral"})
"""Nobody who sends these waits for an answer."""

_MOVES = frozenset({"user_changed_number", "user_changed_user_id"})


def parse(raw: Mapping[str, object], account: str) -> Incoming | Receipt | None:
    """Read an event as ``unpacking`` stored it.

    Args:
        raw: The event.
        account: The id of our phone number.

    Returns:
        What it says, or None for one that asks nothing of us: groups, reactions, news of the
        account.

    Raises:
        ValueError, KeyError, TypeError: The event is malformed.
    """
    if "notice" in raw:
        return None
    if "status" in raw:
        return _receipt(object_of(raw, "status"), account)
    return _incoming(object_of(raw, "message"), account)


def user_of(item: Mapping[str, object]) -> str:
    """Say whose a message is, for its order; empty where that can't be said.

    A number that changed is of the person as we knew them.
    """
    system = item.get("system")
    former = system.get("previous_user_id") if isinstance(system, dict) else None
    for user, form in (
        (former, _USER_ID),
        (item.get("from_user_id"), _USER_ID),
        (item.get("from"), _PHONE),
    ):
        if isinstance(user, str) and form.fullmatch(user):
            return user
    return ""


def _incoming(message: Mapping[str, object], account: str) -> Incoming | None:
    if "group_id" in message:
        return None
    content = _content(message)
    if content is None:
        return None
    user = user_of(message)
    if not user:
        raise ValueError("the sender is no user")
    return Incoming(
        Address(CHANNEL, account, user),
        string_of(message, "id"),
        content,
        phone=_phone(message),
        sent_at=_moment(message),
    )


def _content(message: Mapping[str, object]) -> Content | None:
    kind = string_of(message, "type")
    context = object_of(message, "context") if "context" in message else {}
    forwarded = bool(context.get("forwarded") or context.get("frequently_forwarded"))
    if kind == "text":
        text = string_of(object_of(message, "text"), "body")
        return Text(text, forwarded=True) if forwarded else text_or_command(text)
    if kind in {"interactive", "button"}:
        data = _pressed(message) if kind == "interactive" else _reply(message, "button", "payload")
        return Press(data, string_of(context, "id") if "id" in context else "")
    if kind == "system":
        moved = string_of(object_of(message, "system"), "type") in _MOVES
        return AddressEnded("number_changed") if moved else None
    if kind in _SILENT:
        return None
    content = object_of(message, kind) if kind in _MEDIA and kind in message else {}
    caption = string_of(content, "caption") if "caption" in content else ""
    file = _file(content) if kind in _FETCHED and "id" in content else None
    return Media(_MEDIA.get(kind, MediaKind.OTHER), caption, forwarded, file)


def _file(content: Mapping[str, object]) -> SentFile:
    # How large it is WhatsApp tells only where it says where it is.
    name = string_of(content, "filename") if "filename" in content else ""
    return SentFile(string_of(content, "id"), name)


def _pressed(message: Mapping[str, object]) -> str:
    interactive = object_of(message, "interactive")
    return _reply(interactive, string_of(interactive, "type"), "id")


def _reply(holder: Mapping[str, object], kind: str, key: str) -> str:
    return string_of(object_of(holder, kind), key)


def _phone(message: Mapping[str, object]) -> str:
    number = message.get("from")
    return f"+{number}" if isinstance(number, str) and _PHONE.fullmatch(number) else ""


def _moment(message: Mapping[str, object]) -> datetime:
    seconds = string_of(message, "timestamp")
    if not _MOMENT.fullmatch(seconds):
        raise ValueError("timestamp is no moment")
    return datetime.fromtimestamp(int(seconds), UTC)


def _receipt(status: Mapping[str, object], account: str) -> Receipt | None:
    said = string_of(status, "status")
    if said not in set(ReceiptState):
        return None
    # A failure names the user id only where that is what we wrote to.
    key = "recipient_user_id" if "recipient_user_id" in status else "recipient_id"
    user = string_of(status, key) if key in status else ""
    reference = "biz_opaque_callback_data"
    state = ReceiptState(said)
    return Receipt(
        Address(CHANNEL, account, user),
        string_of(status, reference) if reference in status else "",
        string_of(status, "id"),
        state,
        _failure(status) if state is ReceiptState.FAILED else None,
    )


def _failure(status: Mapping[str, object]) -> SendFailure | None:
    errors = status.get("errors")
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], dict):
        return None
    return failure_of_code(integer_of(errors[0], "code"))

"""From a webhook's body to the single events in it, each with what is read of it and no more."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.channels.reading import unusable
from bot.channels.whatsapp.inbound import CHANNEL, user_of
from bot.conversation.events import Address
from bot.records.arrivals import NewEvent
from bot.records.base import clean

MOST_EVENTS = 10_000
"""In one body; the shortest that say something fill it with fewer."""

_ID = re.compile(r"[\x21-\x7e]{1,256}")
_NUMBER_ID = re.compile(r"[0-9]{1,32}")

_Shape = Mapping[str, Any] | None
"""What is kept of an object, key by key; None for all of a value."""

_MESSAGE: _Shape = {
    **dict.fromkeys(("from", "from_user_id", "group_id", "id", "timestamp", "type")),
    "context": dict.fromkeys(("id", "forwarded", "frequently_forwarded")),
    "text": {"body": None},
    "button": {"payload": None},
    "interactive": {"type": None, "button_reply": {"id": None}, "list_reply": {"id": None}},
    "image": {"caption": None, "id": None},
    "video": {"caption": None},
    "document": {"caption": None, "id": None, "filename": None},
    "system": {"type": None, "previous_user_id": None},
}
"""Names stand in contacts, cards and system messages: nothing of these is kept."""

_STATUS: _Shape = {
    **dict.fromkeys(("id", "status", "recipient_id", "recipient_user_id")),
    "biz_opaque_callback_data": None,
    "errors": {"code": None},
}
_NOTICE: _Shape = {"errors": {"code": None}}
_KINDS: Mapping[str, tuple[str, _Shape]] = {
    "messages": ("message", _MESSAGE),
    "statuses": ("status", _STATUS),
}


def unpack(body: Mapping[str, object], account: str) -> list[NewEvent]:
    """Take a body apart; what cannot be used of it is an event too, and is quarantined later.

    Args:
        body: As it came, authentic.
        account: The id of our phone number, for what names none.
    """
    events = list(itertools.islice(_all(body, account), MOST_EVENTS + 1))
    if len(events) > MOST_EVENTS:
        return [_strange(body, account)]
    return events


def unusable_event(body: bytes, account: str) -> NewEvent:
    """Make an event of what is none, so that it is kept for someone to look at."""
    raw = unusable(body)
    return _event(Address(CHANNEL, account, ""), str(raw["sha256"]), raw)


def _all(body: Mapping[str, object], account: str) -> Iterator[NewEvent]:
    for entry in _list(body, "entry") or [body]:
        for change in _list(entry, "changes") or [entry]:
            yield from _of_change(change, account)


def _of_change(change: Any, account: str) -> Iterator[NewEvent]:
    value = change.get("value") if isinstance(change, dict) else None
    if not isinstance(value, dict):
        yield _strange(change, account)
        return
    metadata = value.get("metadata")
    number_id = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
    to = number_id if isinstance(number_id, str) and _NUMBER_ID.fullmatch(number_id) else account
    found = False
    for key, (kind, shape) in _KINDS.items():
        if key in value:
            found = True
            items = value[key]
            for item in items if isinstance(items, list) else [items]:
                yield _of_item(item, kind, shape, to)
    if not found:
        # News of the account, such as of a template's state: not for a conversation.
        notice = {"notice": str(change.get("field"))[:64], **_only(value, _NOTICE)}
        digest = hashlib.sha256(_dump(change).encode()).hexdigest()
        yield _event(Address(CHANNEL, to, ""), f"notice:{digest}", notice)


def key_of(item_id: str) -> str:
    """Hash the platform's id of a message: it holds the person's number, and is kept for good."""
    return hashlib.sha256(item_id.encode()).hexdigest()


def _of_item(item: Any, kind: str, shape: _Shape, account: str) -> NewEvent:
    item_id = item.get("id") if isinstance(item, dict) else None
    if not isinstance(item_id, str) or not _ID.fullmatch(item_id):
        return _strange(item, account)
    key, user = key_of(item_id), user_of(item)
    if kind == "status":
        # Nothing that a person wrote must wait for it.
        key, user = f"status:{key}:{str(item.get('status'))[:16]}", f"status:{item_id}"
    return _event(Address(CHANNEL, account, user), key, {kind: _only(item, shape)})


def _strange(value: Any, account: str) -> NewEvent:
    return unusable_event(_dump(value).encode(), account)


def _event(sender: Address, key: str, raw: dict[str, Any]) -> NewEvent:
    return NewEvent(sender, key, _dump(raw))


def _dump(value: Any) -> str:
    # An escaped half of a surrogate pair is JSON, but no database stores it.
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _list(holder: Any, key: str) -> list[Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, list) else []


def _only(value: Any, shape: _Shape) -> Any:
    """Leave out what no reader needs; lists hold things of one shape."""
    if shape is None:
        return value
    if isinstance(value, list):
        return [_only(each, shape) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _only(each, shape[key]) for key, each in value.items() if key in shape}

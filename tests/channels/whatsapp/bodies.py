"""Bodies as WhatsApp posts them: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

NUMBER_ID = "106540352242922"
SECRET = "app-secret-of-the-tests"
MESSAGES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "messages.json").read_text("utf-8")
)


def change(*messages: Any, statuses: Any = (), number_id: str = NUMBER_ID) -> dict[str, Any]:
    """One change with messages and statuses; the contacts are in another order."""
    contacts = [
        {
            "profile": {"name": "سارة القحطاني"},
            "wa_id": message.get("from"),
            "user_id": message.get("from_user_id"),
        }
        for message in reversed(messages)
        if isinstance(message, dict)
    ]
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": number_id},
    }
    if messages:
        value |= {"contacts": contacts, "messages": list(messages)}
    if statuses:
        value["statuses"] = list(statuses)
    return {"field": "messages", "value": value}


def body(*changes: Any) -> dict[str, Any]:
    entry = {"id": "102290129340398", "changes": list(changes)}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def status(state: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "wamid.OURS",
        "status": state,
        "timestamp": "1790000001",
        "recipient_id": "971500000001",
        "recipient_user_id": "AE.13491208655302741918",
        "biz_opaque_callback_data": "7",
        "conversation": {"id": "c", "origin": {"type": "utility"}},
        "pricing": {"billable": True, "pricing_model": "PMP", "category": "utility"},
        **more,
    }


def signed(content: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers of a post."""
    digest = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}

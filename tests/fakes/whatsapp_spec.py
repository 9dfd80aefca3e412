"""Checks payloads against Meta's description of the Cloud API, where a checkout has it.

The description rejects its own examples, so it is read leniently: alternatives by their
``type``, no closed ``allOf``, no patterns; what Meta documents elsewhere is let through.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

SPEC = (
    Path(__file__).parents[3] / "shared/platform-specs/whatsapp-business-messaging-api-v23.0.yaml"
)

Json = dict[str, Any]

# Documented, and newer than the description or forgotten in it.
_ALSO = {"recipient", "biz_opaque_callback_data", "typing_indicator", "parameter_name"}
_ALSO |= {"user_id", "from_user_id", "recipient_user_id", "previous_user_id", "username"}
_ALSO |= {"caption", "filename", "forwarded", "frequently_forwarded", "animated", "voice"}
_ALSO |= {"document", "image", "video", "text", "payload", "contacts", "href", "error_data"}
_ALSO |= {"code", "title", "message", "details", "context", "type"}
_ALSO_SAID = {"user_changed_user_id", "MOBILE"}
# Demanded by the description, and left out in Meta's own examples.
_NOT_NEEDED = {"to", "recipient_type", "policy", "from", "referred_product", "recipient_id"}
_NOT_NEEDED |= {"description", "filename", "address", "name", "type", "id"}

_INCOMING = {
    "text": "TextMessage_2",
    "audio": "AudioMessage_1",
    "document": "DocumentMessage_1",
    "image": "ImageMessage_1",
    "sticker": "StickerMessage_1",
    "video": "VideoMessage_1",
    "reaction": "ReactionMessage_1",
    "location": "LocationMessage_1",
    "contacts": "ContactSharingMessage",
    "unsupported": "UnsupportedMessage",
    "button": "ButtonMessage",
    "interactive": "InteractiveMessageReply",
    "order": "OrderMessage",
    "system": "SystemMessage",
}
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}


def problems_of_send(payload: Json) -> list[str]:
    """List what is wrong with a request to ``/messages``; empty without the description."""
    if not _schemas():
        return []
    if "status" in payload:
        return _problems(_named("MarkMessageRequestPayload"), payload, "read")
    return _problems(_named("Message"), payload, "message")


def problems_of_webhook(body: Json) -> list[str]:
    """List what is wrong with a webhook's body; empty without the description."""
    if not _schemas():
        return []
    found = []
    for place, value in enumerate(c["value"] for e in body["entry"] for c in e["changes"]):
        where = f"value[{place}]"
        found += _problems(_named("Metadata"), value["metadata"], f"{where}.metadata")
        for contact in value.get("contacts", []):
            found += _problems(_named("ContactProfile"), contact, f"{where}.contact")
        for status in value.get("statuses", []):
            found += _problems(_named("Statuses"), status, f"{where}.status")
        for message in (m for m in value.get("messages", []) if m["type"] in _INCOMING):
            found += _problems(_incoming(message["type"]), message, f"{where}.{message['type']}")
    return found


@cache
def _schemas() -> Json:
    if not SPEC.exists():
        return {}
    # C's loader: the description is a megabyte, and Python's takes seconds.
    described: Json = yaml.load(SPEC.read_text(), Loader=yaml.CSafeLoader)
    schemas: Json = described["components"]["schemas"]
    return schemas


def _named(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _incoming(kind: str) -> Json:
    # They name the outgoing message as their base.
    base, *own = _schemas()[_INCOMING[kind]]["allOf"]
    return {"allOf": [{"$ref": base["$ref"].removesuffix("_1") + "_1"}, *own]}


def _resolved(schema: Any) -> Json:
    """Follow references, and make one schema of those that must all hold."""
    while "$ref" in schema:
        schema = _schemas()[str(schema["$ref"]).rsplit("/", 1)[1]]
    merged = {key: value for key, value in schema.items() if key != "allOf"}
    for inner in schema.get("allOf", []):
        merged = _both(_resolved(inner), merged)
    return merged


def _both(one: Json, other: Json) -> Json:
    required = [*one.get("required", []), *other.get("required", [])]
    properties = one.get("properties", {}) | other.get("properties", {})
    kept = {key: other[key] for key in ("oneOf", "discriminator") if key in other}
    return kept | {"type": "object", "required": required, "properties": properties}


def _problems(schema: Json, value: Any, where: str) -> list[str]:
    schema = _resolved(schema)
    mapping = schema.get("discriminator", {}).get("mapping", {})
    if isinstance(value, dict) and value.get("type") in mapping:
        meant = _resolved({"$ref": mapping[value["type"]]})
        schema = {"type": "object"} | _both(schema, meant)
        schema.pop("oneOf", None)
        schema.pop("discriminator", None)
    if "oneOf" in schema:
        rest = {key: inner for key, inner in schema.items() if key != "oneOf"}
        found = [_problems(_both(rest, _resolved(o)), value, where) for o in schema["oneOf"]]
        return min(found, key=len)
    kind = schema.get("type", "object" if "properties" in schema else "")
    if kind and not (
        isinstance(value, _TYPES[kind]) and isinstance(value, bool) == (kind == "boolean")
    ):
        return [f"{where}: {value!r} is no {kind}"]
    if isinstance(value, dict):
        return _of_object(schema, value, where)
    if isinstance(value, list):
        return _of_array(schema, value, where)
    return _of_value(schema, value, where)


def _of_object(schema: Json, value: Json, where: str) -> list[str]:
    known = schema.get("properties", {})
    unknown = value.keys() - known.keys() - _ALSO if known else set()
    missing = set(schema.get("required", [])) - value.keys() - _NOT_NEEDED
    found = [f"{where}: unknown field {key}" for key in sorted(unknown)]
    found += [f"{where}: {key} is missing" for key in sorted(missing)]
    for key in value.keys() & known.keys():
        found += _problems(known[key], value[key], f"{where}.{key}")
    return found


def _of_array(schema: Json, value: list[Any], where: str) -> list[str]:
    found = [
        problem
        for place, item in enumerate(value)
        for problem in _problems(schema.get("items", {}), item, f"{where}[{place}]")
    ]
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        found.append(f"{where}: {len(value)} items")
    return found


def _of_value(schema: Json, value: Any, where: str) -> list[str]:
    if "enum" in schema and value not in schema["enum"] and value not in _ALSO_SAID:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        return [f"{where}: longer than {schema['maxLength']}"]
    return []

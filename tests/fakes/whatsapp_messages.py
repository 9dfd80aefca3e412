"""What the fake Cloud API does with a message that it is asked to send."""

from typing import Any

from tests.fakes import whatsapp_checks as checks
from tests.fakes.whatsapp_errors import GraphError
from tests.fakes.whatsapp_media import StoredMedia
from tests.fakes.whatsapp_user import FakeUser
from tests.fakes.whatsapp_world import Number, ShownMessage, Template, World

Json = dict[str, Any]

_FILES = ("audio", "document", "image", "sticker", "video")


def mark_read(world: World, payload: Json) -> Json:
    """Mark a person's message as read, and perhaps show that an answer is being written.

    Raises:
        GraphError: There is no such message.
    """
    if payload.get("message_id") not in world.incoming or payload.get("status") != "read":
        raise checks.invalid("Message id is not valid")
    typing = payload.get("typing_indicator")
    if typing is not None and typing != {"type": "text"}:
        raise GraphError(100, "Param typing_indicator['type'] must be one of {TEXT}.")
    world.read_marks.append((payload["message_id"], typing is not None))
    return {"success": True}


def send(world: World, number: Number, payload: Json) -> tuple[Json, ShownMessage]:
    """Accept a message, and tell by statuses what becomes of it.

    Returns:
        The answer, and the message.

    Raises:
        GraphError: As the Cloud API would refuse it.
    """
    sent_to, address = checks.address(payload)
    user = _find_user(world, sent_to, address)
    message = ShownMessage(world.next_id(), user, address, number, str(payload.get("type", "text")))
    message.sent_to, message.reference = sent_to, checks.reference(payload)
    message.reply_to = str(payload.get("context", {}).get("message_id", ""))
    wrong_file = _fill(world, message, payload)
    if code := _refusal(world, user, message):
        raise GraphError(code)
    world.pass_through(number, user.key if user else address)
    world.sent.append(message)
    _tell(world, message, 131053 if wrong_file else _failure(user, message))
    contact = {"input": str(payload[sent_to])}
    contact |= {"wa_id": address} if sent_to == "to" else {"user_id": address}
    accepted = {"id": message.id} | ({"message_status": "accepted"} if message.template else {})
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [accepted]}, message


def _find_user(world: World, sent_to: str, address: str) -> FakeUser | None:
    # A number that was given up belongs to whoever has it now.
    known = [user.phone if sent_to == "to" else user.bsuid for user in world.users]
    return world.users[known.index(address)] if address in known else None


def _fill(world: World, message: ShownMessage, payload: Json) -> bool:
    """Fill in what the person sees; give whether its file is of the wrong kind."""
    kind, content = message.kind, payload.get(message.kind)
    if kind not in (*_FILES, "text", "interactive", "template"):
        raise GraphError(131051, f"Message type {kind} is not supported")
    if not isinstance(content, dict):
        raise GraphError(100, f"The parameter {kind} is required.")
    if kind == "text":
        message.text = checks.text(content)
    elif kind == "interactive":
        return _fill_interactive(world, message, content)
    elif kind == "template":
        return _fill_template(world, message, content)
    else:
        message.text = checks.caption(kind, content)
        message.filename = str(content.get("filename", ""))
        return _attach(world, message, kind, content)
    return False


def _attach(world: World, message: ShownMessage, kind: str, content: Json) -> bool:
    file: StoredMedia | None = world.media.attached(kind, content, message.number.id)
    message.media = file
    message.filename = str(content.get("filename", message.filename))
    return file is not None and file.kind != kind


def _fill_interactive(world: World, message: ShownMessage, content: Json) -> bool:
    kind = content.get("type")
    if kind not in ("button", "list"):
        raise checks.invalid(f"Interactive type {kind} is not valid")
    if "body" not in content or "action" not in content:
        raise GraphError(131008, "interactive['body'] and interactive['action'] are required")
    message.kind = kind
    message.text = checks.part(content, "body", 1024)
    message.footer = checks.part(content, "footer", 60)
    message.choices = checks.choices(kind, content["action"])
    message.list_button = str(content["action"].get("button", ""))
    header = content.get("header")
    if header is None:
        return False
    if header.get("type") == "text":
        message.header = checks.part({"header": header}, "header", 60)
        return False
    if kind == "list" or header.get("type") not in ("document", "image", "video"):
        raise checks.invalid(f"Header type {header.get('type')} is not valid")
    return _attach(world, message, header["type"], header.get(header["type"], {}))


def _fill_template(world: World, message: ShownMessage, content: Json) -> bool:
    name, language = content.get("name", ""), content.get("language", {}).get("code", "")
    template: Template | None = world.templates.get((name, language))
    if template is None:
        raise GraphError(132001, f"template name ({name}) does not exist in {language}")
    if template.state != "APPROVED":
        raise GraphError({"PAUSED": 132015, "DISABLED": 132016}[template.state])
    if template.category == "authentication" and message.sent_to == "recipient":
        raise GraphError(131062)
    components = content.get("components", [])
    message.template = template
    message.text = checks.filled(template, components)
    message.choices = checks.quick_replies(template, components)
    headers = [c["parameters"][0] for c in components if c.get("type") == "header"]
    if not headers:
        return False
    return _attach(world, message, template.header, headers[0].get(template.header, {}))


def _refusal(world: World, user: FakeUser | None, message: ShownMessage) -> int:
    if user is None:
        return 0
    if world.is_window_checked_at_once and not (message.template or user.is_in_window):
        return 131047
    return user.trouble(in_answer=True)


def _failure(user: FakeUser | None, message: ShownMessage) -> int:
    if user is None or user.is_blocking:
        return 131026
    if code := user.trouble(in_answer=False):
        return code
    if message.template is None:
        return 0 if user.is_in_window else 131047
    return 131050 if user.has_stopped and message.template.category == "marketing" else 0


def _tell(world: World, message: ShownMessage, code: int) -> None:
    message.failed = code
    if code:
        world.tell_status(message, "failed", GraphError(code))
        return
    if message.user and not message.user.is_in_window:
        world.reaches(message.user)
    for state in world.statuses:
        world.tell_status(message, state, GraphError(131000) if state == "failed" else None)

"""What the Cloud API refuses about a message's content, in its own words.

Limits: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/
Lengths are counted in UTF-16 units: Meta does not say in what, and no other count is longer.
"""

import re
from collections.abc import Iterable
from typing import Any

from tests.fakes.telegram_text import units
from tests.fakes.whatsapp_errors import GraphError
from tests.fakes.whatsapp_world import Choice, Template

Json = dict[str, Any]

_BREAKS = re.compile(r"[\n\r\t]| {5,}")
_BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


def invalid(details: str) -> GraphError:
    return GraphError(131009, details)


def address(payload: Json) -> tuple[str, str]:
    """Give how a message is addressed, "to" or "recipient", and the digits or the BSUID.

    Raises:
        GraphError: It is not, or badly.
    """
    if "to" in payload:
        digits = re.sub(r"[\s()+-]", "", str(payload["to"]))
        if not re.fullmatch(r"\d{7,15}", digits):
            raise invalid("The phone number is malformed: Please use the format: +1234567890.")
        return "to", digits
    if "recipient" not in payload:
        raise GraphError(100, "The parameter to is required.")
    if not _BSUID.fullmatch(str(payload["recipient"])):
        raise invalid("Recipient is not a valid business-scoped user ID")
    return "recipient", str(payload["recipient"])


def reference(payload: Json) -> str:
    """Give the message's ``biz_opaque_callback_data``, or an empty string.

    Raises:
        GraphError: It is too long.
    """
    given = payload.get("biz_opaque_callback_data", "")
    if not isinstance(given, str) or units(given) > 512:
        raise GraphError(100, "Param biz_opaque_callback_data must be at most 512 characters long.")
    return given


def text(content: Json) -> str:
    """Give a text message's body.

    Raises:
        GraphError: It is empty or too long.
    """
    body = content.get("body")
    if not isinstance(body, str) or not body.strip():
        raise GraphError(100, "The parameter text['body'] is required.")
    if units(body) > 4096:
        raise GraphError(100, "Param text['body'] must be at most 4096 characters long.")
    return body


def caption(kind: str, content: Json) -> str:
    """Give a file's caption.

    Raises:
        GraphError: It is too long, or files of this kind have none.
    """
    given = str(content.get("caption", ""))
    if given and kind in ("audio", "sticker"):
        raise GraphError(100, f'Unexpected key "caption" on param "{kind}".')
    if units(given) > 1024:
        raise GraphError(100, f"Param {kind}['caption'] must be at most 1024 characters long.")
    return given


def part(content: Json, name: str, most: int) -> str:
    """Give the text of an interactive message's body or footer; empty where it has none.

    Raises:
        GraphError: It is there but empty, or too long.
    """
    if name not in content:
        return ""
    given = content[name].get("text", "")
    if not str(given).strip() or units(given) > most:
        raise invalid(f"{name.title()} text length invalid. Min length: 1, Max length: {most}")
    return str(given)


def choices(kind: str, action: Json) -> list[Choice]:
    """Give an interactive message's buttons or rows.

    Raises:
        GraphError: There are too few, too many, or two of the same.
    """
    found = _buttons(action) if kind == "button" else _rows(action)
    _unique("ID", [choice.data for choice in found])
    if kind == "button":
        _unique("title", [choice.title for choice in found])
    return found


def _buttons(action: Json) -> list[Choice]:
    buttons = action.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise invalid("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    if any(button.get("type") != "reply" for button in buttons):
        raise invalid("Button type is not valid. Must be one of: reply")
    return [_choice("Button", button.get("reply", {}), 20, 256) for button in buttons]


def _rows(action: Json) -> list[Choice]:
    label, sections = action.get("button"), action.get("sections")
    if not label or not isinstance(sections, list) or not sections:
        raise GraphError(131008, "A list needs action['button'] and action['sections']")
    _titled("Button label", label, 20)
    for section in sections:
        title = section.get("title", "")
        if len(sections) > 1 and not title.strip():
            raise GraphError(131008, "Section title is required with more than one section")
        if units(title) > 24:
            raise invalid("Section title is too long. Max length is 24")
    rows = [row for section in sections for row in section.get("rows", [])]
    if len(rows) > 10:
        raise invalid("Total row count exceed max allowed count: 10")
    if not rows or not all(section.get("rows") for section in sections):
        raise GraphError(131008, "Each section needs at least one row")
    return [_choice("Row", row, 24, 200) for row in rows]


def _choice(what: str, given: Json, longest_title: int, longest_id: int) -> Choice:
    data, title = given.get("id", ""), given.get("title", "")
    description = given.get("description", "")
    if not data.strip() or data != data.strip() or units(data) > longest_id:
        raise invalid(f"{what} ID length invalid. Min length: 1, Max length: {longest_id}")
    _titled(f"{what} title", title, longest_title)
    if "description" in given and (not description.strip() or units(description) > 72):
        raise invalid(f"{what} description length invalid. Min length: 1, Max length: 72")
    return Choice(title, data, description)


def _titled(what: str, title: str, most: int) -> None:
    if not title.strip() or units(title) > most:
        raise invalid(f"{what} length invalid. Min length: 1, Max length: {most}")
    # Refusals of emoji are reported: https://github.com/glific/glific-frontend/issues/1947
    if not any(letter.isalnum() for letter in title):
        raise invalid(f"{what} must hold more than emoji")


def _unique(what: str, given: list[str]) -> None:
    if len(set(given)) < len(given):
        raise invalid(f"Duplicated {what} found: each must be unique within the message")


def filled(template: Template, components: list[Json]) -> str:
    """Give a template's text with its parameters filled in.

    Raises:
        GraphError: They are not what the template was approved with.
    """
    bodies = [c for c in components if c.get("type") == "body"]
    given = [p for component in bodies for p in component.get("parameters", [])]
    if len(given) != template.slots:
        said = f"number of localizable_params ({len(given)}) does not match the expected number"
        raise GraphError(132000, f"body: {said} of params ({template.slots})")
    shown = template.body
    for place, value in enumerate(_texts(given), 1):
        shown = shown.replace(f"{{{{{place}}}}}", value)
    if units(shown) > 1024:
        raise GraphError(132005, "Translated text too long")
    headers = [c for c in components if c.get("type") == "header"]
    kinds = [p.get("type") for component in headers for p in component.get("parameters", [])]
    if kinds != ([template.header] if template.header else []):
        raise GraphError(132012, f"header: Format mismatch, expected {template.header or 'none'}")
    return shown


def _texts(given: list[Json]) -> Iterable[str]:
    for parameter in given:
        if parameter.get("type") != "text":
            raise GraphError(132012, "body: Format mismatch, expected TEXT")
        value = str(parameter.get("text", ""))
        if not value.strip():
            raise GraphError(131008, "Parameter of type text is missing text value")
        if _BREAKS.search(value):
            said = "cannot have new-line/tab characters or more than 4 consecutive spaces"
            raise GraphError(132018, f"Param text {said}")
        yield value


def quick_replies(template: Template, components: list[Json]) -> list[Choice]:
    """Give a template's buttons with the payloads that the message gives them.

    Raises:
        GraphError: A payload is for a button that is not there.
    """
    payloads = {}
    for component in (c for c in components if c.get("type") == "button"):
        place = int(component.get("index", -1))
        if component.get("sub_type") != "quick_reply" or place not in range(len(template.buttons)):
            raise GraphError(132012, f"buttons: no quick reply at index {place}")
        (parameter,) = component.get("parameters") or [{}]
        payload = parameter.get("payload")
        if parameter.get("type") != "payload" or not isinstance(payload, str):
            raise GraphError(132012, "buttons: Format mismatch, expected PAYLOAD")
        if not 1 <= units(payload) <= 128:
            raise GraphError(132018, "Button payload length invalid. Min: 1, Max: 128")
        payloads[place] = payload
    return [Choice(t, payloads.get(place, t)) for place, t in enumerate(template.buttons)]

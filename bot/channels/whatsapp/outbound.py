"""From a message to the requests that send it.

The limits: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from bot.channels.whatsapp.labels import shortened, titles, whole
from bot.channels.whatsapp.markup import marked, plain, unmarked, unmarked_line
from bot.conversation.buttons import MAX_BYTES, ShowPage, encode
from bot.conversation.channel import Limits
from bot.conversation.messages import Button, Document, Message, joined
from bot.conversation.splitting import utf16_units
from bot.library.templates import Template

MAX_TEXT = 4096
MAX_BODY = 1024
"""Of a text that has buttons, and of a caption."""

MAX_REPLIES = 3
MAX_ROWS = 10
_REPLY_TITLE = 20
_ROW_TITLE = 24
_ROW_DESCRIPTION = 72
_PAGE_ROWS = MAX_ROWS - 1
_FILE_NAME = 200

LIMITS = Limits(
    text_units=4000,
    button_label=_REPLY_TITLE,
    edits=False,
    buttoned_units=900,
    buttons=MAX_ROWS,
    window=timedelta(hours=24),
    counts_incoming=True,
    takes_files=True,
)
"""Less text than WhatsApp takes: it counts the marks too, and labels that are cut stand in full
above their buttons."""

Payload = dict[str, Any]
Say = Callable[[str], str]
"""Gives a phrase by its id, in the message's language."""


def contents(message: Message, reference: str, say: Say, media: str = "") -> list[Payload]:
    """Build what is sent for a message; mostly one thing.

    Args:
        message: What to say; no template.
        reference: What names the message in the button that shows more buttons.
        say: For the words of lists.
        media: The platform's id of the message's file.

    Raises:
        ValueError: A button's data is empty or over 64 bytes.
    """
    buttons = _distinct(message.buttons)
    if len(buttons) > MAX_REPLIES:
        # A list cannot carry a file.
        files = [_file(message.document, media, "")] if message.document else []
        return [*files, _list(message, buttons, reference, say)]
    if buttons:
        return [_replies(message, buttons, media, say)]
    if message.document:
        return [_file(message.document, media, _text(message, MAX_BODY))]
    body = {"body": _text(message, MAX_TEXT), "preview_url": False}
    return [{"type": "text", "text": body}]


def template_content(template: Template, message: Message) -> Payload | None:
    """Build what sends an approved template; the paragraphs are its values.

    What its buttons show was approved with it; the message's say what they send back.

    Returns:
        None where values or buttons are not as many as the template has.
    """
    values = [" ".join(block.plain_text.split()) for block in message.blocks]
    presses = [button.data for button in message.buttons]
    if (len(values), len(presses)) != (template.places, len(template.buttons)):
        return None
    parameters = [{"type": "text", "text": value} for value in values]
    body = [{"type": "body", "parameters": parameters}] if parameters else []
    language = {"code": template.codes.text(message.language)}
    content = {
        "name": template.name,
        "language": language,
        "components": [*body, *map(_quick_reply, range(len(presses)), presses)],
    }
    return {"type": "template", "template": content}


def recipient(user: str) -> Payload:
    """Address a person: by number or, where WhatsApp gave one, by user id.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
    """
    key = "to" if user.isdecimal() else "recipient"
    return {"messaging_product": "whatsapp", "recipient_type": "individual", key: user}


def _quick_reply(place: int, data: str) -> Payload:
    return {
        "type": "button",
        "sub_type": "quick_reply",
        "index": str(place),
        "parameters": [{"type": "payload", "payload": data}],
    }


def _text(message: Message, room: int) -> str:
    text = joined(message.blocks, marked)
    return text if utf16_units(text) <= room else joined(message.blocks, plain)


def _file(document: Document, media: str, caption: str) -> Payload:
    kind, content = _media(document, media)
    return {"type": kind, kind: {**content, **({"caption": caption} if caption else {})}}


def _media(document: Document, media: str) -> tuple[str, Payload]:
    """Say what kind of message carries a file, and what that holds; a picture has no name."""
    if document.is_picture:
        return "image", {"id": media}
    return "document", {"id": media, "filename": _file_name(document)}


def _file_name(document: Document) -> str:
    name = unmarked_line(document.name).replace("/", "-").replace("\\", "-")
    return name[-_FILE_NAME:] or "file"


def _replies(message: Message, buttons: Sequence[Button], media: str, say: Say) -> Payload:
    shown = titles([button.label for button in buttons], _REPLY_TITLE)
    cut = [
        button.label
        for button, title in zip(buttons, shown, strict=True)
        if title != whole(button.label)
    ]
    interactive: Payload = {
        "type": "button",
        "body": {"text": _body(message, cut, say)},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": button.data, "title": title}}
                for button, title in zip(buttons, shown, strict=True)
            ]
        },
    }
    if message.document:
        kind, content = _media(message.document, media)
        interactive["header"] = {"type": kind, kind: content}
    return {"type": "interactive", "interactive": interactive}


def _list(message: Message, buttons: Sequence[Button], reference: str, say: Say) -> Payload:
    shown = _page(buttons, message.page, reference, say)
    labels = [button.label for button in shown]
    rows: list[Payload] = []
    for button, title in zip(shown, titles(labels, _ROW_TITLE), strict=True):
        row = {"id": button.data, "title": title}
        if title != whole(button.label):
            row["description"] = shortened(whole(button.label), _ROW_DESCRIPTION)
        rows.append(row)
    cut = [label for label in labels if utf16_units(whole(label)) > _ROW_DESCRIPTION]
    return {
        "type": "interactive",
        "interactive": {
            "type": "list",
            "body": {"text": _body(message, cut, say)},
            "action": {"button": say("list_open"), "sections": [{"rows": rows}]},
        },
    }


def _page(buttons: Sequence[Button], page: int, reference: str, say: Say) -> Sequence[Button]:
    """Give the rows of a page: all that is left, or nine and one that shows the next page."""
    last = max(0, -(-(len(buttons) - MAX_ROWS) // _PAGE_ROWS))
    page = min(max(0, page), last)
    rest = buttons[page * _PAGE_ROWS :]
    if len(rest) <= MAX_ROWS:
        return rest
    more = Button(say("list_more"), encode(ShowPage(reference, str(page + 1))))
    return [*rest[:_PAGE_ROWS], more]


def _body(message: Message, cut: Sequence[str], say: Say) -> str:
    """Write the text beside buttons, with the labels that they show only in part."""
    text = _text(message, MAX_BODY).strip() or say("list_body")
    lines = unmarked("\n".join(f"• {whole(label)}" for label in cut))
    room = MAX_BODY - utf16_units(text) - len("\n\n")
    if not lines or room < _ROW_TITLE:
        return text
    return f"{text}\n\n{shortened(lines, room)}"


def _distinct(buttons: Sequence[Button]) -> Sequence[Button]:
    """Leave out what does the same as an earlier button: WhatsApp refuses it."""
    first: dict[str, Button] = {}
    for button in buttons:
        if not 0 < len(button.data.encode()) <= MAX_BYTES or button.data != button.data.strip():
            raise ValueError(f"button data does not fit: {button.data!r}")
        first.setdefault(button.data, button)
    return list(first.values())

"""The keyboards that a message may carry."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram_refusals import bad

Rows = list[list[dict[str, Any]]]


@dataclass(frozen=True)
class Markup:
    """What stands in ``reply_markup``.

    Attributes:
        inline: The buttons below the message.
        replies: The buttons that take the place of the letter keyboard.
        one_time: Those go away as soon as one is used.
        removes: The letter keyboard comes back.
    """

    inline: Rows = field(default_factory=list)
    replies: Rows = field(default_factory=list)
    one_time: bool = False
    removes: bool = False


def read_markup(value: object) -> Markup:
    """Read a message's markup.

    Raises:
        Refusal: As Telegram would refuse it.
    """
    if not isinstance(value, dict):
        raise bad("object expected as reply markup")
    if value.get("remove_keyboard"):
        return Markup(removes=True)
    if "keyboard" in value:
        one_time = bool(value.get("one_time_keyboard"))
        return Markup(replies=_replies(value["keyboard"]), one_time=one_time)
    return Markup(inline=read_inline(value))


def read_inline(value: object) -> Rows:
    """Read an inline keyboard, the only markup that an edit takes.

    Raises:
        Refusal: As Telegram would refuse it.
    """
    rows = _rows(value.get("inline_keyboard") if isinstance(value, dict) else None)
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad("can't parse inline keyboard button: Can't find field \"text\"")
        if "callback_data" not in button:
            raise bad("text buttons are unallowed in the inline keyboard")
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    if sum(map(len, rows)) > 100:
        raise bad("reply markup is too long")
    return [row for row in rows if row]


def _replies(value: object) -> Rows:
    rows = _rows(value)
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad("can't parse keyboard button: Can't find field \"text\"")
    if not any(rows):
        raise bad("object expected as reply markup")
    return [row for row in rows if row]


def _rows(value: object) -> Rows:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad("object expected as reply markup")
    return value

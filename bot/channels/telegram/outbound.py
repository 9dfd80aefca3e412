"""From a message to a request's parameters: https://core.telegram.org/bots/api#sendmessage."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TypedDict

import regex
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode

from bot.conversation.buttons import (
    MAX_BYTES,
    RateAnswer,
    decode,
)
from bot.conversation.channel import Limits
from bot.conversation.circular_buttons import AnswerCheck
from bot.conversation.messages import Block, BlockKind, Button, Message, joined
from bot.conversation.quiz_buttons import (
    AnswerQuestion,
    PickChoices,
)
from bot.conversation.workshop_buttons import AnswerLesson, PickLesson

LIMITS = Limits(
    text_units=4096, button_label=32, caption_units=1024, rebuttons=True, takes_files=True
)
"""4096 and 1024 are Telegram's own; it sets none for labels, but its apps cut what a row can't
show."""

BUTTONS_IN_A_ROW = 3
CHOICES_IN_A_ROW = 4
LABEL_IN_A_ROW = 18
"""Graphemes up to which a label shares its row."""

_GRAPHEME = regex.compile(r"\X")
_MARKUP = {
    BlockKind.VERDICT: "<b>{}</b>",
    BlockKind.CITATION: "<i>{}</i>",
    BlockKind.COPY: "<code>{}</code>",  # a tap copies it
}


Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


class Parameters(TypedDict):
    """What ``sendMessage`` takes."""

    text: str
    parse_mode: str
    link_preview_options: LinkPreviewOptions
    reply_markup: Keyboard | None


class Caption(TypedDict):
    """What ``sendDocument`` and ``sendPhoto`` take beside the file."""

    caption: str
    parse_mode: str
    reply_markup: Keyboard | None


def parameters(message: Message) -> Parameters:
    """Build a message's parameters; whatever it says is text, never markup.

    Raises:
        ValueError: A button's data is empty or over 64 bytes.
    """
    return Parameters(
        text=joined(message.blocks, _markup),
        parse_mode=ParseMode.HTML.value,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=_keyboard(message),
    )


def caption(message: Message) -> Caption:
    """Build what stands beside a message's document.

    Raises:
        ValueError: A button's data is empty or over 64 bytes.
    """
    return Caption(
        caption=joined(message.blocks, _markup),
        parse_mode=ParseMode.HTML.value,
        reply_markup=_keyboard(message),
    )


def inline(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    """Lay the buttons out: one a row if a label is long, else three.

    "Useful?" always stands together, and so do the choices of a question.

    Raises:
        ValueError: A button's data is empty or over 64 bytes.
    """
    if not buttons:
        return None
    long = any(len(_GRAPHEME.findall(button.label)) > LABEL_IN_A_ROW for button in buttons)
    width = 1 if long else BUTTONS_IN_A_ROW
    rows: list[list[InlineKeyboardButton]] = []
    for together, group in groupby(buttons, key=_together):
        run = [_button(button) for button in group]
        in_a_row = together or width
        rows += [run[start : start + in_a_row] for start in range(0, len(run), in_a_row)]
    return InlineKeyboardMarkup(rows)


def _markup(block: Block) -> str:
    if block.quote:
        marked = (f"«<u>{escape(word, quote=False)}</u>»" for word in block.quote.words)
        words = " ".join(marked)
        text = escape(block.text, quote=False)
        return f"{text}: {words}" if words else text
    return _MARKUP.get(block.kind, "{}").format(escape(block.text, quote=False))


def _keyboard(message: Message) -> Keyboard | None:
    """Choose the one keyboard that a message can have.

    A button that shares the number hides when it is used, but comes back at a touch, and stays
    where a code was typed instead. So what says that the chat is linked takes it away, rather
    than have buttons: a message of its own for that would say nothing.
    """
    if message.closes_keyboard:
        return ReplyKeyboardRemove()
    if message.asks_contact and not message.buttons:
        button = KeyboardButton(message.asks_contact, request_contact=True)
        return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
    return inline(message.buttons)


def _together(button: Button) -> int:
    """Say how many buttons like this stand in a row whatever the others are; 0 for most."""
    match decode(button.data):
        case RateAnswer():
            return BUTTONS_IN_A_ROW
        case AnswerQuestion() | PickChoices() | AnswerLesson() | PickLesson() | AnswerCheck():
            return CHOICES_IN_A_ROW
        case _:
            return 0


def _button(button: Button) -> InlineKeyboardButton:
    if not 0 < len(button.data.encode()) <= MAX_BYTES:
        raise ValueError(f"button data does not fit: {button.data!r}")
    return InlineKeyboardButton(button.label, callback_data=button.data)

"""Cutting a message that a channel cannot carry in one piece."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate

import regex

from bot.conversation.channel import Limits
from bot.conversation.messages import Block, Message

ANYWHERE = Limits(text_units=4000, button_label=20, buttoned_units=900)
"""What every channel can carry: what is told unasked goes to whichever is the person's."""

_JOINT_UNITS = 2
"""Between two blocks stand two line feeds (``Message.plain_text``)."""

_ENDS = (
    (regex.compile(r"\n\s*\n\s*"), 0.5),  # a paragraph's
    (regex.compile(r"(?:\n|[.!?؟۔…][»”\"')\]]*\s)\s*"), 0.5),  # a line's, a sentence's
    (regex.compile(r"\s+"), 0),  # a word's
)
"""Where to cut rather, and from which share of what fits on: a part should not be tiny."""

_GRAPHEME = regex.compile(r"\X")


def utf16_units(text: str) -> int:
    """Count UTF-16 code units, as Telegram does.

    See https://core.telegram.org/api/entities#entity-length.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(message: Message, limits: Limits) -> list[Message]:
    """Cut a message into parts that fit, each piece of a block keeping its kind.

    A cut falls after a paragraph where there is one in the second half of what fits, else after
    a sentence or line, else after a word, and never inside a grapheme, unless that is longer
    than a whole message. All pieces in order are the original text. The first part keeps
    ``edits``, the last one carries the buttons and the document, and holds no more text than
    may stand beside these. A picture comes first instead, beside the first paragraph.

    Args:
        message: The message.
        limits: What the channel can carry.

    Returns:
        At least one message.
    """
    if message.document and message.document.is_picture and not _fits_whole(message, limits):
        return _picture_first(message, limits)
    parts: list[list[Block]] = [[]]
    used = 0
    for block in message.blocks:
        # Quoted words are few and cut short: their block fits whole.
        whole = [block] if block.quote else None
        for piece in whole or _blocks(block, limits.text_units):
            units = utf16_units(piece.plain_text)
            joint = _JOINT_UNITS if parts[-1] else 0
            if parts[-1] and used + joint + units > limits.text_units:
                parts.append([])
                used, joint = 0, 0
            parts[-1].append(piece)
            used += joint + units
    room = _room_beside(message, limits)
    if room < limits.text_units:
        parts[-1:] = _with_tail(parts[-1], room)
    last = len(parts) - 1
    return [
        replace(
            message,
            blocks=tuple(blocks),
            buttons=message.buttons if number == last else (),
            document=message.document if number == last else None,
            asks_contact=message.asks_contact if number == last else "",
            closes_keyboard=message.closes_keyboard and number == last,
            edits=message.edits if number == 0 else "",
        )
        for number, blocks in enumerate(parts)
    ]


def _fits_whole(message: Message, limits: Limits) -> bool:
    return utf16_units(message.plain_text) <= _room_beside(message, limits)


def _picture_first(message: Message, limits: Limits) -> list[Message]:
    """Part a picture from the text that cannot stand beside it all: no text comes above it."""
    bare = replace(message, buttons=(), asks_contact="", closes_keyboard=False)
    beside, below = message.blocks[:1], message.blocks[1:]
    first = replace(bare, blocks=beside)
    if not _fits_whole(first, limits):
        first, below = replace(bare, blocks=()), message.blocks
    rest = replace(message, blocks=below, document=None, edits="")
    return [first, *split(rest, limits)]


def _room_beside(message: Message, limits: Limits) -> int:
    """Say how many units of text may stand beside the message's buttons and document."""
    most = [limits.text_units]
    if message.buttons or message.document:
        most.append(limits.buttoned_units or limits.text_units)
    if message.document:
        most.append(limits.caption_units or limits.text_units)
    return min(most)


def _with_tail(blocks: list[Block], room: int) -> list[list[Block]]:
    """Cut off a tail that fits beside buttons; all of it is the tail where that fits."""
    if not blocks:
        return [blocks]
    head, tail = blocks[:-1], blocks[-1:]
    used = utf16_units(tail[0].plain_text)
    if used > room and tail[0].quote is None:
        *pieces, last = _pieces(tail[0].text, room)
        # One block, or an empty line would stand where there was none.
        before = Block(tail[0].kind, "".join(pieces))
        return [[*head, before], [Block(tail[0].kind, last)]]
    while head and used + _JOINT_UNITS + utf16_units(head[-1].plain_text) <= room:
        used += _JOINT_UNITS + utf16_units(head[-1].plain_text)
        tail.insert(0, head.pop())
    return [head, tail] if head else [tail]


def _blocks(block: Block, room: int) -> list[Block]:
    return [Block(block.kind, piece) for piece in _pieces(block.text, room)]


def _pieces(text: str, room: int) -> list[str]:
    pieces: list[str] = []
    while utf16_units(text) > room:
        place = _cut(text, room)
        pieces.append(text[:place])
        text = text[place:]
    return [*pieces, text]


def _cut(text: str, room: int) -> int:
    # No character takes less than one unit: what lies further on cannot fit.
    head = text[: room + 1]
    before = [0, *accumulate(utf16_units(character) for character in head)]
    longest = bisect_right(before, room) - 1
    solid = len(text.rstrip())
    if 1 < solid <= longest:
        longest = solid - 1  # platforms refuse a message of white space
    graphemes = _GRAPHEME.finditer(text, endpos=len(head))
    places = [place for match in graphemes if 0 < (place := match.start()) <= longest]
    if not places:
        return max(1, longest)
    fits = text[: places[-1]]
    for ends, least in _ENDS:
        allowed = {place for place in places if place >= len(fits) * least}
        good = [end for match in ends.finditer(fits) if (end := match.end()) in allowed]
        if good:
            return good[-1]
    return places[-1]

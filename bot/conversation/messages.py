"""What goes out to a person, whatever the channel; pure values that survive JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.conversation.announcement import ASKS_TO_WRITE, WAITING, Announcement
from bot.domain.drafting import Span
from bot.domain.meaning import Language

_LONGEST_QUOTE = 60
"""Characters shown of some quoted words; the page cuts in the same way."""

_MOST_QUOTES = 5
"""A line that quotes more than these is no longer read, and might not fit a message."""


PICTURES = frozenset({"image/png", "image/jpeg"})
"""The kinds of pictures that every channel shows."""


class BlockKind(StrEnum):
    """The part that a paragraph plays; channels render it in their own way."""

    VERDICT = "verdict"
    BODY = "body"
    CITATION = "citation"
    NOTE = "note"
    QUOTE = "quote"
    COPY = "copy"


@dataclass(frozen=True)
class Quote:
    """Words of the person's own text, which are stored nowhere.

    Attributes:
        spans: Where they stand in the text, in characters.
        words: The words themselves; none where they were left out.
        event: Where they were left out, the channel's id of the event that brought the text,
            so that the person's own page can fill them in.
    """

    spans: tuple[Span, ...]
    words: tuple[str, ...] = ()
    event: str = ""


@dataclass(frozen=True)
class Block:
    """One paragraph of plain text; ``text`` holds no word of ``quote``."""

    kind: BlockKind
    text: str
    quote: Quote | None = None

    @property
    def plain_text(self) -> str:
        """The text, and behind it the quoted words."""
        if self.quote is None or not self.quote.words:
            return self.text
        return f"{self.text}: {' '.join(f'«{word}»' for word in self.quote.words)}"

    def to_json(self) -> list[Any]:
        """Give the block as JSON values."""
        if self.quote is None:
            return [self.kind.value, self.text]
        spans = [list(span) for span in self.quote.spans]
        quote = {"spans": spans, "words": list(self.quote.words), "event": self.quote.event}
        return [self.kind.value, self.text, quote]

    @classmethod
    def from_json(cls, value: list[Any]) -> Block:
        """Read what ``to_json`` gave.

        Raises:
            KeyError, ValueError, TypeError: The value is not a block.
        """
        kind, text, *rest = value
        quote = None
        for given in rest:
            spans = tuple((int(start), int(end)) for start, end in given["spans"])
            quote = Quote(spans, tuple(map(str, given["words"])), str(given["event"]))
        return cls(BlockKind(kind), str(text), quote)


def joined(blocks: Sequence[Block], written: Callable[[Block], str]) -> str:
    """Join paragraphs, those that quote line by line.

    Args:
        blocks: The paragraphs.
        written: Gives one as it is written on a channel.
    """
    text = ""
    for before, block in zip([None, *blocks], blocks, strict=False):
        is_list = before and before.kind is block.kind is BlockKind.QUOTE
        text += ("\n" if is_list else "\n\n" if before else "") + written(block)
    return text


def quoted(text: str, spans: tuple[Span, ...]) -> Quote:
    """Quote the first places of a text; long words are cut."""
    spans = spans[:_MOST_QUOTES]
    cut = (text[start : min(end, start + _LONGEST_QUOTE)] for start, end in spans)
    words = tuple(
        f"{' '.join(word.split())}…" if end - start > _LONGEST_QUOTE else " ".join(word.split())
        for word, (start, end) in zip(cut, spans, strict=True)
    )
    return Quote(spans, words)


@dataclass(frozen=True)
class Button:
    """A button: what it shows and the encoded value it sends back (see ``buttons``)."""

    label: str
    data: str


@dataclass(frozen=True)
class Document:
    """A file that goes along with a message.

    Attributes:
        file: The id under which its content is kept (``bot.records.files``).
        name: What the person's device calls it.
        media_type: Its kind, such as ``text/plain``.
        says: What a picture shows, for who cannot see it; empty for other files.
    """

    file: str
    name: str
    media_type: str
    says: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether channels show it, rather than offer it."""
        return self.media_type in PICTURES

    def to_json(self) -> list[str]:
        """Give the document as JSON values."""
        shown = [self.says] if self.says else []
        return [self.file, self.name, self.media_type, *shown]


@dataclass(frozen=True)
class Message:
    """One message to one person.

    Attributes:
        blocks: Its paragraphs, in order.
        buttons: Its buttons, in order; a channel lays them out.
        language: The language of the text, for its direction.
        edits: The channel's id of a message of ours that this one replaces, or empty.
        unedited: What is said in place of the blocks where nothing can be replaced, since what
            they say stands there already; empty for nothing.
        rebuttons: Of the message that it edits only the buttons are replaced, by these; it is said
            whole, as a new message, where that cannot be done.
        stands_alone: Where nothing can be replaced it is said whole, as a new message.
        document: A file that goes along.
        asks_contact: The label of a button that shares the person's own number, on channels that
            have one; empty for none.
        closes_keyboard: The button that ``asks_contact`` put up has done its work, and goes away.
            A channel that cannot do that in a message with buttons leaves the buttons out.
        page: Which page of the buttons to show, from 0, where not all fit.
        template: The id of the approved template that says this where nothing else may be
            sent; empty for an ordinary message.
        untemplated: Where nothing but a template may be sent, this is not said at all.
        announced: The template that says that it waits where nothing but a template may be sent.
        fleeting: What its buttons carry must not stay stored: a channel that keeps messages
            forgets it as soon as the person has gone on.
        until: The moment from which on it is not said any more; None for never.
    """

    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...] = ()
    language: Language = Language.ARABIC
    edits: str = ""
    unedited: str = ""
    rebuttons: tuple[Button, ...] = ()
    stands_alone: bool = False
    document: Document | None = None
    asks_contact: str = ""
    closes_keyboard: bool = False
    page: int = 0
    template: str = ""
    untemplated: bool = False
    announced: Announcement = ASKS_TO_WRITE
    fleeting: bool = False
    until: datetime | None = None

    @property
    def plain_text(self) -> str:
        """The paragraphs with an empty line between them, those that quote line by line."""
        return joined(self.blocks, lambda block: block.plain_text)

    def without_quoted_words(self, event: str) -> Message:
        """Leave quoted words out, for a channel that keeps what was said.

        Args:
            event: The channel's id of the event that brought the text.
        """
        blocks = tuple(
            replace(block, quote=replace(block.quote, words=(), event=event))
            if block.quote
            else block
            for block in self.blocks
        )
        return replace(self, blocks=blocks)

    def as_new(self) -> Message | None:
        """Give what is said where no message can be replaced; None for nothing."""
        if not self.edits:
            return self
        if self.stands_alone or self.rebuttons:
            return replace(self, edits="", rebuttons=())
        if not self.unedited:
            return None
        said = (Block(BlockKind.BODY, self.unedited),)
        return replace(self, blocks=said, edits="", unedited="")

    def to_json(self) -> dict[str, Any]:
        """Give the message as JSON values."""
        document = self.document
        rare = {
            "unedited": self.unedited,
            "rebuttons": [[button.label, button.data] for button in self.rebuttons],
            "stands_alone": self.stands_alone,
            "document": document and document.to_json(),
            "asks_contact": self.asks_contact,
            "closes_keyboard": self.closes_keyboard,
            "page": self.page,
            "template": self.template,
            "untemplated": self.untemplated,
            "announced": self.announced != ASKS_TO_WRITE and self.announced.to_json(),
            "fleeting": self.fleeting,
            "until": self.until and self.until.isoformat(),
        }
        return {
            "blocks": [block.to_json() for block in self.blocks],
            "buttons": [[button.label, button.data] for button in self.buttons],
            "language": self.language.value,
            "edits": self.edits,
            **{name: value for name, value in rare.items() if value},
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Message:
        """Read what ``to_json`` gave.

        Raises:
            KeyError, ValueError, TypeError: The value is not a message.
        """
        return cls(
            blocks=tuple(map(Block.from_json, value["blocks"])),
            buttons=_buttons(value["buttons"]),
            language=Language(value["language"]),
            edits=str(value["edits"]),
            unedited=str(value.get("unedited", "")),
            rebuttons=_buttons(value.get("rebuttons", ())),
            stands_alone=bool(value.get("stands_alone")),
            document=Document(*map(str, value["document"])) if "document" in value else None,
            asks_contact=str(value.get("asks_contact", "")),
            closes_keyboard=bool(value.get("closes_keyboard")),
            page=int(value.get("page", 0)),
            template=str(value.get("template", "")),
            untemplated=bool(value.get("untemplated")),
            announced=Announcement.from_json(value.get("announced", [WAITING, (), ()])),
            fleeting=bool(value.get("fleeting")),
            until=datetime.fromisoformat(value["until"]) if "until" in value else None,
        )


def _buttons(value: Sequence[Any]) -> tuple[Button, ...]:
    return tuple(Button(str(label), str(data)) for label, data in value)

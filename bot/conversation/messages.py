"""What goes out to a person, whatever the channel; pure values that survive JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.meaning import Language


class BlockKind(StrEnum):
    """The part that a paragraph plays; channels render it in their own way."""

    VERDICT = "verdict"
    BODY = "body"
    CITATION = "citation"
    NOTE = "note"


@dataclass(frozen=True)
class Block:
    """One paragraph of plain text."""

    kind: BlockKind
    text: str


@dataclass(frozen=True)
class Button:
    """A button: what it shows and the encoded value it sends back (see ``buttons``)."""

    label: str
    data: str


@dataclass(frozen=True)
class Message:
    """One message to one person.

    Attributes:
        blocks: Its paragraphs, in order.
        buttons: Its buttons, in order; a channel lays them out.
        language: The language of the text, for its direction.
        edits: The channel's id of a message of ours that this one replaces, or empty.
    """

    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...] = ()
    language: Language = Language.ARABIC
    edits: str = ""

    @property
    def plain_text(self) -> str:
        """The paragraphs with an empty line between them."""
        return "\n\n".join(block.text for block in self.blocks)

    def to_json(self) -> dict[str, Any]:
        """Give the message as JSON values."""
        return {
            "blocks": [[block.kind.value, block.text] for block in self.blocks],
            "buttons": [[button.label, button.data] for button in self.buttons],
            "language": self.language.value,
            "edits": self.edits,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Message:
        """Read what ``to_json`` gave.

        Raises:
            KeyError, ValueError, TypeError: The value is not a message.
        """
        return cls(
            blocks=tuple(Block(BlockKind(kind), str(text)) for kind, text in value["blocks"]),
            buttons=tuple(Button(str(label), str(data)) for label, data in value["buttons"]),
            language=Language(value["language"]),
            edits=str(value["edits"]),
        )

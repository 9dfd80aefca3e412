"""What a send, or a later receipt, says of one message."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.conversation.channel import SendOutcome
from bot.conversation.events import Address, Receipt
from bot.records.outbox import Outgoing

_REFERENCE = re.compile(r"(t?)([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a send gave.

    Attributes:
        row: The message, as it was sent.
        address: Where it went.
        outcome: What came of it.
    """

    row: Outgoing
    address: Address
    outcome: SendOutcome

    @property
    def message_id(self) -> int:
        """The number of the message."""
        return self.row.id


@dataclass(frozen=True, slots=True)
class Told:
    """What a platform says later of a message.

    Attributes:
        message_id: The number of the message.
        of_template: It is of the template that went out in the message's place.
        receipt: What it says.
        event_id: The inbox's event that brought it; None where none did.
    """

    message_id: int
    of_template: bool
    receipt: Receipt
    event_id: int | None = None


Result = Answer | Told


def told_by(receipt: Receipt, event_id: int | None = None) -> Told | None:
    """Read which message a receipt is of; None where it names none of ours."""
    match = _REFERENCE.fullmatch(receipt.reference)
    return Told(int(match[2]), bool(match[1]), receipt, event_id) if match else None


def reference_of(row: Outgoing) -> str:
    """Name a message to the platform, whose receipts say it again."""
    return f"t{row.id}" if is_due_as_template(row) else str(row.id)


def is_due_as_template(row: Outgoing) -> bool:
    """Say whether a message's template is to be sent, not the message itself."""
    return row.templated_at is not None and row.external_id is None


def is_templated(row: Outgoing) -> bool:
    """Say whether a message's template went out, so that the message waits for the person."""
    return row.templated_at is not None and row.external_id is not None


def may_template(row: Outgoing) -> bool:
    """Say whether a message's template may be sent in its place."""
    return row.templated_at is None and not (row.payload or {}).get("untemplated")

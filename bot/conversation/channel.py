"""The port that every channel implements, and the outcome of a send as a value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.conversation.events import SentFile

if TYPE_CHECKING:
    from bot.conversation.events import Address, Incoming, Receipt
    from bot.conversation.messages import Message


@dataclass(frozen=True)
class Limits:
    """What a channel can carry in one message.

    Attributes:
        text_units: Most UTF-16 code units of text, markup not counted.
        button_label: Most graphemes that a button shows without being cut.
        keeps_text: What was said stays stored after it was sent, so that the person's own
            words must not be in it.
        edits: A message of ours can be replaced by another.
        rebuttons: The buttons of one can be replaced alone.
        buttoned_units: Most UTF-16 code units of a text that has buttons or stands beside a
            document; None for no less than of any other.
        caption_units: Most UTF-16 code units of a text beside a document, where that takes less
            than buttons do; None for no less.
        buttons: Most buttons of one message; what is beyond is shown page by page.
        window: How long after a person's last message anything but a template may be sent.
        counts_incoming: What people write counts against the rate of what we send.
        takes_files: People can send files on it.
    """

    text_units: int
    button_label: int
    keeps_text: bool = False
    edits: bool = True
    rebuttons: bool = False
    buttoned_units: int | None = None
    caption_units: int | None = None
    buttons: int | None = None
    window: timedelta | None = None
    counts_incoming: bool = False
    takes_files: bool = False


@dataclass(frozen=True)
class Sent:
    """The platform took the message.

    Attributes:
        external_id: The platform's id of it.
    """

    external_id: str


@dataclass(frozen=True)
class SendFailure:
    """The platform did not take the message; decided on in one place, the outbox.

    Attributes:
        reason: A short code for the log and the report, never a text or an address.
        retryable: Trying again can help.
        retry_after: Seconds to wait at least; None if the platform asked for none.
        halts_channel: Nobody can be reached now (credential, flood): pause the account,
            and count no attempt.
        recipient_gone: This person can't be reached any more.
        moved_to: The address that replaces this one, if the platform named it.
        most_attempts: After so many it is given up; None for the outbox's own number.
        ambiguous: The platform may have taken it and will say so by a receipt: wait for one
            before sending again.
        needs_template: Only an approved template reaches this person now.
        stops_bulk: The platform doubts what we send to many: send nothing more of it, and tell
            an operator.
        content_fault: What is sent is wrong, whoever gets it.
    """

    reason: str
    retryable: bool = False
    retry_after: float | None = None
    halts_channel: bool = False
    recipient_gone: bool = False
    moved_to: str | None = None
    most_attempts: int | None = None
    ambiguous: bool = False
    needs_template: bool = False
    stops_bulk: bool = False
    content_fault: bool = False


SendOutcome = Sent | SendFailure


@dataclass(frozen=True)
class FetchFailure:
    """The platform did not give a file.

    Attributes:
        reason: A short code, never an address.
        too_large: It is larger than what was asked for, or than what the platform gives out.
    """

    reason: str
    too_large: bool = False


TOO_LARGE = FetchFailure("too_large", too_large=True)


class FileSource(Protocol):
    """What gives the files that people send."""

    async def fetch(self, file: SentFile, most: int) -> bytes | FetchFailure:
        """Give what is in a file; never raises for what a platform does.

        Args:
            file: As the platform spoke of it.
            most: How many bytes it may have; no more are read.
        """


Fetch = Callable[[SentFile, int], Awaitable[bytes | FetchFailure]]
"""As ``FileSource.fetch``."""


class Channel(FileSource, Protocol):
    """One account on one platform."""

    @property
    def name(self) -> str:
        """The platform: ``telegram``, ``web``."""

    @property
    def account(self) -> str:
        """Which of our accounts on the platform."""

    @property
    def limits(self) -> Limits:
        """What one message can carry."""

    def parse(self, raw: dict[str, object]) -> Incoming | Receipt | None:
        """Read a stored raw event; None for one that asks nothing of us.

        Raises:
            ValueError, KeyError, TypeError: The event cannot be used (it is quarantined).
        """

    async def send(self, address: Address, message: Message, reference: str = "") -> SendOutcome:
        """Send one message that fits the limits; never raises for what a platform does.

        Args:
            address: Where to.
            message: What to say.
            reference: What the platform gives back in its receipts, where it can.
        """

    async def acknowledge(self, incoming: Incoming) -> None:
        """Show at once that the event arrived (typing, a pressed button's spinner); best effort."""

"""What comes in from a person, whatever the channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.conversation.channel import SendFailure


class MediaKind(StrEnum):
    """What a person sent instead of text."""

    VOICE = "voice"
    PICTURE = "picture"
    STICKER = "sticker"
    VIDEO = "video"
    DOCUMENT = "document"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True)
class Text:
    """Free text, as typed.

    Attributes:
        forwarded: Somebody else wrote it, and the person passed it on.
    """

    text: str
    forwarded: bool = False


@dataclass(frozen=True)
class Command:
    """A channel's own command such as ``/start abc``.

    Attributes:
        name: Without the slash, lower case.
        argument: What follows it, stripped.
    """

    name: str
    argument: str = ""


@dataclass(frozen=True)
class Press:
    """A pressed button.

    Attributes:
        data: The button's encoded value, not yet decoded or trusted.
        message_id: The channel's id of the message that carried it, to edit it.
        press_id: What the channel wants acknowledged at once (Telegram's callback id).
    """

    data: str
    message_id: str = ""
    press_id: str = ""


@dataclass(frozen=True)
class SentFile:
    """A file that a person sent; its bytes are on the platform until they are fetched.

    Attributes:
        id: The platform's id of it.
        name: What it is called; empty for a picture, which bears no name.
        size: In bytes, as the platform announces it; None where it announces none.
    """

    id: str
    name: str = ""
    size: int | None = None


@dataclass(frozen=True)
class Media:
    """A voice note, picture, sticker or anything else that is not read.

    Attributes:
        caption: The text that came with it.
        forwarded: It is somebody else's, passed on.
        file: By what a document or a picture is fetched; None for anything else.
    """

    kind: MediaKind
    caption: str = ""
    forwarded: bool = False
    file: SentFile | None = None


@dataclass(frozen=True)
class Blocked:
    """The person blocked the bot (True) or let it back in (False)."""

    blocked: bool


@dataclass(frozen=True)
class Contact:
    """A phone number that the person shared.

    Attributes:
        phone: The number in E.164, ``+971501234567``; as it came where it cannot be read.
        own: The platform vouches that it is the person's own.
    """

    phone: str
    own: bool


@dataclass(frozen=True)
class AddressEnded:
    """The platform says that this address is not the person's any more.

    Attributes:
        reason: A short code, such as ``number_changed``.
    """

    reason: str


Content = Text | Command | Press | Media | Blocked | Contact | AddressEnded


@dataclass(frozen=True)
class Address:
    """Where a person is reached.

    Attributes:
        channel: ``telegram``, ``whatsapp``, ``web``, ``terminal``.
        account: Which of our accounts on the channel (the bot's id, the site).
        user: The channel's own id of the person's chat.
    """

    channel: str
    account: str
    user: str


@dataclass(frozen=True)
class Incoming:
    """One event from one person.

    Attributes:
        address: Who wrote.
        external_id: The channel's id of the event, unique within channel and account.
        content: What was sent.
        language_hint: The language that the person's app is set to, e.g. ``ar``; may be empty.
        phone: The number in E.164 that the platform vouches for; empty where it tells none.
        sent_at: When the person sent it, by the platform's clock; None where it tells none.
    """

    address: Address
    external_id: str
    content: Content
    language_hint: str = ""
    phone: str = ""
    sent_at: datetime | None = None


class ReceiptState(StrEnum):
    """What a platform says of a message that we sent."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True)
class Receipt:
    """What a platform says of one of our messages; receipts come in any order, and repeated.

    Attributes:
        address: To whom the message went.
        reference: What we gave along when we sent it; empty if the platform lost it.
        external_id: The platform's id of the message.
        state: How far it is.
        failure: Why it failed, in that state.
    """

    address: Address
    reference: str
    external_id: str
    state: ReceiptState
    failure: SendFailure | None = None

"""What comes in from a person, whatever the channel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
class Media:
    """A voice note, picture, sticker or anything else that is not read.

    Attributes:
        caption: The text that came with it.
        forwarded: It is somebody else's, passed on.
    """

    kind: MediaKind
    caption: str = ""
    forwarded: bool = False


@dataclass(frozen=True)
class Blocked:
    """The person blocked the bot (True) or let it back in (False)."""

    blocked: bool


Content = Text | Command | Press | Media | Blocked


@dataclass(frozen=True)
class Address:
    """Where a person is reached.

    Attributes:
        channel: ``telegram``, ``web``, ``terminal``.
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
    """

    address: Address
    external_id: str
    content: Content
    language_hint: str = ""

"""What a page may send, and how a stored frame is read; no I/O.

A frame is checked twice by the same models: at the socket, before it is stored, and when the
inbox reads it back.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.conversation.buttons import MAX_BYTES
from bot.conversation.events import Address, Command, Content, Incoming, Press, Text

NAME = "web"
ACCOUNT = "site"

MAX_FRAME_BYTES = 16 * 1024
"""A frame of ``MAX_TEXT`` characters of four UTF-8 bytes each still fits."""

MAX_TEXT = 4000
"""Most characters of one text; the page counts them in the same way, by code point."""

_LARGEST_ID = 2**63 - 1


def _without_nul(text: str) -> str:
    # PostgreSQL refuses U+0000: https://www.postgresql.org/docs/current/datatype-json.html
    cleaned = text.replace("\0", "")
    if not cleaned.strip():
        raise ValueError("the text is blank")
    return cleaned


class _Frame(BaseModel):
    model_config = ConfigDict(frozen=True)


class TextFrame(_Frame):
    """What a person typed; its length is the socket's to judge."""

    type: Literal["text"]
    id: UUID
    text: Annotated[str, AfterValidator(_without_nul)]


class PressFrame(_Frame):
    """A pressed button and the number of the message that carried it."""

    type: Literal["press"]
    id: UUID
    message: str = Field(pattern=r"^[0-9]{0,19}$")
    data: str = Field(pattern=rf"^[^\x00-\x1f]{{1,{MAX_BYTES}}}$")


class CommandFrame(_Frame):
    """The page's own command: ``start`` on the first visit, ``link`` with an enrolment code."""

    type: Literal["command"]
    id: UUID
    name: str = Field(pattern=r"^[a-z_]{1,32}$")
    argument: str = Field("", pattern=r"^[A-Za-z0-9-]{0,64}$")


class ResumeFrame(_Frame):
    """The page wants every message after this number; 0 for all."""

    type: Literal["resume"]
    after: int = Field(ge=0, le=_LARGEST_ID)


class PingFrame(_Frame):
    """The page asks whether the connection lives."""

    type: Literal["ping"]


EventFrame = TextFrame | PressFrame | CommandFrame
"""A frame that is an event of the conversation, and so is stored."""

ClientFrame = EventFrame | ResumeFrame | PingFrame

_client_frame: TypeAdapter[ClientFrame] = TypeAdapter(
    Annotated[ClientFrame, Field(discriminator="type")]
)


class _Identified(BaseModel):
    id: UUID


class _Stored(BaseModel):
    user: str = Field(min_length=1)
    language: str = ""
    frame: EventFrame = Field(discriminator="type")


def read_frame(data: str) -> ClientFrame:
    """Read what a page sent.

    Raises:
        ValidationError: It is not one of the frames above.
    """
    return _client_frame.validate_json(data)


def find_id(data: str) -> str:
    """Give the id of a frame that ``read_frame`` refused; empty if it has none."""
    try:
        return str(_Identified.model_validate_json(data).id)
    except ValidationError:
        return ""


def name_event(user: str, frame: EventFrame) -> str:
    """Give the id under which a frame has one effect, however often it is sent."""
    return f"{user[:16]}:{frame.id}"


def pack(user: str, language: str, frame: EventFrame) -> dict[str, object]:
    """Build the raw event that is stored; ``parse`` reads it."""
    return {"user": user, "language": language, "frame": frame.model_dump(mode="json")}


def parse(raw: dict[str, object]) -> Incoming:
    """Read a stored raw event.

    Raises:
        ValidationError: It is not what ``pack`` builds.
    """
    stored = _Stored.model_validate(raw)
    return Incoming(
        address=Address(NAME, ACCOUNT, stored.user),
        external_id=name_event(stored.user, stored.frame),
        content=_content(stored.frame),
        language_hint=stored.language,
    )


def _content(frame: EventFrame) -> Content:
    match frame:
        case TextFrame():
            return Text(frame.text)
        case PressFrame():
            return Press(frame.data, message_id=frame.message)
        case CommandFrame():
            return Command(frame.name, frame.argument)

"""Button values of circulars; ``bot.conversation.buttons`` writes and reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ListCirculars:
    """Show the circulars that the person was sent, on this page of them, from 0."""

    page: str = ""


@dataclass(frozen=True)
class ShowCircular:
    """Show a circular."""

    circular: str


@dataclass(frozen=True)
class AcknowledgeCircular:
    """Acknowledge a circular.

    Attributes:
        circular: One version of it.
        language: In which the statement stands above the button.
    """

    circular: str
    language: str


@dataclass(frozen=True)
class AnswerCheck:
    """The answer to a circular's question; a right one acknowledges it.

    Attributes:
        choice: Its place, from 0.
        language: In which the statement stands above the button.
    """

    circular: str
    choice: str
    language: str


@dataclass(frozen=True)
class OpenAttachment:
    """Give a file of a circular, by its place."""

    circular: str
    position: str


CircularButton = ListCirculars | ShowCircular | AcknowledgeCircular | AnswerCheck | OpenAttachment

CIRCULAR_TAGS: dict[str, type[CircularButton]] = {
    "cl1": ListCirculars,
    "cs1": ShowCircular,
    "ca1": AcknowledgeCircular,
    "cc1": AnswerCheck,
    "co1": OpenAttachment,
}

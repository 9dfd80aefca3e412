"""Button values of hand-overs; ``buttons`` reads them with all others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ListRequests:
    """Show what waits for the desk.

    Attributes:
        page: Which page, from 0.
    """

    page: str = "0"


@dataclass(frozen=True)
class ShowRequest:
    """Show the desk one question."""

    number: str


@dataclass(frozen=True)
class AnswerRequest:
    """What comes next is the desk's answer."""

    number: str


@dataclass(frozen=True)
class SendAnswer:
    """Send an answer.

    Attributes:
        draft: The beginning of the SHA-256 of the text that stands above the button.
    """

    number: str
    draft: str


@dataclass(frozen=True)
class DropAnswer:
    """Send no answer now."""

    number: str


@dataclass(frozen=True)
class CloseRequest:
    """Close without an answer: ask whether they are sure (""), or do it ("1")."""

    number: str
    sure: str = ""


@dataclass(frozen=True)
class FinishRequest:
    """The answer did: nothing more is asked."""

    number: str


@dataclass(frozen=True)
class AskMore:
    """What comes next is a further question on the same."""

    number: str


DeskButton = ListRequests | ShowRequest | AnswerRequest | SendAnswer | DropAnswer | CloseRequest
AskerButton = FinishRequest | AskMore
HandoverButton = DeskButton | AskerButton

TAGS: dict[str, type[HandoverButton]] = {
    "hl1": ListRequests,
    "hs1": ShowRequest,
    "ha1": AnswerRequest,
    "hn1": SendAnswer,
    "hd1": DropAnswer,
    "hx1": CloseRequest,
    "hf1": FinishRequest,
    "hm1": AskMore,
}

"""Button values of staff's desks; ``bot.conversation.buttons`` writes and reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShowPanel:
    """Show what there is to do for who has a duty."""


@dataclass(frozen=True)
class ManageCirculars:
    """Show a page of the employer's circulars, from 0; "" is the first."""

    page: str = ""


@dataclass(frozen=True)
class ManageCircular:
    """Show a circular as who sends it sees it."""

    circular: str


@dataclass(frozen=True)
class ComposeCircular:
    """Begin a circular."""


@dataclass(frozen=True)
class EditPart:
    """Ask for a part of a draft.

    Attributes:
        part: One of ``bot.conversation.circular_drafts.Part``; empty for the choice of parts.
        first: "1" where the other parts are asked for after it.
        page: Which page of a long choice, from 0.
    """

    circular: str
    part: str = ""
    first: str = ""
    page: str = ""


@dataclass(frozen=True)
class SetPart:
    """Let a part of a draft be what the button offers; fields as above."""

    circular: str
    part: str
    value: str
    first: str = ""


@dataclass(frozen=True)
class MoveCircular:
    """Take a step with a circular.

    Attributes:
        step: See ``bot.conversation.circular_desk``.
        sure: What makes the draft that was asked about unique, or "1"; empty to be asked.
    """

    circular: str
    step: str
    sure: str = ""


@dataclass(frozen=True)
class AttachFile:
    """Ask for a file that is to go along with a draft."""

    circular: str


@dataclass(frozen=True)
class RemoveFile:
    """Let a file go along with a draft no more.

    Attributes:
        file: The first letters of its digest; empty for the choice of files.
    """

    circular: str
    file: str = ""


CircularDeskButton = (
    ManageCirculars
    | ManageCircular
    | ComposeCircular
    | EditPart
    | SetPart
    | MoveCircular
    | AttachFile
    | RemoveFile
)
StaffButton = ShowPanel | CircularDeskButton

STAFF_TAGS: dict[str, type[StaffButton]] = {
    "dk1": ShowPanel,
    "ml1": ManageCirculars,
    "ms1": ManageCircular,
    "mn1": ComposeCircular,
    "me1": EditPart,
    "mv1": SetPart,
    "mm1": MoveCircular,
    "mf1": AttachFile,
    "mr1": RemoveFile,
}

"""Typed button values with a written tag and version, at most 64 bytes.

A button that was sent once is pressed for years: a tag is never reused, and a changed
meaning gets a new version. ``decode`` gives None for whatever it does not know, and the
router answers that politely.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from bot.conversation import (
    circular_buttons,
    duty_buttons,
    handover_buttons,
    quiz_buttons,
    session_buttons,
    staff_buttons,
)
from bot.conversation.workshop_buttons import WORKSHOP_TAGS, WorkshopButton

MAX_BYTES = 64
"""Telegram's limit of ``callback_data``: https://core.telegram.org/bots/api#inlinekeyboardbutton"""


@dataclass(frozen=True)
class ChooseEmployer:
    """The person works for this employer."""

    employer: str


@dataclass(frozen=True)
class ListEmployers:
    """Show the choice of employers."""


@dataclass(frozen=True)
class SetLanguage:
    """Answer in this language from now on."""

    language: str


@dataclass(frozen=True)
class ShowHelp:
    """Show what can be asked."""


@dataclass(frozen=True)
class BrowseTopics:
    """Show the topics of the person's rulebooks."""


@dataclass(frozen=True)
class ShowTopic:
    """Show the articles of one section."""

    rulebook: str
    section: str


@dataclass(frozen=True)
class ShowArticle:
    """Show one article."""

    article: str


@dataclass(frozen=True)
class RateAnswer:
    """The answer was useful ("1") or not ("0")."""

    answer: str
    useful: str


@dataclass(frozen=True)
class ShowMore:
    """Show the answer's articles in full."""

    answer: str


@dataclass(frozen=True)
class AskPerson:
    """Hand the question of this answer over to a person; no answer: hand over without one."""

    answer: str = ""


@dataclass(frozen=True)
class ChooseReading:
    """The person meant the reading at this place, from 0, of those that a question back offered."""

    answer: str
    place: str


@dataclass(frozen=True)
class CheckPost:
    """Ask for a post, to check it."""


@dataclass(frozen=True)
class ShowDisclaimers:
    """Show texts of disclaimers."""


@dataclass(frozen=True)
class ShowEnrolment:
    """Tell how to be linked to the roster, or how it stands."""


@dataclass(frozen=True)
class EnrolByNumber:
    """Link this chat by the number that the platform vouches for."""


@dataclass(frozen=True)
class Unlink:
    """End this chat's link: ask whether they are sure (""), or do it ("1")."""

    sure: str = ""


@dataclass(frozen=True)
class MakePrimary:
    """Let what comes unasked go to this chat."""


@dataclass(frozen=True)
class ShowMyData:
    """Give a file of what is stored about the person."""


@dataclass(frozen=True)
class EraseMyData:
    """Erase what is stored about them: ask whether they are sure (""), or do it ("1")."""

    sure: str = ""


@dataclass(frozen=True)
class SetReminders:
    """Reminders are wanted ("1") or not ("0")."""

    wanted: str


@dataclass(frozen=True)
class ShowPage:
    """Show further buttons of a message that could not carry them all.

    Attributes:
        message: The message, as its channel names it to the platform.
        page: Which of its pages, from 0.
    """

    message: str
    page: str


ButtonValue = (
    ChooseEmployer
    | ListEmployers
    | SetLanguage
    | ShowHelp
    | BrowseTopics
    | ShowTopic
    | ShowArticle
    | RateAnswer
    | ShowMore
    | AskPerson
    | ChooseReading
    | CheckPost
    | ShowDisclaimers
    | ShowEnrolment
    | EnrolByNumber
    | Unlink
    | MakePrimary
    | ShowMyData
    | EraseMyData
    | SetReminders
    | quiz_buttons.QuizButton
    | session_buttons.SessionButton
    | ShowPage
    | duty_buttons.DutyValue
    | circular_buttons.CircularButton
    | staff_buttons.StaffButton
    | handover_buttons.HandoverButton
    | WorkshopButton
)

_TAGS: dict[str, type[ButtonValue]] = {
    "em1": ChooseEmployer,
    "le1": ListEmployers,
    "lg1": SetLanguage,
    "hp1": ShowHelp,
    "br1": BrowseTopics,
    "tp1": ShowTopic,
    "ar1": ShowArticle,
    "ra1": RateAnswer,
    "mo1": ShowMore,
    "pe1": AskPerson,
    "ck1": CheckPost,
    "dc1": ShowDisclaimers,
    "rd2": ChooseReading,
    "en1": ShowEnrolment,
    "eb1": EnrolByNumber,
    "ul1": Unlink,
    "pr1": MakePrimary,
    "md1": ShowMyData,
    "er1": EraseMyData,
    "rm1": SetReminders,
    "pg1": ShowPage,
    **quiz_buttons.TAGS,
    **session_buttons.SESSION_TAGS,
    **duty_buttons.TAGS,
    **circular_buttons.CIRCULAR_TAGS,
    **staff_buttons.STAFF_TAGS,
    **handover_buttons.TAGS,
    **WORKSHOP_TAGS,
}
_FIELD = re.compile(r"[A-Za-z0-9_.-]*")
"""Ids of content and random tokens; a forged value with more in it must not reach a query."""

_TAG_OF = {kind: tag for tag, kind in _TAGS.items()}


def encode(value: ButtonValue) -> str:
    """Write a button value as ``tag:field:field``.

    Raises:
        ValueError: A field holds more than letters, digits, dots and hyphens, or the whole is
            over 64 bytes.
    """
    fields = [str(field) for field in dataclasses.astuple(value)]
    data = ":".join([_TAG_OF[type(value)], *fields])
    if not all(map(_FIELD.fullmatch, fields)) or len(data) > MAX_BYTES:
        message = f"button value does not fit: {data!r}"
        raise ValueError(message)
    return data


def decode(data: str) -> ButtonValue | None:
    """Read a button value; None for anything unknown, malformed or too long."""
    tag, *fields = data.split(":")
    kind = _TAGS.get(tag)
    if kind is None or len(fields) != len(dataclasses.fields(kind)):
        return None
    if not all(map(_FIELD.fullmatch, fields)) or len(data) > MAX_BYTES:
        return None
    return kind(*fields)

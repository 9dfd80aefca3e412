"""The shape of a circular's file, as HR hands it to the command line."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812 - a field is called date
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.domain.roster import StaffRole
from bot.library.models import Entry
from bot.library.yaml_lines import Source

_Text = Annotated[str, Field(min_length=1)]
_Path = Annotated[tuple[_Text, ...], Field(min_length=1)]


class Wording(Entry):
    """A text in Arabic, and in English where there is one."""

    ar: _Text
    en: str = ""


class CheckEntry(Entry):
    """The question before the acknowledgement; see ``bot.domain.circulars.CheckQuestion``."""

    question: Wording
    choices: tuple[Wording, ...]
    right: int


class AcknowledgementEntry(Entry):
    """What is to be acknowledged, and until when.

    Attributes:
        until: By the employer's clock, where it names no time zone; None for no deadline.
    """

    statement: Wording
    until: datetime | None = None
    check: CheckEntry | None = None


class AudienceEntry(Entry):
    """Whom it is for; see ``bot.domain.audience.Audience``.

    Attributes:
        employers: None for the employer's own people.
    """

    employers: tuple[_Text, ...] | None = None
    departments: tuple[_Path, ...] = ()
    roles: tuple[StaffRole, ...] = ()
    people: tuple[_Text, ...] = ()
    not_completed: tuple[_Text, ...] = ()
    answered_wrong: tuple[_Text, ...] = ()
    except_departments: tuple[_Path, ...] = ()
    except_roles: tuple[StaffRole, ...] = ()
    except_people: tuple[_Text, ...] = ()


class CircularFile(Entry):
    """A circular.

    Attributes:
        number: The next one of the year without it.
        date: The day that it bears; the present one without it.
        attachments: Paths of files, beside this one where they are not absolute.
        send_at: By the employer's clock, where it names no time zone; at once without it.
        urgent: By night and at the weekend too.
    """

    employer: _Text
    number: str = ""
    title: Wording
    body: Wording
    issuer: _Text
    date: Date | None = None
    acknowledgement: AcknowledgementEntry | None = None
    articles: tuple[_Text, ...] = ()
    attachments: tuple[Path, ...] = ()
    audience: AudienceEntry = AudienceEntry()
    send_at: datetime | None = None
    urgent: bool = False


def read_circular(path: Path) -> CircularFile:
    """Read a circular's file.

    Raises:
        ContentError: It cannot be read, or is no circular; the message names the line.
    """
    return Source(path).read_as(CircularFile)

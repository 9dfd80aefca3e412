"""A circular's file on its way to the service that keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.documents.attachments import Attachment, read_attachment
from bot.domain.audience import Audience
from bot.domain.circulars import CheckQuestion
from bot.library.circular_file import AudienceEntry, CheckEntry, read_circular
from bot.library.library import Library
from bot.services.circular_new import (
    NewCircular,
)
from bot.services.circular_views import CircularError


def read_draft(path: Path, library: Library, now: datetime) -> NewCircular:
    """Read a circular and its attachments.

    Args:
        path: Of the file.
        library: For the employer's clock.
        now: The present moment; the circular bears its day where it names none.

    Raises:
        ContentError, AttachmentError, CircularError: It cannot be read; the message says what.
    """
    file = read_circular(path)
    rulebook = library.rulebooks.get(file.employer)
    if rulebook is None:
        raise CircularError(f"no employer {file.employer!r}")
    zone, asked = rulebook.calendar.zone, file.acknowledgement
    return NewCircular(
        employer=file.employer,
        number=file.number,
        title=file.title.ar,
        title_en=file.title.en,
        body=file.body.ar,
        body_en=file.body.en,
        issuer=file.issuer,
        dated_on=file.date or rulebook.local_date(now),
        statement=asked.statement.ar if asked else "",
        statement_en=asked.statement.en if asked else "",
        due_at=_aware(asked.until, zone) if asked else None,
        check=_check(asked.check) if asked and asked.check else None,
        articles=file.articles,
        attachments=read_attachments([path.parent / each for each in file.attachments]),
        audience=_audience(file.audience, file.employer),
        send_at=_aware(file.send_at, zone),
        urgent=file.urgent,
    )


def _aware(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.replace(tzinfo=zone) if moment and moment.tzinfo is None else moment


def _check(entry: CheckEntry) -> CheckQuestion:
    english = [choice.en for choice in entry.choices]
    return CheckQuestion(
        entry.question.ar,
        tuple(choice.ar for choice in entry.choices),
        entry.right,
        entry.question.en,
        tuple(english) if all(english) else (),
    )


def _audience(entry: AudienceEntry, employer: str) -> Audience:
    return Audience(**{**dict(entry), "employers": entry.employers or (employer,)})


def read_attachments(paths: Sequence[Path]) -> tuple[Attachment, ...]:
    """Read files that are to go along.

    Raises:
        CircularError: One cannot be read.
        AttachmentError: One is none that can go along.
    """
    read = []
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CircularError(f"{path}: cannot be read ({error.strerror})") from None
        read.append(read_attachment(path.name, content))
    return tuple(read)

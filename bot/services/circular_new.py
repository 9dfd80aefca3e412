"""What HR wants a circular to say, before it is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.documents.attachments import Attachment
from bot.domain.audience import Audience
from bot.domain.circulars import CheckQuestion
from bot.services.circular_checks import TEXTS
from bot.services.circular_views import KnownCircular


@dataclass(frozen=True)
class NewCircular:
    """What a circular is to say, and to whom; see ``bot.domain.circulars.CircularContent``.

    Attributes:
        id: Under which it is kept, so that who asks twice makes one; empty for any.
        number: What the employer calls it by; empty for the next one of the year.
        send_at: Not before then; None for at once when it is sent.
        urgent: It is sent by night and at the weekend too.
        attachments: None to leave those of an earlier draft or version as they are.
    """

    employer: str
    title: str
    body: str
    issuer: str
    dated_on: date
    audience: Audience
    id: str = ""
    number: str = ""
    title_en: str = ""
    body_en: str = ""
    statement: str = ""
    statement_en: str = ""
    due_at: datetime | None = None
    check: CheckQuestion | None = None
    articles: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] | None = field(default=None, repr=False)
    urgent: bool = False
    send_at: datetime | None = None


def draft_of(known: KnownCircular, now: datetime) -> NewCircular:
    """Give what a draft says, to be changed in part; a deadline that is over is none any more."""
    content = known.content
    due_at = content.due_at if content.due_at is not None and content.due_at > now else None
    return NewCircular(
        **{name: getattr(content, name) for name in TEXTS},
        employer=content.employer,
        dated_on=content.dated_on,
        due_at=due_at,
        check=content.check,
        articles=content.articles,
        audience=known.audience,
        urgent=known.urgent,
        send_at=known.send_at,
    )

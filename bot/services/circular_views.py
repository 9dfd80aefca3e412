"""Circulars as others see them: plain values, whatever becomes of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audience import Audience
from bot.domain.circulars import CheckQuestion, CircularContent, CircularState
from bot.domain.meaning import Language
from bot.errors import WaaiError
from bot.records.circulars import Circular, CircularAttachment, Circulars


class CircularError(WaaiError):
    """What was asked of a circular cannot be done; the message is for who sends it."""


@dataclass(frozen=True)
class KnownAttachment:
    """A file of a circular.

    Attributes:
        file: The id under which its content is kept.
        size: In bytes.
    """

    file: str
    sha256: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class KnownCircular:
    """One version of a circular.

    Attributes:
        digest: Of its content; what is acknowledged.
        created_by: The id of the employee who wrote it, or changed it last.
        supersedes: The id of the version before it.
        untold: It was submitted, and nobody of HR could be told.
    """

    id: str
    state: CircularState
    content: CircularContent
    attachments: tuple[KnownAttachment, ...]
    audience: Audience
    digest: str
    urgent: bool
    send_at: datetime | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    reason: str | None
    supersedes: str | None
    untold: bool = False

    @property
    def acknowledges(self) -> bool:
        """Whether it asks to be acknowledged."""
        return bool(self.content.statement)

    @property
    def is_altered(self) -> bool:
        """Whether it says something else than its digest is of; of one told with its files."""
        return self.digest != self.content.digest

    @property
    def is_bilingual(self) -> bool:
        """Whether any of it is said in English too."""
        content = self.content
        check = content.check.question_en if content.check else ""
        return any((content.title_en, content.body_en, content.statement_en, check))

    def is_late(self, at: datetime) -> bool:
        """Say whether an acknowledgement at that moment comes after the deadline."""
        return self.content.due_at is not None and at > self.content.due_at

    def title(self, language: Language) -> str:
        """The title in a language, or the Arabic one."""
        english = language is Language.ENGLISH and self.content.title_en
        return english or self.content.title

    def body(self, language: Language) -> str:
        """The text in a language, or the Arabic one."""
        english = language is Language.ENGLISH and self.content.body_en
        return english or self.content.body

    def statement(self, language: Language) -> str:
        """What is acknowledged, in the words that somebody of this language sees."""
        english = language is Language.ENGLISH and self.content.statement_en
        return english or self.content.statement


def content_of(row: Circular, files: Sequence[CircularAttachment]) -> CircularContent:
    """Give what a circular says."""
    return CircularContent(
        employer=row.employer,
        number=row.number,
        version=row.version,
        title=row.title,
        body=row.body,
        issuer=row.issuer,
        dated_on=row.dated_on,
        title_en=row.title_en,
        body_en=row.body_en,
        statement=row.statement,
        statement_en=row.statement_en,
        due_at=row.due_at,
        check=CheckQuestion.from_json(row.check) if row.check else None,
        articles=tuple(row.articles),
        attachments=tuple(file.sha256 for file in files),
    )


async def read_known(session: AsyncSession, row: Circular) -> KnownCircular:
    """Give a circular with its files, as others see it."""
    return known(row, await Circulars(session).list_attachments(row.id))


def known(row: Circular, files: Sequence[CircularAttachment]) -> KnownCircular:
    """Give a circular as others see it."""
    content = content_of(row, files)
    return KnownCircular(
        id=row.id,
        state=row.state,
        content=content,
        attachments=tuple(
            KnownAttachment(file.file_id, file.sha256, file.name, file.media_type, file.size)
            for file in files
        ),
        audience=Audience.from_json(row.audience),
        digest=row.digest or content.digest,
        urgent=row.urgent,
        send_at=row.send_at,
        created_by=row.created_by,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        reason=row.reason,
        supersedes=row.supersedes,
    )

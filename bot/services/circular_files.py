"""The files of a circular: each is kept once, as long as a circular has it and can be proved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.documents.attachments import MOST_FILES, Attachment, AttachmentError, Problem
from bot.domain.circulars import CircularStep
from bot.records.circulars import Circular, CircularAttachment, Circulars
from bot.records.database import Database
from bot.records.files import Files, NewFile
from bot.services.circular_acts import hold_for, note, take_step
from bot.services.circular_views import KnownCircular, known
from bot.services.retention import Now
from bot.services.staff import By

_KEPT_AT_FIRST = timedelta(days=366)
"""No evidence is kept for less; ``RetentionService`` keeps a file as long as there is some."""


class CircularFileService:
    """Lets HR add files to a draft, one by one, and take them away."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def attach(self, by: By, circular_id: str, attachment: Attachment) -> KnownCircular:
        """Let one more file go along with a draft; one that does already changes nothing.

        Raises:
            AttachmentError: There are as many as may be.
            CircularError: It is no draft, or there is none.
            StaffError: They are not HR.
        """
        async with self._database.transaction() as session:
            row, author = await hold_for(session, by, circular_id)
            files = await Circulars(session).list_attachments(row.id)
            if attachment.sha256 in {file.sha256 for file in files}:
                return known(row, files)
            take_step(row, CircularStep.CHANGE)
            if len(files) >= MOST_FILES:
                raise AttachmentError(attachment.name, Problem.TOO_MANY)
            now = self._now()
            new = await _kept(session, row.id, len(files), attachment, now)
            await replace_files(session, row.id, [*copied(files, row.id), new])
            row.created_by = author.id
            return await note(session, row, author.id, "circular_changed", now)

    async def remove(self, by: By, circular_id: str, sha256: str) -> KnownCircular:
        """Let a file go along with a draft no more; one that does not changes nothing.

        Args:
            by: Who: somebody of its employer's HR.
            circular_id: The draft.
            sha256: Of the file.

        Raises:
            CircularError, StaffError: As for ``attach``.
        """
        async with self._database.transaction() as session:
            row, author = await hold_for(session, by, circular_id)
            files = await Circulars(session).list_attachments(row.id)
            left = [file for file in files if file.sha256 != sha256]
            if len(left) == len(files):
                return known(row, files)
            take_step(row, CircularStep.CHANGE)
            await replace_files(session, row.id, copied(left, row.id))
            row.created_by = author.id
            return await note(session, row, author.id, "circular_changed", self._now())


async def put_files(
    session: AsyncSession, row: Circular, attachments: Sequence[Attachment], now: datetime
) -> None:
    """Let these files go along with a circular, no others.

    Raises:
        AttachmentError: They are too many.
    """
    if len(attachments) > MOST_FILES:
        raise AttachmentError(attachments[MOST_FILES].name, Problem.TOO_MANY)
    files = [
        await _kept(session, row.id, position, each, now)
        for position, each in enumerate(attachments)
    ]
    await replace_files(session, row.id, files)


def copied(files: Sequence[CircularAttachment], circular_id: str) -> list[CircularAttachment]:
    """Give rows by which these files go along with a circular, in this order."""
    names = ("file_id", "sha256", "name", "media_type", "size")
    return [
        CircularAttachment(
            circular_id=circular_id,
            position=position,
            **{name: getattr(file, name) for name in names},
        )
        for position, file in enumerate(files)
    ]


async def replace_files(
    session: AsyncSession, circular_id: str, files: Sequence[CircularAttachment]
) -> None:
    """Let a circular have these files, and delete what no circular has any more."""
    circulars = Circulars(session)
    before = [file.file_id for file in await circulars.list_attachments(circular_id)]
    await circulars.set_attachments(circular_id, files)
    for file_id in before:
        if not await circulars.list_places(file_id):
            await Files(session).delete(file_id)


async def _kept(
    session: AsyncSession, circular_id: str, position: int, attachment: Attachment, now: datetime
) -> CircularAttachment:
    """Keep a file, and give the row by which it goes along."""
    new = NewFile(attachment.name, attachment.media_type, attachment.content)
    stored = await Files(session).add(new, now, now + _KEPT_AT_FIRST)
    return CircularAttachment(
        circular_id=circular_id,
        position=position,
        file_id=stored.id,
        sha256=stored.sha256,
        name=attachment.name,
        media_type=attachment.media_type,
        size=len(attachment.content),
    )

"""Files that go out to people, and where a platform keeps its copy of them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import IN_NO_ORDER, Base, PersonId, delete_where, insert_into
from bot.records.people import Person

FileId = String(32)
Sha256 = String(64)


class StoredFile(Base):
    """One file.

    Attributes:
        id: Random; who knows it may be given the file.
        sha256: Of the content, in hexadecimal digits.
        name: What a person's device calls it.
        person_id: Whose it is alone; None for a file that many get.
        expires_at: When it is deleted.
    """

    __tablename__ = "files"
    __table_args__ = (IN_NO_ORDER,)

    id: Mapped[str] = mapped_column(FileId, primary_key=True)
    sha256: Mapped[str] = mapped_column(Sha256)
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[str | None] = mapped_column(
        PersonId, ForeignKey(Person.id, ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Upload(Base):
    """A platform's own id of a content, so that it is uploaded once.

    Attributes:
        sha256: Of the content.
        media_id: What the platform calls it.
        expires_at: Until then the platform keeps it.
    """

    __tablename__ = "uploads"

    channel: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Sha256, primary_key=True)
    media_id: Mapped[str]
    expires_at: Mapped[datetime]


@dataclass(frozen=True)
class NewFile:
    """A file to keep.

    Attributes:
        name: What a person's device will call it.
        media_type: Its kind, such as ``text/plain``.
        content: The bytes.
        person_id: Whose it is alone; None for a file that many get.
    """

    name: str
    media_type: str
    content: bytes
    person_id: str | None = None


class Files:
    """The repository of files and of their copies on platforms."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, new: NewFile, now: datetime, expires_at: datetime) -> StoredFile:
        """Keep a file."""
        stored = StoredFile(
            id=secrets.token_hex(16),
            sha256=hashlib.sha256(new.content).hexdigest(),
            name=new.name,
            media_type=new.media_type,
            content=new.content,
            person_id=new.person_id,
            created_at=now,
            expires_at=expires_at,
        )
        self._session.add(stored)
        await self._session.flush()
        return stored

    async def add_shared(
        self, file_id: str, new: NewFile, now: datetime, expires_at: datetime
    ) -> None:
        """Keep a file that many get under an id that its content gives; it may be there."""
        values = {
            "sha256": hashlib.sha256(new.content).hexdigest(),
            "name": new.name,
            "media_type": new.media_type,
            "content": new.content,
            "created_at": now,
            "expires_at": expires_at,
        }
        await self._session.execute(
            insert_into(self._session, StoredFile)
            .values(id=file_id, person_id=None, **values)
            .on_conflict_do_update(index_elements=["id"], set_=values)
        )

    async def extend(self, file_ids: Collection[str], until: datetime) -> None:
        """Keep files until then at least."""
        await self._session.execute(
            update(StoredFile)
            .where(StoredFile.id.in_(file_ids), StoredFile.expires_at < until)
            .values(expires_at=until)
            .execution_options(synchronize_session=False)
        )

    async def lasts(self, file_id: str, until: datetime) -> bool:
        """Say whether a file is kept until then at least."""
        expires_at = select(StoredFile.expires_at).where(StoredFile.id == file_id)
        found = (await self._session.scalars(expires_at)).one_or_none()
        return found is not None and found > until

    async def find(self, file_id: str, now: datetime) -> StoredFile | None:
        """Find a file that has not expired."""
        stored = await self._session.get(StoredFile, file_id)
        return stored if stored is not None and stored.expires_at > now else None

    async def delete(self, file_id: str) -> None:
        """Delete a file, whether it is there or not."""
        await delete_where(self._session, StoredFile, StoredFile.id == file_id)

    async def find_upload(
        self, channel: str, account: str, sha256: str, now: datetime
    ) -> str | None:
        """Give the platform's id of a content that it still keeps."""
        upload = await self._session.get(Upload, (channel, account, sha256))
        return upload.media_id if upload is not None and upload.expires_at > now else None

    async def note_upload(
        self, channel: str, account: str, sha256: str, media_id: str, expires_at: datetime
    ) -> None:
        """Note the platform's id of a content; a later one replaces it."""
        values = {"media_id": media_id, "expires_at": expires_at}
        key = {"channel": channel, "account": account, "sha256": sha256}
        await self._session.execute(
            insert_into(self._session, Upload)
            .values(**key, **values)
            .on_conflict_do_update(index_elements=list(key), set_=values)
        )

    async def delete_expired(self, now: datetime) -> int:
        """Delete what has expired and say how many files there were."""
        await delete_where(self._session, Upload, Upload.expires_at <= now)
        return await delete_where(self._session, StoredFile, StoredFile.expires_at <= now)

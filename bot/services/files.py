"""Files for the channels: what is in them, and where a platform has them already."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.records.base import Reachable
from bot.records.database import Database
from bot.records.files import Files, NewFile
from bot.records.people import People
from bot.services.retention import Now

_ID_DIGITS = 32
_DRAWN_KEPT = timedelta(days=30)
_STILL_NEEDED = timedelta(days=2)
"""A message may wait so long before it is sent, and be read so long after."""


@dataclass(frozen=True)
class FileContent:
    """What is in a file.

    Attributes:
        sha256: Of the bytes, in hexadecimal digits.
        content: The bytes.
        owner: The id of the person whose it is alone; None for a file that many get.
    """

    name: str
    media_type: str
    sha256: str
    content: bytes
    owner: str | None


class FileService:
    """Gives files out by their id."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def find(self, file_id: str) -> FileContent | None:
        """Give a file; None for one that is unknown or has expired."""
        async with self._database.reading() as session:
            stored = await Files(session).find(file_id, self._now())
            if stored is None:
                return None
            return FileContent(
                stored.name, stored.media_type, stored.sha256, stored.content, stored.person_id
            )

    async def find_for(self, address: Reachable, file_id: str) -> FileContent | None:
        """Give a file to whom an address belongs; None if it is another's."""
        async with self._database.reading() as session:
            person = await People(session).find_by_address(address)
        found = await self.find(file_id)
        is_theirs = found is not None and found.owner in {None, person.id if person else None}
        return found if is_theirs else None

    async def keep_drawn(
        self, key: str, name: str, media_type: str, draw: Callable[[], bytes]
    ) -> str:
        """Give the id of a file that many get, which is drawn the first time.

        Args:
            key: What it shows: the same key means the same picture. In hexadecimal digits.
            name: What a person's device will call it.
            media_type: Its kind, such as ``image/png``.
            draw: Gives the bytes; it runs in a thread.
        """
        file_id, now = key[:_ID_DIGITS], self._now()
        async with self._database.reading() as session:
            if await Files(session).lasts(file_id, now + _STILL_NEEDED):
                return file_id
        content = await asyncio.to_thread(draw)
        async with self._database.transaction() as session:
            new = NewFile(name, media_type, content)
            await Files(session).add_shared(file_id, new, now, now + _DRAWN_KEPT)
        return file_id

    async def find_upload(self, channel: str, account: str, sha256: str) -> str | None:
        """Give the platform's id of a content that it has already."""
        async with self._database.reading() as session:
            return await Files(session).find_upload(channel, account, sha256, self._now())

    async def note_upload(
        self, channel: str, account: str, sha256: str, media_id: str, expires_at: datetime
    ) -> None:
        """Note that a platform has a content until then."""
        async with self._database.transaction() as session:
            await Files(session).note_upload(channel, account, sha256, media_id, expires_at)

"""Circulars as they are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import CircularState
from bot.records.base import delete_where
from bot.records.circular_rows import Circular, CircularAttachment
from bot.records.files import StoredFile

__all__ = ["Circular", "CircularAttachment", "Circulars"]


class Circulars:
    """The repository of circulars."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, circular: Circular) -> None:
        """Add a circular.

        Raises:
            sqlalchemy.exc.IntegrityError: Its number and version are taken.
        """
        self._session.add(circular)
        await self._session.flush()

    async def find(self, circular_id: str) -> Circular | None:
        """Find a circular by its id."""
        return await self._session.get(Circular, circular_id)

    async def hold(self, circular_id: str) -> Circular | None:
        """Find a circular that nobody else changes until the transaction ends."""
        # Rows that name it may come meanwhile: who acknowledges it has the journal already, for
        # which whoever holds it may be waiting.
        return await self._session.get(
            Circular, circular_id, with_for_update={"key_share": True}, populate_existing=True
        )

    async def take(self, circular_id: str) -> Circular | None:
        """Hold a circular as above; None where somebody else holds it now."""
        query = select(Circular).where(Circular.id == circular_id)
        held = query.with_for_update(skip_locked=True, key_share=True)
        return (
            await self._session.scalars(held, execution_options={"populate_existing": True})
        ).one_or_none()

    async def list_versions(self, employer: str, number: str) -> Sequence[Circular]:
        """List the versions of a circular by its number, the newest first."""
        query = (
            select(Circular)
            .where(Circular.employer == employer, Circular.number == number)
            .order_by(Circular.version.desc())
        )
        return (await self._session.scalars(query)).all()

    async def list_employers(self, employer: str, number: str, version: int) -> list[str]:
        """List whose people a version of a circular may go to.

        Whoever was sent an earlier one is asked anew, though the audience may name their employer
        no more.
        """
        query = (
            select(Circular.audience)
            .where(
                Circular.employer == employer,
                Circular.number == number,
                Circular.version <= version,
            )
            .order_by(Circular.version.desc())
        )
        audiences = await self._session.scalars(query)
        return list(dict.fromkeys(each for one in audiences for each in one["employers"]))

    async def find_successor(self, circular_id: str) -> Circular | None:
        """Find the version that took a circular's place, whether it is sent yet or not."""
        query = select(Circular).where(Circular.supersedes == circular_id)
        return (await self._session.scalars(query)).first()

    async def list_of(self, employer: str, limit: int | None = None) -> Sequence[Circular]:
        """List an employer's circulars, the newest first."""
        query = select(Circular).where(Circular.employer == employer)
        ordered = query.order_by(Circular.created_at.desc(), Circular.version.desc())
        return (await self._session.scalars(ordered.limit(limit))).all()

    async def list_in(self, states: Collection[CircularState]) -> Sequence[Circular]:
        """List all circulars that are so far, the oldest first."""
        query = select(Circular).where(Circular.state.in_(states)).order_by(Circular.created_at)
        return (await self._session.scalars(query)).all()

    async def list_unrecorded(self, since: datetime) -> Sequence[Circular]:
        """List begun circulars of which the journal may not have all that became of them.

        Args:
            since: Those too that began since then, whatever the journal has.
        """
        has_to = Circular.recorded_to
        lacks = (has_to.is_(None), has_to < Circular.finished_at, has_to < Circular.due_at)
        query = select(Circular).where(
            Circular.started_at.is_not(None), or_(*lacks, Circular.started_at > since)
        )
        return (await self._session.scalars(query.order_by(Circular.created_at))).all()

    async def count_numbers(self, employer: str, year_start: datetime) -> int:
        """Count the circulars, not versions, that an employer made since a moment."""
        query = select(func.count(func.distinct(Circular.number))).where(
            Circular.employer == employer, Circular.created_at >= year_start
        )
        return await self._session.scalar(query) or 0

    async def list_attachments(self, circular_id: str) -> Sequence[CircularAttachment]:
        """List a circular's files in their order."""
        query = (
            select(CircularAttachment)
            .where(CircularAttachment.circular_id == circular_id)
            .order_by(CircularAttachment.position)
        )
        return (await self._session.scalars(query)).all()

    async def list_expiring(self, until: datetime) -> dict[str, list[str]]:
        """List the files that go by then, each with the circulars that it goes along with."""
        query = (
            select(CircularAttachment.file_id, CircularAttachment.circular_id)
            .join(StoredFile, StoredFile.id == CircularAttachment.file_id)
            .where(StoredFile.expires_at <= until)
        )
        found = defaultdict[str, list[str]](list)
        for file_id, circular_id in await self._session.execute(query):
            found[file_id].append(circular_id)
        return found

    async def list_places(self, file_id: str) -> Sequence[tuple[str, int]]:
        """List the circulars that a file goes along with, each with its place there."""
        query = select(CircularAttachment.circular_id, CircularAttachment.position).where(
            CircularAttachment.file_id == file_id
        )
        return [(row.circular_id, row.position) for row in await self._session.execute(query)]

    async def set_attachments(
        self, circular_id: str, attachments: Sequence[CircularAttachment]
    ) -> None:
        """Let a circular have these files and no others."""
        await delete_where(
            self._session, CircularAttachment, CircularAttachment.circular_id == circular_id
        )
        self._session.add_all(attachments)
        await self._session.flush()

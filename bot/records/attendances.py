"""Who was at a session, and what was thought of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.meaning import Language
from bot.records.base import insert_into, new_token
from bot.records.people_rows import Person
from bot.records.session_rows import Attendance, EntryBy, SessionFeedback, WorkshopSession

__all__ = ["Attendance", "Attendances", "Entry", "EntryBy", "Unasked"]


@dataclass(frozen=True)
class Entry:
    """That somebody came; see ``Attendance``."""

    session_id: str
    learner: str
    person_id: str | None
    at: datetime
    is_late: bool
    by: EntryBy = EntryBy.CODE
    reason: str | None = None
    marked_by: str | None = None


@dataclass(frozen=True)
class Unasked:
    """Somebody who was there and can be asked what they thought of it."""

    id: int
    person_id: str
    session: WorkshopSession
    language: Language
    wants: bool


class Attendances:
    """The repository of attendance and of feedback."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, entry: Entry) -> bool:
        """Note that somebody came; False where they are there already, and nothing changes."""
        new = insert_into(self._session, Attendance).values(**vars(entry), asked=False, rated=False)
        added = await self._session.scalars(
            new.on_conflict_do_nothing(index_elements=["session_id", "learner"]).returning(
                Attendance.id
            )
        )
        return added.one_or_none() is not None

    async def find(self, learner: str, session_ids: Collection[str]) -> Attendance | None:
        """Find a learner's attendance at one of some sessions."""
        theirs = select(Attendance).where(
            Attendance.learner == learner, Attendance.session_id.in_(session_ids)
        )
        return (await self._session.scalars(theirs.order_by(Attendance.at).limit(1))).one_or_none()

    async def list_all(self, session_id: str) -> Sequence[Attendance]:
        """List who was at a session, who came first comes first."""
        every = select(Attendance).where(Attendance.session_id == session_id)
        return (await self._session.scalars(every.order_by(Attendance.at, Attendance.id))).all()

    async def hold_unasked(self, session_ids: Collection[str], limit: int) -> list[Unasked]:
        """Give who is to be asked for feedback, and nobody else is until the transaction ends.

        Args:
            session_ids: On these sessions.
            limit: At most so many.
        """
        query = (
            select(Attendance, WorkshopSession, Person)
            .join(WorkshopSession, WorkshopSession.id == Attendance.session_id)
            .join(Person, Person.id == Attendance.person_id)
            .where(
                Attendance.session_id.in_(session_ids),
                Attendance.asked.is_(False),
                Attendance.rated.is_(False),
            )
            .order_by(Attendance.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=[Attendance, Person])
        )
        return [
            Unasked(
                id=row.Attendance.id,
                person_id=row.Person.id,
                session=row.WorkshopSession,
                language=row.Person.speaks,
                wants=row.Person.reminders_off_at is None and row.Person.erase_at is None,
            )
            for row in await self._session.execute(query)
        ]

    async def note_asked(self, ids: Collection[int]) -> None:
        """Note that people were asked, and are not to be asked again."""
        await self._session.execute(
            update(Attendance)
            .where(Attendance.id.in_(ids))
            .values(asked=True)
            .execution_options(synchronize_session=False)
        )

    async def note_rated(self, session_id: str, learner: str) -> bool:
        """Note that somebody gave feedback; False if they did before, or were not there."""
        noted = await self._session.scalars(
            update(Attendance)
            .where(
                Attendance.session_id == session_id,
                Attendance.learner == learner,
                Attendance.rated.is_(False),
            )
            .values(rated=True)
            .returning(Attendance.id)
            .execution_options(synchronize_session=False)
        )
        return noted.one_or_none() is not None

    async def add_feedback(self, session_id: str, rating: int, comment: str | None) -> None:
        """Keep what somebody thought of a session, without who."""
        self._session.add(
            SessionFeedback(id=new_token(), session_id=session_id, rating=rating, comment=comment)
        )
        await self._session.flush()

    async def list_feedback(self, session_id: str) -> Sequence[SessionFeedback]:
        """List what was thought of a session, in no order that tells anything."""
        given = select(SessionFeedback).where(SessionFeedback.session_id == session_id)
        return (await self._session.scalars(given.order_by(SessionFeedback.id))).all()

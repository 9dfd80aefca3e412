"""What is stored about a person's live workshops, to be told to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.session_rows import Attendance, Registration, WorkshopSession


@dataclass(frozen=True)
class KnownWorkshop:
    """A session that they registered for or were at.

    Attributes:
        registration: ``registered``, ``waiting`` or ``cancelled``; None if they did not register.
        came: When they came; None if they did not.
        by: By what it is known that they came; None if they did not.
        reason: Why a trainer noted them; None if none did.
        rated: They said what they thought of it; what they said is not tied to them.
    """

    workshop: str
    title: str | None
    starts_at: datetime
    registration: str | None
    came: datetime | None
    is_late: bool
    by: str | None
    reason: str | None
    rated: bool


async def collect_sessions(session: AsyncSession, learner: str) -> tuple[KnownWorkshop, ...]:
    """Give all of a learner's live workshops, the oldest first."""
    wish = and_(Registration.session_id == WorkshopSession.id, Registration.learner == learner)
    entry = and_(Attendance.session_id == WorkshopSession.id, Attendance.learner == learner)
    rows = await session.execute(
        select(WorkshopSession, Registration, Attendance)
        .outerjoin(Registration, wish)
        .outerjoin(Attendance, entry)
        .where(or_(Registration.id.is_not(None), Attendance.id.is_not(None)))
        .order_by(WorkshopSession.starts_at)
    )
    return tuple(_known(*row) for row in rows)


def _known(
    row: WorkshopSession, wish: Registration | None, entry: Attendance | None
) -> KnownWorkshop:
    return KnownWorkshop(
        workshop=row.workshop,
        title=row.title,
        starts_at=row.starts_at,
        registration=wish.state.value if wish else None,
        came=entry.at if entry else None,
        is_late=entry is not None and entry.is_late,
        by=entry.by.value if entry else None,
        reason=entry.reason if entry else None,
        rated=entry is not None and entry.rated,
    )

"""What the trainer's screen shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.live_sessions import SessionState, code_at, left_of_code
from bot.records.database import Database
from bot.records.sessions import Counts, WorkshopSessions
from bot.services.retention import Now
from bot.services.session_views import KnownSession, known


@dataclass(frozen=True)
class Screen:
    """A session on the trainer's screen.

    Attributes:
        code: The present one; None while the session takes nobody in.
        left: How long it still stands.
    """

    session: KnownSession
    state: SessionState
    counts: Counts
    code: str | None
    left: timedelta


class ScreenService:
    """Shows a session to who knows its screen's secret."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def show(self, screen: str) -> Screen | None:
        """Give what is to be shown now; None where no session has this screen."""
        async with self._database.reading() as session:
            sessions = WorkshopSessions(session)
            row = await sessions.find_by_screen(screen)
            if row is None:
                return None
            now, told = self._now(), known(row)
            state = told.state(now)
            code = code_at(row.secret, now) if state is SessionState.ON else None
            counts = (await sessions.count([row.id]))[row.id]
            return Screen(told, state, counts, code, left_of_code(now))

"""Telling desks of what waits for them: at their opening, and once a working day when overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.library.library import Library
from bot.records.database import Database
from bot.records.handovers import Handover, Handovers
from bot.records.journal import Journal, NewEntry
from bot.records.officers import ReachedOfficer, list_reached
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.records.people import People
from bot.services.handover_views import Speaker, known
from bot.services.retention import Now

_NEXT_TRY = timedelta(hours=1)
"""When it is looked again whether somebody of a desk can be told."""

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


class HandoverNoticeService:
    """Tells desks; any number of processes may do so at once.

    Args:
        database: Where hand-overs are kept.
        library: All content.
        words: Puts a notice into words.
        now: Gives the present moment.
    """

    def __init__(self, database: Database, library: Library, words: Speaker, now: Now) -> None:
        self._database = database
        self._library = library
        self._words = words
        self._now = now

    async def tell_due(self, limit: int) -> int:
        """Tell each desk of the questions that it is to hear of now, if it is open.

        Args:
            limit: Look at so many questions at most.

        Returns:
            At how many it looked; fewer than the limit means at all that were due.
        """
        async with self._database.transaction() as session:
            now, handovers = self._now(), Handovers(session)
            due = await handovers.list_untold(now, limit)
            officers = await find_officers(session, self._library, due)
            reached = (each.person for some in officers.values() for each in some)
            await People(session).hold_all(*reached)
            messages, entries = list[NewMessage](), defaultdict[str, list[NewEntry]](list)
            for number in sorted(row.number for row in due):
                # An erasure takes what a person asked in any order: both would wait for good.
                row = await handovers.hold(number, waits=False)
                if row is None or row.tell_at is None or row.tell_at > now:
                    continue
                if self._is_told(row, now, officers.get(row.employer, ())):
                    messages += self._messages(row, officers[row.employer], now)
                    entries[row.employer] += _entries(row, officers[row.employer])
            await Outbox(session).add_all(messages, now)
            await session.flush()
            for employer in sorted(entries):
                await Journal(session).append(employer, entries[employer], now)
            return len(due)

    def _is_told(self, row: Handover, now: datetime, officers: Sequence[ReachedOfficer]) -> bool:
        """Say whether a desk is open to hear of a question, and note when it hears of it next."""
        if row.employer not in self._library.rulebooks:
            row.tell_at = None
            return False
        working = self._library.working(row.employer)
        opens = working.next_open(now)
        if opens > now:
            row.tell_at = opens
            return False
        if not officers:
            _log.warning("desk_untold", about=f"handover:{row.number}", employer=row.employer)
            row.tell_at = now + _NEXT_TRY
            return False
        target = timedelta(hours=self._library.desk_of(row.employer).target_hours)
        overdue = working.after(row.waits_since, target)
        row.tell_at = overdue if overdue > now else working.opening_after(now)
        return True

    def _messages(
        self, row: Handover, officers: Sequence[ReachedOfficer], now: datetime
    ) -> list[NewMessage]:
        request = known(row, self._library, now)
        return [
            NewMessage(each.link, part, Lane.BULK, person_id=each.person.id)
            for each in officers
            for part in self._words.opened(request, each.person.speaks)
        ]


async def find_officers(
    session: AsyncSession, library: Library, rows: Iterable[Handover]
) -> dict[str, Sequence[ReachedOfficer]]:
    """Give the people of the desks of some hand-overs who can be written to, by the employer."""
    employers = {row.employer for row in rows} & library.rulebooks.keys()
    return {
        each: await list_reached(session, each, library.desk_of(each).role) for each in employers
    }


def _entries(row: Handover, officers: Sequence[ReachedOfficer]) -> list[NewEntry]:
    subject = f"handover:{row.number}"
    return [
        NewEntry("handover_viewed", each.employee.id, subject, {"how": "told"}) for each in officers
    ]

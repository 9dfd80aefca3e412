"""Closing what nobody answered before the time for keeping it is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.library.library import Library
from bot.records.database import Database
from bot.records.handovers import EndReason, Handover, Handovers, HandoverState
from bot.records.journal import SYSTEM, Journal, NewEntry
from bot.records.officers import ReachedOfficer
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.records.people import People
from bot.services.handover_askers import tell_asker
from bot.services.handover_notices import find_officers
from bot.services.handover_views import Speaker
from bot.services.retention import Now

_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


class HandoverExpiryService:
    """Closes questions that expire unanswered; any number of processes may do so at once.

    Args:
        database: Where hand-overs are kept.
        library: All content.
        words: Puts into words what those who asked and the desks are told.
        now: Gives the present moment.
    """

    def __init__(self, database: Database, library: Library, words: Speaker, now: Now) -> None:
        self._database = database
        self._library = library
        self._words = words
        self._now = now

    async def close_due(self, limit: int) -> int:
        """Close what has expired and is open, and tell whoever asked and the desk.

        Its text is deleted afterwards, with all that has expired.

        Args:
            limit: Close so many at most.

        Returns:
            At how many it looked; fewer than the limit means at all that were due.
        """
        async with self._database.transaction() as session:
            now, handovers = self._now(), Handovers(session)
            due = await handovers.list_expired(now, limit)
            officers = await find_officers(session, self._library, due)
            people = People(session)
            askers = {row.person_id: await people.get(row.person_id) for row in due}
            reached = (each.person for some in officers.values() for each in some)
            await people.hold_all(*askers.values(), *reached)
            entries = defaultdict[str, list[NewEntry]](list)
            for number in sorted(row.number for row in due):
                # As in tell_due: an erasure takes them in any order.
                row = await handovers.hold(number, waits=False)
                if row is None or row.state is not HandoverState.OPEN or row.expires_at > now:
                    continue
                if (asker := askers.get(row.person_id)) is None:  # another's by now
                    continue
                said = self._words.lapsed(number, row.question or "", asker.speaks)
                await tell_asker(session, asker, said, now)
                await self._tell_desk(session, row, officers.get(row.employer, ()), now)
                row.end(HandoverState.CLOSED, now, EndReason.EXPIRED)
                body = {"reason": EndReason.EXPIRED.value}
                entry = NewEntry("handover_closed", SYSTEM, f"handover:{number}", body)
                entries[row.employer].append(entry)
            await session.flush()
            for employer in sorted(entries):
                await Journal(session).append(employer, entries[employer], now)
            return len(due)

    async def _tell_desk(
        self,
        session: AsyncSession,
        row: Handover,
        officers: Sequence[ReachedOfficer],
        now: datetime,
    ) -> None:
        if not officers:
            _log.warning("desk_untold", about=f"handover:{row.number}", employer=row.employer)
        messages = [
            NewMessage(each.link, part, Lane.BULK, person_id=each.person.id)
            for each in officers
            for part in self._words.lapsed_at_desk(row.number, each.person.speaks)
        ]
        await Outbox(session).add_all(messages, now)

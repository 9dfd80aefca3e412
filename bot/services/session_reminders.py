"""What goes out by itself around a session: reminders before it, a question after it."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.live_sessions import reminder_due
from bot.records.attendances import Attendances
from bot.records.daily import DailyHabits
from bot.records.database import Database
from bot.records.links import ChannelLink
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.records.registrations import Registrations
from bot.records.sessions import WorkshopSessions
from bot.services.daily import Doors, reaches
from bot.services.retention import Now
from bot.services.session_notices import Notices, Speaker
from bot.services.session_views import Notice, NoticeKind, known

_ASKED_FOR = timedelta(days=1)
"""So long after the end of a session it is still asked what people thought of it."""


class SessionReminderService:
    """Sends what is due; any number of processes may do so at once."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def remind_due(self, limit: int, doors: Doors, speaker: Speaker) -> int:
        """Remind people a day and an hour before a session that they have a place at.

        A reminder that was missed goes out late while it is of use; where both are due only the
        later one does.

        Args:
            limit: Look at so many registrations at most.
            doors: Where people can be written to.
            speaker: Puts a reminder into words.

        Returns:
            At how many it looked; fewer than the limit means at all that were due.
        """
        async with self._database.transaction() as session:
            now, registrations = self._now(), Registrations(session)
            due = await registrations.hold_due(now, limit)
            links = await DailyHabits(session).list_links([each.person_id for each in due])
            messages = list[NewMessage]()
            for each in due:
                which = reminder_due(each.session.starts_at, now)
                await registrations.note_reminded([each.id], which)
                link = links.get(each.person_id)
                if link is not None and each.wants and reaches(link, doors, now):
                    notice = Notice(
                        NoticeKind.REMINDER, known(each.session), each.language, reminded=which
                    )
                    messages.append(_message(link, notice, speaker))
            await Outbox(session).add_all(messages, now)
            return len(due)

    async def ask_due(self, limit: int, doors: Doors, speaker: Speaker) -> int:
        """Ask people what they thought of a session that has ended; arguments as above."""
        async with self._database.transaction() as session:
            now, attendances = self._now(), Attendances(session)
            ended = await WorkshopSessions(session).list_ended(now - _ASKED_FOR, now)
            due = await attendances.hold_unasked(ended, limit)
            links = await DailyHabits(session).list_links([each.person_id for each in due])
            await attendances.note_asked([each.id for each in due])
            messages = list[NewMessage]()
            for each in due:
                link = links.get(each.person_id)
                if link is not None and each.wants and reaches(link, doors, now):
                    notice = Notice(NoticeKind.RATE, known(each.session), each.language)
                    messages.append(_message(link, notice, speaker))
            await Outbox(session).add_all(messages, now)
            return len(due)

    async def fill_places(self, speaker: Speaker) -> int:
        """Give places that became free, as when somebody was erased or left, to those who wait.

        Returns:
            How many got a place.
        """
        async with self._database.transaction() as session:
            now, sessions, placed = self._now(), WorkshopSessions(session), 0
            for session_id in await sessions.list_to_fill(now):
                row = await sessions.hold(session_id)
                if row is not None:
                    placed += await Notices(session, speaker, now).fill_places(row)
            return placed


def _message(link: ChannelLink, notice: Notice, speaker: Speaker) -> NewMessage:
    return NewMessage(link, speaker.notice(notice), Lane.BULK, person_id=link.person_id)

"""Reminding recipients of circulars that they have not acknowledged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circular_reminders import Deadline
from bot.domain.meaning import Language
from bot.domain.reach import Doors
from bot.library.library import Library
from bot.records.announced import Announced
from bot.records.base import Json
from bot.records.circular_reminders import CircularReminders, DueRecipient
from bot.records.circulars import Circular
from bot.records.database import Database
from bot.records.deliveries import Deliveries
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.records.portfolio import Portfolio
from bot.services.circular_deadlines import list_running
from bot.services.circular_views import KnownCircular, read_known
from bot.services.circulation import is_poured
from bot.services.reaching import Way, choose_way
from bot.services.retention import Now

_BEFORE = timedelta(days=8)
"""The first reminder comes in the morning of its day, some hours more than a week before."""

_REMINDER_PART = 1
"""Of a delivery's messages part 0 says how far it is; a reminder says nothing of that."""


class Speaker(Protocol):
    """Puts into words what is told of a circular by itself."""

    def reminder(self, circular: KnownCircular, stage: int, language: Language) -> Json:
        """Give a reminder, as JSON values."""


class CircularReminderService:
    """Sends what is due; any number of processes may do so at once."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def remind_due(self, limit: int, doors: Doors, speaker: Speaker) -> int:
        """Remind recipients of one circular who have not acknowledged it.

        Who cannot be written to now, or wants no messages, does without this reminder. Who is
        beyond a platform's limit of the day is tried again when there is room.

        Args:
            limit: Look at so many people at most.
            doors: Where people can be written to.
            speaker: Puts a reminder into words.

        Returns:
            At how many it looked; none where nobody is due.
        """
        async with self._database.transaction() as session:
            running = await list_running(session, self._library, self._now(), _BEFORE)
            for row, deadline in running:
                reminding = _Reminding(session, row, deadline, doors, speaker)
                looked = await reminding.remind(self._now(), limit)
                if looked:
                    return looked
        return 0


class _Reminding:
    """Reminds of one circular, in one transaction."""

    def __init__(
        self,
        session: AsyncSession,
        row: Circular,
        deadline: Deadline,
        doors: Doors,
        speaker: Speaker,
    ) -> None:
        self._session = session
        self._row = row
        self._deadline = deadline
        self._doors = doors
        self._speaker = speaker

    async def remind(self, at: datetime, limit: int) -> int:
        circular = await read_known(self._session, self._row)
        if circular.is_altered:
            # Nobody is shown it, and nobody can acknowledge it.
            return 0
        reminders = CircularReminders(self._session)
        stage, _ = self._deadline.latest(at)
        due = await reminders.hold_due(self._row.id, stage, at, limit)
        wanted = [each for each in due if self._is_wanted(each, at)]
        chosen = await _choose(self._session, wanted, self._doors, at)
        ways, rooms = await _within_limits(self._session, chosen, self._doors, at)
        told = [each for each in wanted if each.person_id in ways and each.arrived]
        messages = [
            NewMessage(
                ways[each.person_id].chat,
                self._speaker.reminder(circular, stage, each.language),
                Lane.BULK,
                part=_REMINDER_PART,
                person_id=each.person_id,
                delivery_id=each.delivery_id,
                templated=ways[each.person_id].templated,
            )
            for each in told
        ]
        # A reminder that nobody opened gives way to the next, which would stand behind it.
        await Announced(self._session).take_back([each.delivery_id for each in told], at)
        await Outbox(self._session).add_all(messages, at)
        spent = [each.delivery_id for each in due if each.person_id not in rooms]
        await reminders.note_reminded(spent, stage)
        await self._announce_again([each for each in wanted if not each.arrived], ways, at)
        for until in sorted(set(rooms.values())):
            late = [each.delivery_id for each in wanted if rooms.get(each.person_id) == until]
            await Deliveries(self._session).postpone(late, until)
        return len(due)

    def _is_wanted(self, each: DueRecipient, at: datetime) -> bool:
        """Say whether somebody is to be reminded; not of what nobody would send them any more."""
        is_due = self._deadline.due(each.sent_at, at, each.reminded) is not None
        return is_due and (not each.unreached or is_poured(self._row, at))

    async def _announce_again(
        self, unopened: Iterable[DueRecipient], ways: dict[str, Way], at: datetime
    ) -> None:
        """Let templates go once more: in the place of what waits yet, and of what was given up."""
        reached = [
            (each.delivery_id, ways[each.person_id]) for each in unopened if each.person_id in ways
        ]
        announced = Announced(self._session)
        await announced.ask_again([one for one, way in reached if way.templated], at)
        await announced.plan_again([one for one, _ in reached], at)


async def _choose(
    session: AsyncSession, people: Sequence[DueRecipient], doors: Doors, at: datetime
) -> dict[str, Way]:
    """Choose where to write to each of some people; those who cannot be reached are left out."""
    chats = await Deliveries(session).list_chats([each.person_id for each in people])
    chosen = {
        each.person_id: choose_way(
            chats.get(each.person_id, []),
            doors,
            at,
            left=each.left,
            opted_out=each.opted_out,
        )
        for each in people
    }
    return {person: way for person, way in chosen.items() if isinstance(way, Way)}


async def _within_limits(
    session: AsyncSession, ways: dict[str, Way], doors: Doors, at: datetime
) -> tuple[dict[str, Way], dict[str, datetime]]:
    """Leave out whom the platform lets nobody send a template to today, and count the others.

    Returns:
        The ways of the others, and when there is room for each who was left out.
    """
    rooms = dict[str, datetime]()
    for key in sorted({way.key for way in ways.values() if way.templated}):
        theirs = {
            person: way.chat.user
            for person, way in ways.items()
            if way.templated and way.key == key
        }
        most = doors[key].people_a_day
        portfolio = Portfolio(session, *key)
        admitted = await portfolio.admit(theirs.values(), most, at)
        if over := [person for person, user in theirs.items() if user not in admitted]:
            rooms |= dict.fromkeys(over, await portfolio.next_room(at))
    return {person: way for person, way in ways.items() if person not in rooms}, rooms

"""What goes out by itself after a circular: reminders, and a word to managers in the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circular_reminders import DAYS_AFTER, Deadline
from bot.domain.meaning import Language
from bot.domain.reach import Doors
from bot.library.library import Library
from bot.records.announced import Announced
from bot.records.base import Json
from bot.records.circular_reminders import CircularReminders, DueRecipient, Manager, Missing
from bot.records.circulars import Circular, Circulars
from bot.records.database import Database
from bot.records.deliveries import Deliveries
from bot.records.journal import SYSTEM, Journal, NewEntry
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.records.portfolio import Portfolio
from bot.services.circular_views import KnownCircular, known
from bot.services.reaching import Way, choose_way
from bot.services.retention import Now

_BEFORE = timedelta(days=8)
"""The first reminder comes in the morning of its day, some hours more than a week before."""

_AFTER = timedelta(days=DAYS_AFTER + 7)
"""So long after the deadline what a weekend or an outage held up is still made good."""

_REMINDER_PART = 1
"""Of a delivery's messages part 0 says how far it is; a reminder says nothing of that."""


class Speaker(Protocol):
    """Puts into words what is told of a circular by itself."""

    def reminder(self, circular: KnownCircular, stage: int, language: Language) -> Json:
        """Give a reminder, as JSON values."""

    def escalation(
        self, circular: KnownCircular, missing: Sequence[Missing], language: Language
    ) -> Json:
        """Give the list of a manager's people who have not acknowledged, as JSON values."""


class CircularReminderService:
    """Sends what is due; any number of processes may do so at once."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def remind_due(self, limit: int, doors: Doors, speaker: Speaker) -> int:
        """Remind recipients of one circular who have not acknowledged it.

        Who cannot be written to now, or wants no messages, does without this reminder.

        Args:
            limit: Look at so many people at most.
            doors: Where people can be written to.
            speaker: Puts a reminder into words.

        Returns:
            At how many it looked; none where nobody is due.
        """
        async with self._database.transaction() as session:
            for row, deadline in await self._list_running(session, _BEFORE):
                reminding = _Reminding(session, row, deadline, doors, speaker)
                looked = await reminding.remind(self._now(), limit)
                if looked:
                    return looked
        return 0

    async def escalate_due(self, doors: Doors, speaker: Speaker) -> int:
        """Tell managers who of their people have let a deadline pass; once a circular.

        Names go to a person's own manager alone.

        Args:
            doors: Where people can be written to.
            speaker: Puts the list into words.

        Returns:
            Of how many circulars managers were told: one at most.
        """
        async with self._database.transaction() as session:
            now, reminders = self._now(), CircularReminders(session)
            for found, _ in await self._list_running(session, timedelta(0)):
                row = await reminders.hold_to_escalate(found.id)
                if row is None:
                    continue
                row.escalated_at = now
                await session.flush()
                body = await _Escalating(session, row, doors, speaker).tell(now)
                entry = NewEntry("circular_escalated", SYSTEM, f"circular:{row.id}", body)
                await Journal(session).append(row.employer, [entry], now)
                return 1
        return 0

    async def _list_running(
        self, session: AsyncSession, ahead: timedelta
    ) -> list[tuple[Circular, Deadline]]:
        """List what people may be told of now, with deadlines until so far ahead."""
        now = self._now()
        rows = await CircularReminders(session).list_running(now - _AFTER, now + ahead)
        found = [(row, self._deadline(row)) for row in rows]
        return [(row, end) for row, end in found if end is not None and not end.is_quiet(now)]

    def _deadline(self, row: Circular) -> Deadline | None:
        rulebook = self._library.rulebooks.get(row.employer)
        if rulebook is None or row.due_at is None:
            return None
        return Deadline(rulebook.calendar, row.due_at, urgent=row.urgent)


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
        reminders = CircularReminders(self._session)
        stage, _ = self._deadline.latest(at)
        due = await reminders.hold_due(self._row.id, stage, limit)
        wanted = [
            each for each in due if self._deadline.due(each.sent_at, at, each.reminded) is not None
        ]
        circular = known(self._row, await Circulars(self._session).list_attachments(self._row.id))
        ways = await _choose(self._session, wanted, self._doors, at)
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
        await self._announce_again([each for each in wanted if not each.arrived], ways, at)
        await reminders.note_reminded([each.delivery_id for each in due], stage)
        return len(due)

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


class _Escalating:
    """Tells managers of one circular, in one transaction."""

    def __init__(
        self, session: AsyncSession, row: Circular, doors: Doors, speaker: Speaker
    ) -> None:
        self._session = session
        self._row = row
        self._doors = doors
        self._speaker = speaker

    async def tell(self, at: datetime) -> Json:
        """Queue the lists; gives what the journal notes of it."""
        reminders = CircularReminders(self._session)
        missing = await reminders.list_missing(self._row.id)
        teams = defaultdict[tuple[str, str], list[Missing]](list)
        for each in missing:
            if each.manager is not None:
                teams[each.employer, each.manager].append(each)
        managers = await reminders.hold_managers(teams)
        ways = await _choose(self._session, managers, self._doors, at)
        circular = known(self._row, ())
        messages = [
            NewMessage(
                ways[each.person_id].chat,
                self._speaker.escalation(
                    circular, teams[each.employer, each.number], each.language
                ),
                Lane.BULK,
                person_id=each.person_id,
                templated=ways[each.person_id].templated,
            )
            for each in managers
            if each.person_id in ways
        ]
        await Outbox(self._session).add_all(messages, at)
        return {
            "number": self._row.number,
            "version": self._row.version,
            "missing": len(missing),
            "managers": len(teams),
            "told": len(messages),
        }


async def _choose(
    session: AsyncSession, people: Iterable[DueRecipient | Manager], doors: Doors, at: datetime
) -> dict[str, Way]:
    """Choose where to write to each of some people; those who cannot be reached are left out."""
    people = list(people)
    chats = await Deliveries(session).list_chats([each.person_id for each in people])
    chosen = {
        each.person_id: choose_way(
            chats.get(each.person_id, []),
            doors,
            at,
            left=isinstance(each, DueRecipient) and each.left,
            opted_out=each.opted_out,
        )
        for each in people
    }
    ways = {person: way for person, way in chosen.items() if isinstance(way, Way)}
    return await _within_limits(session, ways, doors, at)


async def _within_limits(
    session: AsyncSession, ways: dict[str, Way], doors: Doors, at: datetime
) -> dict[str, Way]:
    """Leave out whom the platform lets nobody send a template to today, and count the others."""
    for key in sorted({way.key for way in ways.values() if way.templated}):
        theirs = {
            person: way.chat.user
            for person, way in ways.items()
            if way.templated and way.key == key
        }
        most = doors[key].people_a_day
        admitted = await Portfolio(session, *key).admit(theirs.values(), most, at)
        over = {person for person, user in theirs.items() if user not in admitted}
        ways = {person: way for person, way in ways.items() if person not in over}
    return ways

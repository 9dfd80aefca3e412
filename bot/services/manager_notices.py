"""Telling managers who of their people have let the deadline of a circular pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import Unreached
from bot.domain.meaning import Language
from bot.domain.reach import Doors
from bot.library.library import Library
from bot.records.base import Json
from bot.records.circular_reminders import CircularReminders, Missing
from bot.records.circulars import Circular
from bot.records.database import Database
from bot.records.deliveries import Chat, Deliveries
from bot.records.journal import SYSTEM, Journal, NewEntry
from bot.records.manager_notices import Key, Manager, ManagerNotice, ManagerNotices
from bot.records.outbox import Lane, NewMessage, Outbox, OutboxState
from bot.services.circular_deadlines import list_running
from bot.services.circular_views import KnownCircular, read_known
from bot.services.reaching import Way, choose_way
from bot.services.retention import Now

_NEXT_TRY = timedelta(hours=1)
"""When it is looked again whether managers were told, or can be."""

_ON_ITS_WAY = frozenset({OutboxState.QUEUED, OutboxState.SENDING})


class Speaker(Protocol):
    """Puts into words what managers are told."""

    def escalation(
        self, circular: KnownCircular, missing: Sequence[Missing], language: Language
    ) -> Sequence[Json]:
        """Give the messages that list a manager's people who have not acknowledged."""


class ManagerNoticeService:
    """Tells managers; any number of processes may do so at once."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def tell_due(self, doors: Doors, speaker: Speaker) -> int:
        """Tell the managers of one circular who of their people have let its deadline pass.

        Names go to a person's own manager alone, once. It is a duty of theirs: who wants no
        messages unasked is told too. Who cannot be is tried again for some days.

        Args:
            doors: Where people can be written to.
            speaker: Puts the lists into words.

        Returns:
            At how many circulars it looked: one at most.
        """
        async with self._database.transaction() as session:
            now = self._now()
            for found, _ in await list_running(session, self._library, now, timedelta(0)):
                row = await ManagerNotices(session).hold_to_tell(found.id, now)
                if row is None:
                    continue
                circular = await read_known(session, row)
                # What is altered can be acknowledged by nobody.
                if not circular.is_altered:
                    await _Telling(session, row, doors, speaker, now).tell(circular)
                    return 1
        return 0


class _Telling:
    """Tells the managers of one circular, in one transaction."""

    def __init__(
        self, session: AsyncSession, row: Circular, doors: Doors, speaker: Speaker, now: datetime
    ) -> None:
        self._session = session
        self._row = row
        self._doors = doors
        self._speaker = speaker
        self._now = now

    async def tell(self, circular: KnownCircular) -> None:
        """Look what became of what was queued, and queue what is left to tell."""
        row, is_first = self._row, self._row.escalated_at is None
        row.escalated_at = row.escalated_at or self._now
        notices, is_any_lost = await self._follow_up()
        # Whom it is known that their manager was told of is missing no more.
        await self._session.flush()
        missing = await CircularReminders(self._session).list_missing(row.id)
        under_way = {key for key, notice in notices.items() if notice.queued_at is not None}
        teams = defaultdict[Key, list[Missing]](list)
        for each in missing:
            if each.manager is not None and (each.employer, each.manager) not in under_way:
                teams[each.employer, each.manager].append(each)
        told = await self._queue(circular, teams, notices)
        # A roster that names another manager by then leads to them.
        row.escalate_at = self._now + _NEXT_TRY if missing or under_way else None
        await self._session.flush()
        if is_first or is_any_lost or told:
            await self._note(missing, teams, told)

    async def _follow_up(self) -> tuple[dict[Key, ManagerNotice], bool]:
        """Give the notices that nobody is known to have, and whether what was queued was lost."""
        notices = ManagerNotices(self._session)
        sent, is_any_lost = await notices.list_sent(self._row.id), False
        found = dict[Key, ManagerNotice]()
        for notice in await notices.list_open(self._row.id):
            key = notice.employer, notice.number
            found[key] = notice
            if notice.queued_at is None:
                continue
            states = dict(sent.get(key, ()))
            if not states or OutboxState.FAILED in states:
                # Without a message the person is gone for whom it was.
                notice.queued_at, is_any_lost = None, True
                notice.reason = states.get(OutboxState.FAILED) or Unreached.NO_CHAT.value
            elif not _ON_ITS_WAY & states.keys():
                notice.told_at = self._now
                del found[key]
        return found, is_any_lost

    async def _queue(
        self,
        circular: KnownCircular,
        teams: Mapping[Key, Sequence[Missing]],
        notices: Mapping[Key, ManagerNotice],
    ) -> set[Key]:
        """Queue the lists for managers who can be told, and note why the others cannot."""
        managers = await ManagerNotices(self._session).hold_managers(teams)
        chats = await Deliveries(self._session).list_chats([each.person_id for each in managers])
        on_chats = {(each.employer, each.number): each for each in managers}
        messages, told = list[NewMessage](), set[Key]()
        for key, team in teams.items():
            notice = notices.get(key) or self._begin(key)
            way = self._way(team, on_chats.get(key), chats)
            if isinstance(way, Unreached):
                notice.reason = way.value
                continue
            notice.queued_at, notice.reason = self._now, None
            told.add(key)
            messages += [
                NewMessage(way.chat, part, Lane.BULK, person_id=way.chat.person_id)
                for part in self._speaker.escalation(circular, team, on_chats[key].language)
            ]
        # A message keeps its person from being held: in the order in which people are held.
        messages.sort(key=lambda message: message.person_id or "")
        await Outbox(self._session).add_all(messages, self._now)
        return told

    def _begin(self, key: Key) -> ManagerNotice:
        employer, number = key
        notice = ManagerNotice(circular_id=self._row.id, employer=employer, number=number)
        self._session.add(notice)
        return notice

    def _way(
        self,
        team: Sequence[Missing],
        manager: Manager | None,
        chats: Mapping[str, Sequence[Chat]],
    ) -> Way | Unreached:
        theirs = chats.get(manager.person_id, ()) if manager else ()
        left = not team[0].is_manager_there
        return choose_way(theirs, self._doors, self._now, left=left, opted_out=False)

    async def _note(
        self, missing: Sequence[Missing], teams: Collection[Key], told: Collection[Key]
    ) -> None:
        row, sent = self._row, sum(each.was_sent for each in missing)
        body = {
            "number": row.number,
            "version": row.version,
            "missing": sent,
            "unreached": len(missing) - sent,
            "managers": len(teams),
            "told": len(told),
            "untold": sorted(number for employer, number in set(teams) - set(told)),
            "unmanaged": sum(each.manager is None for each in missing),
        }
        entry = NewEntry("circular_escalated", SYSTEM, f"circular:{row.id}", body)
        await Journal(self._session).append(row.employer, [entry], self._now)

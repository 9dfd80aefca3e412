"""Telling people of a session without their having asked, from inside a transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.live_sessions import reminder_due
from bot.domain.meaning import Language
from bot.records.base import Json
from bot.records.daily import DailyHabits
from bot.records.files import Files, NewFile
from bot.records.outbox import Lane, NewMessage, Outbox
from bot.records.registrations import Registrations, RegistrationState
from bot.records.sessions import WorkshopSession
from bot.services.session_views import KnownSession, Notice, NoticeKind, known

_FILE_LIVES = timedelta(days=7)


class Speaker(Protocol):
    """Puts into words what people are told of a session."""

    def notice(self, notice: Notice) -> Json:
        """Give the message, as JSON values."""

    def calendar(self, session: KnownSession, language: Language) -> NewFile:
        """Give the calendar file of a session."""


class Notices:
    """Tells people of sessions.

    Args:
        session: The transaction.
        speaker: Puts it into words.
        now: The present moment.
    """

    def __init__(self, session: AsyncSession, speaker: Speaker, now: datetime) -> None:
        self._session = session
        self._speaker = speaker
        self._now = now

    async def tell(self, row: WorkshopSession, kind: NoticeKind, people: Collection[str]) -> int:
        """Queue a message with the calendar file to each of some people who can be reached.

        Args:
            row: Which session it is about.
            kind: What they are told.
            people: Their ids.

        Returns:
            How many are told.
        """
        told, files, messages = known(row), dict[Language, str](), list[NewMessage]()
        links = await DailyHabits(self._session).list_links(list(people))
        for person in await Registrations(self._session).list_people(people):
            link, language = links.get(person.id), person.speaks
            if link is None:
                continue
            if language not in files:
                files[language] = await self._keep_file(told, language)
            payload = self._speaker.notice(Notice(kind, told, language, files[language]))
            messages.append(NewMessage(link, payload, Lane.BULK, person_id=person.id))
        await Outbox(self._session).add_all(messages, self._now)
        return len(messages)

    async def fill_places(self, row: WorkshopSession) -> int:
        """Give free places of a held session to those who wait longest, and tell them.

        Returns:
            How many got a place.
        """
        if row.cancelled_at is not None or row.starts_at <= self._now:
            return 0
        registrations = Registrations(self._session)
        await registrations.give_up_lost(row.id, self._now)
        free = None
        if row.capacity is not None:
            free = max(0, row.capacity - await registrations.count(row.id))
        placed = await registrations.hold_waiting(row.id, free)
        for each in placed:
            each.state = RegistrationState.REGISTERED
            # The message that they have a place says when it is: no reminder need follow at once.
            each.reminded = reminder_due(row.starts_at, self._now)
        await self._session.flush()
        await self.tell(row, NoticeKind.PLACED, [each.person_id for each in placed])
        return len(placed)

    async def _keep_file(self, told: KnownSession, language: Language) -> str:
        new = self._speaker.calendar(told, language)
        return (await Files(self._session).add(new, self._now, self._now + _FILE_LIVES)).id

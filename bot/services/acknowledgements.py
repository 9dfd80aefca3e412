"""Acknowledging circulars: once each, with evidence."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.circulars import CircularState
from bot.domain.meaning import Language
from bot.records.acknowledgements import Acknowledgements, Held, NewAcknowledgement
from bot.records.circular_openings import Openings
from bot.records.circulars import Circulars
from bot.records.database import Database
from bot.records.journal import Journal, NewEntry
from bot.services.circular_views import KnownCircular, known
from bot.services.retention import Now

HOLDS = frozenset({CircularState.SENDING, CircularState.PAUSED, CircularState.SENT})
"""In these a circular can be acknowledged by who was sent it."""

_REMEMBERED = 32
"""Circulars that are not read anew for each of many thousands who acknowledge them at once."""


@dataclass(frozen=True)
class Shown:
    """What somebody saw who acknowledges.

    Attributes:
        channel: The platform.
        message_id: Its id of the message whose button they pressed.
        language: In which the statement stood there.
    """

    channel: str
    message_id: str
    language: Language


class Outcome(StrEnum):
    """What came of a press."""

    ACKNOWLEDGED = "acknowledged"
    BEFORE = "before"
    ASKED = "asked"
    WRONG = "wrong"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Acknowledged:
    """What came of a press, with what it is to be said of.

    Attributes:
        at: When they acknowledged the version of the button; None if they have not.
        newer: The version that they are to read instead, where there is one.
        newer_at: When they acknowledged that one; None if they have not.
    """

    outcome: Outcome
    circular: KnownCircular
    at: datetime | None = None
    newer: KnownCircular | None = None
    newer_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether they acknowledged it after its deadline."""
        return self.at is not None and self.circular.is_late(self.at)


class AcknowledgementService:
    """Takes acknowledgements of circulars."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now
        self._read = OrderedDict[str, KnownCircular]()

    async def acknowledge(
        self, person_id: str, circular_id: str, shown: Shown, choice: int | None = None
    ) -> Acknowledged | None:
        """Keep that a person acknowledges a circular; the first time counts.

        Args:
            person_id: Who presses.
            circular_id: One version of the circular.
            shown: What they saw.
            choice: What they answer to its question; None for a press before it was put.

        Returns:
            What came of it; None for a circular that they were not sent, or that asks for nothing.
        """
        async with self._database.transaction() as session:
            mine = Acknowledgements(session)
            held = await mine.hold(person_id, circular_id)
            circular = await self._find(session, circular_id, held.state) if held else None
            if held is None or circular is None or not circular.acknowledges:
                return None
            at = await mine.find_at(circular_id, held.employee_id)
            if circular.state not in HOLDS:
                ended = Acknowledged(Outcome.WITHDRAWN, circular, at)
                return await _replaced(session, person_id, held.employee_id, ended) or ended
            if at is not None:
                return Acknowledged(Outcome.BEFORE, circular, at)
            check = circular.content.check
            if check is not None and choice is None:
                return Acknowledged(Outcome.ASKED, circular)
            if check is not None:
                await mine.count_try(held.id)
                if choice != check.right:
                    return Acknowledged(Outcome.WRONG, circular)
            tries = held.check_tries + (check is not None)
            return await self._keep(session, held, circular, shown, tries)

    async def _find(
        self, session: AsyncSession, circular_id: str, state: CircularState
    ) -> KnownCircular | None:
        """Give a circular that was begun: but for its state nothing of it changes any more."""
        circular = self._read.pop(circular_id, None)
        if circular is None:
            circulars = Circulars(session)
            row = await circulars.find(circular_id)
            if row is None:
                return None
            circular = known(row, await circulars.list_attachments(circular_id))
        self._read[circular_id] = circular
        if len(self._read) > _REMEMBERED:
            self._read.popitem(last=False)
        return replace(circular, state=state)

    async def _keep(
        self,
        session: AsyncSession,
        held: Held,
        circular: KnownCircular,
        shown: Shown,
        tries: int,
    ) -> Acknowledged:
        now, content = self._now(), circular.content
        opened = dict[int, datetime]()
        if circular.attachments:
            opened = await Openings(session).list_of(circular.id, held.employee_id)
        body = {
            "number": content.number,
            "version": content.version,
            "digest": circular.digest,
            "statement": circular.statement(shown.language),
            "language": shown.language.value,
            "channel": shown.channel,
            "message_id": shown.message_id,
            "at": now.isoformat(),
            "attachments": [
                {
                    "sha256": file.sha256,
                    "opened": opened[place].isoformat() if place in opened else None,
                }
                for place, file in enumerate(circular.attachments)
            ],
            "check_tries": tries,
        }
        entry = NewEntry("circular_acknowledged", held.employee_id, f"circular:{circular.id}", body)
        (kept,) = await Journal(session).append(content.employer, [entry], now)
        # Behind the journal, whose number it bears: one insert by its key, which waits for nobody.
        await Acknowledgements(session).add(
            NewAcknowledgement(
                circular_id=circular.id,
                employee_id=held.employee_id,
                at=now,
                digest=circular.digest,
                channel=shown.channel,
                message_id=shown.message_id,
                sequence=kept.seq,
            )
        )
        return Acknowledged(Outcome.ACKNOWLEDGED, circular, now)


async def _replaced(
    session: AsyncSession, person_id: str, employee_id: str, ended: Acknowledged
) -> Acknowledged | None:
    """Say what holds instead of a version that does not any more; None where nothing does."""
    mine, content = Acknowledgements(session), ended.circular.content
    row = await mine.find_newest(person_id, content.employer, content.number)
    if row is None:
        return None
    newer = known(row, await Circulars(session).list_attachments(row.id))
    at = await mine.find_at(row.id, employee_id)
    return replace(ended, outcome=Outcome.REPLACED, newer=newer, newer_at=at)

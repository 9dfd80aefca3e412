"""The circulars that a person was sent: to read again, and to open their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.records.acknowledgements import Acknowledgements
from bot.records.base import Reachable
from bot.records.circular_openings import Openings
from bot.records.circulars import Circulars
from bot.records.database import Database
from bot.records.people import People
from bot.services.acknowledgements import HOLDS
from bot.services.circular_views import KnownCircular, known, read_known
from bot.services.retention import Now


@dataclass(frozen=True)
class Received:
    """A circular as it stands with somebody who was sent it.

    Attributes:
        at: When they acknowledged it; None if they have not.
        on_its_way: It is not shown now, since it comes by itself.
        replaces: It stands for an earlier version that they asked for.
    """

    circular: KnownCircular
    at: datetime | None = None
    on_its_way: bool = False
    replaces: bool = False

    @property
    def holds(self) -> bool:
        """Whether it has not been called off."""
        return self.circular.state in HOLDS


@dataclass(frozen=True)
class Page:
    """Some of the circulars that a person was sent, the newest first.

    Attributes:
        enrolled: It is known which employee they are; nobody else is sent circulars.
        more: There are older ones.
    """

    enrolled: bool
    received: tuple[Received, ...]
    more: bool


class ReceivedCircularService:
    """Shows people the circulars that they were sent."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def open(
        self,
        person_id: str,
        circular_id: str,
        position: int | None = None,
        *,
        chat: Reachable | None = None,
    ) -> Received | None:
        """Give a circular, or its newest version, to a recipient, and note that they opened it.

        Args:
            person_id: Who asks.
            circular_id: The version that they ask for.
            position: Which of its files they ask for, if they do.
            chat: Where they ask, so that what waited there for them to write comes by itself.

        Returns:
            None for a circular that they were not sent, or where it has no such file.
        """
        async with self._database.transaction() as session:
            mine, circulars = Acknowledgements(session), Circulars(session)
            held = await mine.look_at(person_id, circular_id)
            row = await circulars.find(circular_id) if held else None
            if held is None or row is None:
                return None
            if row.state not in HOLDS and position is None:
                row = await mine.find_newest(person_id, row.employer, row.number) or row
                held = await mine.look_at(person_id, row.id) or held
            circular = await read_known(session, row)
            if position is not None and not 0 <= position < len(circular.attachments):
                return None
            if circular.is_altered:
                return Received(circular, held.at)
            await Openings(session).note(circular.id, held.employee_id, self._now(), position)
            return Received(
                circular,
                held.at,
                on_its_way=chat is not None and await mine.is_on_its_way(held.id, chat),
                replaces=circular.id != circular_id,
            )

    async def note_fetched(self, address: Reachable, file_id: str) -> None:
        """Note that somebody fetched a file, if it is one of a circular that they were sent."""
        async with self._database.transaction() as session:
            places = await Circulars(session).list_places(file_id)
            person = await People(session).find_by_address(address) if places else None
            if person is None:
                return
            for circular_id, position in places:
                held = await Acknowledgements(session).look_at(person.id, circular_id)
                if held is not None:
                    openings = Openings(session)
                    await openings.note(circular_id, held.employee_id, self._now(), position)

    async def list_page(self, person_id: str, page: int, size: int) -> Page:
        """List what a person was sent, the newest first.

        Args:
            person_id: Who asks.
            page: From 0.
            size: How many a page.
        """
        async with self._database.reading() as session:
            person = await People(session).get(person_id)
            rows = await Acknowledgements(session).list_of(person_id, size + 1, page * size)
        received = tuple(Received(known(each.circular, ()), each.at) for each in rows[:size])
        return Page(person.employee_id is not None, received, len(rows) > size)

"""Who writes to us: first contact, employer, language."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.meaning import Language
from bot.domain.ruling import Role
from bot.library.library import Library
from bot.records.base import Reachable
from bot.records.database import Database
from bot.records.people import People, Person
from bot.services.retention import Now


@dataclass(frozen=True)
class Employee:
    """A person as the conversation knows them.

    Attributes:
        id: Opaque and random.
        employer: The chosen employer's id; None before the choice, or if it is no more.
        role: In which capacity they ask.
        language: The language they chose; None to follow what they write.
        last_language: The language of what they wrote last.
        greeted: They were welcomed.
    """

    id: str
    employer: str | None
    role: Role
    language: Language | None
    last_language: Language
    greeted: bool

    @property
    def speaks(self) -> Language:
        """The language to answer in."""
        return self.language or self.last_language


class EnrolmentService:
    """Knows people by their address."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def meet(self, address: Reachable, wrote: Language | None) -> Employee:
        """Find or add the person of an address.

        Args:
            address: Where they write from.
            wrote: The language of what they wrote just now; None if they wrote nothing.
        """
        async with self._database.transaction() as session:
            people = People(session)
            person = await people.find_by_address(address)
            person = person or await people.add(address, self._now())
            if wrote is not None and person.last_language is not wrote:
                person.last_language = wrote
            return self._employee(person)

    async def know(self, person_id: str) -> Employee:
        """Give a person known by id.

        Raises:
            sqlalchemy.exc.NoResultFound: There is none with this id.
        """
        async with self._database.reading() as session:
            return self._employee(await People(session).get(person_id))

    async def greeted(self, person_id: str, pending: str | None) -> None:
        """Note that the person was welcomed, and the question that waits for the employer."""
        async with self._database.transaction() as session:
            person = await People(session).get(person_id)
            person.greeted_at = person.greeted_at or self._now()
            if pending is not None:
                person.pending_text, person.pending_at = pending, self._now()

    async def choose_employer(self, person_id: str, employer: str) -> str | None:
        """Note the employer.

        Returns:
            The question that waited for this choice, now forgotten here.

        Raises:
            KeyError: No such employer.
        """
        self._library.binding(employer)
        async with self._database.transaction() as session:
            # Locked: of two presses at once one gets the question, not both.
            person = await session.get_one(Person, person_id, with_for_update=True)
            person.employer = employer
            pending, person.pending_text = person.pending_text, None
            return pending

    async def choose_language(self, person_id: str, language: Language) -> None:
        """Note the language to answer in from now on."""
        async with self._database.transaction() as session:
            person = await People(session).get(person_id)
            person.language = language

    async def blocked(self, address: Reachable, *, blocked: bool) -> None:
        """Note that the person does not, or does again, let us write."""
        async with self._database.transaction() as session:
            await People(session).mark_blocked(address, self._now() if blocked else None)

    def _employee(self, person: Person) -> Employee:
        known = person.employer in self._library.rulebooks
        return Employee(
            id=person.id,
            employer=person.employer if known else None,
            role=person.role,
            language=person.language,
            last_language=person.last_language,
            greeted=person.greeted_at is not None,
        )

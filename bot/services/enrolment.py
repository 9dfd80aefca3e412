"""Who writes to us: first contact, employer, language."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.meaning import Language
from bot.domain.questions import join_questions
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
        awaits_draft: What they write next is a post to check.
        draft_taken_for: The key of the event that brought the last post.
    """

    id: str
    employer: str | None
    role: Role
    language: Language | None
    last_language: Language
    awaits_draft: bool = False
    draft_taken_for: str | None = None

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
            # A post may be in another language than the one in which they ask about it.
            if wrote not in {None, person.last_language} and not self._awaits_draft(person):
                person.last_language = wrote
            return self._employee(person)

    async def know(self, person_id: str) -> Employee:
        """Give a person known by id.

        Raises:
            sqlalchemy.exc.NoResultFound: There is none with this id.
        """
        async with self._database.reading() as session:
            return self._employee(await People(session).get(person_id))

    async def greet(self, person_id: str, key: str, pending: str | None = None) -> bool:
        """Note that the person is welcomed, and a question that waits for the employer.

        Args:
            person_id: Who wrote.
            key: What makes the event unique.
            pending: The question; earlier ones go on waiting with it.

        Returns:
            Whether this event is the first, which is to be answered by the welcome; handled
            again it still is.
        """
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            if person.greeted_at is None:
                person.greeted_at, person.greeted_for = self._now(), key
            if pending is not None:
                waiting = person.pending_text if person.pending_for is None else None
                person.pending_text = join_questions(waiting, pending)
                person.pending_at, person.pending_for = self._now(), None
            return person.greeted_for == key

    async def choose_employer(self, person_id: str, employer: str, key: str) -> str | None:
        """Note the employer.

        Args:
            person_id: Who chose.
            employer: Its id.
            key: What makes the choice unique.

        Returns:
            The questions that waited; the same choice handled again gets them again, and
            no other one does.

        Raises:
            KeyError: No such employer.
        """
        self._library.binding(employer)
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            person.employer = employer
            if person.pending_for not in {None, key}:
                return None
            # Without a question there is nothing to take: one asked later may still wait.
            person.pending_for = key if person.pending_text else None
            return person.pending_text

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
            awaits_draft=self._awaits_draft(person),
            draft_taken_for=person.draft_taken_for,
        )

    def _awaits_draft(self, person: Person) -> bool:
        until = person.draft_awaited_until
        return until is not None and until > self._now()

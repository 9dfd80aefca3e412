"""Who writes to us: first contact, employer, language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.meaning import Language
from bot.domain.observing import STAFF
from bot.domain.questions import join_questions
from bot.domain.roster import StaffRole
from bot.domain.ruling import Role
from bot.library.library import Library
from bot.records.awaited import awaited_now
from bot.records.base import Reachable
from bot.records.database import Database
from bot.records.delegations import is_account_manager
from bot.records.employees import Employee as RosterEmployee
from bot.records.enrolment import find_active, take_away
from bot.records.links import Links
from bot.records.people import Known, People, Person
from bot.records.together import PATIENCE_S, Together
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
        enrolled: The roster knows them: their employer is not theirs to choose.
        reminds: They may be reminded.
        address: Where they wrote from just now; None where that is not known.
        awaits_draft: What they write next is a post to check.
        draft_taken_for: The key of the event that brought the last post.
        awaited: What their next text is for, ``purpose:id``; None where nothing asked for it.
        awaited_taken_for: The key of the event that brought the last such text.
        sitting: The quiz whose question they see, so that what they type may be its answer;
            None where there is none.
    """

    id: str
    employer: str | None
    role: Role
    language: Language | None
    last_language: Language
    enrolled: bool = False
    reminds: bool = True
    address: Reachable | None = None
    awaits_draft: bool = False
    draft_taken_for: str | None = None
    awaited: str | None = None
    awaited_taken_for: str | None = None
    sitting: str | None = None

    @property
    def speaks(self) -> Language:
        """The language to answer in."""
        return self.language or self.last_language


_Wrote = tuple[Reachable, Language | None]
"""An address, and the language of what was written there just now."""


class EnrolmentService:
    """Knows people by their address."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now
        together = Together[_Wrote, Employee | None]
        self._together = together("recognised", self._recognise_all, patience_s=PATIENCE_S)

    async def meet(self, address: Reachable, wrote: Language | None, phone: str = "") -> Employee:
        """Find or add the person of an address.

        Args:
            address: Where they write from.
            wrote: The language of what they wrote just now; None if they wrote nothing.
            phone: The number in E.164 that the platform names with the address, or empty.
        """
        known = None if phone else await self._together.do((address, wrote))
        if known is not None:
            return known
        async with self._database.transaction() as session:
            if phone:
                await self._end_others_of(session, address, phone)
            found = await self._known(session, address)
            person = found.person if found else await People(session).add(address, self._now())
            role = await self._role(session, found) if found else Role.EMPLOYEE
            if person.role is not role:
                # Even what is set to what it was is looked through at the end.
                person.role = role
            if phone:
                await Links(session).note_phone(address, phone)
            # A post, or a text for others, may be in another language than the one they speak.
            if wrote not in {None, person.last_language} and not self._awaits(person):
                person.last_language = wrote
            return replace(self._employee(person), address=address)

    async def _recognise_all(self, wrote: Sequence[_Wrote]) -> list[Employee | None]:
        """Give whom addresses belong to where nothing has to be written for that, as mostly."""
        async with self._database.reading() as session:
            known = await People(session).find_known_all([address for address, _ in wrote])
            return [
                await self._recognise(session, each, *one) if each else None
                for each, one in zip(known, wrote, strict=True)
            ]

    async def _recognise(
        self, session: AsyncSession, known: Known, address: Reachable, wrote: Language | None
    ) -> Employee | None:
        person = known.person
        if _has_left(known.employee) or person.role is not await self._role(session, known):
            return None
        if wrote not in {None, person.last_language} and not self._awaits(person):
            return None
        return replace(self._employee(person), address=address)

    async def _known(self, session: AsyncSession, address: Reachable) -> Known | None:
        """Find the person of an address, and which active employee they are known to be.

        Who left the employer is a stranger from then on.
        """
        known = await People(session).find_known(address)
        if known is None or not _has_left(known.employee):
            return known
        for link in await Links(session).list_of(known.person.id):
            await Links(session).end(link, "left_employer", self._now())
        return None

    async def _role(self, session: AsyncSession, known: Known) -> Role:
        """Say in which capacity they ask today; a decision ends by itself."""
        employee = known.employee
        rulebook = self._library.rulebooks.get(known.person.employer or "")
        if employee is None or rulebook is None:
            return Role.EMPLOYEE
        today, runs = rulebook.local_date(self._now()), StaffRole.ACCOUNT_MANAGER in employee.roles
        if known.has_delegations:
            runs = await is_account_manager(session, employee, today)
        return Role.ACCOUNT_MANAGER if runs else Role.EMPLOYEE

    async def _end_others_of(self, session: AsyncSession, address: Reachable, phone: str) -> None:
        """End links that a number contradicts: it is in other hands, or it is another one now.

        What is left of the number in the roster then links nobody by itself.
        """
        links, now = Links(session), self._now()
        named = await links.list_of_phone(address.channel, address.account, phone)
        ended = [(link, "number_reassigned") for link in named if link.user != address.user]
        own = await links.find(address)
        if own is not None and own.phone not in {None, phone}:
            ended.append((own, "number_changed"))
        for link, reason in ended:
            await take_away(session, link, reason, now)

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
            if person.employee_id is None:
                person.employer = employer
            return _take_pending(person, key)

    async def take_pending(self, person_id: str, key: str) -> str | None:
        """Give the questions that waited for the employer, which is known now.

        Args:
            person_id: Who asked.
            key: What makes the event unique by which it became known; handled again it gets
                them again, and no other one does.
        """
        async with self._database.transaction() as session:
            return _take_pending(await People(session).hold(person_id), key)

    async def set_reminders(self, person_id: str, *, wanted: bool) -> bool:
        """Note whether the person wants reminders, on whichever channel.

        Returns:
            Whether they act for a desk, and are told of its work all the same.
        """
        async with self._database.transaction() as session:
            person = await People(session).hold(person_id)
            if wanted:
                person.reminders_off_at = None
            elif person.reminders_off_at is None:
                person.reminders_off_at = self._now()
            employee = await find_active(session, person.employee_id or "")
            return employee is not None and self._has_duty(employee)

    def _has_duty(self, employee: RosterEmployee) -> bool:
        if employee.employer not in self._library.rulebooks:
            return False
        desk = self._library.desk_of(employee.employer).role
        return not {*STAFF, desk}.isdisjoint(employee.roles)

    async def choose_language(self, person_id: str, language: Language) -> None:
        """Note the language to answer in from now on."""
        async with self._database.transaction() as session:
            person = await People(session).get(person_id)
            person.language = language

    async def blocked(self, address: Reachable, *, blocked: bool) -> None:
        """Note that the person does not, or does again, let us write."""
        async with self._database.transaction() as session:
            await Links(session).mark_blocked(address, self._now() if blocked else None)

    def _employee(self, person: Person) -> Employee:
        known = person.employer in self._library.rulebooks
        return Employee(
            id=person.id,
            employer=person.employer if known else None,
            role=person.role,
            language=person.language,
            last_language=person.last_language,
            enrolled=person.employee_id is not None,
            reminds=person.reminders_off_at is None,
            awaits_draft=self._awaits_draft(person),
            draft_taken_for=person.draft_taken_for,
            awaited=awaited_now(person, self._now()),
            awaited_taken_for=person.awaited_taken_for,
            sitting=person.sitting_id if self._lasts(person.sitting_until) else None,
        )

    def _awaits(self, person: Person) -> bool:
        return self._awaits_draft(person) or awaited_now(person, self._now()) is not None

    def _awaits_draft(self, person: Person) -> bool:
        return self._lasts(person.draft_awaited_until)

    def _lasts(self, until: datetime | None) -> bool:
        return until is not None and until > self._now()


def _has_left(employee: RosterEmployee | None) -> bool:
    return employee is not None and employee.deactivated_at is not None


def _take_pending(person: Person, key: str) -> str | None:
    if person.pending_for not in {None, key}:
        return None
    # Without a question there is nothing to take: one asked later may still wait.
    person.pending_for = key if person.pending_text else None
    return person.pending_text

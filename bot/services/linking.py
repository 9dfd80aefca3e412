"""Linking chats to employees, each by its proof, and ending such links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.codes import find_code, new_code
from bot.domain.learners import learner_of
from bot.errors import WaaiError
from bot.records.base import Reachable
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.enrolment import (
    EnrolmentCodes,
    find_active,
    find_by_phone,
    find_employee,
    forget_messages,
    list_unlinked,
    spend_phone,
    take_away,
)
from bot.records.handovers import Handovers
from bot.records.learners import hand_on
from bot.records.links import ChannelLink, Links, Proof
from bot.records.people import People, Person
from bot.records.quiz_learners import move_quizzes
from bot.records.session_learners import move_sessions
from bot.services.proving import hand_on_learning
from bot.services.retention import Now

CODE_LIVES = timedelta(days=7)
MAX_TRIES = 5
TRIES_WINDOW = timedelta(days=1)
"""A chat may give five wrong codes a day."""

ALARM_TRIES = 50
ALARM_WINDOW = timedelta(hours=1)
"""So many wrong codes in an hour, from all chats together, are no typing mistakes."""

_EVERYBODY = "*"
_log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(__name__)


class EnrolmentError(WaaiError):
    """There is no such employee to enrol; for the operator."""


class Linked(StrEnum):
    """What became of a try to link a chat."""

    LINKED = "linked"
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True)
class LinkOutcome:
    """What became of a try, and whose employee it is.

    Attributes:
        employer: The employer's id; empty where it was refused.
        channels: On how many chats the employee is now.
    """

    linked: Linked
    employer: str = ""
    channels: int = 0


_REFUSED = LinkOutcome(Linked.REFUSED)


class LinkingService:
    """Links chats to employees of the roster.

    Args:
        database: Where links are kept.
        now: Gives the present moment.
        key: What codes are hashed with.
    """

    def __init__(self, database: Database, now: Now, key: bytes) -> None:
        self._database = database
        self._now = now
        self._key = key

    async def issue_code(self, employer: str, number: str, lives: timedelta = CODE_LIVES) -> str:
        """Make a one-time code for an employee; earlier unused ones are void.

        Raises:
            EnrolmentError: The roster has no such employee, or has them no more.
        """
        code, now = new_code(), self._now()
        async with self._database.transaction() as session:
            employee = await find_employee(session, employer, number)
            if employee is None or employee.deactivated_at is not None:
                raise EnrolmentError(f"{employer} has no active employee {number!r}")
            codes = EnrolmentCodes(session, self._key)
            await codes.add(code, employee.id, now, now + lives)
        return code

    async def issue_codes(self, employer: str, lives: timedelta = CODE_LIVES) -> dict[str, str]:
        """Make a code for each employee who is on no chat yet; by their number."""
        now = self._now()
        issued: dict[str, str] = {}
        async with self._database.transaction() as session:
            codes = EnrolmentCodes(session, self._key)
            for employee in await list_unlinked(session, employer):
                issued[employee.number] = code = new_code()
                await codes.add(code, employee.id, now, now + lives)
        return issued

    async def redeem(self, address: Reachable, typed: str, phone: str = "") -> LinkOutcome:
        """Link a chat by a code.

        An unknown, a used and an expired code are refused alike, by the same statements; so is
        every code of a chat that was wrong too often. A code that has linked this very chat, told
        again after a crash, is no wrong one.

        Args:
            address: The chat.
            typed: What holds the code.
            phone: The number in E.164 that the platform names with the chat, or empty.
        """
        now, whose = self._now(), f"{address.channel}:{address.account}:{address.user}"
        async with self._database.transaction() as session:
            codes = EnrolmentCodes(session, self._key)
            tries = await codes.count_try(whose, now, TRIES_WINDOW)
            code, allowed = find_code(typed) or "", tries <= MAX_TRIES
            employee_id = await codes.take(code, now, allowed=allowed)
            employee = await find_active(session, employee_id or "")
            if employee is not None:
                await codes.forget_tries(whose)
                return await self._link(session, address, employee, Proof.CODE, phone or None)
            person = await People(session).find_by_address(address)
            used_for = await codes.find_used(code)
            if person is not None and used_for is not None and person.employee_id == used_for:
                await codes.forget_tries(whose)
                return LinkOutcome(Linked.ALREADY, person.employer or "")
            wrong = await codes.count_try(_EVERYBODY, now, ALARM_WINDOW)
        if wrong % ALARM_TRIES == 0:
            _log.error("enrolment_alarm", tries=wrong, minutes=ALARM_WINDOW.seconds // 60)
        return _REFUSED

    async def link_by_phone(self, address: Reachable, phone: str, proof: Proof) -> LinkOutcome:
        """Link a chat by a number that the platform vouches for.

        Args:
            address: The chat.
            phone: The number in E.164.
            proof: By what the platform vouches.
        """
        async with self._database.transaction() as session:
            if await self._is_in_other_hands(session, address, phone):
                return _REFUSED
            employee = await find_by_phone(session, phone)
            if employee is None:
                return _REFUSED
            return await self._link(session, address, employee, proof, phone)

    async def _is_in_other_hands(
        self, session: AsyncSession, address: Reachable, phone: str
    ) -> bool:
        """Say whether a number came from another chat before, whose link then ends."""
        named = await Links(session).list_of_phone(address.channel, address.account, phone)
        others = [link for link in named if link.user != address.user]
        for link in others:
            await take_away(session, link, "number_reassigned", self._now())
        return bool(others)

    async def knows_phone(self, phone: str) -> str | None:
        """Say whose employer's roster has a number that can link a chat; None for nobody's."""
        async with self._database.reading() as session:
            employee = await find_by_phone(session, phone)
            return employee.employer if employee else None

    async def unlink(self, address: Reachable) -> bool:
        """End the link of a chat to its employee; False where there is none."""
        async with self._database.transaction() as session:
            link = await Links(session).find(address)
            if link is None or link.proof is None:
                return False
            await self._end(session, link, "unlinked")
            return True

    async def leave(self, address: Reachable, reason: str) -> None:
        """Send nothing more to an address that is not the person's any more, and end its link.

        Args:
            address: Where somebody else may be reached from now on.
            reason: A short code of what the platform says.
        """
        async with self._database.transaction() as session:
            await forget_messages(session, address)
            link = await Links(session).find(address)
            if link is not None and link.proof is not None:
                await self._end(session, link, reason)

    async def unlink_all(self, employer: str, number: str) -> int:
        """End all links of an employee and say how many there were.

        Raises:
            EnrolmentError: The roster has no such employee.
        """
        async with self._database.transaction() as session:
            employee = await find_employee(session, employer, number)
            if employee is None:
                raise EnrolmentError(f"{employer} has no employee {number!r}")
            people = People(session)
            person = await people.find_by_employee(employee.id)
            if person is None:
                return 0
            await people.hold(person.id)
            ended = await Links(session).list_of(person.id)
            for link in ended:
                await self._end(session, link, "unlinked")
            return len(ended)

    async def make_primary(self, address: Reachable) -> bool:
        """Let what comes unasked go to this chat; False where it is nobody's that is known."""
        async with self._database.transaction() as session:
            links = Links(session)
            link = await links.find(address)
            if link is None or link.proof is None:
                return False
            await links.make_primary(link)
            return True

    async def _link(
        self,
        session: AsyncSession,
        address: Reachable,
        employee: Employee,
        proof: Proof,
        phone: str | None = None,
    ) -> LinkOutcome:
        people, links, now = People(session), Links(session), self._now()
        present = await people.find_by_address(address) or await people.add(address, now)
        known = await people.find_by_employee(employee.id)
        await people.hold_all(present, known)  # or what they do meanwhile stays the stranger's
        if present.employee_id == employee.id:
            channels = len(await links.list_of(present.id))
            return LinkOutcome(Linked.ALREADY, employee.employer, channels)
        if present.employee_id is None:
            stranger, to = learner_of(present.id, None), learner_of(present.id, employee.id)
            await hand_on(session, stranger, to)
            await hand_on_learning(session, stranger, to, now)
            await move_sessions(session, stranger, to, (known or present).id)
        link = await links.find(address) or links.add(present, address, now)
        if present.employee_id is not None:
            # The chat goes over to another employee: what follows is a link of its own.
            phone = phone or link.phone
            await self._end(session, link, "linked_anew", spends=False)
            known = known or await people.add_unlinked(now)
            link = links.add(known, address, now)
        elif known is not None:
            # A stranger turns out to be somebody known: nothing is left of the stranger.
            link.person_id = known.id
            await session.flush()
            await self._hand_on(session, present, known)
        person = known or present
        person.employee_id, person.employer = employee.id, employee.employer
        person.language = person.language or employee.language
        link.proof, link.phone = proof, phone or link.phone
        await session.flush()
        others = [each for each in await links.list_of(person.id) if each.id != link.id]
        if not any(each.is_primary for each in others):
            await links.make_primary(link)
        return LinkOutcome(Linked.LINKED, employee.employer, len(others) + 1)

    async def _hand_on(self, session: AsyncSession, unknown: Person, known: Person) -> None:
        """Give an employee what they did on a chat before it was linked to them."""
        await Handovers(session).move(unknown.id, known.id)
        await move_quizzes(session, unknown, known, self._now())
        known.greeted_at = known.greeted_at or unknown.greeted_at
        known.reminders_off_at = known.reminders_off_at or unknown.reminders_off_at
        known.informed_at = known.informed_at or unknown.informed_at
        if unknown.pending_text and unknown.pending_for is None:
            known.pending_text, known.pending_at = unknown.pending_text, unknown.pending_at
            known.pending_for = None
        await People(session).delete(unknown)

    async def _end(
        self, session: AsyncSession, link: ChannelLink, reason: str, *, spends: bool = True
    ) -> None:
        """End a link; its number links nobody by itself after that, unless told otherwise."""
        await Links(session).end(link, reason, self._now())
        if spends and link.phone is not None:
            await spend_phone(session, link.phone, self._now())

"""Accepting a rulebook's pledge, once a version, and proving it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.learners import learner_of
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.library.pledges import Pledge, digest_of
from bot.records.base import Reachable
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.links import Links
from bot.records.people import People, Person
from bot.records.pledges import NewPledge, Pledges
from bot.records.pledges import Pledge as PledgeRow
from bot.services.retention import Now

SHOWN_DIGITS = 16
"""Of the digest, in a button: enough to tell one wording from every other."""


@dataclass(frozen=True)
class Accepted:
    """What somebody has accepted.

    Attributes:
        name: Theirs by the roster, in the language of the wording if it has it; empty for who
            is in none.
        number: Their employer's number of them; empty likewise.
        is_present: It is the version that is asked for now.
    """

    id: int
    rulebook: str
    version: int
    wording: str
    digest: str
    language: Language
    accepted_at: datetime
    channel: str
    message: str
    name: str
    number: str
    department: str
    is_present: bool


@dataclass(frozen=True)
class Pressed:
    """The press that accepts a pledge.

    Attributes:
        at: The chat.
        message: The channel's id of the message that carried the button.
        key: What makes the press unique.
    """

    at: Reachable
    message: str
    key: str


PrintPledge = Callable[[Accepted], bytes]
"""Makes the PDF of what somebody has accepted."""


@dataclass(frozen=True)
class Standing:
    """How a person stands with the pledges that bind them, the most specific rulebook first.

    Attributes:
        accepted: What they have accepted in the version that is asked for now.
        left: Whose pledge is still to be accepted.
        was_accepted: They have accepted an earlier version of the first that is left.
    """

    accepted: tuple[Accepted, ...]
    left: tuple[str, ...]
    was_accepted: bool


@dataclass(frozen=True)
class Coverage:
    """How many of an employer's active people have accepted what is asked for now."""

    rulebook: str
    accepted: int
    active: int


class PledgeService:
    """Keeps what employees have accepted."""

    def __init__(self, database: Database, library: Library, now: Now) -> None:
        self._database = database
        self._library = library
        self._now = now

    async def stand(self, person_id: str) -> Standing:
        """Say how a person stands with their pledges.

        Raises:
            sqlalchemy.exc.NoResultFound: There is none with this id.
        """
        async with self._database.reading() as session:
            person = await People(session).get(person_id)
            known = await _employee(session, person)
            rows = await Pledges(session).list_of(_learner(person))
        bound = self._bound(person.employer)
        given = {(row.rulebook, row.version): row for row in rows}
        accepted = [
            self._accepted(given[rulebook, pledge.version], known)
            for rulebook, pledge in bound.items()
            if (rulebook, pledge.version) in given
        ]
        done = {each.rulebook for each in accepted}
        left = tuple(rulebook for rulebook in bound if rulebook not in done)
        earlier = {row.rulebook for row in rows}
        return Standing(tuple(accepted), left, bool(left) and left[0] in earlier)

    async def accept(
        self, person_id: str, rulebook: str, digest: str, pressed: Pressed
    ) -> Accepted | None:
        """Keep that a person has accepted the wording above a button; the first time counts.

        Args:
            person_id: Who accepts.
            rulebook: Whose pledge.
            digest: The first ``SHOWN_DIGITS`` digits of the wording's.
            pressed: The press that accepts.

        Returns:
            What is kept; None where no such wording is asked of this person now.
        """
        async with self._database.transaction() as session:
            person, pledges = await People(session).get(person_id), Pledges(session)
            pledge = self._bound(person.employer).get(rulebook)
            language = _language_of(pledge, digest) if pledge else None
            if pledge is None or language is None:
                return None
            which = (_learner(person), rulebook, pledge.version)
            if await pledges.find(*which) is None:
                link = await Links(session).find(pressed.at)
                await pledges.add(
                    NewPledge(
                        *which,
                        channel=pressed.at.channel,
                        link=link.id if link else None,
                        message=pressed.message,
                        wording=pledge.wording(language),
                        language=language,
                        accepted_at=self._now(),
                        key=f"{pressed.key}:{rulebook}",
                    )
                )
            kept = await pledges.find(*which)
            return self._accepted(kept, await _employee(session, person)) if kept else None

    async def list_all(self, employer: str) -> list[Accepted]:
        """List what an employer's people have accepted, leavers included, by their number."""
        async with self._database.reading() as session:
            rows = await Pledges(session).list_of_employer(employer)
        return [self._accepted(pledge, employee) for employee, pledge in rows]

    async def cover(self, employer: str) -> list[Coverage]:
        """Say how many active people have accepted each pledge that is asked of them now."""
        bound = self._bound(employer)
        async with self._database.reading() as session:
            active = Employee.employer == employer, Employee.deactivated_at.is_(None)
            there = (await session.scalars(select(func.count()).where(*active))).one()
            rows = await Pledges(session).list_of_employer(employer)
        return [
            Coverage(
                rulebook,
                sum(
                    (row.rulebook, row.version) == (rulebook, pledge.version)
                    for employee, row in rows
                    if employee.deactivated_at is None
                ),
                there,
            )
            for rulebook, pledge in bound.items()
        ]

    def _bound(self, employer: str | None) -> dict[str, Pledge]:
        """Give the pledges that are asked of an employer's people."""
        if employer is None or employer not in self._library.rulebooks:
            return {}
        chain = [rulebook.id for rulebook in self._library.binding(employer)]
        pledges = self._library.pledges
        return {rulebook: pledges[rulebook] for rulebook in chain if rulebook in pledges}

    def _accepted(self, row: PledgeRow, employee: Employee | None) -> Accepted:
        pledge = self._library.pledges.get(row.rulebook)
        return Accepted(
            id=row.id,
            rulebook=row.rulebook,
            version=row.version,
            wording=row.wording,
            digest=row.digest,
            language=row.language,
            accepted_at=row.accepted_at,
            channel=row.channel,
            message=row.message,
            name=_name(employee, row.language),
            number=employee.number if employee else "",
            department=" / ".join(employee.department) if employee else "",
            is_present=pledge is not None and pledge.version == row.version,
        )


def _language_of(pledge: Pledge, digest: str) -> Language | None:
    for language in Language:
        if digest_of(pledge.wording(language))[:SHOWN_DIGITS] == digest:
            return language
    return None


def _learner(person: Person) -> str:
    return learner_of(person.id, person.employee_id)


def _name(employee: Employee | None, language: Language) -> str:
    names: Sequence[str | None] = (employee.name_ar, employee.name_en) if employee else ()
    ordered = names if language is Language.ARABIC else names[::-1]
    return next((name for name in ordered if name), "")


async def _employee(session: AsyncSession, person: Person) -> Employee | None:
    return await session.get(Employee, person.employee_id) if person.employee_id else None

"""Employees who wrote to us."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.meaning import Language
from bot.domain.ruling import Role
from bot.records.base import Reachable, delete_where
from bot.records.employees import Employee
from bot.records.links import ChannelLink, Links
from bot.records.people_rows import Person

__all__ = ["ChannelLink", "People", "Person"]


class People:
    """The repository of people."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, person_id: str) -> Person:
        """Give a person.

        Raises:
            sqlalchemy.exc.NoResultFound: There is none with this id.
        """
        return await self._session.get_one(Person, person_id)

    async def hold(self, person_id: str) -> Person:
        """Give a person whom nobody else changes until the transaction ends.

        Raises:
            sqlalchemy.exc.NoResultFound: There is none with this id.
        """
        return (await self._session.scalars(_HOLD, {"of_id": person_id})).one()

    async def hold_all(self, *people: Person | None) -> None:
        """Let nobody else change some people until the transaction ends.

        Raises:
            sqlalchemy.exc.NoResultFound: One is not there any more.
        """
        # In one order: two who hold the same people in two wait for each other.
        for person_id in sorted({person.id for person in people if person}):
            await self.hold(person_id)

    async def find_by_address(self, address: Reachable) -> Person | None:
        """Find whom this address belongs to."""
        given = {"channel": address.channel, "account": address.account, "user": address.user}
        return (await self._session.scalars(_AT_ADDRESS, given)).one_or_none()

    async def find_with_employee(self, address: Reachable) -> tuple[Person, Employee | None] | None:
        """Find whom this address belongs to, with the employee that they are known to be."""
        given = {"channel": address.channel, "account": address.account, "user": address.user}
        row = (await self._session.execute(_WITH_EMPLOYEE, given)).one_or_none()
        return None if row is None else (row[0], row[1])

    async def find_by_employee(self, employee_id: str) -> Person | None:
        """Find whom the chats of an employee belong to."""
        of = select(Person).where(Person.employee_id == employee_id)
        return (await self._session.scalars(of)).one_or_none()

    async def add(self, address: Reachable, now: datetime) -> Person:
        """Add a person with a first address; whoever adds it second gets the same person."""
        person = _person(now)
        try:
            async with self._session.begin_nested():
                self._session.add(person)
                await self._session.flush()
                Links(self._session).add(person, address, now)
        except IntegrityError:
            known = await self.find_by_address(address)
            if known is None:
                raise
            return known
        return person

    async def add_unlinked(self, now: datetime) -> Person:
        """Add a person who has no address yet."""
        person = _person(now)
        self._session.add(person)
        await self._session.flush()
        return person

    async def delete(self, person: Person) -> None:
        """Delete a person and all that is theirs alone."""
        await self._session.flush()
        await delete_where(self._session, Person, Person.id == person.id)

    async def forget_first_contacts(self, before: datetime) -> None:
        """Forget what waited before a moment, and the events of first contacts and texts."""
        draft = {"draft_awaited_until": None, "draft_taken_for": None}
        text = dict.fromkeys(("awaited", "awaited_until", "awaited_taken", "awaited_taken_for"))
        pending = {"pending_text": None, "pending_at": None, "pending_for": None}
        for old, forgotten in (
            (Person.pending_at < before, pending),
            (Person.draft_awaited_until < before, draft),
            (Person.awaited_until < before, text),
            ((Person.greeted_at < before) & Person.greeted_for.is_not(None), {"greeted_for": None}),
        ):
            await self._session.execute(
                update(Person)
                .where(old)
                .values(forgotten)
                .execution_options(synchronize_session=False)
            )


def _person(now: datetime) -> Person:
    return Person(
        id=secrets.token_hex(13),
        created_at=now,
        role=Role.EMPLOYEE,
        last_language=Language.ARABIC,
    )


_HOLD = (
    select(Person)
    .where(Person.id == bindparam("of_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_IS_HERE = (
    ChannelLink.channel == bindparam("channel"),
    ChannelLink.account == bindparam("account"),
    ChannelLink.user == bindparam("user"),
    ChannelLink.ended_at.is_(None),
)
_AT_ADDRESS = select(Person).join(ChannelLink).where(*_IS_HERE)
_WITH_EMPLOYEE = (
    select(Person, Employee)
    .join(ChannelLink, ChannelLink.person_id == Person.id)
    .outerjoin(Employee, Employee.id == Person.employee_id)
    .where(*_IS_HERE)
)

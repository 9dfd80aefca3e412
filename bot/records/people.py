"""Employees who wrote to us."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.meaning import Language
from bot.domain.ruling import Role
from bot.records.base import (
    DIALECTS,
    Reachable,
    among,
    delete_where,
    dialect_of,
    is_among,
    table_of,
)
from bot.records.employees import Delegation, Employee
from bot.records.links import ChannelLink, Links
from bot.records.people_rows import Person

__all__ = ["ChannelLink", "Known", "People", "Person"]


class Known(NamedTuple):
    """Whom an address belongs to.

    Attributes:
        employee: The employee that they are known to be.
        has_delegations: There is a decision about them, in force or not: mostly there is none, and
            nobody need ask for it.
    """

    person: Person
    employee: Employee | None
    has_delegations: bool


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

    async def find_known(self, address: Reachable) -> Known | None:
        """Find whom this address belongs to, with the employee that they are known to be."""
        return (await self.find_known_all([address]))[0]

    async def find_known_all(self, addresses: Sequence[Reachable]) -> list[Known | None]:
        """Find of each address whom it belongs to, as ``find_known`` does."""
        users = defaultdict[tuple[str, str], list[str]](list)
        for address in addresses:
            users[address.channel, address.account].append(address.user)
        found, dialect = dict[tuple[str, str, str], Known](), dialect_of(self._session)
        for (channel, account), some in users.items():
            given = {"channel": channel, "account": account, "users": among(dialect, some)}
            for row in await self._session.execute(_KNOWN[dialect], given):
                found[channel, account, row.user] = Known._make(row[1:])
        return [found.get((each.channel, each.account, each.user)) for each in addresses]

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
_IS_LIVE = (
    ChannelLink.channel == bindparam("channel"),
    ChannelLink.account == bindparam("account"),
    ChannelLink.ended_at.is_(None),
)
_IS_HERE = (*_IS_LIVE, ChannelLink.user == bindparam("user"))
_AT_ADDRESS = select(Person).join(ChannelLink).where(*_IS_HERE)
_KNOWN = {
    dialect: select(
        ChannelLink.user,
        Person,
        Employee,
        exists().where(Delegation.employee_id == Person.employee_id),
    )
    .select_from(ChannelLink)
    .join(Person, ChannelLink.person_id == Person.id)
    .outerjoin(Employee, Employee.id == Person.employee_id)
    .where(*_IS_LIVE, is_among(dialect, table_of(ChannelLink).c.user, "users"))
    for dialect in DIALECTS
}

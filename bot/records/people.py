"""Employees who wrote to us, and the addresses where they are reached."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.meaning import Language
from bot.domain.ruling import Role
from bot.records.base import Base, PersonId, Reachable, RowId, partial_index
from bot.records.employees import Employee


class Proof(StrEnum):
    """By what it is known whose chat this is."""

    CODE = "code"
    CONTACT = "contact"
    NUMBER = "number"


class Person(Base):
    """One employee, known by a random id only.

    Attributes:
        id: Opaque and random; all that leaves the database for logs or the model server.
        created_at: When they first wrote.
        employer: The employer's id, once chosen.
        role: In which capacity they ask.
        language: The language they chose; None to follow what they write.
        last_language: The language of what they wrote last.
        greeted_at: When they were welcomed.
        greeted_for: The key of the event that they were welcomed for.
        informed_at: When they were told that answers inform and do not approve.
        pending_text: Questions that wait for the choice of an employer.
        pending_at: When the last of them was asked; all are forgotten a day later.
        pending_for: The key of the choice that took them; None while they wait.
        draft_awaited_until: Until then what they write is read as a post to check.
        draft_taken_for: The key of the event that brought the last one.
        employee_id: The roster's employee that they are known to be; None while they are not.
        reminders_off_at: Since when they want no reminders, on any channel; None if they do.
        erase_at: Since when their data waits to be erased; None if it does not.
    """

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(PersonId, primary_key=True)
    created_at: Mapped[datetime]
    employer: Mapped[str | None]
    role: Mapped[Role] = mapped_column(default=Role.EMPLOYEE)
    language: Mapped[Language | None]
    last_language: Mapped[Language] = mapped_column(default=Language.ARABIC)
    greeted_at: Mapped[datetime | None]
    greeted_for: Mapped[str | None]
    informed_at: Mapped[datetime | None]
    pending_text: Mapped[str | None]
    pending_at: Mapped[datetime | None]
    pending_for: Mapped[str | None]
    draft_awaited_until: Mapped[datetime | None]
    draft_taken_for: Mapped[str | None]
    employee_id: Mapped[str | None] = mapped_column(
        PersonId, ForeignKey(Employee.id, ondelete="SET NULL"), unique=True
    )
    reminders_off_at: Mapped[datetime | None]
    erase_at: Mapped[datetime | None]


_LIVE = "ended_at IS NULL"


class ChannelLink(Base):
    """One address of a person, for as long as it is theirs.

    Attributes:
        phone: The number in E.164 that the platform named with it; None if it named none.
        proof: By what it is known to be an employee's; None if it is not.
        is_primary: Where the person wants what comes unasked; one link of a person.
        ended_at: Since when it is not theirs any more; None while it is.
        end_reason: A short code of why.
        blocked_at: Since when the person does not let us write there; None if they do.
        last_wrote_at: When the person wrote last from there, on channels that count it.
    """

    __tablename__ = "channel_links"
    __table_args__ = (
        partial_index(
            "ix_channel_links_live", "channel", "account", "user", where=_LIVE, unique=True
        ),
        partial_index(
            "ix_channel_links_primary",
            "person_id",
            where=f"{_LIVE} AND is_primary",
            unique=True,
        ),
        partial_index("ix_channel_links_phone", "phone", where=_LIVE),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[str] = mapped_column(
        PersonId, ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    channel: Mapped[str]
    account: Mapped[str]
    user: Mapped[str]
    created_at: Mapped[datetime]
    phone: Mapped[str | None]
    proof: Mapped[Proof | None]
    is_primary: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    blocked_at: Mapped[datetime | None]
    last_wrote_at: Mapped[datetime | None]


class People:
    """The repository of people and their addresses."""

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

    async def find_by_address(self, address: Reachable) -> Person | None:
        """Find whom this address belongs to."""
        given = {"channel": address.channel, "account": address.account, "user": address.user}
        return (await self._session.scalars(_AT_ADDRESS, given)).one_or_none()

    async def add(self, address: Reachable, now: datetime) -> Person:
        """Add a person with a first address; whoever adds it second gets the same person."""
        person = Person(
            id=secrets.token_hex(13),
            created_at=now,
            role=Role.EMPLOYEE,
            last_language=Language.ARABIC,
        )
        try:
            async with self._session.begin_nested():
                self._session.add(person)
                await self._session.flush()
                self._session.add(_link(person, address, now))
        except IntegrityError:
            known = await self.find_by_address(address)
            if known is None:
                raise
            return known
        return person

    async def mark_blocked(self, address: Reachable, since: datetime | None) -> None:
        """Note since when the person does not let us write there; None if they do again."""
        await self._session.execute(
            update(ChannelLink).where(*_at(address)).values(blocked_at=since)
        )

    async def note_wrote(self, address: Reachable, at: datetime) -> None:
        """Note when a person wrote; an older moment changes nothing."""
        older = ChannelLink.last_wrote_at.is_(None) | (ChannelLink.last_wrote_at < at)
        await self._session.execute(
            update(ChannelLink)
            .where(*_at(address), older)
            .values(last_wrote_at=at)
            .execution_options(synchronize_session=False)
        )

    async def last_wrote(self, address: Reachable) -> datetime | None:
        """Say when a person wrote last from there; None if never, or if nobody counts it."""
        return await self._session.scalar(select(ChannelLink.last_wrote_at).where(*_at(address)))

    async def forget_first_contacts(self, before: datetime) -> None:
        """Forget waiting questions, and the events of first contacts and posts, before a moment."""
        draft = {"draft_awaited_until": None, "draft_taken_for": None}
        pending = {"pending_text": None, "pending_at": None, "pending_for": None}
        for old, forgotten in (
            (Person.pending_at < before, pending),
            (Person.draft_awaited_until < before, draft),
            ((Person.greeted_at < before) & Person.greeted_for.is_not(None), {"greeted_for": None}),
        ):
            await self._session.execute(
                update(Person)
                .where(old)
                .values(forgotten)
                .execution_options(synchronize_session=False)
            )

    async def move_link(self, address: Reachable, new_user: str) -> bool:
        """Give an address the user id that replaced its own.

        Returns:
            False, and nothing changes, where the new id is linked already.
        """
        try:
            async with self._session.begin_nested():
                await self._session.execute(
                    update(ChannelLink).where(*_at(address)).values(user=new_user)
                )
        except IntegrityError:
            return False
        return True


def _link(person: Person, address: Reachable, now: datetime) -> ChannelLink:
    return ChannelLink(
        person_id=person.id,
        channel=address.channel,
        account=address.account,
        user=address.user,
        created_at=now,
    )


def _at(address: Reachable) -> tuple[ColumnElement[bool], ...]:
    return (
        ChannelLink.channel == address.channel,
        ChannelLink.account == address.account,
        ChannelLink.user == address.user,
        ChannelLink.ended_at.is_(None),
    )


_HOLD = (
    select(Person)
    .where(Person.id == bindparam("of_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_AT_ADDRESS = (
    select(Person)
    .join(ChannelLink)
    .where(
        ChannelLink.channel == bindparam("channel"),
        ChannelLink.account == bindparam("account"),
        ChannelLink.user == bindparam("user"),
        ChannelLink.ended_at.is_(None),
    )
)

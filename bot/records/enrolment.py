"""One-time codes that link an employee to a chat, and how often somebody guessed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import Base, PersonId, Reachable, delete_where, insert_into, table_of
from bot.records.deliveries import Deliveries
from bot.records.employees import Employee, EmployeePhone
from bot.records.links import Links
from bot.records.outbox import Outbox
from bot.records.people_rows import ChannelLink, Person

Hash = String(64)


class EnrolmentCode(Base):
    """A code, known by its hash only.

    Attributes:
        code_hash: Keyed, so that the database alone cannot be searched for codes.
        used_at: When it linked a chat; None while it has not.
    """

    __tablename__ = "enrolment_codes"

    code_hash: Mapped[str] = mapped_column(Hash, primary_key=True)
    employee_id: Mapped[str] = mapped_column(
        PersonId, ForeignKey(Employee.id, ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EnrolmentTries(Base):
    """How often a chat, or everybody together, gave a code that was refused.

    Attributes:
        chat_hash: Whose tries these are, hashed.
        tries: How many since then.
    """

    __tablename__ = "enrolment_tries"

    chat_hash: Mapped[str] = mapped_column(Hash, primary_key=True)
    tries: Mapped[int]
    since: Mapped[datetime]


class EnrolmentCodes:
    """The repository of codes and tries.

    Args:
        session: The transaction.
        key: What codes and chats are hashed with.
    """

    def __init__(self, session: AsyncSession, key: bytes) -> None:
        self._session = session
        self._key = key

    async def add(self, code: str, employee_id: str, now: datetime, expires_at: datetime) -> None:
        """Keep a code; earlier ones of the employee that were not used are void."""
        await delete_where(
            self._session,
            EnrolmentCode,
            EnrolmentCode.employee_id == employee_id,
            EnrolmentCode.used_at.is_(None),
        )
        self._session.add(
            EnrolmentCode(
                code_hash=self._hash("code", code),
                employee_id=employee_id,
                created_at=now,
                expires_at=expires_at,
            )
        )
        await self._session.flush()

    async def take(self, code: str, now: datetime, *, allowed: bool) -> str | None:
        """Use a code up.

        The same statement runs whatever the code is: how long it takes tells nothing.

        Args:
            code: What somebody typed.
            now: The present moment.
            allowed: They may try; if not, no code is good.

        Returns:
            The employee's id, once; None for an unknown, used or expired code.
        """
        taken = await self._session.scalars(
            update(EnrolmentCode)
            .where(
                EnrolmentCode.code_hash == self._hash("code", code if allowed else ""),
                EnrolmentCode.used_at.is_(None),
                EnrolmentCode.expires_at > now,
            )
            .values(used_at=now)
            .returning(EnrolmentCode.employee_id)
            .execution_options(synchronize_session=False)
        )
        return taken.one_or_none()

    async def find_used(self, code: str) -> str | None:
        """Give the employee whom a code has linked; None for one that has linked nobody."""
        used = (
            EnrolmentCode.code_hash == self._hash("code", code),
            EnrolmentCode.used_at.is_not(None),
        )
        return await self._session.scalar(select(EnrolmentCode.employee_id).where(*used))

    async def count_try(self, whose: str, now: datetime, window: timedelta) -> int:
        """Count a try and say how many there were in the window that began with the first."""
        of = self._hash("tries", whose)
        fresh = EnrolmentTries.since > now - window
        new = insert_into(self._session, EnrolmentTries).values(chat_hash=of, tries=1, since=now)
        counted = new.on_conflict_do_update(
            index_elements=["chat_hash"],
            set_={
                "tries": case((fresh, EnrolmentTries.tries + 1), else_=1),
                "since": case((fresh, EnrolmentTries.since), else_=now),
            },
        )
        # The column, not the attribute: what an earlier statement loaded would be given again.
        tries = table_of(EnrolmentTries).c.tries
        number: int = (await self._session.execute(counted.returning(tries))).scalar_one()
        return number

    async def find_tries(self, whose: str, now: datetime, window: timedelta) -> int:
        """Say how many tries there were in the window, and count none."""
        of = EnrolmentTries.chat_hash == self._hash("tries", whose)
        fresh = EnrolmentTries.since > now - window
        statement = select(EnrolmentTries.tries).where(of, fresh)
        return await self._session.scalar(statement) or 0

    async def forget_tries(self, whose: str) -> None:
        """Forget the tries of somebody whose code was good."""
        of = self._hash("tries", whose)
        await delete_where(self._session, EnrolmentTries, EnrolmentTries.chat_hash == of)

    def _hash(self, what: str, value: str) -> str:
        return hmac.new(self._key, f"{what}:{value}".encode(), hashlib.sha256).hexdigest()


async def find_employee(session: AsyncSession, employer: str, number: str) -> Employee | None:
    """Find an employee by their employer's number, leavers included."""
    named = select(Employee).where(Employee.employer == employer, Employee.number == number)
    return (await session.scalars(named)).one_or_none()


async def find_active(session: AsyncSession, employee_id: str) -> Employee | None:
    """Find an employee whom the roster still has."""
    employee = await session.get(Employee, employee_id)
    return employee if employee is not None and employee.deactivated_at is None else None


async def list_unlinked(session: AsyncSession, employer: str) -> Sequence[Employee]:
    """List an employer's active people who are on no chat, by their number."""
    linked = (
        select(Person.employee_id)
        .join(ChannelLink)
        .where(Person.employee_id.is_not(None), ChannelLink.ended_at.is_(None))
    )
    active = Employee.employer == employer, Employee.deactivated_at.is_(None)
    missing = select(Employee).where(*active, Employee.id.not_in(linked)).order_by(Employee.number)
    return (await session.scalars(missing)).all()


async def find_by_phone(session: AsyncSession, phone: str) -> Employee | None:
    """Find whose number this is; None where it is nobody's, several people's, or spent."""
    holders = (
        select(Employee)
        .join(EmployeePhone)
        .where(
            EmployeePhone.phone == phone,
            EmployeePhone.spent_at.is_(None),
            Employee.deactivated_at.is_(None),
        )
        .limit(2)
    )
    found = (await session.scalars(holders)).all()
    return found[0] if len(found) == 1 else None


async def spend_phone(session: AsyncSession, phone: str, now: datetime) -> None:
    """Let a number link nobody by itself any more, until the roster gives it anew."""
    await session.execute(
        update(EmployeePhone)
        .where(EmployeePhone.phone == phone, EmployeePhone.spent_at.is_(None))
        .values(spent_at=now)
        .execution_options(synchronize_session=False)
    )


async def take_away(session: AsyncSession, link: ChannelLink, reason: str, now: datetime) -> None:
    """End a link whose address may be another's from now on, who must hear nothing of it.

    What waits for the one is not said to the other, and its number links nobody by itself.
    """
    await forget_messages(session, link)
    await Links(session).end(link, reason, now)
    if link.phone is not None:
        await spend_phone(session, link.phone, now)


async def forget_messages(session: AsyncSession, address: Reachable) -> None:
    """Forget what was sent to an address; circulars that wait may reach the person elsewhere."""
    waited = await Outbox(session).forget(address)
    await Deliveries(session).lose(waited)


async def delete_old_codes(session: AsyncSession, before: datetime) -> int:
    """Delete codes that expired, and tries that were made, before then."""
    await delete_where(session, EnrolmentTries, EnrolmentTries.since < before)
    return await delete_where(session, EnrolmentCode, EnrolmentCode.expires_at < before)

"""Employees as their employer's roster has them, and the decisions by which some run accounts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.meaning import Language
from bot.records.base import Base, PersonId, RowId


class Employee(Base):
    """One employee of one employer; a leaver stays, deactivated.

    Attributes:
        id: Random; the roster's own number is known to many.
        number: The employer's number of them.
        department: The path to their department, the highest level first.
        manager_number: Their manager's number; None for none.
        language: The language to write to them in; None if the roster names none.
        roles: See ``bot.domain.roster.StaffRole``.
        created_at: When the roster first had them.
        updated_at: When it last changed them.
        deactivated_at: Since when the roster has them no more; None if it does.
    """

    __tablename__ = "employees"
    __table_args__ = (UniqueConstraint("employer", "number"),)

    id: Mapped[str] = mapped_column(PersonId, primary_key=True)
    employer: Mapped[str]
    number: Mapped[str]
    name_ar: Mapped[str | None]
    name_en: Mapped[str | None]
    department: Mapped[list[str]]
    job: Mapped[str | None]
    manager_number: Mapped[str | None]
    language: Mapped[Language | None]
    roles: Mapped[list[str]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]


class EmployeePhone(Base):
    """A phone number of an employee, as the roster has it.

    Attributes:
        phone: In E.164, ``+971501234567``.
        added_at: When the roster gave it to them.
        spent_at: Since when it links nobody by itself: it was seen in other hands, or taken
            back. The roster giving it anew makes it good again.
    """

    __tablename__ = "employee_phones"
    __table_args__ = (UniqueConstraint("employee_id", "phone"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    employee_id: Mapped[str] = mapped_column(PersonId, ForeignKey(Employee.id, ondelete="CASCADE"))
    phone: Mapped[str] = mapped_column(index=True)
    added_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class Delegation(Base):
    """A decision by which an employee runs an official account for a time.

    Attributes:
        platform: Where the account is, such as ``x``.
        account: Its name there.
        decision: The decision's number.
        starts_on: The first day, in the employer's own time.
        ends_on: The last day; None for no end yet.
        ended_at: When it was ended early; None if it was not.
    """

    __tablename__ = "delegations"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    employee_id: Mapped[str] = mapped_column(
        PersonId, ForeignKey(Employee.id, ondelete="CASCADE"), index=True
    )
    platform: Mapped[str]
    account: Mapped[str]
    decision: Mapped[str]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

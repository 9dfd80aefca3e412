"""The rows of people and of the addresses where they are reached."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.meaning import Language
from bot.domain.ruling import Role
from bot.records.base import Base, PersonId, RowId, Token, partial_index
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
        awaited: What their next text is for, ``purpose:id``; see ``bot.records.awaited``.
        awaited_until: Until then it is.
        awaited_taken: What the last such text was for.
        awaited_taken_for: The key of the event that brought it.
        employee_id: The roster's employee that they are known to be; None while they are not.
        reminders_off_at: Since when they want no reminders, on any channel; None if they do.
        sitting_id: The quiz whose question they see, so that what they type may be its answer;
            None where none is open or it is paused.
        sitting_until: Until then what they type is read so; buttons have no such end.
        erase_at: Since when their data waits to be erased; None if it does not.
    """

    __tablename__ = "people"
    __table_args__ = (partial_index("ix_people_awaited", "awaited", where="awaited IS NOT NULL"),)

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
    awaited: Mapped[str | None]
    awaited_until: Mapped[datetime | None]
    awaited_taken: Mapped[str | None]
    awaited_taken_for: Mapped[str | None]
    employee_id: Mapped[str | None] = mapped_column(
        PersonId, ForeignKey(Employee.id, ondelete="SET NULL"), unique=True
    )
    reminders_off_at: Mapped[datetime | None]
    sitting_id: Mapped[str | None] = mapped_column(Token)
    sitting_until: Mapped[datetime | None]
    erase_at: Mapped[datetime | None]

    @property
    def speaks(self) -> Language:
        """The language to write to them in."""
        return self.language or self.last_language


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

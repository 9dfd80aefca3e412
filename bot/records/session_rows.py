"""The rows of live workshops: sessions, who registered, who was there, what they thought of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.live_sessions import Reminded
from bot.records.base import IN_NO_ORDER, Base, PersonId, RowId, Token, partial_index
from bot.records.employees import Employee
from bot.records.people_rows import Person

Learner = String(40)
Secret = String(32)


class RegistrationState(StrEnum):
    """How it stands with somebody who wished to come."""

    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class EntryBy(StrEnum):
    """By what it is known that somebody was there."""

    CODE = "code"
    OVERRIDE = "override"


class WorkshopSession(Base):
    """One session of a workshop, at a place or behind a link.

    Attributes:
        workshop: The workshop's id.
        version: The workshop's, as it was when the session was created.
        employer: Whose people may come.
        title: What it is called; None for the workshop's own title.
        place: Where it is; None where it is behind a link alone.
        link: Where it is to be joined; None where it is at a place alone.
        capacity: How many may come; None for any number.
        created_by: The trainer or HR's officer who set it up.
        secret: What the codes on the screen are made of.
        screen: Who knows it may show the trainer's screen.
        sequence: How often it was changed; see ``bot.domain.calendar_file``.
        cancelled_at: Since when it does not take place; None if it does.
    """

    __tablename__ = "workshop_sessions"
    __table_args__ = (
        partial_index(
            "ix_workshop_sessions_ahead",
            "employer",
            "ends_at",
            where="cancelled_at IS NULL",
        ),
    )

    id: Mapped[str] = mapped_column(Token, primary_key=True)
    workshop: Mapped[str]
    version: Mapped[str]
    employer: Mapped[str]
    title: Mapped[str | None]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    place: Mapped[str | None]
    link: Mapped[str | None]
    capacity: Mapped[int | None]
    created_by: Mapped[str] = mapped_column(PersonId, ForeignKey(Employee.id))
    created_at: Mapped[datetime]
    secret: Mapped[str] = mapped_column(Secret)
    screen: Mapped[str] = mapped_column(Secret, unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None]


class Registration(Base):
    """That somebody wished to come.

    Attributes:
        learner: See ``bot.domain.learners.learner_of``.
        at: When they registered, or did so anew; who waits longest comes first.
        reminded: Which reminder is spent, see ``bot.domain.live_sessions.Reminded``.
    """

    __tablename__ = "session_registrations"
    __table_args__ = (UniqueConstraint("session_id", "learner"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    session_id: Mapped[str] = mapped_column(
        Token, ForeignKey(WorkshopSession.id, ondelete="CASCADE")
    )
    person_id: Mapped[str] = mapped_column(
        PersonId, ForeignKey(Person.id, ondelete="CASCADE"), index=True
    )
    learner: Mapped[str] = mapped_column(Learner)
    state: Mapped[RegistrationState]
    at: Mapped[datetime]
    reminded: Mapped[int] = mapped_column(default=Reminded.NONE)


class Attendance(Base):
    """That somebody was there; nobody is twice at one session.

    Attributes:
        person_id: In whose chat they checked in; None where a trainer noted them, or the chat
            is no more.
        at: When they came.
        is_late: They came too late to count as punctual.
        reason: Why a trainer noted them.
        marked_by: The employee who noted them; None where they checked in themselves.
        asked: They were asked what they thought of it.
        rated: They said what they thought of it; what they said is not tied to them.
    """

    __tablename__ = "session_attendances"
    __table_args__ = (UniqueConstraint("session_id", "learner"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    session_id: Mapped[str] = mapped_column(
        Token, ForeignKey(WorkshopSession.id, ondelete="CASCADE")
    )
    learner: Mapped[str] = mapped_column(Learner, index=True)
    person_id: Mapped[str | None] = mapped_column(
        PersonId, ForeignKey(Person.id, ondelete="SET NULL"), index=True
    )
    at: Mapped[datetime]
    is_late: Mapped[bool]
    by: Mapped[EntryBy]
    reason: Mapped[str | None]
    marked_by: Mapped[str | None] = mapped_column(PersonId, ForeignKey(Employee.id))
    asked: Mapped[bool] = mapped_column(default=False)
    rated: Mapped[bool] = mapped_column(default=False)


class SessionFeedback(Base):
    """What somebody thought of a session: nothing here says who, or when.

    Attributes:
        id: Random, so that it tells no order.
        rating: From 1 to 5.
    """

    __tablename__ = "session_feedback"
    __table_args__ = (IN_NO_ORDER,)

    id: Mapped[str] = mapped_column(Token, primary_key=True)
    session_id: Mapped[str] = mapped_column(
        Token, ForeignKey(WorkshopSession.id, ondelete="CASCADE"), index=True
    )
    rating: Mapped[int]
    comment: Mapped[str | None]

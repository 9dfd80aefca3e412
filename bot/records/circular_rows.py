"""The rows of circulars: what one says, to whom it goes, and who acknowledged it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.circulars import CircularState, DeliveryState
from bot.records.base import Base, Json, PersonId, RowId, Token, partial_index, table_of
from bot.records.employees import Employee
from bot.records.files import FileId, Sha256


class Circular(Base):
    """One version of a circular; see ``bot.domain.circulars.CircularContent`` for what it says.

    Attributes:
        employer: Whose HR it is of.
        number: What the employer calls it by, as in ``2026/14``.
        version: From 1; a correction is the next one.
        state: How far it is.
        audience: See ``bot.domain.audience.Audience``.
        digest: Of its content; None while it is a draft.
        urgent: It is sent by night and at the weekend too.
        send_at: Not before then; None for at once.
        approved_by: Who approved it; None where nobody had to, or has yet.
        started_at: When the first recipients were written down.
        expanded_to: The id of the employee up to whom recipients are written down; None before
            the first.
        expanded_at: When all of them were.
        finished_at: When everybody who could be reached had been sent it.
        escalated_at: When managers were first told who had not acknowledged it in time.
        escalate_at: When it is looked again who of them was told; None where nobody is left.
        recorded_to: Up to when the journal has what became of it; None before it has anything.
        reason: Why it was sent back, paused or cancelled; None where nobody said.
        supersedes: The id of the version before it.
    """

    __tablename__ = "circulars"
    __table_args__ = (
        UniqueConstraint("employer", "number", "version"),
        partial_index(
            "ix_circulars_active", "state", where="state IN ('scheduled', 'sending', 'sent')"
        ),
    )

    id: Mapped[str] = mapped_column(Token, primary_key=True)
    employer: Mapped[str]
    number: Mapped[str]
    version: Mapped[int]
    state: Mapped[CircularState] = mapped_column(default=CircularState.DRAFT)
    title: Mapped[str]
    title_en: Mapped[str]
    body: Mapped[str]
    body_en: Mapped[str]
    issuer: Mapped[str]
    dated_on: Mapped[date] = mapped_column(Date)
    statement: Mapped[str]
    statement_en: Mapped[str]
    due_at: Mapped[datetime | None]
    check: Mapped[Json | None]
    articles: Mapped[list[str]]
    audience: Mapped[Json]
    digest: Mapped[str | None] = mapped_column(Sha256)
    urgent: Mapped[bool] = mapped_column(default=False)
    send_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(PersonId, ForeignKey(Employee.id))
    created_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(PersonId, ForeignKey(Employee.id))
    approved_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    expanded_to: Mapped[str | None] = mapped_column(PersonId)
    expanded_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    escalate_at: Mapped[datetime | None]
    recorded_to: Mapped[datetime | None]
    reason: Mapped[str | None]
    supersedes: Mapped[str | None] = mapped_column(Token, ForeignKey("circulars.id"))


class CircularAttachment(Base):
    """A file that goes along with a circular.

    Attributes:
        position: From 0; the first goes along with the circular itself, the others are asked for.
        file_id: Under which its content is kept.
        size: In bytes.
    """

    __tablename__ = "circular_attachments"

    circular_id: Mapped[str] = mapped_column(
        Token, ForeignKey(Circular.id, ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[str] = mapped_column(FileId)
    sha256: Mapped[str] = mapped_column(Sha256)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]


class Delivery(Base):
    """A circular's way to one recipient; one row each, whether they can be reached or not.

    Attributes:
        state: How far it is; it moves on only (``bot.records.deliveries``).
        reason: A short code of why it failed or cannot be sent; None where it was or will be.
        person_id: Whose chat it was queued for; the chat may be gone since.
        channel: The platform of that chat.
        next_at: Not looked at again before then, for sending it or, once it was sent, for a
            reminder that waits for room under a platform's limit; None where nothing is left to do.
        queued_at: When it was put into the outbox last.
        announced_at: When the platform first took the template that asks them to open it, since it
            was queued; of an earlier time until then (``IS_ANNOUNCED``).
        opened_at: When they asked for an attachment, or the template's button, last.
        check_tries: How often they answered the question, right or wrong.
        reminded: Which reminder is spent; see ``bot.domain.circular_reminders``.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("circular_id", "employee_id"),
        partial_index("ix_deliveries_planned", "circular_id", "id", where="state = 'planned'"),
        partial_index("ix_deliveries_unreached", "circular_id", where="state = 'unreached'"),
        partial_index(
            "ix_deliveries_queued", "circular_id", where="state IN ('queued', 'sending')"
        ),
        Index("ix_deliveries_reminded", "circular_id", "reminded", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    circular_id: Mapped[str] = mapped_column(Token, ForeignKey(Circular.id, ondelete="CASCADE"))
    employee_id: Mapped[str] = mapped_column(PersonId, ForeignKey(Employee.id), index=True)
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PLANNED)
    reason: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[str | None] = mapped_column(PersonId)
    channel: Mapped[str | None]
    created_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    check_tries: Mapped[int] = mapped_column(default=0)
    reminded: Mapped[int] = mapped_column(default=0)


_deliveries = table_of(Delivery)
# A template of an earlier time says nothing of what was planned anew and queued since.
IS_ANNOUNCED = _deliveries.c.announced_at >= _deliveries.c.queued_at


class Acknowledgement(Base):
    """That a recipient acknowledged one version of a circular; the journal holds the evidence.

    Attributes:
        digest: Of the version that they saw.
        channel: The platform on which they did.
        message_id: The platform's id of the message whose button they pressed.
        sequence: Of the entry in the journal.
    """

    __tablename__ = "acknowledgements"

    circular_id: Mapped[str] = mapped_column(
        Token, ForeignKey(Circular.id, ondelete="CASCADE"), primary_key=True
    )
    employee_id: Mapped[str] = mapped_column(PersonId, ForeignKey(Employee.id), primary_key=True)
    at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(Sha256)
    channel: Mapped[str]
    message_id: Mapped[str]
    sequence: Mapped[int]


class ManagerNotice(Base):
    """That a manager is told who of their people let a circular's deadline pass.

    Attributes:
        number: The manager's, as their people's rows of the roster have it: perhaps nobody's.
        queued_at: When their messages were queued; None where they could not be, or were lost.
        told_at: When it was seen that the platform had taken them; None before.
        reason: A code of why they cannot be told; None where they were, or it is on its way.
    """

    __tablename__ = "manager_notices"

    circular_id: Mapped[str] = mapped_column(
        Token, ForeignKey(Circular.id, ondelete="CASCADE"), primary_key=True
    )
    employer: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    queued_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(64))


class TemplateSend(Base):
    """Whom a template went to outside the reply window; a platform limits how many in 24 hours.

    Attributes:
        user: The platform's id of the chat.
        at: When it was queued last.
    """

    __tablename__ = "template_sends"

    channel: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)

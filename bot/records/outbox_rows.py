"""The rows of the outbox: a message a recipient, and how far it is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.records.base import Base, Json, PersonId, RowId, partial_index
from bot.records.inbox import InboxEvent
from bot.records.people import Person

ADDRESS = ("channel", "account", "user")
"""The columns that say where a message goes."""


class Lane(StrEnum):
    """Replies overtake what goes to many; within a lane a recipient's messages keep their order."""

    REPLY = "reply"
    BULK = "bulk"


class OutboxState(StrEnum):
    """How far a message is."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


_OPEN = "state IN ('queued', 'sending')"


class OutboxMessage(Base):
    """One message to one recipient.

    Attributes:
        user: The platform's id of the chat; empty a day after the message was closed.
        payload: The message as JSON values; None when nobody needs it any more.
        attempts: How often sending it was begun, halts of the whole account not counted.
        next_at: Nobody takes it before: the end of its back-off or of its lease.
        external_id: The platform's id of it.
        error: A short code of what went wrong last.
        delivered_at: When the platform said that it arrived.
        read_at: When the platform said that it was read.
        templated_at: When a template was queued in its place: the message itself waits until the
            person writes.
        delivery_id: The circular's delivery that it is, or a part of; the last part has
            ``part`` 0, and says how far the delivery is.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        UniqueConstraint("inbox_event_id", "part"),
        partial_index("ix_outbox_messages_open", "channel", "account", "lane", "id", where=_OPEN),
        partial_index("ix_outbox_messages_open_user", *ADDRESS, "lane", "id", where=_OPEN),
        partial_index(
            "ix_outbox_messages_delivery", "delivery_id", where="delivery_id IS NOT NULL"
        ),
        partial_index("ix_outbox_messages_kept", *ADDRESS, "id", where="payload IS NOT NULL"),
        # A number is never given twice: a browser asks for what came after the last it saw.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    inbox_event_id: Mapped[int | None] = mapped_column(RowId, ForeignKey(InboxEvent.id))
    part: Mapped[int]
    person_id: Mapped[str | None] = mapped_column(
        PersonId, ForeignKey(Person.id, ondelete="CASCADE"), index=True
    )
    channel: Mapped[str]
    account: Mapped[str]
    user: Mapped[str]
    lane: Mapped[Lane]
    payload: Mapped[Json | None]
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    external_id: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    templated_at: Mapped[datetime | None]
    delivery_id: Mapped[int | None] = mapped_column(RowId)


class Outgoing(NamedTuple):
    """A message as it was when it was claimed or held; see ``OutboxMessage``.

    Attributes:
        wrote_at: When its recipient wrote last; None where nobody asked, too.
    """

    id: int
    channel: str
    account: str
    user: str
    lane: Lane
    payload: Json | None
    state: OutboxState
    attempts: int
    next_at: datetime
    external_id: str | None
    error: str | None
    templated_at: datetime | None
    wrote_at: datetime | None = None


SHOWN = [name for name in Outgoing._fields if name != "wrote_at"]
"""Its columns."""

"""Messages to send: a row a recipient, written in the transaction that decided on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    UniqueConstraint,
    bindparam,
    exists,
    func,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column
from sqlalchemy.sql.dml import ReturningUpdate

from bot.records.base import Base, Json, PersonId, Reachable, RowId, insert_into, partial_index
from bot.records.inbox import InboxEvent
from bot.records.people import Person


class Lane(StrEnum):
    """Replies overtake what goes to many; within a lane a recipient's messages keep their order."""

    REPLY = "reply"
    BULK = "bulk"


class OutboxState(StrEnum):
    """How far a message is."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class NewMessage:
    """A message to send.

    Attributes:
        recipient: Where to.
        payload: The message as JSON values.
        lane: Whether somebody waits for it.
        inbox_event_id: The event that it answers, which gets each part once only.
        part: Which part of the answer, from 0.
        person_id: To whom; deleting the person deletes the message.
    """

    recipient: Reachable
    payload: Json
    lane: Lane = Lane.REPLY
    inbox_event_id: int | None = None
    part: int = 0
    person_id: str | None = None


_OPEN = "state IN ('queued', 'sending')"
_ADDRESS = ("channel", "account", "user")
_GIVEN = ("inbox_event_id", "part", "person_id", "lane", "payload")


class OutboxMessage(Base):
    """One message to one recipient.

    Attributes:
        user: The platform's id of the chat; empty a day after the message was closed.
        payload: The message as JSON values; None when nobody needs it any more.
        attempts: How often sending it was begun, halts of the whole account not counted.
        next_at: Nobody takes it before: the end of its back-off or of its lease.
        external_id: The platform's id of it.
        error: A short code of what went wrong last.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        UniqueConstraint("inbox_event_id", "part"),
        partial_index("ix_outbox_messages_open", "channel", "account", "lane", "id", where=_OPEN),
        partial_index("ix_outbox_messages_open_user", *_ADDRESS, "lane", "id", where=_OPEN),
        partial_index("ix_outbox_messages_kept", *_ADDRESS, "id", where="payload IS NOT NULL"),
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


class Outbox:
    """The repository of messages to send."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_all(self, messages: Sequence[NewMessage], now: datetime) -> None:
        """Queue messages; the part of an answer that is there already stays as it is."""
        rows = [
            {
                **{name: getattr(new.recipient, name) for name in _ADDRESS},
                **{name: getattr(new, name) for name in _GIVEN},
                "next_at": now,
                "created_at": now,
            }
            for new in messages
        ]
        if rows:
            insert = insert_into(self._session, OutboxMessage).on_conflict_do_nothing()
            await self._session.execute(insert, rows)

    async def claim(  # noqa: PLR0913 - keyword-only where it could be mixed up
        self,
        now: datetime,
        lease: timedelta,
        channel: str,
        account: str,
        limit: int,
        *,
        lanes: Sequence[Lane] = (Lane.REPLY, Lane.BULK),
    ) -> list[OutboxMessage]:
        """Take messages that are due, one a recipient and lane.

        Args:
            now: The present moment.
            lease: After this long without a result a message is due again.
            channel: The platform.
            account: Our account on it.
            limit: At most so many.
            lanes: Where to look, in this order.
        """
        claimed: list[OutboxMessage] = []
        for lane in lanes:
            if len(claimed) < limit:
                here = {"of_channel": channel, "of_account": account, "of_lane": lane}
                given = {"at": now, "until": now + lease, "most": limit - len(claimed), **here}
                rows = await self._session.scalars(_CLAIM, given)
                claimed += sorted(rows, key=lambda row: row.id)
        return claimed

    async def sent(
        self, message_id: int, external_id: str, now: datetime, *, keep_payload: bool
    ) -> None:
        """Note that the platform took a message; its text is kept only if a browser may ask."""
        kept: dict[str, Any] = {} if keep_payload else {"payload": null()}
        await self._settle(
            message_id,
            state=OutboxState.SENT,
            external_id=external_id,
            sent_at=now,
            error=None,
            **kept,
        )

    async def retry(
        self, message_id: int, next_at: datetime, code: str, *, count_attempt: bool
    ) -> None:
        """Queue a message again; not counting gives back the attempt that the claim took."""
        given_back = 0 if count_attempt else 1
        await self._settle(
            message_id,
            state=OutboxState.QUEUED,
            next_at=next_at,
            attempts=OutboxMessage.attempts - given_back,
            error=code,
        )

    async def failed(self, message_id: int, code: str) -> None:
        """Give a message up and forget what it said."""
        await self._settle(message_id, state=OutboxState.FAILED, error=code, payload=null())

    async def move(self, old: Reachable, new_user: str) -> None:
        """Point all that is still to be sent at the user id that replaced another."""
        await self._update(*_to(old), _is_open(OutboxMessage), user=new_user)

    async def list_after(
        self, recipient: Reachable, after_id: int, limit: int
    ) -> Sequence[OutboxMessage]:
        """List what a recipient was sent, or is being sent, after a message; oldest first.

        Only messages whose text is kept.
        """
        query = select(OutboxMessage).where(
            *_to(recipient),
            OutboxMessage.id > after_id,
            OutboxMessage.payload.is_not(null()),
            OutboxMessage.state.in_([OutboxState.SENDING, OutboxState.SENT]),
        )
        return (await self._session.scalars(query.order_by(OutboxMessage.id).limit(limit))).all()

    async def has_open(self, recipient: Reachable) -> bool:
        """Say whether a message to a recipient waits or is being sent."""
        query = select(OutboxMessage.id).where(*_to(recipient), _is_open(OutboxMessage))
        return await self._session.scalar(query.limit(1)) is not None

    async def next_due(self, now: datetime, channel: str, account: str) -> datetime | None:
        """Say when the next back-off or lease ends; None if none runs."""
        query = select(func.min(OutboxMessage.next_at)).where(
            OutboxMessage.channel == channel,
            OutboxMessage.account == account,
            _is_open(OutboxMessage),
            OutboxMessage.next_at > now,
        )
        return await self._session.scalar(query)

    async def purge_payloads(self, before: datetime) -> None:
        """Forget what closed messages of before then said, and to whom."""
        closed = OutboxMessage.state.in_([OutboxState.SENT, OutboxState.FAILED])
        at = func.coalesce(OutboxMessage.sent_at, OutboxMessage.created_at)
        await self._update(closed, at < before, OutboxMessage.user != "", payload=null(), user="")

    async def _settle(self, message_id: int, **values: Any) -> None:
        # A result that comes after the lease's end must not undo another worker's.
        sending = OutboxMessage.state == OutboxState.SENDING
        await self._update(OutboxMessage.id == message_id, sending, **values)

    async def _update(self, *conditions: ColumnElement[bool], **values: Any) -> None:
        statement = update(OutboxMessage).where(*conditions).values(**values)
        await self._session.execute(statement, execution_options={"synchronize_session": False})


def _to(recipient: Reachable) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxMessage.channel == recipient.channel,
        OutboxMessage.account == recipient.account,
        OutboxMessage.user == recipient.user,
    )


def _is_open(row: type[OutboxMessage]) -> ColumnElement[bool]:
    # Written out, not bound: a partial index serves only a condition seen to imply its own.
    return row.state.in_([literal_column("'queued'"), literal_column("'sending'")])


def _claim() -> ReturningUpdate[OutboxMessage]:
    earlier = aliased(OutboxMessage)
    due = (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.channel == bindparam("of_channel"),
            OutboxMessage.account == bindparam("of_account"),
            OutboxMessage.lane == bindparam("of_lane"),
            _is_open(OutboxMessage),
            OutboxMessage.next_at <= bindparam("at"),
            ~exists().where(
                earlier.channel == OutboxMessage.channel,
                earlier.account == OutboxMessage.account,
                earlier.user == OutboxMessage.user,
                earlier.lane == OutboxMessage.lane,
                earlier.id < OutboxMessage.id,
                _is_open(earlier),
            ),
        )
        .order_by(OutboxMessage.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=OutboxMessage)
        .cte("due")
    )
    return (
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(select(due.c.id)))
        .values(
            state=OutboxState.SENDING,
            next_at=bindparam("until"),
            attempts=OutboxMessage.attempts + 1,
        )
        .returning(OutboxMessage)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


_CLAIM = _claim()
"""Built once: building it takes longer than running it."""

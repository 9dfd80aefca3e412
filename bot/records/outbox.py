"""Messages to send: a row a recipient, written in the transaction that decided on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    case,
    func,
    null,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records import outbox_statements as statements
from bot.records.base import (
    Json,
    Reachable,
    among,
    dialect_of,
    table_of,
)
from bot.records.outbox_rows import ADDRESS, Lane, OutboxMessage, OutboxState, Outgoing

__all__ = [
    "ADDRESS",
    "Lane",
    "NewMessage",
    "Outbox",
    "OutboxMessage",
    "OutboxState",
    "Outgoing",
]


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
        delivery_id: The delivery of a circular that it is, or a part of: the last part is 0.
        templated: Nothing but a template may be sent now: it goes first, in its place.
    """

    recipient: Reachable
    payload: Json
    lane: Lane = Lane.REPLY
    inbox_event_id: int | None = None
    part: int = 0
    person_id: str | None = None
    delivery_id: int | None = None
    templated: bool = False


_GIVEN = ("inbox_event_id", "part", "person_id", "lane", "payload", "delivery_id")

_table = table_of(OutboxMessage)


class Outbox:
    """The repository of messages to send."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_all(
        self, messages: Sequence[NewMessage], now: datetime, *, sent: bool = False
    ) -> None:
        """Queue messages; the part of an answer that is there already stays as it is.

        Args:
            messages: What to send.
            now: The present moment.
            sent: They need no sending: the recipient reads them here.
        """
        state = {"state": OutboxState.SENT, "sent_at": now} if sent else {}
        rows = [
            {
                **{name: getattr(new.recipient, name) for name in ADDRESS},
                **{name: getattr(new, name) for name in _GIVEN},
                "next_at": now,
                "created_at": now,
                "templated_at": now if new.templated else None,
                **state,
            }
            for new in messages
        ]
        if rows:
            await self._session.execute(statements.add_to(dialect_of(self._session)), rows)

    async def claim(  # noqa: PLR0913 - keyword-only where it could be mixed up
        self,
        now: datetime,
        lease: timedelta,
        channel: str,
        account: str,
        limit: int,
        *,
        bulk: int | None = None,
        with_wrote: bool = False,
    ) -> list[Outgoing]:
        """Take messages that are due, one a recipient and lane, replies first.

        Args:
            now: The present moment.
            lease: After this long without a result a message is due again.
            channel: The platform.
            account: Our account on it.
            limit: At most so many.
            bulk: With what goes to many at most so many; None for no less.
            with_wrote: Say also when each recipient wrote last.
        """
        given = {
            "at": now,
            "until": now + lease,
            "of_channel": channel,
            "of_account": account,
            "most": limit,
            "of_bulk": limit if bulk is None else bulk,
        }
        claim = statements.claim(dialect_of(self._session))
        found = [Outgoing(*row) for row in await self._session.execute(claim, given)]
        found.sort(key=lambda row: (row.lane is not Lane.REPLY, row.id))
        return await self.look_who_wrote(found) if with_wrote else found

    async def look_who_wrote(self, rows: Sequence[Outgoing]) -> list[Outgoing]:
        """Say of claimed messages of one account when each recipient wrote last, as of now."""
        if not rows:
            return []
        dialect = dialect_of(self._session)
        here = {"of_channel": rows[0].channel, "of_account": rows[0].account}
        given = {**here, "of_users": among(dialect, [row.user for row in rows])}
        links = await self._session.execute(statements.wrote_among(dialect), given)
        wrote = {link.user: link.last_wrote_at for link in links}
        return [row._replace(wrote_at=wrote.get(row.user)) for row in rows]

    async def find(self, message_id: int) -> OutboxMessage | None:
        """Find a message by its number."""
        return await self._session.get(OutboxMessage, message_id)

    async def hold_all(self, ids: Sequence[int]) -> dict[int, Outgoing]:
        """Give messages, by their numbers, that nobody else changes until the transaction ends."""
        dialect = dialect_of(self._session)
        given = {"of_ids": among(dialect, ids)}
        held = await self._session.execute(statements.hold(dialect), given)
        return {row.id: Outgoing(*row) for row in held}

    async def release(self, recipient: Reachable, now: datetime) -> None:
        """Let messages go that waited for the person to write."""
        here = [getattr(OutboxMessage, name) == getattr(recipient, name) for name in ADDRESS]
        waits = OutboxMessage.templated_at.is_not(None)
        queued = OutboxMessage.state == OutboxState.QUEUED
        # A template that has not gone out need not go any more.
        templated_at = case(
            (OutboxMessage.external_id.is_(None), null()), else_=OutboxMessage.templated_at
        )
        await self._update(
            *here, statements.is_open(_table), queued, waits, next_at=now, templated_at=templated_at
        )

    async def move(self, old: Reachable, new_user: str) -> None:
        """Point all that is still to be sent at the user id that replaced another."""
        here = [getattr(OutboxMessage, name) == getattr(old, name) for name in ADDRESS]
        await self._update(*here, statements.is_open(_table), user=new_user)

    async def list_after(
        self, recipient: Reachable, after_id: int, limit: int
    ) -> Sequence[Row[int, Json]]:
        """List what a recipient was sent, or is being sent, after a message; oldest first.

        Only messages whose text is kept; their ``id`` and ``payload``.
        """
        given = {**statements.at(recipient), "after": after_id, "most": limit}
        return (await self._session.execute(statements.LIST_AFTER, given)).all()

    async def have_open(self, account: Reachable, users: Sequence[str]) -> bool:
        """Say whether a message to one of some users of an account waits or is being sent."""
        dialect = dialect_of(self._session)
        given = statements.at(account) | {"of_users": among(dialect, users)}
        return (
            await self._session.execute(statements.open_among(dialect), given)
        ).first() is not None

    async def has_open(self, recipient: Reachable) -> bool:
        """Say whether a message to a recipient waits or is being sent."""
        return (
            await self._session.execute(statements.OPEN_OF, statements.at(recipient))
        ).first() is not None

    async def next_due(self, now: datetime, channel: str, account: str) -> datetime | None:
        """Say when the next back-off or lease ends; None if none runs."""
        given = {"at": now, "of_channel": channel, "of_account": account}
        return await self._session.scalar(statements.NEXT_DUE, given)

    async def forget(self, recipient: Reachable) -> list[int]:
        """Forget what a recipient was sent, and send nothing more that waits.

        Returns:
            The circulars' deliveries of which something waited.
        """
        here = [getattr(OutboxMessage, name) == getattr(recipient, name) for name in ADDRESS]
        waited = update(OutboxMessage).where(*here, statements.is_open(_table))
        failed = waited.values(state=OutboxState.FAILED, error="erased")
        deliveries = await self._session.scalars(
            failed.returning(OutboxMessage.delivery_id),
            execution_options={"synchronize_session": False},
        )
        lost = {each for each in deliveries if each is not None}
        await self._update(*here, payload=null(), user="", external_id=null())
        return sorted(lost)

    async def forget_fleeting(self, recipient: Reachable) -> None:
        """Forget what a recipient was sent that must not stay stored (``Message.fleeting``)."""
        here = [getattr(OutboxMessage, name) == getattr(recipient, name) for name in ADDRESS]
        kept = OutboxMessage.payload.is_not(null())
        fleeting = OutboxMessage.payload["fleeting"].as_boolean()
        await self._update(*here, kept, ~statements.is_open(_table), fleeting, payload=null())

    async def purge_payloads(self, before: datetime) -> None:
        """Forget what closed messages of before then said, and to whom."""
        closed = ~statements.is_open(_table)
        at = func.coalesce(OutboxMessage.sent_at, OutboxMessage.created_at)
        await self._update(
            closed,
            at < before,
            OutboxMessage.user != "",
            payload=null(),
            user="",
            external_id=null(),
        )

    async def _update(self, *conditions: ColumnElement[bool], **values: Any) -> None:
        statement = update(OutboxMessage).where(*conditions).values(**values)
        await self._session.execute(statement, execution_options={"synchronize_session": False})

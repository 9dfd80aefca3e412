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
    dialect_of,
    table_of,
)
from bot.records.outbox_rows import ADDRESS, Lane, OutboxMessage, OutboxState

__all__ = ["ADDRESS", "Lane", "NewMessage", "Outbox", "OutboxMessage", "OutboxState"]


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
                rows = await self._session.execute(statements.CLAIM, given)
                found = [OutboxMessage(**row._mapping) for row in rows]  # noqa: SLF001 - its public name
                claimed += sorted(found, key=lambda row: row.id)
        return claimed

    async def find(self, message_id: int) -> OutboxMessage | None:
        """Find a message by its number."""
        return await self._session.get(OutboxMessage, message_id)

    async def hold(self, message_id: int) -> OutboxMessage | None:
        """Give a message that nobody else changes until the transaction ends."""
        return (await self._session.scalars(statements.HOLD, {"of_id": message_id})).one_or_none()

    async def sent(
        self, row: OutboxMessage, external_id: str, now: datetime, payload: Json | None
    ) -> None:
        """Note that the platform took a message.

        Args:
            row: The message, as it was claimed.
            external_id: The platform's id of it.
            now: The present moment.
            payload: What is kept of its text.
        """
        given = {"of_id": row.id, "with_id": external_id, "at": now, "kept": payload}
        given["of_lease"] = row.next_at
        await self._session.execute(statements.SENT, given)

    async def advance(
        self,
        row: OutboxMessage,
        state: OutboxState,
        external_id: str,
        now: datetime,
        *,
        keep_payload: bool,
    ) -> bool:
        """Move a message on to what a receipt says; False where it is that far already.

        Args:
            row: The message, held.
            state: ``sent``, ``delivered`` or ``read``.
            external_id: The platform's id of it.
            now: The present moment.
            keep_payload: Its text may still be needed.
        """
        if row.state not in statements.BEFORE[state]:
            return False
        values: dict[str, Any] = {"state": state, "external_id": external_id, "error": null()}
        reached = statements.REACHED.index(state) + 1
        for name in (f"{one.value}_at" for one in statements.REACHED[:reached]):
            # Receipts come in any order: what was read has been delivered too.
            values[name] = func.coalesce(getattr(OutboxMessage, name), now)
        if not keep_payload:
            values["payload"] = null()
        await self._update(OutboxMessage.id == row.id, **values)
        return True

    async def retry(
        self, row: OutboxMessage, next_at: datetime, code: str, *, count_attempt: bool
    ) -> None:
        """Queue a message again; not counting gives back the attempt that the claim took."""
        given_back = 0 if count_attempt else 1
        await self._settle(
            row,
            state=OutboxState.QUEUED,
            next_at=next_at,
            attempts=OutboxMessage.attempts - given_back,
            error=code,
            external_id=null(),
        )

    async def await_receipt(self, row: OutboxMessage, next_at: datetime, code: str) -> None:
        """Leave a message that may have gone out as it is, until a receipt or until then."""
        await self._settle(row, next_at=next_at, error=code)

    async def use_template(self, row: OutboxMessage, now: datetime, code: str) -> None:
        """Queue a message's template, which asks the person to write."""
        await self._settle(
            row,
            state=OutboxState.QUEUED,
            next_at=now,
            templated_at=now,
            error=code,
            external_id=null(),
        )

    async def await_person(self, row: OutboxMessage, external_id: str, until: datetime) -> None:
        """Let a message whose template went out wait for the person to write, or until then."""
        await self._settle(row, state=OutboxState.QUEUED, next_at=until, external_id=external_id)

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

    async def failed(self, row: OutboxMessage, code: str) -> None:
        """Give a message up and forget what it said."""
        await self._settle(row, state=OutboxState.FAILED, error=code, payload=null())

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

    async def has_open(self, recipient: Reachable) -> bool:
        """Say whether a message to a recipient waits or is being sent."""
        return (
            await self._session.execute(statements.OPEN_OF, statements.at(recipient))
        ).first() is not None

    async def next_due(self, now: datetime, channel: str, account: str) -> datetime | None:
        """Say when the next back-off or lease ends; None if none runs."""
        given = {"at": now, "of_channel": channel, "of_account": account}
        return await self._session.scalar(statements.NEXT_DUE, given)

    async def forget(self, recipient: Reachable) -> None:
        """Forget what a recipient was sent, and send nothing more that waits."""
        here = [getattr(OutboxMessage, name) == getattr(recipient, name) for name in ADDRESS]
        await self._update(
            *here, statements.is_open(_table), state=OutboxState.FAILED, error="erased"
        )
        await self._update(*here, payload=null(), user="", external_id=null())

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

    async def _settle(self, row: OutboxMessage, **values: Any) -> None:
        # A result that comes late must not undo that of a later claim.
        unchanged = OutboxMessage.state == row.state, OutboxMessage.next_at == row.next_at
        await self._update(OutboxMessage.id == row.id, *unchanged, **values)

    async def _update(self, *conditions: ColumnElement[bool], **values: Any) -> None:
        statement = update(OutboxMessage).where(*conditions).values(**values)
        await self._session.execute(statement, execution_options={"synchronize_session": False})

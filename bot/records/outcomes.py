"""What became of messages that were sent; each result is noted where nothing later was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, null, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records import outbox_statements as statements
from bot.records.base import Json, clean, dialect_of
from bot.records.outbox_rows import OutboxMessage, OutboxState, Outgoing


class Outcomes:
    """The repository of messages that were claimed."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._advanced: dict[OutboxState, list[dict[str, Any]]] = defaultdict(list)

    async def sent(
        self, row: Outgoing, external_id: str, now: datetime, payload: Json | None
    ) -> None:
        """Note that the platform took a message.

        Args:
            row: The message, as it was claimed.
            external_id: The platform's id of it.
            now: The present moment.
            payload: What is kept of its text.
        """
        taken = {"state": OutboxState.SENT, "sent_at": now, "error": null()}
        await self._settle(row, **taken, external_id=external_id, payload=payload)

    async def sent_all(
        self, sent: Sequence[tuple[Outgoing, str]], now: datetime, *, keep_payload: bool
    ) -> None:
        """Note that the platform took messages, many at once.

        Args:
            sent: Each message, as it was claimed, and the platform's id of it.
            now: The present moment.
            keep_payload: Their texts may still be needed.
        """
        if dialect_of(self._session) == "postgresql":
            rows, external_ids = zip(*sent, strict=True)
            together = {
                "ids": [row.id for row in rows],
                "leases": [row.next_at for row in rows],
                "external_ids": [clean(each) for each in external_ids],
            }
            given = {"at": now, "keep": keep_payload, **together}
            await self._session.execute(statements.SENT_TOGETHER, given)
            return
        settled = {"at": now, "keep": keep_payload}
        each = [
            {"of_id": row.id, "of_lease": row.next_at, "with_id": external_id, **settled}
            for row, external_id in sent
        ]
        await self._session.execute(statements.SENT_EACH, each)

    def advance(
        self,
        row: Outgoing,
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
        given = {"of_id": row.id, "with_id": external_id, "at": now, "keep": keep_payload}
        self._advanced[state].append(given)
        return True

    async def write_advanced(self) -> None:
        """Write what ``advance`` moved on, all that is as far at once."""
        for state, given in self._advanced.items():
            await self._session.execute(statements.advance(state), given)
        self._advanced.clear()

    async def retry(
        self, row: Outgoing, next_at: datetime, code: str, *, count_attempt: bool
    ) -> None:
        """Queue a message again; not counting gives back the attempt that the claim took."""
        given_back = 0 if count_attempt else 1
        # Whose template went out goes itself the next time; what waits for the person failed as
        # a template.
        is_past_template = row.templated_at is not None and row.state is not OutboxState.QUEUED
        await self._settle(
            row,
            state=OutboxState.QUEUED,
            next_at=next_at,
            attempts=OutboxMessage.attempts - given_back,
            error=code,
            external_id=row.external_id if is_past_template else null(),
        )

    async def await_receipt(self, row: Outgoing, next_at: datetime, code: str) -> None:
        """Leave a message that may have gone out as it is, until a receipt or until then."""
        await self._settle(row, next_at=next_at, error=code)

    async def use_template(self, row: Outgoing, now: datetime, code: str) -> None:
        """Queue a message's template, which asks the person to write."""
        await self._settle(
            row,
            state=OutboxState.QUEUED,
            next_at=now,
            templated_at=now,
            error=code,
            external_id=null(),
        )

    async def await_person(self, row: Outgoing, external_id: str, until: datetime) -> None:
        """Let a message whose template went out wait for the person to write, or until then."""
        waits = {"state": OutboxState.QUEUED, "next_at": until, "error": row.error}
        await self._settle(row, **waits, external_id=external_id)

    async def failed(self, row: Outgoing, code: str) -> None:
        """Give a message up and forget what it said."""
        await self._settle(row, state=OutboxState.FAILED, error=code, payload=null())

    async def _settle(self, row: Outgoing, **values: Any) -> None:
        # Its template may have gone out as soon as it was claimed.
        values.setdefault("templated_at", row.templated_at)
        # A result that comes late must not undo that of a later claim.
        unchanged = OutboxMessage.state == row.state, OutboxMessage.next_at == row.next_at
        await self._update(row, *unchanged, **values)

    async def _update(self, row: Outgoing, *conditions: ColumnElement[bool], **values: Any) -> None:
        statement = update(OutboxMessage).where(OutboxMessage.id == row.id, *conditions)
        options = {"synchronize_session": False}
        await self._session.execute(statement.values(**values), execution_options=options)

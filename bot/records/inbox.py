"""Raw events as the platforms gave them: each is handled once, a person's in their order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    UniqueConstraint,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import ReturningUpdate

from bot.records.base import (
    DIALECTS,
    Base,
    Json,
    RowId,
    among,
    dialect_of,
    is_among,
    partial_index,
    table_of,
)


class InboxState(StrEnum):
    """How far an event is."""

    PENDING = "pending"
    PROCESSING = "processing"
    DONE = "done"
    QUARANTINED = "quarantined"


_OPEN = "state IN ('pending', 'processing')"


class InboxEvent(Base):
    """One event of a platform.

    The row stays for good, so that a repeated delivery is known; what it holds of the person
    goes as soon as the event is done.

    Attributes:
        external_id: The platform's id of the event.
        user: The platform's id of the chat; empty if it could not be read, or when done.
        payload: The event as it came; None when done.
        next_at: Nobody takes it before: the end of its back-off or of its lease.
        claims: How often it was taken; far more than ``attempts`` if it kills the process.
        attempts: How often handling it failed.
        error: A short code of what went wrong.
    """

    __tablename__ = "inbox_events"
    __table_args__ = (
        UniqueConstraint("channel", "account", "external_id"),
        partial_index("ix_inbox_events_open", "id", where=_OPEN),
        partial_index("ix_inbox_events_open_user", "channel", "account", "user", "id", where=_OPEN),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    channel: Mapped[str]
    account: Mapped[str]
    external_id: Mapped[str]
    user: Mapped[str]
    payload: Mapped[Json | None]
    received_at: Mapped[datetime]
    state: Mapped[InboxState] = mapped_column(default=InboxState.PENDING)
    next_at: Mapped[datetime]
    claims: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


_table = table_of(InboxEvent)


class Inbox:
    """The repository of events."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, event_id: int) -> InboxEvent:
        """Give an event.

        Raises:
            sqlalchemy.exc.NoResultFound: There is none with this id.
        """
        return await self._session.get_one(InboxEvent, event_id)

    async def claim_some(
        self,
        now: datetime,
        lease: timedelta,
        limit: int,
        served: Collection[tuple[str, str]],
    ) -> list[InboxEvent]:
        """Take the oldest events that are due and have no earlier open one of their person.

        Args:
            now: The present moment.
            lease: After this long without a result an event is due again.
            limit: At most so many.
            served: Of these channels only, by name and account: another process may serve more.
        """
        given = {"at": now, "until": now + lease, "most": limit, "served": list(served)}
        rows = await self._session.execute(_CLAIM, given)
        claimed = [InboxEvent(**row._mapping) for row in rows]  # noqa: SLF001 - its public name
        return sorted(claimed, key=lambda event: event.id)

    async def have_open(self, channel: str, account: str, users: Sequence[str]) -> bool:
        """Say whether an event of one of these people waits or is being handled."""
        dialect = dialect_of(self._session)
        given = {"channel": channel, "account": account, "users": among(dialect, users)}
        return (await self._session.execute(_OPEN_AMONG[dialect], given)).first() is not None

    async def done(self, event_id: int) -> None:
        """Close an event and forget whose it was and what it said."""
        await self.done_all([event_id])

    async def done_all(self, event_ids: Sequence[int]) -> None:
        """Close events as ``done`` does."""
        if event_ids:
            dialect = dialect_of(self._session)
            await self._session.execute(_DONE[dialect], {"ids": among(dialect, event_ids)})

    async def quarantine(self, event_id: int, code: str) -> None:
        """Put an event aside, whole, for someone to look at; it blocks nobody any more."""
        await self._set(event_id, state=InboxState.QUARANTINED, error=code)

    async def release(self, event_id: int, next_at: datetime, *, failed: str | None = None) -> None:
        """Let an event be taken again.

        Args:
            event_id: The event; one in quarantine leaves it, one that is done stays.
            next_at: Not before then.
            failed: The code of the failure that counts as an attempt; None to count nothing.
        """
        counted: dict[str, Any] = (
            {"claims": case((InboxEvent.claims > 0, InboxEvent.claims - 1), else_=0)}
            if failed is None
            else {"attempts": InboxEvent.attempts + 1, "error": failed}
        )
        await self._set(event_id, state=InboxState.PENDING, next_at=next_at, **counted)

    async def next_due(self, now: datetime) -> datetime | None:
        """Say when the next back-off or lease ends; None if none runs."""
        return await self._session.scalar(_NEXT_DUE, {"at": now})

    async def purge_payloads(self, before: datetime) -> None:
        """Forget what quarantined events that came before then hold of a person."""
        await self._session.execute(
            update(InboxEvent)
            .where(
                InboxEvent.state == InboxState.QUARANTINED,
                InboxEvent.received_at < before,
                InboxEvent.payload.is_not(null()),
            )
            .values(payload=null(), user="")
            .execution_options(synchronize_session=False)
        )

    async def put_aside_unserved(
        self, served: Collection[tuple[str, str]], before: datetime
    ) -> Sequence[int]:
        """Put aside what came before then for a channel that is gone, and forget what it says.

        Args:
            served: The channels that are there, by name and account.
            before: Later ones may be another process's, which has a channel more.

        Returns:
            The events.
        """
        given = {"served": list(served), "at": before}
        return (await self._session.scalars(_PUT_ASIDE, given)).all()

    async def _set(self, event_id: int, **values: Any) -> None:
        # A result that comes after the lease's end must not undo another worker's.
        await self._session.execute(
            update(InboxEvent)
            .where(InboxEvent.id == event_id, InboxEvent.state != InboxState.DONE)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _is_open(row: FromClause) -> ColumnElement[bool]:
    # Written out, not bound: a partial index serves only a condition seen to imply its own.
    return row.c.state.in_([literal_column("'pending'"), literal_column("'processing'")])


_IS_SERVED = tuple_(_table.c.channel, _table.c.account).in_(bindparam("served", expanding=True))


def _claim() -> ReturningUpdate[Any]:
    earlier = _table.alias()
    theirs = [earlier.c[name] == _table.c[name] for name in ("channel", "account", "user")]
    first = select(func.min(earlier.c.id)).where(*theirs, _is_open(earlier))
    oldest = (
        select(_table.c.id)
        .where(
            _is_open(_table),
            _table.c.next_at <= bindparam("at"),
            _IS_SERVED,
            # Not NOT EXISTS: for that PostgreSQL may read all that is open, for each that is.
            _table.c.id == first.scalar_subquery(),
        )
        .order_by(_table.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=_table)
        .cte("oldest")
    )
    return (
        update(_table)
        .where(_table.c.id.in_(select(oldest.c.id)))
        .values(
            state=InboxState.PROCESSING,
            next_at=bindparam("until"),
            claims=_table.c.claims + 1,
        )
        .returning(*_table.c)
    )


_CLAIM = _claim()
_DONE = {
    dialect: update(_table)
    .where(is_among(dialect, _table.c.id, "ids"), _table.c.state != InboxState.DONE)
    .values(state=InboxState.DONE, payload=null(), user="")
    for dialect in DIALECTS
}
_PUT_ASIDE = (
    update(_table)
    .where(_table.c.received_at < bindparam("at"), _is_open(_table), ~_IS_SERVED)
    .values(state=InboxState.QUARANTINED, error="unserved", payload=null(), user="")
    .returning(_table.c.id)
)
_OPEN_AMONG = {
    dialect: select(_table.c.id)
    .where(
        _table.c.channel == bindparam("channel"),
        _table.c.account == bindparam("account"),
        is_among(dialect, _table.c.user, "users"),
        _is_open(_table),
    )
    .limit(1)
    for dialect in DIALECTS
}
_NEXT_DUE: Select[datetime | None] = select(func.min(_table.c.next_at)).where(
    _is_open(_table), _table.c.next_at > bindparam("at")
)

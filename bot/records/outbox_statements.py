"""The statements of the outbox: built once, on the table, since they run for each message."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Insert,
    Select,
    bindparam,
    exists,
    func,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.records.base import Reachable, insert_by, table_of
from bot.records.outbox_rows import ADDRESS, OutboxMessage, OutboxState

_table = table_of(OutboxMessage)


def at(recipient: Reachable) -> dict[str, str]:
    """Give what the statements call a recipient's address."""
    return {f"of_{name}": getattr(recipient, name) for name in ADDRESS}


@cache
def add_to(dialect: str) -> Insert:
    """Insert messages; a part of an answer that is there already stays as it is."""
    return insert_by(dialect, _table).on_conflict_do_nothing()


def is_open(row: FromClause) -> ColumnElement[bool]:
    """Say whether a message waits or is being sent."""
    # Written out, not bound: a partial index serves only a condition seen to imply its own.
    return row.c.state.in_([literal_column("'queued'"), literal_column("'sending'")])


def _claim() -> ReturningUpdate[Any]:
    earlier = _table.alias()
    due = (
        select(_table.c.id)
        .where(
            *_HERE[:2],
            _table.c.lane == bindparam("of_lane"),
            is_open(_table),
            _table.c.next_at <= bindparam("at"),
            ~exists().where(
                *(earlier.c[name] == _table.c[name] for name in (*ADDRESS, "lane")),
                earlier.c.id < _table.c.id,
                is_open(earlier),
            ),
        )
        .order_by(_table.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=_table)
        .cte("due")
    )
    return (
        update(_table)
        .where(_table.c.id.in_(select(due.c.id)))
        .values(
            state=OutboxState.SENDING,
            next_at=bindparam("until"),
            attempts=_table.c.attempts + 1,
        )
        .returning(*_table.c)
    )


_HERE = [_table.c[name] == bindparam(f"of_{name}") for name in ADDRESS]
CLAIM = _claim()
HOLD = (
    select(OutboxMessage)
    .where(OutboxMessage.id == bindparam("of_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
REACHED = (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.READ)
BEFORE = {
    # One that is queued again failed after it was taken, whatever comes late.
    OutboxState.SENT: {OutboxState.SENDING},
    # What arrived after all did not fail.
    OutboxState.DELIVERED: {
        OutboxState.QUEUED,
        OutboxState.SENDING,
        OutboxState.SENT,
        OutboxState.FAILED,
    },
    OutboxState.READ: set(OutboxState) - {OutboxState.READ},
}
SENT = (
    update(_table)
    .where(
        _table.c.id == bindparam("of_id"),
        _table.c.state == OutboxState.SENDING,
        _table.c.next_at == bindparam("of_lease"),
    )
    .values(
        state=OutboxState.SENT,
        external_id=bindparam("with_id"),
        sent_at=bindparam("at"),
        payload=bindparam("kept"),
        error=null(),
    )
)
OPEN_OF = select(_table.c.id).where(*_HERE, is_open(_table)).limit(1)
NEXT_DUE: Select[datetime | None] = select(func.min(_table.c.next_at)).where(
    *_HERE[:2], is_open(_table), _table.c.next_at > bindparam("at")
)
LIST_AFTER = (
    select(_table.c.id, _table.c.payload)
    .where(
        *_HERE,
        _table.c.id > bindparam("after"),
        _table.c.payload.is_not(null()),
        _table.c.state.in_([OutboxState.SENDING, OutboxState.SENT]),
    )
    .order_by(_table.c.id)
    .limit(bindparam("most"))
)

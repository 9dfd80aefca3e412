"""Events on their way into the inbox: many at once, in one statement, whatever their number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Insert,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.base import Reachable, clean, dialect_of, insert_by, table_of
from bot.records.inbox import InboxEvent, InboxState

_GIVEN = ("channel", "account", "external_id", "user", "payload")
_table = table_of(InboxEvent)
_NEXT: ColumnElement[str] = literal_column("'inbox_events_id_seq'")
_KEY = (_table.c.channel, _table.c.account, _table.c.external_id)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that a platform brought.

    Attributes:
        sender: Whose it is; the ``user`` is empty if that could not be read.
        external_id: The platform's id of it.
        payload: The event as JSON text.
    """

    sender: Reachable
    external_id: str
    payload: str


async def add_events(
    session: AsyncSession, events: Sequence[NewEvent], now: datetime
) -> list[bool]:
    """Keep events, numbered in the order given.

    Args:
        session: Of a transaction.
        events: At least one.
        now: The present moment.

    Returns:
        For each event whether it is new; False where it was there already or stands earlier in
        ``events``.

    Raises:
        SQLAlchemyError: None is kept; where a payload is no JSON also.
    """
    rows = [_row(event) for event in events]
    dialect = dialect_of(session)
    given = {"now": now, **(_arrays(rows) if dialect == "postgresql" else _document(rows))}
    added = {tuple(key) for key in await session.execute(_add(dialect), given)}
    return [_take(added, row[:3]) for row in rows]


def _row(event: NewEvent) -> tuple[str, ...]:
    sender = event.sender
    return (
        sender.channel,
        sender.account,
        clean(event.external_id),
        clean(sender.user),
        clean(event.payload),
    )


def _take(keys: set[tuple[str, ...]], key: tuple[str, ...]) -> bool:
    if key in keys:
        keys.remove(key)
        return True
    return False


def _arrays(rows: Sequence[tuple[str, ...]]) -> dict[str, object]:
    columns = zip(*rows, strict=True)
    return {f"of_{name}": list(values) for name, values in zip(_GIVEN, columns, strict=True)}


def _document(rows: Sequence[tuple[str, ...]]) -> dict[str, object]:
    return {"rows": json.dumps(rows)}


@cache
def _add(dialect: str) -> Insert:
    names = [*_GIVEN, "id"] if dialect == "postgresql" else [*_GIVEN]
    rows = _postgresql_rows() if dialect == "postgresql" else _sqlite_rows()
    settled = {
        "received_at": bindparam("now", type_=_table.c.received_at.type),
        "next_at": bindparam("now", type_=_table.c.next_at.type),
        "state": bindparam(None, InboxState.PENDING, type_=_table.c.state.type),
    }
    return (
        insert_by(dialect, _table)
        .from_select([*names, *settled], rows.add_columns(*settled.values()))
        .on_conflict_do_nothing()
        .returning(*_KEY)
    )


def _postgresql_rows() -> Select[tuple[object, ...]]:
    arrays = [bindparam(f"of_{name}", type_=ARRAY(Text)) for name in _GIVEN]
    given = (
        func.unnest(*arrays)
        .table_valued(*(column(name, Text) for name in _GIVEN), with_ordinality="place")
        .render_derived("given")
    )
    numbered = (
        select(given, func.nextval(_NEXT).label("id")).order_by(given.c.place).subquery("numbered")
    )
    # Without an order of the keys two processes that add the same events could deadlock.
    return select(
        *(numbered.c[name] for name in _GIVEN[:4]), cast(numbered.c.payload, JSON), numbered.c.id
    ).order_by(*(numbered.c[name] for name in _GIVEN[:3]))


def _sqlite_rows() -> Select[tuple[object, ...]]:
    given = func.json_each(bindparam("rows", type_=Text)).table_valued(
        column("key", Integer), column("value", Text), name="given"
    )
    cells = [func.json_extract(given.c.value, f"$[{place}]") for place in range(len(_GIVEN))]
    # Text that is no JSON is refused here, as PostgreSQL does: reading it would stop every claim.
    return select(*cells[:4], type_coerce(func.json(cells[4]), Text)).order_by(given.c.key)

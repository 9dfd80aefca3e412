"""The statements of the outbox: built once, on the table, since they run for each message."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Insert,
    Integer,
    Select,
    Text,
    Update,
    and_,
    any_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.records.base import Reachable, insert_by, is_among, table_of
from bot.records.outbox_rows import ADDRESS, SHOWN, Lane, OutboxMessage, OutboxState
from bot.records.people_rows import ChannelLink

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


_HERE = [_table.c[name] == bindparam(f"of_{name}") for name in ADDRESS]
_SHOWN = [_table.c[name] for name in SHOWN]


def _waits(row: FromClause) -> ColumnElement[bool]:
    """Say whether an open message waits for its recipient to write, since its template went out."""
    is_sending = row.c.state == literal_column("'sending'")
    return and_(~is_sending, row.c.external_id.is_not(None), row.c.next_at > bindparam("at"))


def _holds_up(earlier: FromClause) -> ColumnElement[bool]:
    """Say whether a message keeps another back that goes to many.

    A circular that waits for its recipient to write keeps back its own parts alone; what is of no
    circular waits behind one template for it all, as replies do, and in no circular's way.
    """
    return or_(
        earlier.c.id == _table.c.id,
        earlier.c.delivery_id == _table.c.delivery_id,
        and_(earlier.c.delivery_id.is_(None), _table.c.delivery_id.is_(None)),
        and_(~_waits(earlier), ~_stands_behind(earlier)),
    )


def _stands_behind(earlier: FromClause) -> ColumnElement[bool]:
    """Say whether a message goes no sooner than another that waits for its recipient to write."""
    of_delivery, of_none = _table.alias(), _table.alias()
    # By its delivery alone: SQLite makes an index of its own for more.
    is_same = of_delivery.c.delivery_id == earlier.c.delivery_id
    of_no_circular = (
        *(of_none.c[name] == earlier.c[name] for name in (*ADDRESS, "lane")),
        of_none.c.delivery_id.is_(None),
        earlier.c.delivery_id.is_(None),
    )
    return or_(
        *(
            select(func.min(row.c.id))
            .where(*which, is_open(row), _waits(row))
            .scalar_subquery()
            .is_not(None)
            for row, which in ((of_delivery, (is_same,)), (of_none, of_no_circular))
        )
    )


def _due(lane: Lane, most: ColumnElement[int]) -> CTE:
    """Choose messages of a lane that are due, each the first that its recipient waits for."""
    earlier = _table.alias()
    first = select(func.min(earlier.c.id)).where(
        *(earlier.c[name] == _table.c[name] for name in (*ADDRESS, "lane")),
        is_open(earlier),
        # Replies wait behind one template for them all; each circular has its own.
        true() if lane is Lane.REPLY else _holds_up(earlier),
    )
    return (
        select(_table.c.id)
        .where(
            *_HERE[:2],
            _table.c.lane == literal_column(f"'{lane.value}'"),
            is_open(_table),
            _table.c.next_at <= bindparam("at"),
            # Not NOT EXISTS: for that PostgreSQL may read all that is open.
            _table.c.id == first.scalar_subquery(),
        )
        .order_by(_table.c.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=_table)
        .cte(f"due_{lane.value}")
    )


@cache
def claim(dialect: str) -> ReturningUpdate[Any]:
    """Take replies that are due, and what goes to many with what they leave of ``of_bulk``."""
    replies = _due(Lane.REPLY, bindparam("most", type_=Integer))
    taken = select(func.count()).select_from(replies).scalar_subquery()
    left = bindparam("of_bulk", type_=Integer) - taken
    bulk = _due(Lane.BULK, case((left > 0, left), else_=0))
    due = union_all(select(replies.c.id), select(bulk.c.id))
    # As an array it is looked up in the index, however many PostgreSQL expects.
    chosen = _table.c.id == any_(func.array(due.scalar_subquery()))
    return (
        update(_table)
        .where(chosen if dialect == "postgresql" else _table.c.id.in_(due))
        .values(
            state=OutboxState.SENDING,
            next_at=bindparam("until"),
            attempts=_table.c.attempts + 1,
        )
        .returning(*_SHOWN)
    )


@cache
def wrote_among(dialect: str) -> Select[Any]:
    """Say when some users of an account wrote last.

    A statement of its own: from within RETURNING, SQLite looks through all links for each row.
    """
    link = table_of(ChannelLink)
    here = [link.c[name] == bindparam(f"of_{name}") for name in ADDRESS[:2]]
    users = is_among(dialect, link.c.user, "of_users")
    return select(link.c.user, link.c.last_wrote_at).where(*here, users, link.c.ended_at.is_(None))


@cache
def hold(dialect: str) -> Select[Any]:
    """Give messages that nobody else changes until the transaction ends, by their numbers."""
    # In one order: two who hold the same must not wait for each other.
    chosen = is_among(dialect, _table.c.id, "of_ids")
    return select(*_SHOWN).where(chosen).order_by(_table.c.id).with_for_update()


@cache
def open_among(dialect: str) -> Select[Any]:
    """Look for a message that some users of an account wait for."""
    here = (*_HERE[:2], is_among(dialect, _table.c.user, "of_users"), is_open(_table))
    return select(_table.c.id).where(*here).limit(1)


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
_TAKEN: dict[str, Any] = {
    "state": OutboxState.SENT,
    "sent_at": bindparam("at"),
    "error": null(),
    # As it stands, or no more.
    "payload": case((bindparam("keep", type_=Boolean), _table.c.payload), else_=null()),
}
SENT_EACH = (
    update(_table)
    .where(
        _table.c.id == bindparam("of_id"),
        _table.c.state == OutboxState.SENDING,
        _table.c.next_at == bindparam("of_lease"),
    )
    .values(**_TAKEN, external_id=bindparam("with_id"))
)


def _sent_together() -> Update:
    arrays = (
        bindparam("ids", type_=ARRAY(BigInteger)),
        bindparam("leases", type_=ARRAY(DateTime(timezone=True))),
        bindparam("external_ids", type_=ARRAY(Text)),
    )
    names = (
        column("id", BigInteger),
        column("lease", DateTime(timezone=True)),
        column("external_id", Text),
    )
    given = func.unnest(*arrays).table_valued(*names).render_derived("given")
    return (
        update(_table)
        .where(
            _table.c.id == given.c.id,
            _table.c.state == OutboxState.SENDING,
            _table.c.next_at == given.c.lease,
        )
        .values(**_TAKEN, external_id=given.c.external_id)
    )


SENT_TOGETHER = _sent_together()


@cache
def advance(state: OutboxState) -> Update:
    """Move messages, one by one, on to what a receipt says."""
    reached = REACHED[: REACHED.index(state) + 1]
    # Receipts come in any order: what was read has been delivered too.
    moments = {
        name: func.coalesce(_table.c[name], bindparam("at", type_=_table.c[name].type))
        for name in (f"{one.value}_at" for one in reached)
    }
    return (
        update(_table)
        .where(_table.c.id == bindparam("of_id"))
        .values(
            state=state,
            external_id=bindparam("with_id"),
            error=null(),
            payload=_TAKEN["payload"],
            **moments,
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

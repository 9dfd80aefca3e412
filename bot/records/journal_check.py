"""The journal as it is kept, for checking it; and the bodies whose time is over."""

from __future__ import annotations

import typing
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CursorResult,
    Dialect,
    LargeBinary,
    Select,
    Text,
    cast,
    func,
    select,
    text,
    tuple_,
    type_coerce,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeDecorator

from bot.domain.chain_check import Head, Kept
from bot.records.base import dialect_of, table_of
from bot.records.journal_rows import JournalEntry, JournalHead

_PAGE = 5_000

_ENTRIES = table_of(JournalEntry)
_HEADS = table_of(JournalHead)


class _Letters(TypeDecorator[str]):
    """Text of SQLite, which anything can stand in: what UTF-8 cannot read is read as something."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Read it."""
        return None if value is None else value.decode("utf-8", "surrogateescape")


class _Moment(TypeDecorator[datetime]):
    """A moment of SQLite; what is none becomes the first there is, which no digest was made of."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> datetime:  # noqa: ARG002 - SQLAlchemy's signature
        """Read it."""
        try:
            return datetime.fromisoformat((value or b"").decode()).replace(tzinfo=UTC)
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)


class KeptChains:
    """The repository that reads chains letter for letter.

    Args:
        session: One that only reads.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def prepare(self) -> None:
        """Let all that follows see the same rows; SQLite shows one snapshot in any case."""
        if dialect_of(self._session) == "postgresql":
            await self._session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))

    async def list_chains(self) -> list[str]:
        """List the chains that have entries or a head."""
        every = union(select(_ENTRIES.c.chain), select(_HEADS.c.chain))
        return sorted(await self._session.scalars(every))

    async def find_head(self, chain: str) -> Head | None:
        """Give what is noted as the newest entry."""
        noted = select(_HEADS.c.seq, _HEADS.c.hash).where(_HEADS.c.chain == chain)
        head = (await self._session.execute(noted)).one_or_none()
        return None if head is None else Head._make(head)

    async def find_after(self, chain: str, seq: int) -> Kept | None:
        """Give the entry after a place."""
        after = self._entries(chain).where(_ENTRIES.c.seq > seq).limit(1)
        entry = (await self._session.execute(after)).one_or_none()
        return None if entry is None else Kept._make(entry)

    async def pages(self, chain: str) -> AsyncIterator[list[Kept]]:
        """Give all entries in their order, some thousands at a time."""
        page = self._entries(chain).limit(_PAGE)
        found = await self._session.execute(page)
        while entries := [Kept._make(row) for row in found]:
            yield entries
            found = await self._session.execute(page.where(_ENTRIES.c.seq > entries[-1].seq))

    def _entries(self, chain: str) -> Select[Any]:
        columns = _LETTERS[dialect_of(self._session)]
        return select(*columns).where(_ENTRIES.c.chain == chain).order_by(_ENTRIES.c.seq)


async def list_kept_kinds(session: AsyncSession) -> list[str]:
    """List the kinds of which some entry has its body."""
    kept = select(func.min(_ENTRIES.c.kind)).where(_ENTRIES.c.body.is_not(None))
    kinds = list[str]()
    kind = await session.scalar(kept)
    while kind is not None:
        kinds.append(kind)
        kind = await session.scalar(kept.where(_ENTRIES.c.kind > kind))
    return kinds


async def empty_bodies(session: AsyncSession, kind: str, before: datetime, most: int) -> int:
    """Take the bodies away from entries of a kind that are older than a moment.

    Returns:
        How many, at most as many as allowed.
    """
    old = (_ENTRIES.c.kind == kind, _ENTRIES.c.at < before, _ENTRIES.c.body.is_not(None))
    place = (_ENTRIES.c.chain, _ENTRIES.c.seq)
    some = select(*place).where(*old).order_by(_ENTRIES.c.at).limit(most)
    emptied = await session.execute(
        update(_ENTRIES).where(tuple_(*place).in_(some)).values(body=None)
    )
    return typing.cast("CursorResult[Any]", emptied).rowcount


def _as_bytes(name: str) -> Any:
    column = _ENTRIES.c[name]
    if name == "seq":
        return column
    return type_coerce(cast(column, LargeBinary), _Moment if name == "at" else _Letters)


_LETTERS = {
    "postgresql": [
        type_coerce(_ENTRIES.c.body, Text) if name == "body" else _ENTRIES.c[name]
        for name in Kept._fields
    ],
    "sqlite": [_as_bytes(name) for name in Kept._fields],
}
"""The columns of an entry, each letter for letter."""

"""The journal: appending to a chain, and reading it in pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.hash_chain import GENESIS, Links, body_digest, link
from bot.records.base import Json, clean, insert_into, table_of
from bot.records.journal_rows import JournalEntry, JournalHead

__all__ = ["OPERATOR", "SYSTEM", "Appended", "Entry", "Journal", "NewEntry"]

OPERATOR = "operator"
"""Who acts by the command line without saying as which employee."""

SYSTEM = "system"
"""Who acts when nobody does: the product by itself."""

_PAGE = 2_000

_ENTRIES = table_of(JournalEntry)
_HEADS = table_of(JournalHead)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be noted.

    Attributes:
        kind: What happened, e.g. ``circular_acknowledged``; its last word tells how long the body
            is kept (``bot.services.retention.Retention.of_entry``).
        actor: An employee's id, ``OPERATOR`` or ``SYSTEM``.
        subject: What it was done to, e.g. ``circular:<id>``.
        body: A flat object of ids, digests, moments, exact wording; never a person's name.
    """

    kind: str
    actor: str
    subject: str
    body: Json


class Appended(NamedTuple):
    """Where an entry stands.

    Attributes:
        seq: Its place in the chain.
        hash: Its digest, which proves all before it too.
    """

    seq: int
    hash: str


class Entry(NamedTuple):
    """An entry as it is kept; see ``bot.records.journal_rows.JournalEntry``."""

    chain: str
    seq: int
    at: datetime
    kind: str
    actor: str
    subject: str
    body: Json | None
    body_sha256: str
    hash: str


class Journal:
    """The repository of the journal."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold(self, chain: str) -> Appended:
        """Hold the newest entry of a chain until the transaction ends: nobody else appends."""
        given = {"of_chain": chain}
        head = (await self._session.execute(_HOLD, given)).one_or_none()
        if head is None:
            first = insert_into(self._session, JournalHead)
            await self._session.execute(
                first.values(chain=chain, seq=0, hash=GENESIS).on_conflict_do_nothing()
            )
            head = (await self._session.execute(_HOLD, given)).one()
        return Appended._make(head)

    async def append(
        self,
        chain: str,
        entries: Sequence[NewEntry],
        now: datetime,
        newest: Appended | None = None,
    ) -> list[Appended]:
        """Append to a chain, one after the other.

        All who append to the chain wait from here to the end of the transaction: let it be its
        last statement. Where one appends to several chains, then in the order of their names.

        Args:
            chain: The employer's id.
            entries: What to note; none: nothing is done.
            now: When it happened.
            newest: What ``hold`` gave, where the chain is held already.

        Returns:
            Where each stands.
        """
        if not entries:
            return []
        last, previous = newest or await self.hold(chain)
        rows, appended = list[dict[str, Any]](), list[Appended]()
        for seq, new in enumerate(entries, last + 1):
            subject = clean(new.subject)
            links = Links(chain, seq, now, new.kind, new.actor, subject, body_digest(new.body))
            previous = link(previous, links)
            rows.append({**links._asdict(), "body": new.body, "hash": previous})
            appended.append(Appended(seq, previous))
        await self._session.execute(_ADD, rows)
        seq, digest = appended[-1]
        await self._session.execute(_MOVE, {"of_chain": chain, "to_seq": seq, "to_hash": digest})
        return appended

    async def find_newest(self, chain: str) -> Appended | None:
        """Find the newest entry of a chain: its digest, noted elsewhere, is an anchor."""
        newest = (await self._session.execute(_NEWEST, {"of_chain": chain})).one_or_none()
        return None if newest is None else Appended._make(newest)

    async def list_of(self, subject: str) -> list[Entry]:
        """List all that was done to something, by chain, in its order."""
        theirs = _ALL.where(_ENTRIES.c.subject == subject)
        found = await self._session.execute(theirs.order_by(*_PLACE))
        return [Entry._make(row) for row in found]

    async def find_latest(
        self, chain: str, kind: str, subjects: Collection[str]
    ) -> dict[str, Entry]:
        """Find when something of a kind was done last to each of some; by what it was done to."""
        theirs = _ALL.where(
            _ENTRIES.c.subject.in_(subjects), _ENTRIES.c.chain == chain, _ENTRIES.c.kind == kind
        )
        found = map(Entry._make, await self._session.execute(theirs.order_by(_ENTRIES.c.seq)))
        return {entry.subject: entry for entry in found}

    async def list_newest(self, subjects: Collection[str]) -> list[tuple[str, datetime]]:
        """List the kinds of what was done to some things, each with when that was last."""
        newest = select(_ENTRIES.c.kind, func.max(_ENTRIES.c.at)).group_by(_ENTRIES.c.kind)
        found = await self._session.execute(newest.where(_ENTRIES.c.subject.in_(subjects)))
        return [(kind, at) for kind, at in found]

    async def list_between(
        self, chain: str, since: datetime, until: datetime, kind: str | None = None
    ) -> list[Entry]:
        """List what happened from one moment to before another, in the chain's order."""
        within = (_ENTRIES.c.at >= since, _ENTRIES.c.at < until)
        return [entry async for page in self.pages(chain, None, kind, *within) for entry in page]

    async def pages(
        self,
        chain: str,
        subject: str | None = None,
        kind: str | None = None,
        *conditions: ColumnElement[bool],
    ) -> AsyncIterator[list[Entry]]:
        """Give a chain's entries in its order, some thousands at a time.

        Args:
            chain: The employer's id.
            subject: What was done to this only.
            kind: What happened in this way only.
            conditions: Further ones.
        """
        wanted = _ALL.where(_ENTRIES.c.chain == chain, *conditions)
        if subject is not None:
            wanted = wanted.where(_ENTRIES.c.subject == subject)
        if kind is not None:
            wanted = wanted.where(_ENTRIES.c.kind == kind)
        page, after = wanted.order_by(_ENTRIES.c.seq).limit(_PAGE), 0
        while True:
            found = await self._session.execute(page.where(_ENTRIES.c.seq > after))
            entries = [Entry._make(row) for row in found]
            if not entries:
                return
            yield entries
            after = entries[-1].seq


_ALL = select(*(_ENTRIES.c[name] for name in Entry._fields))
_PLACE = (_ENTRIES.c.chain, _ENTRIES.c.seq)
_IS_HEAD = _HEADS.c.chain == bindparam("of_chain")
_NEWEST = select(_HEADS.c.seq, _HEADS.c.hash).where(_IS_HEAD)
_HOLD = _NEWEST.with_for_update()
_ADD = insert(_ENTRIES)
_MOVE = update(_HEADS).where(_IS_HEAD).values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))

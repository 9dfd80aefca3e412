from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from bot.domain.hash_chain import GENESIS, Links, body_digest, link
from bot.records.base import dialect_of, table_of
from bot.records.database import Database
from bot.records.journal import SYSTEM, Appended, Journal, NewEntry
from bot.records.journal_rows import JournalEntry

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def sent(number: int, circular: str = "circular:1", kind: str = "circular_sent") -> NewEntry:
    return NewEntry(kind, SYSTEM, circular, {"recipient": number, "wording": "اطّلعتُ", "at": NOW})


async def append(
    database: Database, *entries: NewEntry, chain: str = "muscat", now: datetime = NOW
) -> list[Appended]:
    async with database.transaction() as session:
        return await Journal(session).append(chain, entries, now)


async def test_each_entry_is_linked_to_the_one_before(database: Database) -> None:
    assert await append(database) == []
    first = await append(database, sent(1), sent(2))
    second = await append(database, sent(3))
    other = await append(database, sent(1), chain="bahrain")
    assert [each.seq for each in (*first, *second, *other)] == [1, 2, 3, 1]
    async with database.reading() as session:
        journal = Journal(session)
        entries = [entry async for page in journal.pages("muscat") for entry in page]
        assert await journal.find_newest("muscat") == second[-1]
        assert await journal.find_newest("nobody") is None
    previous = GENESIS
    for entry in entries:
        assert entry.body_sha256 == body_digest(entry.body or {})
        previous = link(previous, Links(*entry[:6], entry.body_sha256))
        assert entry.hash == previous
    assert [(e.seq, e.hash) for e in entries] == [*first, *second]
    assert entries[0].body == {
        "recipient": 1,
        "wording": "اطّلعتُ",
        "at": "2026-11-20T09:30:00.000000+00:00",
    }


async def test_entries_are_found_by_subject_kind_and_time(database: Database) -> None:
    later = NOW + timedelta(days=1)
    await append(database, sent(1), sent(2, "circular:2"))
    await append(database, sent(3), sent(4, kind="circular_read"), now=later)
    await append(database, sent(5), chain="bahrain")
    async with database.reading() as session:
        journal = Journal(session)
        of = await journal.list_of("circular:1")
        assert [(e.chain, e.seq) for e in of] == [
            ("bahrain", 1),
            ("muscat", 1),
            ("muscat", 3),
            ("muscat", 4),
        ]
        assert [e.seq for e in await journal.list_between("muscat", NOW, later)] == [1, 2]
        soon = later + timedelta(days=1)
        read = await journal.list_between("muscat", NOW, soon, "circular_read")
        assert [e.seq for e in read] == [4]
        pages = [page async for page in journal.pages("muscat", "circular:1", "circular_sent")]
        assert [[e.seq for e in page] for page in pages] == [[1, 3]]


async def test_an_entry_of_a_transaction_that_fails_is_none(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await Journal(session).append("muscat", [sent(1)], NOW)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert [each.seq for each in await append(database, sent(2))] == [1]


async def test_many_append_at_once_without_gap_or_fork(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    made = await asyncio.gather(
        *(append(databases[n % 4], *[sent(n)] * (n % 3 + 1)) for n in range(40))
    )
    seqs = [each.seq for appended in made for each in appended]
    assert sorted(seqs) == list(range(1, len(seqs) + 1))
    async with databases[0].reading() as session:
        entries = await Journal(session).list_of("circular:1")
    previous = GENESIS
    for entry in entries:
        previous = link(previous, Links(*entry[:6], entry.body_sha256))
        assert entry.hash == previous
    for database in databases:
        await database.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM journal_entries",
        "UPDATE journal_entries SET body = '{}' WHERE seq = 1",
        "UPDATE journal_entries SET body = NULL, actor = 'x' WHERE seq = 1",
        "UPDATE journal_entries SET seq = 9 WHERE seq = 1",
        "UPDATE journal_entries SET kind = 'x', body = NULL",
        "UPDATE journal_entries SET hash = body_sha256, body = NULL",
        "DELETE FROM journal_heads",
        "UPDATE journal_heads SET seq = 1",
    ],
)
async def test_the_database_refuses_changes(database: Database, statement: str) -> None:
    await append(database, sent(1), sent(2))

    async def change() -> None:
        async with database.transaction() as session:
            await session.execute(text(statement))

    with pytest.raises(IntegrityError):
        await change()


async def test_the_database_refuses_to_replace_or_empty(database: Database) -> None:
    await append(database, sent(1))
    async with database.reading() as session:
        (entry,) = await Journal(session).list_of("circular:1")

    async def change() -> None:
        async with database.transaction() as session:
            if dialect_of(session) == "sqlite":
                replace = insert(table_of(JournalEntry)).prefix_with("OR REPLACE")
                await session.execute(replace.values(entry._asdict()))
            else:
                await session.execute(text("TRUNCATE journal_heads"))

    with pytest.raises(IntegrityError):
        await change()


async def test_a_body_can_go(database: Database) -> None:
    await append(database, sent(1))
    async with database.transaction() as session:
        await session.execute(update(table_of(JournalEntry)).values(body=None))
    async with database.reading() as session:
        (entry,) = await Journal(session).list_of("circular:1")
    assert entry.body is None
    assert entry.body_sha256 == body_digest(sent(1).body)

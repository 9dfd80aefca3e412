from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Executable, bindparam, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError, StatementError

from bot.errors import ConfigurationError
from bot.records.database import Database, is_about_values
from bot.records.handover_rows import Counter
from bot.records.people import ChannelLink, Person
from bot.records.triage import TriageQuestions, TriageReason
from tests.records.moments import LATER, NOW
from tests.support.patience import PATIENCE_S

NAIVE = NOW.replace(tzinfo=None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "waai.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://root:secret@host/waai",
        "postgresql://root:secret@host",
        "postgresql://root:secret@host:port/waai",
    ],
)
def test_an_unusable_url_is_named_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Database(url)
    assert "secret" not in str(caught.value)
    assert "expected sqlite:///" in str(caught.value)


async def test_a_file_in_a_new_folder(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/folder/waai.db")
    assert not await database.ping()
    await database.migrate()
    assert await database.ping()
    await database.dispose()


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    database = Database(f"sqlite:///{tmp_path}/file/waai.db")
    with pytest.raises(ConfigurationError, match="no folder"):
        await database.migrate()
    await database.dispose()


async def test_a_server_that_is_down_does_not_answer() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/waai?sslmode=disable")
    assert not await database.ping()
    await database.dispose()


async def test_an_error_undoes_the_transaction(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            session.add(Counter(name="a", value=1))
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.reading() as session:
        assert (await session.scalars(select(Counter))).all() == []


async def test_what_is_committed_is_read(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Counter(name="a", value=1))
    async with database.reading() as session:
        assert (await session.get_one(Counter, "a")).value == 1


async def test_reading_then_writing_never_fails_however_many_do(database_url: str) -> None:
    replicas = [Database(database_url) for _ in range(4)]
    async with replicas[0].transaction() as session:
        session.add(Counter(name="a", value=0))

    async def raise_by_one(database: Database) -> None:
        async with database.transaction() as session:
            query = select(Counter).with_for_update()
            counter = (await session.scalars(query)).one()
            await asyncio.sleep(0.001)
            counter.value += 1

    await asyncio.gather(*(raise_by_one(replicas[number % 4]) for number in range(40)))
    async with replicas[0].reading() as session:
        assert (await session.get_one(Counter, "a")).value == 40
    for replica in replicas:
        await replica.dispose()


async def test_reading_goes_on_beside_a_writer(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Counter(name="a", value=1))
        await session.flush()
        async with asyncio.timeout(PATIENCE_S), database.reading() as other:
            assert (await other.scalars(select(Counter))).all() == []


async def test_a_transaction_inside_a_transaction_is_refused_not_hung(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/waai.db")
    await database.migrate()
    async with database.transaction():
        with pytest.raises(RuntimeError, match="inside"):
            async with database.transaction():
                pass
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))
    await database.dispose()


async def test_a_transaction_cancelled_at_any_moment_locks_nobody_out(database: Database) -> None:
    async def write(name: str) -> None:
        async with database.transaction() as session:
            session.add(Counter(name=name, value=1))
            await session.flush()
            await session.execute(select(Counter))

    # A kept traceback keeps the cancelled statement, as a task that waits for others does.
    kept: list[object] = []
    for number in range(60):
        task = asyncio.create_task(write(f"cancelled {number}"))
        await asyncio.sleep(number * 0.0001)
        task.cancel()
        kept += await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(PATIENCE_S):
            await write(f"kept {number}")
    assert len(kept) == 60


async def test_moments_come_back_aware_and_in_utc(database: Database) -> None:
    dubai = timezone(timedelta(hours=4))
    async with database.transaction() as session:
        session.add(Person(id="p", created_at=datetime(2026, 1, 1, 4, tzinfo=dubai)))
    async with database.reading() as session:
        person = await session.get_one(Person, "p")
    assert person.created_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert person.created_at.utcoffset() == timedelta(0)


async def test_a_moment_without_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without time zone"):
        async with database.transaction() as session:
            session.add(Person(id="p", created_at=NOW.replace(tzinfo=None)))


async def test_rows_must_refer_to_rows_that_exist(database: Database) -> None:
    link = ChannelLink(person_id="none", channel="c", account="a", user="u", created_at=NOW)
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add(link)


async def test_text_that_no_database_can_store_is_kept_all_the_same(database: Database) -> None:
    async with database.transaction() as session:
        await TriageQuestions(session).add(
            text="سؤال\0 \ud83d 😀",
            employer="moh-uae",
            reason=TriageReason.NO_RULE,
            now=NOW,
            expires_at=LATER,
        )
    async with database.reading() as session:
        kept = (await session.scalars(text("SELECT text FROM triage_questions"))).one()
    assert kept == "سؤال\ufffd \ufffd 😀"


async def test_an_error_of_the_database_does_not_repeat_what_was_to_be_stored(
    database: Database,
) -> None:
    async def add_secret() -> None:
        async with database.transaction() as session:
            session.add(Counter(name="سر", value=1))

    await add_secret()
    with pytest.raises(IntegrityError) as caught:
        await add_secret()
    assert "سر" not in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        (insert(Counter).values(value=1), {"name": "taken"}),
        (insert(Counter).values(value=None), {"name": "new"}),
        (
            select(Person).where(Person.created_at == bindparam("name")),
            {"name": NAIVE},
        ),
        (text("SELECT :name"), {"name": {"a set"}}),
        (select(Counter).where(Counter.name == bindparam("name")), {"name": "none"}),
    ],
)
async def test_what_is_wrong_with_one_value_is_told_from_an_outage(
    statement: Executable, value: dict[str, object], database: Database
) -> None:
    async def ask() -> None:
        async with database.transaction() as session:
            session.add(Counter(name="taken", value=1))
            await session.flush()
            (await session.execute(statement, value)).one()

    with pytest.raises(SQLAlchemyError) as caught:
        await ask()
    assert is_about_values(caught.value)


def test_an_outage_is_about_no_value() -> None:
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    assert not is_about_values(OperationalError("SELECT", None, busy))
    assert not is_about_values(OperationalError("SELECT", None, OSError("away")))
    assert not is_about_values(TimeoutError())

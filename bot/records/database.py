"""The connection to the database: SQLite by default, PostgreSQL where there are replicas."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from bot.errors import ConfigurationError
from bot.records.migrations import upgrade

_WAIT_S = 5
"""How long a statement waits for another process's write (SQLite), or for a connection."""

_READS = "waai_reads"
_EXPECTED = "expected sqlite:///path/to/file.db or postgresql://user:password@host/name"


class Database:
    """One database with its pool of connections.

    Args:
        url: ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    Raises:
        ConfigurationError: The URL cannot be used.
    """

    def __init__(self, url: str) -> None:
        parsed = _parse(url)
        self._is_sqlite = parsed.get_backend_name() == "sqlite"
        self._file = Path(parsed.database or "") if self._is_sqlite else None
        self._engine = _sqlite_engine(parsed) if self._is_sqlite else _postgresql_engine(parsed)
        reads: dict[str, Any] = {_READS: True} if self._is_sqlite else {"postgresql_readonly": True}
        self._reading_engine = self._engine.execution_options(**reads)
        # SQLite's own waiting polls and is unfair; inside one process writers queue up here.
        self._writing = asyncio.Lock()
        self._writer: asyncio.Task[Any] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a session that is committed on a clean exit and rolled back on an error.

        Raises:
            RuntimeError: The same task has a transaction open already.
        """
        if not self._is_sqlite:
            async with (
                AsyncSession(self._engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
            return
        task = asyncio.current_task()
        if self._writer is not None and self._writer is task:
            raise RuntimeError("a transaction inside a transaction")
        async with (
            self._writing,
            AsyncSession(self._engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            self._writer = task
            try:
                yield session
            finally:
                self._writer = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that only reads; nothing of it is ever committed."""
        async with AsyncSession(self._reading_engine, expire_on_commit=False) as session:
            yield session

    async def migrate(self) -> None:
        """Bring the tables to the newest version; safe to call from several processes.

        Raises:
            ConfigurationError: The folder of the SQLite file cannot be made.
        """
        if self._file is not None:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ConfigurationError(f"no folder for the database: {error}") from error
        async with self._engine.begin() as connection:
            await connection.run_sync(upgrade)

    async def ping(self) -> bool:
        """Say whether the database answers."""
        try:
            async with self.reading() as session:
                await session.execute(text("SELECT 1"))
        except (OSError, SQLAlchemyError):
            return False
        return True

    async def dispose(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _parse(url: str) -> URL:
    # The URL holds a password: no message repeats it.
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError(f"the database URL cannot be read: {_EXPECTED}") from None
    backend = parsed.drivername.partition("+")[0]
    if backend == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise ConfigurationError(f"the database URL names no file: {_EXPECTED}")
        return parsed.set(drivername="sqlite+aiosqlite")
    if backend in {"postgresql", "postgres"}:
        if not parsed.database:
            raise ConfigurationError(f"the database URL names no database: {_EXPECTED}")
        # asyncpg calls libpq's sslmode ssl: https://magicstack.github.io/asyncpg/current/api/index.html
        query = {"ssl" if key == "sslmode" else key: value for key, value in parsed.query.items()}
        return parsed.set(drivername="postgresql+asyncpg", query=query)
    raise ConfigurationError(f"no database of this kind ({backend!r}): {_EXPECTED}")


def _sqlite_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": _WAIT_S},
        pool_timeout=_WAIT_S,
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine, "invalidate", _end_sqlite)
    return engine


def _postgresql_engine(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=_WAIT_S,
        connect_args={"timeout": _WAIT_S, "command_timeout": 60},
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot wait for another's write and
    # fails at once: https://sqlite.org/lang_transaction.html
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _end_sqlite(connection: Any, _record: object, _error: BaseException | None) -> None:
    # A statement that was cancelled halfway keeps its connection open after the close, and with
    # it the lock of the whole database: https://sqlite.org/c3ref/close.html
    connection.rollback()

"""The connection to the database: SQLite by default, PostgreSQL where there are replicas."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    DisconnectionError,
    NoResultFound,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from bot.errors import ConfigurationError
from bot.records.migrations import upgrade
from bot.records.sqlite import READS, sqlite_engine

_WAIT_S = 5
"""How long a statement waits for another process's write (SQLite), or for a connection."""

_RESTED_S = 1.0
"""How long a connection to PostgreSQL may have rested before it is asked whether it still stands.

Asked each time, the question took a tenth of what an answered press takes.
"""

_ABOUT_VALUES = ("22", "23", "40", "54")
"""Bad data, broken constraints, lost races, limits exceeded:
https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_ABOUT_VALUES_SQLITE = {
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
}
"""Likewise: https://sqlite.org/rescode.html"""

_KIND = 0xFF
"""What an extended code of SQLite has of the error's kind."""

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
        self._engine = _engine_of(parsed)
        reads: dict[str, Any] = {READS: True} if self._is_sqlite else {"postgresql_readonly": True}
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
        async with self._writing, self._session(self._engine) as session:
            self._writer = task
            try:
                yield session
                await session.commit()
            finally:
                self._writer = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that only reads; nothing of it is ever committed."""
        async with self._session(self._reading_engine) as session:
            yield session

    @asynccontextmanager
    async def _session(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        session = AsyncSession(engine, expire_on_commit=False)
        if not self._is_sqlite:
            async with session:
                yield session
            return
        try:
            yield session
        finally:
            # The session's own exit closes it in a task, lest it be cancelled halfway; here
            # nothing is waited for.
            await session.close()

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


def is_about_values(error: Exception) -> bool:
    """Say whether a statement failed for what it was given, so that another may not."""
    if not isinstance(error, DBAPIError):
        # The database was not asked, or has not got what one of them names.
        return isinstance(error, StatementError | NoResultFound)
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # Python's own refusal to hand over a value has no code.
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_MISMATCH)
        return code & _KIND in _ABOUT_VALUES_SQLITE
    return str(getattr(cause, "sqlstate", "")).startswith(_ABOUT_VALUES)


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
        return parsed
    if backend in {"postgresql", "postgres"}:
        if not parsed.database:
            raise ConfigurationError(f"the database URL names no database: {_EXPECTED}")
        # asyncpg calls libpq's sslmode ssl: https://magicstack.github.io/asyncpg/current/api/index.html
        query = {"ssl" if key == "sslmode" else key: value for key, value in parsed.query.items()}
        return parsed.set(drivername="postgresql+asyncpg", query=query)
    raise ConfigurationError(f"no database of this kind ({backend!r}): {_EXPECTED}")


def _engine_of(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(url, _WAIT_S)
    engine = create_async_engine(
        url,
        hide_parameters=True,
        # None beyond those that are kept: a new one asks for types and settings and has prepared
        # nothing, which made an acknowledgement cost half as much again.
        pool_size=20,
        max_overflow=0,
        pool_timeout=_WAIT_S,
        connect_args={"timeout": _WAIT_S, "command_timeout": 60},
    )
    event.listen(engine.sync_engine, "checkout", _make_sure)
    event.listen(engine.sync_engine, "checkin", _note_used)
    return engine


def _make_sure(connection: Any, record: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
    """Ask a connection that has rested whether it still stands, as ``pool_pre_ping`` asks each.

    Raises:
        DisconnectionError: It does not; the pool makes a new one, and drops those as old as it.
    """
    if time.monotonic() - record.info.get("used", -_RESTED_S) < _RESTED_S:
        return
    try:
        connection.ping()
    except (OSError, connection.dbapi.Error) as error:
        raise DisconnectionError(type(error).__name__) from None


def _note_used(_: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()

"""SQLite without threads: its statements run where they are asked for.

A statement of ours takes some 20 µs, handing it to a thread and back 135 µs, and a message needs
some twenty-five (docs/decisions/004-cheap-messages.md).
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import Any, Self

from sqlalchemy import URL, Connection, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util.concurrency import await_only, in_greenlet

READS = "waai_reads"
"""The execution option of a connection that only reads."""

_DRIVER = "inline"
_PAUSE_S = 0.005


class _Cursor(sqlite3.Cursor):
    """A cursor as SQLAlchemy's asyncio expects one; its rows are there already."""

    def execute(self, *arguments: Any) -> Self:
        super().execute(*arguments)
        _pretend_to_wait()
        return self

    def executemany(self, *arguments: Any) -> Self:
        super().executemany(*arguments)
        _pretend_to_wait()
        return self

    async def _async_soft_close(self) -> None:
        """Nothing is held that would have to be given back."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


def _pretend_to_wait() -> None:
    # AsyncConnection takes a driver that never waits for one that blocks, and refuses it.
    if in_greenlet():
        await_only(_nothing())


async def _nothing() -> None:
    pass


class InlineDialect(SQLiteDialect_pysqlite):
    """Python's own driver under SQLAlchemy's asyncio; nothing of it is ever awaited."""

    driver = _DRIVER
    supports_statement_cache = True
    is_async = True
    has_terminate = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:  # noqa: ARG003 - SQLAlchemy's signature
        """Wait for a free connection without stopping the event loop."""
        return AsyncAdaptedQueuePool

    def do_terminate(self, dbapi_connection: DBAPIConnection) -> None:
        """Close a connection whose task is gone."""
        dbapi_connection.close()


registry.register(f"sqlite.{_DRIVER}", __name__, InlineDialect.__name__)


def sqlite_engine(url: URL, wait_s: float) -> AsyncEngine:
    """Make the engine of a SQLite file.

    Args:
        url: Of the file, for any driver.
        wait_s: How long a transaction waits for another process's write, or for a connection.
    """
    engine = create_async_engine(
        url.set(drivername=f"sqlite+{_DRIVER}"),
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": wait_s, "factory": _Connection},
        pool_timeout=wait_s,
    )
    event.listen(engine.sync_engine, "connect", _prepare)

    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later cannot wait for another's write and
        # fails at once: https://sqlite.org/lang_transaction.html
        if connection.get_execution_options().get(READS, False):
            _raw(connection).execute("BEGIN")
        else:
            _begin_to_write(connection, wait_s)

    event.listen(engine.sync_engine, "begin", begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _raw(connection: Connection) -> Any:
    # Each statement costs five times as much through SQLAlchemy.
    return connection.connection.dbapi_connection


def _begin_to_write(connection: Connection, wait_s: float) -> None:
    """Wait for another process's write on the event loop: SQLite's own waiting would stop it."""
    raw, deadline = _raw(connection), time.monotonic() + wait_s
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    break
                await_only(asyncio.sleep(_PAUSE_S))
            else:
                return
        # Once more, for SQLAlchemy's own error.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout={wait_s * 1000:.0f}")

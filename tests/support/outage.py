"""A database that is away for a while, as those who use it meet it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator

from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

_CLOSE = "ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"
_OPEN = "ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"
_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"


@contextlib.asynccontextmanager
async def outage(database_url: str) -> AsyncIterator[None]:
    """Take a database away for the block.

    PostgreSQL ends its connections and refuses new ones; a SQLite file is locked by another
    process's write, so that what is asked of it waits.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with contextlib.closing(sqlite3.connect(url.database or "", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    await _tell_server(url, _CLOSE, _CUT)
    try:
        yield
    finally:
        await _tell_server(url, _OPEN)


async def _tell_server(url: URL, *statements: str) -> None:
    server = url.set(drivername="postgresql+asyncpg", database="postgres")
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement.format(name=url.database)))
    await engine.dispose()

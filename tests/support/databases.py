"""Databases of the tests' PostgreSQL, each used by one test after another."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

import asyncpg
from sqlalchemy import URL, make_url

_TEMPLATE = "waai_template"
_END_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# As a replica does: the journal's triggers let nobody else take anything away.
_EMPTY = """
SET session_replication_role = replica;
DO $$
DECLARE
    used text;
BEGIN
    SELECT string_agg(oid::regclass::text, ', ') INTO used FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0;
    IF used IS NOT NULL THEN
        EXECUTE 'TRUNCATE ' || used || ' CASCADE';
    END IF;
    PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence;
END $$
"""
# Statistics too: plans are made by them.
_SHAPE = """
SELECT md5(concat(
    (SELECT string_agg(concat(c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull), ','
        ORDER BY c.relname, a.attnum)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace),
    (SELECT string_agg(concat(tgrelid, tgname, tgenabled), ',' ORDER BY tgrelid, tgname)
        FROM pg_trigger),
    (SELECT count(*) FROM pg_statistic s JOIN pg_class c ON c.oid = s.starelid
        WHERE c.relnamespace = 'public'::regnamespace),
    (SELECT count(*) FROM pg_constraint),
    (SELECT count(*) FROM pg_namespace),
    (SELECT count(*) FROM pg_db_role_setting)
))
"""


class Databases:
    """Lends databases that are migrated and empty.

    To empty one takes a fraction of what it takes to make one, so that one whose shape a test has
    left as it was is lent again.

    Args:
        server: The URL of a server of the tests' own; its user may do everything.
    """

    def __init__(self, server: str) -> None:
        self._server = make_url(server)
        self._spare: list[str] = []
        self._shape = ""

    @property
    def template(self) -> str:
        """The URL of the database that all are made like; to be migrated before any is lent."""
        return self._url(_TEMPLATE).render_as_string()

    @contextlib.contextmanager
    def lent(self) -> Iterator[str]:
        """Lend one for the block; gives its URL."""
        name = self._spare.pop() if self._spare else asyncio.run(self._make())
        yield self._url(name).render_as_string()
        asyncio.run(self._take_back(name))

    async def make_template(self) -> None:
        """Make the database that all are made like."""
        async with self._connected("postgres") as connection:
            await connection.execute(f"CREATE DATABASE {_TEMPLATE}")

    async def _make(self) -> str:
        name = f"waai_{uuid.uuid4().hex}"
        async with self._connected("postgres") as connection:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        if not self._shape:
            async with self._connected(name) as connection:
                self._shape = await connection.fetchval(_SHAPE)
        return name

    async def _take_back(self, name: str) -> None:
        async with self._connected(name) as connection:
            await connection.execute(_END_OTHERS)
            await connection.execute(_EMPTY)
            shape = await connection.fetchval(_SHAPE)
        if shape == self._shape:
            self._spare.append(name)
            return
        async with self._connected("postgres") as connection:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextlib.asynccontextmanager
    async def _connected(self, name: str) -> Any:
        url = self._server
        connection = await asyncpg.connect(
            host=url.host, port=url.port, user=url.username, database=name
        )
        try:
            yield connection
        finally:
            await connection.close()

    def _url(self, name: str) -> URL:
        return self._server.set(drivername="postgresql", database=name)

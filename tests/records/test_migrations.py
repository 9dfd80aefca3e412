from __future__ import annotations

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from bot.records.database import Database
from bot.records.migrations import downgrade, upgrade
from bot.records.schema import metadata


def _driver(url: str) -> str:
    return url.replace("sqlite:", "sqlite+aiosqlite:").replace("postgresql:", "postgresql+asyncpg:")


def _differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


async def test_the_newest_version_has_what_the_rows_say(database_url: str) -> None:
    engine = create_async_engine(_driver(database_url))
    async with engine.begin() as connection:
        assert await connection.run_sync(_differences) == []
    await engine.dispose()


async def test_down_takes_every_table_away_and_up_brings_them_back(database_url: str) -> None:
    engine = create_async_engine(_driver(database_url))
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
        assert await connection.run_sync(_tables) == set()
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
        assert await connection.run_sync(_tables) == set(metadata.tables)
    await engine.dispose()


async def test_replicas_that_start_together_migrate_once(database_url: str) -> None:
    engine = create_async_engine(_driver(database_url))
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await engine.dispose()
    replicas = [Database(database_url) for _ in range(4)]
    await asyncio.gather(*(replica.migrate() for replica in replicas))
    assert all([await replica.ping() for replica in replicas])
    for replica in replicas:
        await replica.dispose()

"""Databases for the tests: a migrated SQLite file and a migrated database of a real PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.records.database import Database
from tests.support.postgres import running_postgres
from tests.support.world import World

_TEMPLATE = "waai_template"

# How long a draw takes says how busy the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    with running_postgres() as url:
        asyncio.run(_statement(url, f"CREATE DATABASE {_TEMPLATE}"))
        asyncio.run(_migrate(_database_of(url, _TEMPLATE)))
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of this test's own; the test runs once on each kind."""
    yield from each_database(request, tmp_path)


def each_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Make the database of the kind that a fixture's parameter names."""
    if request.param == "sqlite":
        path = tmp_path / "waai.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    name = f"waai_{uuid.uuid4().hex}"
    asyncio.run(_statement(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}"))
    yield _database_of(server, name)
    asyncio.run(_statement(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.dispose()


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def log_as_before() -> Iterator[None]:
    """Take back what a command changes in the process's log."""
    root, structured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**structured)


def _database_of(server: str, name: str) -> str:
    return make_url(server).set(drivername="postgresql", database=name).render_as_string()


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.dispose()


async def _statement(server: str, statement: str) -> None:
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()

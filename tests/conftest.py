"""Databases for the tests: a migrated SQLite file and a migrated database of a real PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.records.database import Database
from tests.support.databases import Databases
from tests.support.postgres import running_postgres
from tests.support.world import World

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
        yield url


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: str) -> Databases:
    databases = Databases(postgresql_server)
    asyncio.run(databases.make_template())
    asyncio.run(_migrate(databases.template))
    return databases


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
    databases: Databases = request.getfixturevalue("postgresql_databases")
    with databases.lent() as url:
        yield url


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


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.dispose()

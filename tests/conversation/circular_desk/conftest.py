from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.records.database import Database
from tests.conftest import each_database
from tests.support.desk_chat import MONDAY, DeskChat, officer
from tests.support.world import World


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from each_database(request, tmp_path)


@pytest.fixture
def world(database: Database) -> World:
    return World(database, moment=MONDAY)


@pytest.fixture
async def hr(world: World) -> DeskChat:
    return await officer(world)

from __future__ import annotations

import pytest

from bot.records.database import Database
from tests.support.world import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)

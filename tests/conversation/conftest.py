from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.records.database import Database
from tests.support.world import World


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite alone: what differs between the databases is tested below the conversation."""
    path = tmp_path / "waai.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def world(database: Database) -> World:
    return World(database)

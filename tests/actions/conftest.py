from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite alone: what differs between the databases is tested below the conversation."""
    path = tmp_path / "waai.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"

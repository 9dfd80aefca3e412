from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.support.command_line import Waai
from tests.support.world import KEY


@pytest.fixture
def waai(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Waai:
    """On a database and in a folder of the test's own."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'waai.db'}")
    monkeypatch.setenv("WAAI_SECRET", KEY.decode())
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(arguments)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path

import pytest

from deploy.environments import RASA, silence

PRINT = "import os; print(os.environ['RASA_TELEMETRY_ENABLED'])"


def telemetry(environment: Path, **set_by_hand: str) -> str:
    """What a process of an environment takes for the setting."""
    inherited = {k: v for k, v in os.environ.items() if k != "RASA_TELEMETRY_ENABLED"}
    done = subprocess.run(
        [environment / "bin" / "python", "-c", PRINT],
        env=inherited | set_by_hand,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_telemetry_is_off_however_an_interpreter_is_started(tmp_path: Path) -> None:
    venv.create(tmp_path, with_pip=False)
    for _ in range(2):
        silence(tmp_path)
        assert telemetry(tmp_path) == "false"
    assert telemetry(tmp_path, RASA_TELEMETRY_ENABLED="true") == "true"


@pytest.mark.slow
def test_telemetry_is_off_in_the_model_servers_environment() -> None:
    assert telemetry(RASA.folder) == "false"

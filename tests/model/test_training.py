"""Training is decided on in a copy of the project, so that no real model is touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.content import ROOT

NEEDED = ("bot", "arabic", "rasa_components", "config.yml", "domain.yml", "constraints-rasa.txt")
SCRIPT = """
import json, sys
from bot.errors import WaaiError
from bot.model import training
said = {"hashes": [training.data_hash()], "path": str(training.model_path())}
for change in filter(None, sys.stdin.read().split(chr(0))):
    exec(change)
    said["hashes"].append(training.data_hash())
if "train" in sys.argv:
    try:
        said["trained"] = [str(part) for part in training.train(force="force" in sys.argv)]
    except WaaiError as error:
        said["error"] = f"{type(error).__name__}: {error}"
print(json.dumps(said))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in NEEDED:
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    nlu = tmp_path / "nlu_data" / "nlu"
    nlu.mkdir(parents=True)
    (nlu / "greet.yml").write_text('version: "3.1"\n', "utf-8")
    return tmp_path


def say(project: Path, *arguments: str, changes: Sequence[str] = ()) -> dict[str, Any]:
    """Run the training module there; each change is a statement before another hash."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        input="\0".join(changes),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def fake_rasa(project: Path, script: str) -> None:
    """A stand-in for Rasa's command line; its arguments: train ... --fixed-model-name NAME ..."""
    path = project / ".venv" / "rasa" / "bin" / "rasa"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


def test_the_hash_changes_with_all_that_a_model_depends_on(project: Path) -> None:
    files = ["nlu_data/nlu/greet.yml", "nlu_data/nlu/new.yml", "config.yml", "domain.yml"]
    files += ["arabic/letters.py", "rasa_components/linear.py", "constraints-rasa.txt"]
    changes = [f"print('# changed', file=open({file!r}, 'a'))" for file in files]
    changes.append("import os; os.rename('nlu_data/nlu/new.yml', 'nlu_data/nlu/newer.yml')")
    hashes = say(project, changes=changes)["hashes"]
    assert len(set(hashes)) == len(changes) + 1


def test_the_hash_stays_while_the_data_does(project: Path) -> None:
    files = ["bot/asking.py", "nlu_data/notes.txt", "arabic/x.pyc", "content.yml"]
    changes = [f"print('# changed', file=open({file!r}, 'a'))" for file in files]
    hashes = say(project, changes=changes)["hashes"]
    assert len(hashes) == 5
    assert len(set(hashes)) == 1


def test_where_a_model_fits_nothing_is_trained(project: Path) -> None:
    path = Path(say(project)["path"])
    path.parent.mkdir()
    path.write_bytes(b"model")
    assert say(project, "train")["trained"] == [str(path), "0.0"]
    assert path.read_bytes() == b"model"


@pytest.mark.parametrize("arguments", [("train",), ("train", "force")])
def test_without_rasa_it_says_how_to_set_it_up(project: Path, arguments: tuple[str, ...]) -> None:
    assert say(project, *arguments)["error"] == (
        "TrainingError: The model server is not set up. Run: make setup"
    )


def test_a_failed_training_names_its_log_and_leaves_the_old_model(project: Path) -> None:
    old = project / "models" / "waai-0000.tar.gz"
    old.parent.mkdir()
    old.write_bytes(b"old")
    fake_rasa(project, "echo broken data; exit 3")
    log = project / "models" / "training.log"
    assert say(project, "train")["error"] == (
        f"TrainingError: Training failed; the reason is at the end of {log}."
    )
    assert log.read_text() == "broken data\n"
    assert old.exists()


def test_a_new_model_takes_the_place_of_the_old_one(project: Path) -> None:
    (project / "models").mkdir()
    (project / "models" / "waai-0000.tar.gz").write_bytes(b"old")
    fake_rasa(project, 'echo "$RASA_TELEMETRY_ENABLED" > "models/$7.tar.gz"')
    said = say(project, "train")
    assert said["trained"][0] == said["path"]
    assert Path(said["path"]).read_text() == "false\n"
    assert [path.name for path in (project / "models").glob("*.tar.gz")] == [
        Path(said["path"]).name
    ]

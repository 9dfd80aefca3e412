"""Training is decided on in a copy of the project, so that no real model is touched."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.model.training import environment
from tests.support.patience import PATIENCE_S
from tests.support.project import Project

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
# Its arguments: train --data nlu_data --out models --fixed-model-name NAME ...
TRAIN = 'echo model > "models/$7.tar.gz"; echo trained >> trainings'


def say(project: Project, *arguments: str, changes: Sequence[str] = ()) -> dict[str, Any]:
    """Run the training module there; each change is a statement before another hash."""
    said: dict[str, Any] = json.loads(project.run(SCRIPT, *arguments, text="\0".join(changes))[0])
    return said


def models(project: Project) -> list[str]:
    return sorted(path.name for path in (project.folder / "models").glob("*.tar.gz"))


def old_file(project: Project, name: str, hours: float) -> Path:
    path = project.folder / "models" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"old")
    long_ago = time.time() - hours * 3600
    os.utime(path, (long_ago, long_ago))
    return path


def test_the_hash_changes_with_all_that_a_model_depends_on(project: Project) -> None:
    files = ["nlu_data/nlu/greet.yml", "nlu_data/nlu/new.yml", "config.yml", "domain.yml"]
    files += ["arabic/letters.py", "arabic/ideas.txt", "rasa_components/linear.py"]
    files += ["constraints-rasa.txt"]
    changes = [f"print('# changed', file=open({file!r}, 'a'))" for file in files]
    changes.append("import os; os.rename('nlu_data/nlu/new.yml', 'nlu_data/nlu/newer.yml')")
    hashes = say(project, changes=changes)["hashes"]
    assert len(set(hashes)) == len(changes) + 1


def test_the_hash_stays_while_the_data_does(project: Project) -> None:
    files = ["bot/asking.py", "nlu_data/notes.txt", "arabic/x.pyc", "content.yml"]
    changes = [f"print('# changed', file=open({file!r}, 'a'))" for file in files]
    hashes = say(project, changes=changes)["hashes"]
    assert len(hashes) == 5
    assert len(set(hashes)) == 1


def test_where_a_model_fits_nothing_is_trained(project: Project) -> None:
    path = Path(say(project)["path"])
    path.parent.mkdir()
    path.write_bytes(b"model")
    assert say(project, "train")["trained"] == [str(path), "0.0"]
    assert path.read_bytes() == b"model"


@pytest.mark.parametrize("arguments", [("train",), ("train", "force")])
def test_without_rasa_it_says_how_to_set_it_up(
    project: Project, arguments: tuple[str, ...]
) -> None:
    assert say(project, *arguments)["error"] == (
        "TrainingError: The model server is not set up. Run: make setup"
    )


def test_a_failed_training_names_its_log_and_leaves_the_old_models(project: Project) -> None:
    old = [old_file(project, f"waai-{n}.tar.gz", hours=n) for n in range(3)]
    project.fake("rasa", "echo broken data; exit 3")
    log = project.folder / "models" / "training.log"
    assert say(project, "train")["error"] == (
        f"TrainingError: Training failed; the reason is at the end of {log}."
    )
    assert log.read_text() == "broken data\n"
    assert all(path.exists() for path in old)


def test_the_two_newest_models_are_kept(project: Project) -> None:
    for hours in (3, 1, 2):
        old_file(project, f"waai-{hours}.tar.gz", hours)
    project.fake("rasa", TRAIN)
    said = say(project, "train")
    assert said["trained"][0] == said["path"]
    assert models(project) == sorted(["waai-1.tar.gz", Path(said["path"]).name])


def test_a_model_that_was_used_is_as_good_as_new(project: Project) -> None:
    used = old_file(project, Path(say(project)["path"]).name, hours=9)
    for hours in (1, 2):
        old_file(project, f"waai-{hours}.tar.gz", hours)
    project.fake("rasa", TRAIN)
    say(project, "train")
    (project.folder / "config.yml").write_text("# another\n")
    said = say(project, "train")
    assert models(project) == sorted([used.name, Path(said["path"]).name])


def test_what_interrupted_trainings_left_goes_after_an_hour(project: Project) -> None:
    stale, young = old_file(project, "part-1.tar.gz", 1.1), old_file(project, "part-2.tar.gz", 0.5)
    project.fake("rasa", TRAIN)
    say(project, "train")
    assert (stale.exists(), young.exists()) == (False, True)


def test_of_two_trainings_at_once_one_waits_and_finds_the_model(project: Project) -> None:
    project.fake("rasa", f"sleep 1; {TRAIN}")
    both = [project.start(SCRIPT, "train") for _ in range(2)]
    for process in both:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    ends = [process.communicate(timeout=PATIENCE_S) for process in both]
    trained = [json.loads(out)["trained"] for out, _ in ends]
    assert len({path for path, _ in trained}) == 1
    assert sorted(seconds == "0.0" for _, seconds in trained) == [False, True]
    assert (project.folder / "trainings").read_text() == "trained\n"
    assert "".join(err for _, err in ends).count("another process") == 1


def test_rasa_is_told_to_be_quiet_and_quick(project: Project) -> None:
    project.fake("rasa", f'echo "$RASA_TELEMETRY_ENABLED $*" > said; {TRAIN}')
    say(project, "train")
    told = (project.folder / "said").read_text()
    assert told.startswith("false train --data nlu_data ")
    assert told.endswith(" --force --skip-validation\n")


def test_without_a_terminal_one_line_begins_a_training_and_one_ends_it(project: Project) -> None:
    project.fake("rasa", TRAIN)
    _, err = project.run(SCRIPT, "train")
    begins, ends = err.splitlines()
    assert begins == "Training the model, which takes about 180 s."
    assert re.fullmatch(r"The training ended after \d s\.", ends)


def test_rasa_is_given_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = ("DATABASE_URL", "TELEGRAM_BOT_TOKEN", "WAAI_SECRET", "WHATSAPP_ACCESS_TOKEN")
    for name in ours:
        monkeypatch.setenv(name, "hunter2")
    assert "hunter2" not in environment().values()
    assert environment()["PATH"] == os.environ["PATH"]

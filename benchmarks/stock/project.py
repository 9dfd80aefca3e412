"""A stock Rasa project out of our training data: built, trained once, and served."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.model.server import free_port
from bot.model.training import RASA, environment
from bot.settings import ROOT

HERE = Path(__file__).resolve().parent
_START_S = 120.0


@dataclass(frozen=True)
class Served:
    """A stock project that answers.

    Attributes:
        url: Of its REST channel's webhook.
        rasa: The process id of Rasa's server.
        actions: The process id of the SDK's server.
    """

    url: str
    rasa: int
    actions: int


def build(cache: Path, epochs: int, *, stories: bool) -> Path:
    """Write the project and train it, unless that was done before.

    Args:
        cache: Where projects are kept.
        epochs: Of each network; Rasa's default is 100.
        stories: With stories, so that TEDPolicy and its like learn something.

    Returns:
        The project's folder; its model lies in ``models``.
    """
    folder = cache / f"stock-{_hash(epochs, stories=stories)}"
    if not (folder / "models" / "stock.tar.gz").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder, epochs, stories=stories)
        _train(folder)
    return folder


def _hash(epochs: int, *, stories: bool) -> str:
    digest = hashlib.sha256(f"{epochs} {stories}".encode())
    data = sorted((ROOT / "nlu_data").rglob("*.yml"))
    for path in (*data, *sorted(HERE.glob("*.yml")), ROOT / "domain.yml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _write(folder: Path, epochs: int, *, stories: bool) -> None:
    config = (HERE / "config.yml").read_text("utf-8")
    (folder / "config.yml").write_text(config.replace("EPOCHS", str(epochs)), "utf-8")
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    # What a new project of Rasa's has.
    session = {"session_expiration_time": 60, "carry_over_slots_to_new_session": True}
    domain["session_config"] = session
    domain["intents"].append("nlu_fallback")
    (folder / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), "utf-8")
    (folder / "credentials.yml").write_text("rest:\n", "utf-8")
    shutil.copytree(ROOT / "nlu_data", folder / "data", dirs_exist_ok=True)
    for name in ("rules.yml", *(["stories.yml"] if stories else [])):
        shutil.copy(HERE / name, folder / "data" / name)


def _train(folder: Path) -> None:
    began = time.monotonic()
    sys.stderr.write(f"Training the stock project in {folder}, once.\n")
    with (folder / "training.log").open("wb") as log:
        command: list[str | Path] = ["nice", "-n", "19", RASA, "train", "--data", "data"]
        command += ["--fixed-model-name", "stock", "--skip-validation"]
        subprocess.run(command, cwd=folder, env=environment(), stdout=log, stderr=log, check=True)
    sys.stderr.write(f"That took {time.monotonic() - began:.0f} s.\n")


@contextlib.contextmanager
def serving(folder: Path, run_folder: Path) -> Iterator[Served]:
    """Serve a built project for the block, with its SQL tracker store in ``run_folder``."""
    port, actions_port = free_port(), free_port()
    endpoints = {
        "action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(run_folder / "stock.db")},
    }
    (run_folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), "utf-8")
    actions_command: list[str | Path] = [sys.executable, "-m", "rasa_sdk"]
    actions_command += ["--actions", "benchmarks.stock.actions", "--port", str(actions_port)]
    # The SDK's server would listen on every address.
    actions_environment = {**os.environ, "SANIC_HOST": "127.0.0.1"}
    command: list[str | Path] = [RASA, "run", "--interface", "127.0.0.1", "--port", str(port)]
    command += ["--model", folder / "models" / "stock.tar.gz", "--endpoints"]
    command += [run_folder / "endpoints.yml", "--credentials", folder / "credentials.yml"]
    with (run_folder / "stock.log").open("wb") as log, contextlib.ExitStack() as stack:
        actions = stack.enter_context(_process(actions_command, ROOT, actions_environment, log))
        rasa = stack.enter_context(_process(command, run_folder, environment(), log))
        _wait(f"http://127.0.0.1:{actions_port}/health", actions)
        _wait(f"http://127.0.0.1:{port}/", rasa)
        url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
        yield Served(url, rasa.pid, actions.pid)


@contextlib.contextmanager
def _process(
    command: list[str | Path], folder: Path, variables: dict[str, str], log: object
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=folder, env=variables, stdout=log, stderr=log)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    while True:
        if process.poll() is not None or time.monotonic() - began > _START_S:
            raise RuntimeError(f"nothing answers at {url}")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - ours
            return
        time.sleep(0.2)

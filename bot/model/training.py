"""Training, only where no model matches the training data."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from bot.errors import WaaiError
from bot.settings import ROOT

RASA = ROOT / ".venv" / "rasa" / "bin" / "rasa"
MODELS = ROOT / "models"
_SOURCES = ("config.yml", "domain.yml", "constraints-rasa.txt")
_FOLDERS = {
    "nlu_data": {".yml"},
    "arabic": {".py", ".txt"},
    "rasa_components": {".py"},
}
"""What counts in each, by its suffix."""

_EXPECTED_SECONDS = 180
_KEPT_MODELS = 2
"""The one that a running server may have to load again, and the newest."""

_STALE_SECONDS = 3600
_OURS = ("DATABASE_URL", "TELEGRAM_", "WAAI_", "WHATSAPP_")
"""How our own settings begin; Rasa needs none of them, and some are secret."""


class TrainingError(WaaiError):
    """Rasa could not be found or did not train."""


def environment() -> dict[str, str]:
    """The environment for every process of Rasa: no telemetry, no secrets, our components found."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {
        **inherited,
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONPATH": str(ROOT),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
        "LOG_LEVEL": "ERROR",
    }


def data_hash() -> str:
    """Hash all that a model depends on."""
    digest = hashlib.sha256()
    paths = [ROOT / name for name in _SOURCES]
    for folder, suffixes in _FOLDERS.items():
        paths += sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in suffixes)
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def model_path() -> Path:
    """Where the model that fits the present data is, or is to be."""
    return MODELS / f"waai-{data_hash()}.tar.gz"


def train(*, force: bool = False) -> tuple[Path, float]:
    """Train the model unless one matches the data; one process at a time, the others wait.

    Args:
        force: Train in any case.

    Returns:
        The model's path, and the seconds that training took (0 if none was needed).

    Raises:
        TrainingError: Rasa is not set up, or its training failed.
    """
    path = model_path()
    if _is_there(path) and not force:
        return path, 0.0
    if not RASA.exists():
        raise TrainingError("The model server is not set up. Run: make setup")
    MODELS.mkdir(exist_ok=True)
    with _alone():
        if _is_there(path) and not force:  # trained by the one that was waited for
            return path, 0.0
        started = time.monotonic()
        _train(path)
        _clean()
        return path, time.monotonic() - started


def _is_there(path: Path) -> bool:
    with contextlib.suppress(OSError):  # a folder that we may only read
        # Used is as good as new: the newest models are kept, and `rasa shell` takes the newest.
        os.utime(path)
    return path.exists()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with (MODELS / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Waiting for a training that another process has begun.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _train(path: Path) -> None:
    log = MODELS / "training.log"
    # Trained under a name of its own and renamed: an interrupted training leaves no half model.
    part = f"part-{os.getpid()}"
    command: list[str | Path] = [RASA, "train", "--data", "nlu_data", "--out", MODELS]
    command += ["--fixed-model-name", part, "--force"]
    # Validating reads all examples once more; `make test` validates them.
    command += ["--skip-validation"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=output, stderr=output
        )
        _wait(process)
    if process.returncode != 0:
        raise TrainingError(f"Training failed; the reason is at the end of {log}.")
    (MODELS / f"{part}.tar.gz").rename(path)


def _clean() -> None:
    """Delete all but the newest models, and what interrupted trainings left behind."""
    models = sorted(MODELS.glob("waai-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    long_ago = time.time() - _STALE_SECONDS
    stale = [part for part in MODELS.glob("part-*") if part.stat().st_mtime < long_ago]
    for old in (*models[:-_KEPT_MODELS], *stale):
        old.unlink(missing_ok=True)


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Wait with a bar on the expected time; interrupted, stop the training too."""
    bar = tqdm(total=_EXPECTED_SECONDS, desc="training", unit="s", file=sys.stderr, disable=None)
    if bar.disable:  # no terminal
        _say(f"Training the model, which takes about {_EXPECTED_SECONDS} s.")
    started = time.monotonic()
    try:
        while process.poll() is None:
            time.sleep(0.5)
            bar.update(min(0.5, max(0.0, _EXPECTED_SECONDS - bar.n)))
        if bar.disable:
            _say(f"The training ended after {time.monotonic() - started:.0f} s.")
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        bar.close()


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()

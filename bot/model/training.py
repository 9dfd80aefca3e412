"""Training, only where no model matches the training data."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

from tqdm import tqdm

from bot.errors import WaaiError
from bot.settings import ROOT

RASA = ROOT / ".venv" / "rasa" / "bin" / "rasa"
MODELS = ROOT / "models"
_SOURCES = ("config.yml", "domain.yml", "constraints-rasa.txt")
_FOLDERS = ("nlu_data", "arabic", "rasa_components")
_EXPECTED_SECONDS = 120


class TrainingError(WaaiError):
    """Rasa could not be found or did not train."""


def environment() -> dict[str, str]:
    """The environment for every process of Rasa: no telemetry, our components found."""
    return {
        **os.environ,
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
    for folder in _FOLDERS:
        paths += sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in {".yml", ".py"})
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def model_path() -> Path:
    """Where the model that fits the present data is, or is to be."""
    return MODELS / f"waai-{data_hash()}.tar.gz"


def train(*, force: bool = False) -> tuple[Path, float]:
    """Train the model unless one matches the data.

    Args:
        force: Train in any case.

    Returns:
        The model's path, and the seconds that training took (0 if none was needed).

    Raises:
        TrainingError: Rasa is not set up, or its training failed.
    """
    path = model_path()
    if path.exists() and not force:
        return path, 0.0
    if not RASA.exists():
        raise TrainingError("The model server is not set up. Run: make setup")
    started = time.monotonic()
    MODELS.mkdir(exist_ok=True)
    log = MODELS / "training.log"
    # Trained under a name of its own and renamed: an interrupted training leaves no half model.
    part = f"part-{os.getpid()}"
    command: list[str | Path] = [RASA, "train", "--data", "nlu_data", "--out", MODELS, "--force"]
    command += ["--fixed-model-name", part]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=output, stderr=output
        )
        _wait(process)
    if process.returncode != 0:
        raise TrainingError(f"Training failed; the reason is at the end of {log}.")
    for old in MODELS.glob("waai-*.tar.gz"):
        old.unlink()
    (MODELS / f"{part}.tar.gz").rename(path)
    return path, time.monotonic() - started


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Wait with a bar on the expected time; interrupted, stop the training too."""
    bar = tqdm(total=_EXPECTED_SECONDS, desc="training", unit="s", file=sys.stderr)
    try:
        while process.poll() is None:
            time.sleep(0.5)
            bar.update(min(0.5, max(0.0, _EXPECTED_SECONDS - bar.n)))
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        bar.close()

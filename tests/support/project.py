"""A copy of the project, so that no real model and no real Rasa is touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.content import ROOT
from tests.support.patience import PATIENCE_S

NEEDED = ("bot", "arabic", "rasa_components", "config.yml", "domain.yml", "constraints-rasa.txt")


@dataclass(frozen=True)
class Project:
    """The copy in its folder."""

    folder: Path

    @classmethod
    def copied(cls, folder: Path) -> Project:
        for name in NEEDED:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        nlu = folder / "nlu_data" / "nlu"
        nlu.mkdir(parents=True)
        (nlu / "greet.yml").write_text('version: "3.1"\n', "utf-8")
        return cls(folder)

    def start(self, script: str, *arguments: str) -> subprocess.Popen[str]:
        """Begin a Python script there."""
        return subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, script: str, *arguments: str, text: str = "") -> tuple[str, str]:
        """Run a Python script there; give what it printed, and its errors."""
        process = self.start(script, *arguments)
        out, err = process.communicate(text, timeout=PATIENCE_S)
        assert process.returncode == 0, err
        return out, err

    def fake(self, name: str, script: str) -> None:
        """Put a shell script in the place of a program of Rasa's environment."""
        path = self.folder / ".venv" / "rasa" / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        path.chmod(0o755)

"""The product as an operator starts it: its processes, and what they write."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from bot.settings import ROOT
from tests.support.patience import PATIENCE_S

_OURS = ("DATABASE_URL", "TELEGRAM_", "WAAI_", "WHATSAPP_")


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment without any settings of the operator's own."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
    return inherited | {
        "DATABASE_URL": f"sqlite:///{folder / 'waai.db'}",
        "WAAI_ENV_FILE": str(folder / "no.env"),
        "WAAI_VAR": str(folder / "var"),
        "WAAI_PORT": "0",
        "PYTHONUNBUFFERED": "1",
        **settings,
    }


def waai(folder: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment(folder),
        timeout=PATIENCE_S,
    )


class Product:
    """One ``run`` after another on the same database.

    Attributes:
        folder: The database and all that is written lie here.
        url: Where it listens, once it has said so.
        started_in: How long the last start took until the first page was served, in seconds.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.environment = environment(folder, **settings)
        self.url = ""
        self.started_in = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._out, self._err = folder / "stdout.log", folder / "stderr.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "it was never started"
        return self._process

    def begin(self) -> None:
        """Start it, without waiting for anything."""
        self.url = ""
        self._read = self._out.stat().st_size if self._out.exists() else 0
        with self._out.open("ab") as out, self._err.open("ab") as err:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def start(self) -> None:
        """Start it and wait until it prints its address."""
        began = time.monotonic()
        self.begin()
        while not self.url:
            assert self.process.poll() is None, self.errors()
            assert time.monotonic() - began < PATIENCE_S, self.errors()
            time.sleep(0.02)
            self.look()
        self.started_in = time.monotonic() - began

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stop it as an operator would; give its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """Kill every process at once, as a power cut would."""
        if self._process is None:
            return
        for member in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        self._process.wait()

    def family(self) -> list[psutil.Process]:
        """Its process and all below it."""
        try:
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def model_server(self) -> psutil.Process:
        """The child that runs Rasa."""
        (child,) = psutil.Process(self.process.pid).children()
        return child

    def errors(self) -> str:
        return self._err.read_text("utf-8") if self._err.exists() else ""

    def events(self, name: str) -> list[dict[str, Any]]:
        """The log's lines of one event."""
        lines = [json.loads(line) for line in self.errors().splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("event") == name]

    def written(self) -> str:
        """All that any of its processes wrote, the database apart."""
        logs = [self._out, self._err, *(self.folder / "var").glob("*")]
        return "\n".join(log.read_text("utf-8", "replace") for log in logs if log.is_file())

    def look(self) -> None:
        """See whether it has printed its address."""
        if not self._out.exists():
            return
        text = self._out.read_bytes()[self._read :].decode("utf-8", "replace")
        lines = [line for line in text.splitlines(keepends=True) if "http://" in line]
        if lines and lines[0].endswith("\n"):
            self.url = lines[0].partition(": ")[2].strip().rstrip("/")


def gone(processes: list[psutil.Process], seconds: float = PATIENCE_S) -> bool:
    """Whether none of these processes runs any more after so long at the most."""
    until = time.monotonic() + seconds
    while any(map(_runs, processes)):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _runs(process: psutil.Process) -> bool:
    # Whose parent was killed may never be waited for, and stays as a zombie.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

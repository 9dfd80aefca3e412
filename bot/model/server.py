"""The model server: a child process on loopback, watched and started again when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import aiohttp
import psutil
import structlog
import yaml

from bot.errors import UnderstandingUnavailable
from bot.model.training import RASA, environment
from bot.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_START_SECONDS = 90
_RESTART_SECONDS = (1, 2, 5, 10, 30)
_log = structlog.get_logger(__name__)


class ModelServer:
    """Rasa as a child process.

    Args:
        model: The trained model's file.
        actions_url: Where Rasa posts custom actions; None if only texts are parsed.
        run_folder: Where its endpoints file and its log are written.
    """

    def __init__(self, model: Path, actions_url: str | None, run_folder: Path) -> None:
        self._model = model
        self._actions_url = actions_url
        self._folder = run_folder
        self._process: asyncio.subprocess.Process | None = None
        self._is_ready = False
        # Hexadecimal: a token that began with a hyphen would be taken for an option.
        self.token = secrets.token_hex(16)
        self.port = free_port()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def address(self) -> tuple[str, str]:
        """Give the URL and the token, once the right model answers there.

        Raises:
            UnderstandingUnavailable: It is starting, or is down: a server whose model's file
                is gone would load another one and answer by it.
        """
        if not self._is_ready:
            raise UnderstandingUnavailable("the model server is not ready")
        return self.url, self.token

    async def start(self) -> None:
        """Start the process and wait until the right model answers.

        Raises:
            UnderstandingUnavailable: It died or did not answer in time.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        endpoints = self._folder / f"endpoints-{self.port}.yml"
        try:
            endpoints.write_text(yaml.safe_dump(self._endpoints()), "utf-8")
            await self._spawn(endpoints)
            async with asyncio.timeout(_START_SECONDS):
                await self._ready()
            self._is_ready = True
        except TimeoutError as error:
            await self.stop()
            raise UnderstandingUnavailable("the model server did not answer in time") from error
        except BaseException:  # cancelled too: it leaves no process behind
            await self.stop()
            raise
        finally:
            endpoints.unlink(missing_ok=True)

    async def _spawn(self, endpoints: Path) -> None:
        log = self._open_log()
        with contextlib.closing(log):
            self._process = await asyncio.create_subprocess_exec(
                str(RASA.with_name("python")), "-m", "rasa_components.serve", "run", "--enable-api",
                "--interface", "127.0.0.1", "--port", str(self.port),
                "--model", str(self._model), "--auth-token", self.token,
                "--endpoints", str(endpoints), "--credentials", str(ROOT / "credentials.yml"),
                # It ends when this pipe does: with us, even if we are killed.
                cwd=ROOT, env=environment(), stdin=asyncio.subprocess.PIPE,
                stdout=log, stderr=log,
                # Its own group: Ctrl-C reaches us alone, and we stop it in order.
                start_new_session=True,
            )  # fmt: skip

    async def watch(self) -> None:
        """Start it again, with growing pauses, whenever it dies; runs until cancelled."""
        tries = 0
        while True:
            # None: the last start took too long and was given up.
            code = await self._process.wait() if self._process else None
            self._is_ready = False
            pause = _RESTART_SECONDS[min(tries, len(_RESTART_SECONDS) - 1)]
            _log.warning("model_server_died", code=code, pause=pause)
            await asyncio.sleep(pause)
            try:
                await self.start()
                tries = 0
                _log.info("model_server_restarted")
            except (UnderstandingUnavailable, OSError, ValueError) as error:
                # A full disk, or an answer that is no JSON, must not end the watching.
                _log.warning("model_server_restart_failed", error=type(error).__name__)
                tries += 1

    async def stop(self) -> None:
        """Stop the process with all its children; twice does no harm."""
        self._is_ready = False
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            family = psutil.Process(process.pid).children(recursive=True)
            for member in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.terminate()
        process.terminate()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[ModelServer]:
        """Start it, keep it alive, and stop it at the end of the block."""
        await self.start()
        watcher = asyncio.create_task(self.watch())
        try:
            yield self
        finally:
            watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watcher
            await self.stop()

    @property
    def _log_file(self) -> Path:
        return self._folder / "model-server.log"

    def _open_log(self) -> BinaryIO:
        """Begin a new log; the last one, which may say why the server died, stays beside it."""
        with contextlib.suppress(FileNotFoundError):
            self._log_file.rename(f"{self._log_file}.1")
        return self._log_file.open("wb")

    def _endpoints(self) -> dict[str, object]:
        store = {"type": "rasa_components.tracker_store.BoundedTrackerStore"}
        if self._actions_url is None:
            return {"tracker_store": store}
        return {"tracker_store": store, "action_endpoint": {"url": self._actions_url}}

    async def _ready(self) -> None:
        """Ask until the server names our model: a missing one makes Rasa load another."""
        async with aiohttp.ClientSession() as session:
            while True:
                if self._process is None or self._process.returncode is not None:
                    raise UnderstandingUnavailable(
                        f"the model server stopped; see {self._log_file}"
                    )
                with contextlib.suppress(aiohttp.ClientError):
                    status = f"{self.url}/status"
                    async with session.get(status, params={"token": self.token}) as answer:
                        if answer.status == HTTPStatus.CONFLICT:
                            # It listens only after its one try to load the model.
                            raise UnderstandingUnavailable(
                                f"the model server cannot load the model; see {self._log_file}"
                            )
                        loaded = (await answer.json()).get("model_file", "")
                        if answer.status == HTTPStatus.OK and Path(loaded).name == self._model.name:
                            return
                await asyncio.sleep(0.1)


def free_port() -> int:
    """Find a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

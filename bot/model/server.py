"""The model server: a child process on loopback, watched and started again when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

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
        self.token = secrets.token_urlsafe(24)
        self.port = free_port()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start the process and wait until the right model answers.

        Raises:
            UnderstandingUnavailable: It died or did not answer in time.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        endpoints = self._folder / f"endpoints-{self.port}.yml"
        endpoints.write_text(yaml.safe_dump(self._endpoints()), "utf-8")
        log = (self._folder / "model-server.log").open("wb")
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
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._ready()
        except TimeoutError as error:
            await self.stop()
            raise UnderstandingUnavailable("the model server did not answer in time") from error
        finally:
            endpoints.unlink(missing_ok=True)

    async def watch(self) -> None:
        """Start it again, with growing pauses, whenever it dies; runs until cancelled."""
        tries = 0
        while True:
            # None: the last start took too long and was given up.
            code = await self._process.wait() if self._process else None
            pause = _RESTART_SECONDS[min(tries, len(_RESTART_SECONDS) - 1)]
            _log.warning("model_server_died", code=code, pause=pause)
            await asyncio.sleep(pause)
            try:
                await self.start()
                tries = 0
                _log.info("model_server_restarted")
            except UnderstandingUnavailable:
                tries += 1

    async def stop(self) -> None:
        """Stop the process with all its children; twice does no harm."""
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
                        f"the model server stopped; see {self._folder / 'model-server.log'}"
                    )
                with contextlib.suppress(aiohttp.ClientError):
                    status = f"{self.url}/status"
                    async with session.get(status, params={"token": self.token}) as answer:
                        if answer.status == HTTPStatus.CONFLICT:
                            # It listens only after its one try to load the model.
                            await self.stop()
                            raise UnderstandingUnavailable(
                                "the model server cannot load the model; "
                                f"see {self._folder / 'model-server.log'}"
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

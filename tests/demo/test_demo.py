"""The whole demonstration, as ``make demo-telegram`` starts it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from bot.model.training import train
from bot.settings import ROOT
from tests.e2e.product import gone

pytestmark = pytest.mark.slow

QUESTION = "هل يجوز أن أعيد نشر تغريدة تنتقد الوزارة؟"
START_S = 90.0


@pytest.fixture(scope="module")
def model() -> Path:
    return train()[0]


@contextlib.asynccontextmanager
async def demonstration() -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.demo", "telegram"), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(START_S):
            while not (line := (await process.stdout.readline()).decode()).startswith("The chat: "):
                assert process.returncode is None
        yield process, line.partition(": ")[2].strip()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


class Person:
    """The page's side of the wire."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._shown: dict[str, Any] = {}

    async def looks(self) -> None:
        """Wait for the next that the page is told."""
        self._shown = json.loads(await self._socket.receive_str())

    async def sees(self, count: int) -> dict[str, Any]:
        """Wait for so many messages; give the last."""
        async with asyncio.timeout(20):
            while True:
                await self.looks()
                items = self._shown["chats"][self.id]["items"]
                if len(items) == count and not items[-1]["own"]:
                    return dict(items[-1])

    @property
    def id(self) -> str:
        return str(self._shown["people"][0]["id"])

    async def does(self, **action: str) -> None:
        await self._socket.send_json({"person": self.id, **action})


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_person_asks_and_ctrl_c_ends_everything(number: signal.Signals) -> None:
    async with demonstration() as (process, url), aiohttp.ClientSession() as session:
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) > 1
        async with session.ws_connect(f"{url}/wire", headers={"Origin": url}) as socket:
            person = Person(socket)
            await person.looks()
            await person.does(do="say", text="/start")
            welcome = await person.sees(2)
            buttons = [button for row in welcome["buttons"] for button in row]
            iraq = next(one for one in buttons if one["label"] == "موظفو الحكومة العراقية")
            await person.does(do="press", item=welcome["id"], value=iraq["value"])
            await person.sees(3)
            await person.does(do="say", text=QUESTION)
            assert "[iraq-judiciary." in (await person.sees(5))["text"]
        process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    assert await asyncio.to_thread(gone, family)

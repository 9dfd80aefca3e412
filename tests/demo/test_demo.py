"""The whole demonstration, as ``make demo-telegram`` and ``make demo-whatsapp`` start it."""

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
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.slow

QUESTION = "هل يجوز أن أعيد نشر تغريدة تنتقد الوزارة؟"


@pytest.fixture(scope="module")
def model() -> Path:
    return train()[0]


@contextlib.asynccontextmanager
async def demonstration(platform: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.demo", platform), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
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
        async with asyncio.timeout(PATIENCE_S):
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

    async def presses(self, shown: dict[str, Any], label: str) -> None:
        buttons = [button for row in shown["buttons"] for button in row]
        value = next(one["value"] for one in buttons if one["label"] == label)
        await self.does(do="press", item=shown["id"], value=value)


@contextlib.asynccontextmanager
async def playing(platform: str, number: signal.Signals) -> AsyncIterator[Person]:
    """Be a person; at the end the demonstration ends by this signal, and all its processes."""
    async with demonstration(platform) as (process, url), aiohttp.ClientSession() as session:
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) > 1
        async with session.ws_connect(f"{url}/wire", headers={"Origin": url}) as socket:
            person = Person(socket)
            await person.looks()
            yield person
        process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0
    assert await asyncio.to_thread(gone, family)


@pytest.mark.usefixtures("model")
async def test_a_person_asks_on_telegram() -> None:
    async with playing("telegram", signal.SIGINT) as person:
        await person.does(do="say", text="/start")
        await person.presses(await person.sees(2), "الحكومة العراقية")
        await person.sees(3)
        await person.does(do="say", text=QUESTION)
        assert "[iraq-judiciary." in (await person.sees(5))["text"]


@pytest.mark.usefixtures("model")
async def test_a_person_who_is_on_the_roster_asks_on_whatsapp() -> None:
    async with playing("whatsapp", signal.SIGTERM) as person:
        await person.does(do="say", text="/start")
        await person.presses(await person.sees(3), "نعم، اربطها")
        assert "وزارة الصحة" in (await person.sees(5))["text"]
        await person.does(do="say", text=QUESTION)
        assert "[uae-fed." in (await person.sees(7))["text"]

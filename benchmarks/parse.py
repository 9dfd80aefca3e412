"""How long the model server takes for one text, and what it holds in memory.

``python -m benchmarks.parse`` asks ``/model/parse`` for the texts of ``tests/nlu/``, one after the
other, and prints milliseconds and megabytes.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp
import psutil

from benchmarks.examples import ROOT
from bot.conversation.understanding import RasaUnderstanding
from bot.model.server import ModelServer
from bot.model.training import train

_WARMING = 50


async def measure() -> None:
    """Start a server, ask it, and print."""
    cases = [path.read_text("utf-8") for path in sorted((ROOT / "tests" / "nlu").glob("*.jsonl"))]
    texts = [json.loads(line)["text"] for case in cases for line in case.split("\n") if line]
    model, _ = train()
    with tempfile.TemporaryDirectory() as folder:
        server = ModelServer(model, None, Path(folder))
        async with server.running(), aiohttp.ClientSession() as session:
            understanding = RasaUnderstanding(session, server.address)
            taken = []
            for text in texts:
                began = time.perf_counter()
                await understanding.parse(text)
                taken.append((time.perf_counter() - began) * 1000)
            memory = max(
                child.memory_info().rss for child in psutil.Process().children(recursive=True)
            )
    cuts = statistics.quantiles(taken[_WARMING:], n=100)
    print(f"texts {len(texts)}, parse p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms over loopback")
    print(f"model {model.stat().st_size / 1e6:.1f} MB, resident {memory / 1e6:.0f} MB")
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    asyncio.run(measure())

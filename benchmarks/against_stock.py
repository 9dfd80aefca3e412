"""Waai beside a stock Rasa: ``python -m benchmarks.against_stock --help``.

The stock project has Rasa's default pipeline and policies, an SQL tracker store, the SDK's own
action server and our training data. Both answer the same questions, one product after the other,
each of so many people asking again as soon as there is an answer. Waai is measured end to end, web
socket in to reply out, the stock project at its REST channel. Says figures and judges none.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from benchmarks.latency import figures_of
from benchmarks.questions import apologies, questions
from benchmarks.stock.project import build, serving
from tests.e2e.product import Product
from tests.e2e.visitor import visiting

Ask = Callable[[int, str], Coroutine[Any, Any, str]]
"""Puts a text by the person of this number and gives the answer's text; empty for none."""

Processes = Mapping[str, Sequence[psutil.Process]]
"""Whose time is counted, by name."""

_TIMEOUT = aiohttp.ClientTimeout(total=60)
_SECONDS = 60


async def _closed_loop(
    ask: Ask, texts: list[str], options: argparse.Namespace, processes: Processes
) -> dict[str, Any]:
    """Put every text, so many at once; a person waits for the answer before asking again."""
    times: list[float] = []
    said: list[str] = []

    async def lane(first: int) -> None:
        for number in range(first, len(texts), options.lanes):
            began = time.perf_counter()
            said.append(await ask(number % options.people, texts[number]))
            times.append(time.perf_counter() - began)

    before, began = _cpu_s(processes), time.perf_counter()
    await asyncio.gather(*(lane(first) for first in range(options.lanes)))
    took, after = time.perf_counter() - began, _cpu_s(processes)
    return {
        "a_second": round(len(texts) / took, 1),
        **figures_of(times),
        "unanswered": sum(not text or text.startswith(apologies()) for text in said),
        "cpu_ms_a_message": {
            name: round((after[name] - before[name]) / len(texts) * 1000, 1) for name in processes
        },
    }


def _cpu_s(processes: Processes) -> dict[str, float]:
    return {
        name: sum(sum(process.cpu_times()[:2]) for process in some)
        for name, some in processes.items()
    }


async def _measured(ask: Ask, options: argparse.Namespace, processes: Processes) -> dict[str, Any]:
    texts = questions()
    warm_up, rest = texts[: options.people], texts[options.people :]
    await _closed_loop(ask, warm_up, options, {})
    return await _closed_loop(ask, rest[: options.messages], options, processes)


@contextlib.asynccontextmanager
async def _rest(url: str, people: list[str]) -> AsyncIterator[Ask]:
    """Talk to a REST channel of Rasa's."""
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as client:

        async def ask(person: int, text: str) -> str:
            body = {"sender": people[person], "message": text}
            async with client.post(url, json=body) as answer:
                messages = await answer.json()
            return "\n".join(one.get("text") or str(one.get("custom")) for one in messages)

        yield ask


async def _stock(url: str, processes: Processes, options: argparse.Namespace) -> Any:
    people = [f"person-{number}" for number in range(options.people)]
    async with _rest(url, people) as ask:
        return await _measured(ask, options, processes)


async def _ours(product: Product, options: argparse.Namespace) -> dict[str, Any]:
    server = product.model_server()
    processes = {"bot": [psutil.Process(product.process.pid)], "rasa": [server]}
    async with visiting(product.url, options.people) as visitors:
        await asyncio.gather(*(visitor.onboards() for visitor in visitors))

        async def ask_in_chat(person: int, text: str) -> str:
            return (await visitors[person].says(text, seconds=_SECONDS)).plain_text

        result = {"end_to_end": await _measured(ask_in_chat, options, processes)}
    if options.rest:
        arguments = server.cmdline()
        port, token = (arguments[arguments.index(n) + 1] for n in ("--port", "--auth-token"))
        url = f"http://127.0.0.1:{port}/webhooks/rest/webhook?token={token}"
        async with _rest(url, _people(product.folder)) as ask:
            result["rest"] = await _measured(ask, options, processes)
    return result


def _family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def _people(folder: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(folder / "waai.db")) as database:
        return [person for (person,) in database.execute("SELECT id FROM people ORDER BY id")]


def _measure(options: argparse.Namespace) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if not options.only_ours:
        project = build(options.cache, options.epochs, stories=not options.rules_only)
        with tempfile.TemporaryDirectory() as folder, serving(project, Path(folder)) as served:
            processes = {"rasa": _family(served.rasa), "actions": _family(served.actions)}
            result["stock"] = asyncio.run(_stock(served.url, processes, options))
    with tempfile.TemporaryDirectory() as folder, Product(Path(folder)) as product:
        result["waai"] = asyncio.run(_ours(product, options))
        result["load_average"] = [round(load, 2) for load in os.getloadavg()]
        product.stop()
    if "stock" in result:
        stock, ours = result["stock"], result["waai"]["end_to_end"]
        result["ratios"] = {
            "a_second": round(ours["a_second"] / stock["a_second"], 2),
            "p99": round(ours["p99_ms"] / stock["p99_ms"], 2),
        }
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.against_stock")
    parser.add_argument("--people", type=int, default=100, help="who ask, in turn")
    parser.add_argument("--messages", type=int, default=1000, help="of all people together")
    parser.add_argument("--lanes", type=int, default=8, help="messages at once")
    parser.add_argument("--epochs", type=int, default=1, help="of the stock project's training")
    parser.add_argument("--rules-only", action="store_true", help="stock project without stories")
    parser.add_argument("--rest", action="store_true", help="measure Waai's REST webhook too")
    parser.add_argument("--only-ours", action="store_true", help="leave the stock project out")
    cache = Path("var") / "stock"
    parser.add_argument("--cache", type=Path, default=cache.resolve(), help="of stock projects")
    options = parser.parse_args()
    if not options.only_ours:
        print(
            f"The stock project is trained for {options.epochs} epoch(s) where Rasa's default is "
            "100: that changes what it answers, not how fast."
        )
    result = _measure(options)
    result["options"] = {
        name: getattr(options, name) for name in ("people", "messages", "lanes", "epochs")
    }
    result["options"]["stories"] = not options.rules_only
    for name, figures in result.items():
        print(f"{name:<14}{figures}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()

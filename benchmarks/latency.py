"""How fast Waai answers over the web: ``python -m benchmarks.latency --help``.

Starts ``python -m bot run`` on a database of its own, a second time as well, and talks to it as
browsers do: single questions, a steady load, one long conversation, and a few questions while the
model server hangs. Says figures and judges none.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.questions import apologies, questions
from tests.e2e.product import Product
from tests.e2e.visitor import Visitor, visiting

WARM_UP = 30
WINDOW = 20
"""Messages at both ends of the long conversation; ten on each side of the 500th."""

_PAUSE_S = 0.55
"""Between one person's messages: the web chat takes 20 in 10 s."""


def figures_of(seconds: Sequence[float]) -> dict[str, float]:
    """Give the quantiles of times, in milliseconds."""
    ordered = sorted(seconds)
    last = len(ordered) - 1

    def quantile(share: float) -> float:
        return round(ordered[round(share * last)] * 1000, 1)

    return {
        "messages": len(ordered),
        "p50_ms": quantile(0.5),
        "p95_ms": quantile(0.95),
        "p99_ms": quantile(0.99),
        "max_ms": quantile(1),
    }


async def _timed(visitor: Visitor, text: str) -> float:
    began = time.perf_counter()
    await visitor.says(text, seconds=60)
    return time.perf_counter() - began


async def single(visitors: Sequence[Visitor], texts: Sequence[str], count: int) -> dict[str, Any]:
    """One question at a time, each by another person."""
    for number in range(WARM_UP):
        await visitors[-1 - number % 10].says(texts[-1 - number])
    pairs = [(visitors[n % len(visitors)], texts[n % len(texts)]) for n in range(count)]
    return figures_of([await _timed(*pair) for pair in pairs])


async def steady(
    visitors: Sequence[Visitor], texts: Sequence[str], rate: float, seconds: float
) -> dict[str, Any]:
    """So many questions a second, whether or not the earlier ones are answered."""
    tasks, began = [], time.perf_counter()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        visitor, text = visitors[number % len(visitors)], texts[number % len(texts)]
        tasks.append(asyncio.create_task(_timed(visitor, text)))
    sent_in = time.perf_counter() - began
    done = await asyncio.gather(*tasks, return_exceptions=True)
    answered = [one for one in done if isinstance(one, float)]
    figures = figures_of(answered)
    return {"asked": len(tasks), "lost": len(tasks) - len(answered), **figures} | {
        "asked_a_second": round(len(tasks) / sent_in, 1)
    }


async def long(visitor: Visitor, texts: Sequence[str], count: int) -> dict[str, Any]:
    """One conversation: what its last messages cost beside its first."""
    times = []
    for number in range(count + WINDOW // 2):
        times.append(await _timed(visitor, texts[number % 50]))
        await asyncio.sleep(_PAUSE_S)
    first, last = median(times[:WINDOW]), median(times[-WINDOW:])
    return {
        "first_ms": round(first * 1000, 1),
        "last_ms": round(last * 1000, 1),
        "ratio": round(last / first, 2),
    }


async def second_start(product: Product, text: str) -> float:
    """Start again; give the seconds until somebody new has their answer."""
    product.stop()
    began = time.perf_counter()
    await asyncio.to_thread(product.start)
    async with visiting(product.url) as [visitor]:
        await visitor.onboards()
        await visitor.says(text)
    return round(time.perf_counter() - began, 1)


async def hung(product: Product, visitor: Visitor, text: str) -> dict[str, float]:
    """Questions while the model server hangs, until nobody asks it any more."""
    server = product.model_server()
    server.suspend()
    try:
        return figures_of([await _timed(visitor, text) for _ in range(5)])
    finally:
        server.resume()


async def _measure(product: Product, options: argparse.Namespace) -> dict[str, Any]:
    texts = questions()
    result: dict[str, Any] = {"started_in_s": round(product.started_in, 1)}
    result["second_start_s"] = await second_start(product, texts[0])
    async with visiting(product.url, options.people) as visitors:
        await asyncio.gather(*(visitor.onboards() for visitor in visitors))
        result["single"] = await single(visitors, texts, options.single)
        if options.seconds:
            result["steady"] = await steady(visitors, texts, options.rate, options.seconds)
        if options.long:
            result["long"] = await long(visitors[0], texts, options.long)
        said = [message.plain_text for visitor in visitors for _, message in visitor.inbox]
        if options.hung:
            result["hung"] = await hung(product, visitors[0], texts[0])
        result["apologies"] = sum(text.startswith(apologies()) for text in said)
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.latency")
    parser.add_argument("--people", type=int, default=100, help="sessions at once")
    parser.add_argument("--single", type=int, default=300, help="single questions")
    parser.add_argument("--rate", type=float, default=30, help="questions a second")
    parser.add_argument("--seconds", type=float, default=60, help="of the steady load; 0: none")
    parser.add_argument("--long", type=int, default=500, help="messages of one; 0: none")
    parser.add_argument("--hung", action="store_true", help="stop the model server at the end")
    parser.add_argument("--database", help="its URL; a new SQLite file if not given")
    options = parser.parse_args()
    settings = {"DATABASE_URL": options.database} if options.database else {}
    with tempfile.TemporaryDirectory() as folder, Product(Path(folder), **settings) as product:
        result = asyncio.run(_measure(product, options))
        result["load_average"] = [round(load, 2) for load in os.getloadavg()]
        product.stop()
    for name, figures in result.items():
        print(f"{name:<14}{figures}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()

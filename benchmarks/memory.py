"""How much memory everything together takes: ``python -m benchmarks.memory --help``.

RSS counts what processes share in each of them; PSS divides it among them (Linux only).
Says figures and judges none.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.latency import steady
from benchmarks.questions import questions
from tests.e2e.product import Product
from tests.e2e.visitor import visiting

_MB = 2**20


def _memory(product: Product) -> dict[str, Any]:
    """Give the megabytes of all processes together, and of each."""
    infos = [(member.pid, member.memory_full_info()) for member in product.family()]
    return {
        "processes": len(infos),
        "rss_mb": round(sum(info.rss for _, info in infos) / _MB),
        "pss_mb": round(sum(getattr(info, "pss", info.uss) for _, info in infos) / _MB),
        "each_rss_mb": [round(info.rss / _MB) for _, info in infos],
    }


async def _measure(product: Product, options: argparse.Namespace) -> dict[str, Any]:
    texts = questions()
    result = {"started": _memory(product)}
    async with visiting(product.url, options.people) as visitors:
        await asyncio.gather(*(visitor.onboards() for visitor in visitors))
        await steady(visitors, texts, 10, 5)
        result["warm"] = _memory(product)
        result["load"] = await steady(visitors, texts, options.rate, options.seconds)
        result["loaded"] = _memory(product)
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.memory")
    parser.add_argument("--people", type=int, default=200, help="sessions at once")
    parser.add_argument("--rate", type=float, default=30, help="questions a second")
    parser.add_argument("--seconds", type=float, default=60, help="of the load")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Product(Path(folder)) as product:
        result = asyncio.run(_measure(product, options))
        result["load_average"] = [round(load, 2) for load in os.getloadavg()]
        product.stop()
    for name, figures in result.items():
        print(f"{name:<14}{figures}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()

"""How fast events come in: ``python -m benchmarks.ingest --help``.

Starts one process with the product's web app, a platform's webhook and a database of its own, and
posts distinct events to it over kept connections as the platform does: authentic, stored under a
unique key, committed, answered 200. Says figures and judges none.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence

import uvloop
from sqlalchemy import func, select

from benchmarks.latency import figures_of
from bot.records.database import Database
from bot.records.inbox import InboxEvent
from tests.support.doors import DOORS, Door
from tests.support.postgres import running_postgres
from tests.support.replica import replicas

WARM_UP = 1000


def _wire(door: Door, number: int) -> bytes:
    headers, body = door.post(number)
    lines = [f"POST {door.path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _connection(port: int, requests: Iterator[tuple[float, bytes]]) -> list[float]:
    """Post until there are no more; gives the seconds that each took since it was due."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    for due, request in requests:
        if due > (now := time.perf_counter()):
            await asyncio.sleep(due - now)
        began = due or time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        times.append(time.perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 200 ") or b"Content-Length: 0\r\n" not in head:
            raise RuntimeError(head.decode())
    writer.close()
    await writer.wait_closed()
    return times


async def post(
    port: int, requests: Sequence[bytes], connections: int, rate: float
) -> dict[str, float]:
    """Post requests, so many at once; at a rate a second, or without pause where it is 0."""
    began = time.perf_counter()
    due = iter((began + n / rate if rate else 0, one) for n, one in enumerate(requests))
    times = await asyncio.gather(*(_connection(port, due) for _ in range(connections)))
    took = time.perf_counter() - began
    return {"a_second": round(len(requests) / took)} | figures_of(
        [one for each in times for one in each]
    )


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.dispose()


async def _stored(url: str) -> int:
    database = Database(url)
    async with database.reading() as session:
        count = await session.scalar(select(func.count()).select_from(InboxEvent))
    await database.dispose()
    return count or 0


def measure(url: str, options: argparse.Namespace) -> dict[str, float]:
    """Post to a process of its own and make sure that each event was kept."""
    door = DOORS[options.door]
    total = WARM_UP + options.events
    requests = [_wire(door, number) for number in range(total)]
    uvloop.run(_migrate(url))
    with replicas(url, options.door, number=1) as (port,):
        uvloop.run(post(port, requests[:WARM_UP], options.connections, 0))
        figures = uvloop.run(post(port, requests[WARM_UP:], options.connections, options.rate))
    if (stored := uvloop.run(_stored(url))) != total:
        raise RuntimeError(f"{total - stored} events are lost")
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.ingest")
    parser.add_argument("--door", choices=DOORS, default="telegram", help="whose webhook")
    parser.add_argument("--events", type=int, default=20_000)
    # Telegram opens so many unless told otherwise: https://core.telegram.org/bots/api#setwebhook
    parser.add_argument("--connections", type=int, default=40)
    parser.add_argument("--rate", type=float, default=0, help="events a second; 0: no pause")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = {"sqlite": measure(f"sqlite:///{folder}/waai.db", options)}
    with running_postgres(durable=True) as url:
        result["postgresql"] = measure(url.replace("+asyncpg", ""), options)
    for name, figures in result.items():
        print(f"{name:<14}{figures}")
    print(json.dumps(result | {"load_average": [round(load, 2) for load in os.getloadavg()]}))


if __name__ == "__main__":
    main()

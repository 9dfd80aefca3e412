"""How many can acknowledge a circular at once: ``python -m benchmarks.acknowledging --help``.

Everybody was sent a circular on Telegram and presses its button, evenly over some minutes. Starts
the product in processes of their own (webhook, inbox, conversation, outbox; no model) on a database
of its own, and a stand-in for Telegram that takes everything. A time runs from posting the press
until the stand-in has the answer. Says figures and judges none, but that each acknowledgement is
kept exactly once, and that the journal is whole.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import psutil
import uvloop
from sqlalchemy import func, select, update

from benchmarks.latency import figures_of
from bot.conversation.buttons import encode
from bot.conversation.circular_buttons import AcknowledgeCircular
from bot.conversation.clock import SystemClock
from bot.records.base import table_of
from bot.records.circular_rows import Acknowledgement, Delivery
from bot.records.database import Database
from bot.services.journal import JournalService
from bot.services.retention import Retention
from bot.settings import ROOT
from tests.delivery.waiting import until
from tests.support.answering import SECRET
from tests.support.circulating import EMPLOYER, Circulating, add_employees
from tests.support.platform import platform, sent_on
from tests.support.postgres import running_postgres
from tests.support.sender import BOT, TOKEN

_FIRST = 900_000_000
_CONNECTIONS = 64
_LAST_ANSWER_S = 2
_HEADERS = {
    "X-Telegram-Bot-Api-Secret-Token": SECRET,
    "Content-Type": "application/json",
}


@contextlib.contextmanager
def _product(url: str, api: str, *more: str) -> Iterator[tuple[str, psutil.Process]]:
    """Run it for the block; gives its webhook and its process."""
    command = [sys.executable, "-m", "tests.support.answering", url, TOKEN, f"{api}/bot", *more]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise AssertionError("its output is a pipe")
            yield process.stdout.readline().strip(), psutil.Process(process.pid)
        finally:
            process.terminate()


async def _circular(database: Database, people: int) -> str:
    """Let everybody have been sent a circular; gives its id."""
    await database.migrate()
    office = Circulating(database, moment=None)
    await office.staff()
    numbers = [str(_FIRST + number) for number in range(people)]
    await add_employees(database, numbers, office.now(), door=("telegram", BOT))
    known = await office.begin(urgent=True)
    await office.expand(known.id)
    async with database.transaction() as session:
        await session.execute(
            update(table_of(Delivery)).values(state="sent", sent_at=office.now(), next_at=None)
        )
    return known.id


def _press(number: int, data: str) -> bytes:
    user = {"id": _FIRST + number, "is_bot": False, "first_name": "م", "language_code": "ar"}
    chat = {"id": _FIRST + number, "type": "private", "first_name": "م"}
    message = {"message_id": 1000 + number, "date": int(time.time()), "chat": chat, "text": "تعميم"}
    query = {"id": str(10**12 + number), "from": user, "message": message, "data": data}
    return json.dumps(
        {"update_id": number, "callback_query": query | {"chat_instance": "1"}}
    ).encode()


async def _press_all(hooks: list[str], people: int, seconds: float, data: str) -> dict[str, float]:
    """Let everybody press, evenly; gives the moment of each press by the chat."""
    moments: dict[str, float] = {}
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
    async with (
        aiohttp.ClientSession(connector=connector, headers=_HEADERS) as client,
        asyncio.TaskGroup() as group,
    ):

        async def press(number: int) -> None:
            moments[str(_FIRST + number)] = time.monotonic()
            body = _press(number, data)
            async with client.post(hooks[number % len(hooks)], data=body) as answer:
                answer.raise_for_status()

        began = time.monotonic()
        for number in range(people):
            pause = began + number * seconds / people - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            group.create_task(press(number))
    return moments


async def _run(url: str, options: argparse.Namespace, folder: Path) -> dict[str, object]:
    database = Database(url)
    circular = await _circular(database, options.people)
    data = encode(AcknowledgeCircular(circular, "ar"))
    wire = folder / "wire.log"
    with contextlib.ExitStack() as stack:
        api = stack.enter_context(platform(wire))
        products = [
            stack.enter_context(
                _product(
                    url, api, *(["--profile", f"{options.profile}.{n}"] if options.profile else [])
                )
            )
            for n in range(options.processes)
        ]
        before = sum(sum(process.cpu_times()[:2]) for _, process in products)
        hooks = [hook for hook, _ in products]
        moments = await _press_all(hooks, options.people, options.seconds, data)
        await until(lambda: _all_kept(database, options.people), 120, pause=0.5)
        await asyncio.sleep(_LAST_ANSWER_S)
        spent = sum(sum(process.cpu_times()[:2]) for _, process in products) - before
    answered: dict[str, float] = {}
    for moment, user in sent_on(wire):
        answered.setdefault(user, moment)
    times = [answered[user] - began for user, began in moments.items() if user in answered]
    (chain,) = await _journal(database).verify(EMPLOYER)
    figures = {
        "kept": await _kept(database),
        "answered": len(times),
        "journal_whole": chain.broken is None,
        "journal_entries": chain.entries,
        "cpu_ms": round(spent * 1000 / options.people, 2),
        **figures_of(times),
    }
    await database.dispose()
    return figures


def _journal(database: Database) -> JournalService:
    return JournalService(database, Retention(), SystemClock().now)


async def _all_kept(database: Database, people: int) -> bool:
    return await _kept(database) >= people


async def _kept(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Acknowledgement)) or 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.acknowledging")
    parser.add_argument("database", choices=("sqlite", "postgresql"))
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--processes", type=int, help="1 on SQLite, 2 on PostgreSQL if not given")
    parser.add_argument("--profile", help="a file for what took the time, a process")
    options = parser.parse_args()
    options.processes = options.processes or (1 if options.database == "sqlite" else 2)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        url = f"sqlite:///{folder}/waai.db"
        if options.database == "postgresql":
            url = stack.enter_context(running_postgres(durable=True))
        figures = uvloop.run(_run(url, options, folder))
    print(json.dumps(figures | {"load_average": [round(each, 2) for each in os.getloadavg()]}))


if __name__ == "__main__":
    main()

"""How fast the quiz answers a press: ``python -m benchmarks.quiz_presses --help``.

Starts the product in a process of its own (webhook, inbox, conversation, outbox; no model) on a
database of its own. People on a fake Telegram, here, press answer after answer: a time runs from
the press until the fake server has edited the message. Says figures and judges none, but that each
press counted exactly once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator

import psutil
import uvloop
from aiohttp import web
from sqlalchemy import func, select

from benchmarks.latency import figures_of
from bot.conversation.events import Address
from bot.records.database import Database
from bot.records.quiz_rows import QuizAnswer
from bot.settings import ROOT
from tests.fakes.pacing import Bucket
from tests.fakes.telegram import Call, FakeTelegram, FakeUser, ShownMessage
from tests.support.answering import SECRET
from tests.support.postgres import running_postgres
from tests.support.world import World

_chance = random.Random(7)  # noqa: S311 - the same presses each time
_SAYS = {"sendMessage", "editMessageText"}


class _Watched(FakeTelegram):
    """A fake server that tells each person's task when they are shown something."""

    def __init__(self) -> None:
        super().__init__()
        self.chat_rate = self.chat_burst = 100_000
        self.overall = Bucket(100_000, 100_000)
        self.shown: dict[int, asyncio.Future[None]] = {}

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        answer = await super()._answer(request, call)
        if call.method in _SAYS and (waiting := self.shown.pop(call.params["chat_id"], None)):
            waiting.set_result(None)
        return answer

    def next_shown(self, user: FakeUser) -> asyncio.Future[None]:
        """Give what is done once this person is shown something."""
        waiting = self.shown[user.id] = asyncio.get_running_loop().create_future()
        return waiting


class _Employee:
    """Somebody who answers without thinking; one quiz after the other."""

    def __init__(self, telegram: _Watched, user: FakeUser) -> None:
        self._telegram = telegram
        self._user = user
        self.answered = 0

    async def starts(self) -> None:
        shown = self._telegram.next_shown(self._user)
        self._user.says("/quiz")
        await shown

    async def answers(self) -> float:
        """Press an answer; gives the seconds until the message was edited."""
        message = self._telegram.messages_to(self._user)[-1]
        data = _answer(message)
        if data is None:
            await self.starts()
            message = self._telegram.messages_to(self._user)[-1]
            data = _answer(message) or ""
        edits = message.edits
        shown = self._telegram.next_shown(self._user)
        began = time.perf_counter()
        self._user.presses_data(message, data)
        async with asyncio.timeout(30):
            await shown
        took = time.perf_counter() - began
        if message.edits != edits + 1:
            raise RuntimeError(f"not edited: {self._telegram.messages_to(self._user)[-1].text}")
        self.answered += 1
        return took


def _answer(message: ShownMessage) -> str | None:
    """Choose one of the answers to the question that a message asks; None if it asks none."""
    for data in (button["callback_data"] for row in message.keyboard for button in row):
        tag, *fields = data.split(":")
        if tag in {"qa1", "qp1"}:
            choices = sum(
                button["callback_data"].startswith(("qa1", "qp1"))
                for row in message.keyboard
                for button in row
            )
            pick = _chance.randrange(choices)
            return f"qa1:{fields[0]}:{fields[1]}:{pick}"
    return None


async def _paced(employees: list[_Employee], rate: float, seconds: float) -> dict[str, float]:
    """Let so many presses happen a second; one person's come one after the other."""
    free: asyncio.Queue[_Employee] = asyncio.Queue()
    for employee in employees:
        free.put_nowait(employee)
    times: list[float] = []

    async def press(employee: _Employee) -> None:
        times.append(await employee.answers())
        free.put_nowait(employee)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(round(rate * seconds)):
            pause = began + number / rate - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            group.create_task(press(await free.get()))
    took = time.perf_counter() - began
    return {"a_second": round(len(times) / took, 1), **figures_of(times)}


async def _with_cpu(
    process: psutil.Process, presses: Awaitable[dict[str, float]]
) -> dict[str, float]:
    """Add the milliseconds of a processor that a press takes, in the product and here."""
    here = psutil.Process()
    before = [sum(each.cpu_times()[:2]) for each in (process, here)]
    figures = await presses
    after = [sum(each.cpu_times()[:2]) for each in (process, here)]
    spent = [(b - a) * 1000 / figures["messages"] for a, b in zip(before, after, strict=True)]
    return figures | {"cpu_ms": round(spent[0], 2), "cpu_here_ms": round(spent[1], 2)}


async def _one_by_one(employees: list[_Employee], count: int) -> dict[str, float]:
    return figures_of([await employees[n % len(employees)].answers() for n in range(count)])


async def _run(url: str, options: argparse.Namespace) -> dict[str, dict[str, float]]:
    database = Database(url)
    await database.migrate()
    world = World(database)
    async with _Watched() as telegram:
        users = [telegram.user() for _ in range(options.people)]
        account = telegram.token.partition(":")[0]
        for user in users:
            await world.person("muscat", Address("telegram", account, str(user.id)))
        with contextlib.ExitStack() as stack:
            ready = stack.enter_context(_product(url, telegram))
            # It asks the fake server for its name before it is ready: this loop has to go on.
            if ready.stdout is None:
                raise AssertionError("its output is a pipe")
            url = await asyncio.to_thread(ready.stdout.readline)
            telegram.methods.webhook_url = url.strip()
            telegram.methods.webhook_secret = SECRET
            employees = [_Employee(telegram, user) for user in users]
            for employee in employees:
                await employee.starts()
            await _one_by_one(employees, 100)  # warm
            process = psutil.Process(ready.pid)
            presses = {"one by one": _one_by_one(employees, options.single)}
            for rate in options.rates:
                presses[f"{rate:g} a second"] = _paced(employees, rate, options.seconds)
            figures = {name: await _with_cpu(process, some) for name, some in presses.items()}
        await _check(database, sum(employee.answered for employee in employees))
    await database.dispose()
    return figures


async def _check(database: Database, pressed: int) -> None:
    async with database.reading() as session:
        counted = await session.scalar(select(func.count()).select_from(QuizAnswer))
    if counted != pressed:
        raise RuntimeError(f"{pressed} presses, {counted} answers")


@contextlib.contextmanager
def _product(url: str, telegram: FakeTelegram) -> Iterator[subprocess.Popen[str]]:
    """Run it for the block."""
    command = [sys.executable, "-m", "tests.support.answering", url]
    command += [telegram.token, telegram.base_url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.quiz_presses")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--single", type=int, default=300, help="presses one by one")
    parser.add_argument("--rates", type=float, nargs="*", default=[50, 100, 200])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    result = {}
    if options.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            result["sqlite"] = uvloop.run(_run(f"sqlite:///{folder}/waai.db", options))
    if options.only != "sqlite":
        with running_postgres(durable=True) as url:
            result["postgresql"] = uvloop.run(_run(url.replace("+asyncpg", ""), options))
    for name, rows in result.items():
        for row, figures in rows.items():
            print(f"{name:<12}{row:<14}{figures}")
    print(json.dumps(result | {"load_average": [round(load, 2) for load in os.getloadavg()]}))


if __name__ == "__main__":
    main()

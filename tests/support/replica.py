"""One process of the product that takes events in: ``python -m tests.support.replica --help``.

Prints its port when it is ready; stops on SIGTERM, without losing what it has taken.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import uvloop

from bot.conversation.clock import SystemClock
from bot.conversation.events import Incoming
from bot.conversation.messages import Block, BlockKind, Message
from bot.delivery.inbox import InboxWorker
from bot.delivery.intake import Intake
from bot.log import configure
from bot.records.database import Database
from bot.serving import serving
from bot.settings import ROOT
from bot.web import build_web_app
from tests.support.doors import DOORS


@dataclass(frozen=True)
class Replica:
    """A process that takes events in."""

    port: int
    pid: int


@contextlib.contextmanager
def replicas(
    database: str, door: str, *, number: int = 3, answers: bool = False
) -> Iterator[list[int]]:
    """Run some for the block; gives their ports.

    Args:
        database: The URL of one that is migrated.
        door: The name of the webhook that is open.
        number: How many.
        answers: Whether they handle the events too; each answer is a row in the outbox, and is
            not sent.
    """
    with processes(database, door, number=number, answers=answers) as running:
        yield [replica.port for replica in running]


@contextlib.contextmanager
def processes(
    database: str, door: str, *, number: int = 1, answers: bool = False
) -> Iterator[list[Replica]]:
    """Run some for the block, as ``replicas`` does."""
    command = [sys.executable, "-m", __name__, database, door]
    if answers:
        command.append("--answers")
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE))
            for _ in range(number)
        ]
        try:
            yield [Replica(int(one.stdout.readline()), one.pid) for one in started if one.stdout]
        finally:
            for process in started:
                process.terminate()
    assert [process.returncode for process in started] == [0] * number


async def _answer(_: Incoming, _event_id: int) -> Sequence[Message]:
    return [Message((Block(BlockKind.BODY, "أهلًا"),))]


async def _serve(url: str, door: str, *, answers: bool) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        database, clock = Database(url), SystemClock()
        channel = DOORS[door].channel(database)
        stack.push_async_callback(database.dispose)
        inbox = InboxWorker(
            database,
            {(channel.name, channel.account): channel},
            _answer,
            clock,
            apology=lambda _: Message((Block(BlockKind.BODY, "عذرًا"),)),
        )
        intake = Intake(database, clock, inbox.wake)
        stack.push_async_callback(intake.close)
        app = build_web_app(database.ping)
        DOORS[door].open(app, intake)
        gc.collect()
        gc.freeze()
        port = await stack.enter_async_context(serving(app))
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        working = asyncio.ensure_future(inbox.run() if answers else stop.wait())
        await stop.wait()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", help="the URL of one that is migrated")
    parser.add_argument("door", choices=DOORS)
    parser.add_argument("--answers", action="store_true", help="handle the events too")
    options = parser.parse_args()
    configure(level="WARNING")
    uvloop.run(_serve(options.database, options.door, answers=options.answers))


if __name__ == "__main__":
    main()

"""Bodies made to fill the memory or to hold up others, each authentic as far as it can be."""

from __future__ import annotations

import asyncio
import io
import json
import re
import time
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pytest
from aiohttp import ClientSession, ClientTimeout

from tests.support.doors import DOORS, Door
from tests.support.replica import Replica, processes

MIB = 1024 * 1024
MOST_MEMORY = 50 * MIB
MOST_WAIT_S = 1.0
DRIPS = 20
LEAST_OTHERS = 10
BUSY = range(1_000, 10_000)


@dataclass
class Visitor:
    """Posts to one process.

    Attributes:
        waits: For how many seconds the process worked until each ordinary event was answered.
    """

    session: ClientSession
    door: Door
    replica: Replica
    waits: list[float] = field(default_factory=list)

    async def post(
        self, body: bytes, chunk: int = 0, more: Mapping[str, str] = MappingProxyType({})
    ) -> int:
        headers = self.door.headers(body) | dict(more)
        data = _chunks(body, chunk) if chunk else io.BytesIO(body)
        url = f"http://127.0.0.1:{self.replica.port}{self.door.path}"
        async with self.session.post(url, data=data, headers=headers) as answer:
            return answer.status

    async def keep_posting(self) -> None:
        """Post ordinary events, 50 a second at most."""
        for number in BUSY:
            began = worked_s(self.replica.pid)
            assert await self.post(self.door.post(number)[1]) == 200
            self.waits.append(worked_s(self.replica.pid) - began)
            await asyncio.sleep(0.02)


async def _chunks(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]
        if size == 1:
            await asyncio.sleep(0.001)


def padded(size: int) -> bytes:
    frame = b'{"update_id":5,"pad":"%s"}'
    return frame % (b"x" * (size - len(frame) + 2))


def crowded(door: Door) -> bytes:
    """As many events as go into one body; of Telegram always one."""
    _, body = door.post(1)
    value = json.loads(body)
    if "entry" not in value:
        return body
    messages = value["entry"][0]["changes"][0]["value"]["messages"]
    size, empty = len(json.dumps(messages[0])) + 8, len(body)
    for number in range((door.most - empty) // size):
        messages.append(messages[0] | {"id": f"{messages[0]['id']}{number:06}"})
    return json.dumps(value).encode()


def worked_s(pid: int) -> float:
    """Give a process's own time, which a busy machine makes no longer.

    The clock is what ``clock_getcpuclockid`` of Linux gives.
    """
    return time.clock_gettime(~pid << 3 | 2)


def memory(pid: int, what: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"{what}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


@dataclass(frozen=True)
class Attack:
    """A body, and what may be answered to it; ``chunk`` 0 posts it with its length."""

    body: bytes
    allowed: frozenset[int] = frozenset({200})
    chunk: int = 0
    packed: bool = False


def attacks(door: Door) -> list[Attack]:
    """Make them beforehand: to make them delays whom they must not delay."""
    most, too_large = door.most, frozenset({413})
    bomb = zlib.compress(padded(30 * most), 1)
    return [
        Attack(padded(most)),
        Attack(padded(most + 1), too_large),
        Attack(padded(most + 1), too_large, 50_000),
        Attack(padded(10 * most), too_large, 50_000),
        Attack(bomb, frozenset({400, 413, 415}), packed=True),
        Attack(b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
        Attack(b"[" * most),
        Attack(b'{"object":"\xff\xfe"}'),
        Attack(b'{"update_id":' + b"9" * (most - 20) + b"}"),
        Attack(crowded(door)),
    ]


async def strike(visitor: Visitor, prepared: Sequence[Attack]) -> None:
    for attack in prepared:
        packed = {"Content-Encoding": "deflate"} if attack.packed else {}
        assert await visitor.post(attack.body, attack.chunk, packed) in attack.allowed
    drips = [visitor.post(visitor.door.post(number)[1], 1) for number in range(2, 2 + DRIPS)]
    assert await asyncio.gather(*drips) == [200] * DRIPS


@pytest.mark.slow
@pytest.mark.parametrize("name", DOORS)
async def test_no_body_fills_the_memory_or_holds_up_others(database_url: str, name: str) -> None:
    door, patience = DOORS[name], ClientTimeout(total=200)
    prepared = attacks(door)
    async with ClientSession(timeout=patience) as session:
        with processes(database_url, name) as (replica,):
            visitor = Visitor(session, door, replica)
            for number in range(100, 150):
                assert await visitor.post(door.post(number)[1]) == 200
            before = memory(replica.pid, "VmRSS")
            async with asyncio.TaskGroup() as group:
                posting = group.create_task(visitor.keep_posting())
                await strike(visitor, prepared)
                posting.cancel()
            grown = memory(replica.pid, "VmHWM") - before
    waits = sorted(visitor.waits)
    assert len(waits) >= LEAST_OTHERS
    assert grown < MOST_MEMORY, f"{grown / MIB:.1f} MiB"
    assert waits[int(0.99 * len(waits))] < MOST_WAIT_S

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.records.together import Together
from tests.support.patience import PATIENCE_S


@dataclass
class Commits:
    """Doubles numbers; those in ``bad`` fail their group. A gate holds up each commit."""

    groups: list[list[int]] = field(default_factory=list)
    bad: dict[int, Exception] = field(default_factory=dict)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.groups.append(list(numbers))
        await self.gate.wait()
        for number in numbers:
            if number in self.bad:
                raise self.bad[number]
        return [2 * number for number in numbers]


async def all_of(together: Together[int, int], commits: Commits, numbers: Sequence[int]) -> object:
    """Bring numbers while the first one's commit runs; gives results, or the errors' types."""
    tasks = [asyncio.create_task(together.do(number)) for number in numbers]
    await asyncio.sleep(0.01)
    commits.gate.set()
    told = await asyncio.gather(*tasks, return_exceptions=True)
    return [type(one) if isinstance(one, BaseException) else one for one in told]


@pytest.fixture
def commits() -> Commits:
    return Commits()


async def test_what_comes_during_a_commit_is_committed_together(commits: Commits) -> None:
    together = Together("numbers", commits)
    first = asyncio.create_task(together.do(1))
    await asyncio.sleep(0.01)
    assert await all_of(together, commits, [2, 3, 4]) == [4, 6, 8]
    assert await first == 2
    assert commits.groups == [[1], [2, 3, 4]]
    assert together.weight == 0


async def test_one_that_fails_is_alone_with_that(commits: Commits) -> None:
    commits.bad[3] = ValueError("٣ is secret")
    together = Together("numbers", commits)
    with capture_logs() as lines:
        told = await all_of(together, commits, [1, 2, 3, 4, 5])
    assert told == [2, 4, ValueError, 8, 10]
    expected = {"group": "numbers", "error": "ValueError", "items": 1}
    assert lines == [{"event": "not_committed", "log_level": "error", **expected}]


async def test_an_outage_is_met_once(commits: Commits) -> None:
    commits.bad[2] = OperationalError("SELECT", None, OSError("away"))
    told = await all_of(Together("numbers", commits), commits, [1, 2, 3])
    assert told == [OperationalError] * 3
    assert commits.groups == [[1, 2, 3]]


async def test_a_group_has_a_key_once_and_its_weight(commits: Commits) -> None:
    together = Together("numbers", commits, key=lambda number: number % 10, weigh=int, most=20)
    assert await all_of(together, commits, [1, 2, 11, 3, 30, 4]) == [2, 4, 22, 6, 60, 8]
    assert commits.groups == [[1, 2], [11, 3, 30], [4]]


async def test_who_has_gone_away_is_left_out(commits: Commits) -> None:
    together = Together("numbers", commits)
    tasks = [asyncio.create_task(together.do(number)) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    commits.gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert commits.groups == [[1, 3]]
    await together.finish()
    assert together.weight == 0


async def test_nobody_waits_for_commits_that_were_stopped(commits: Commits) -> None:
    tasks = list[asyncio.Task[None]]()

    def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        tasks.append(asyncio.create_task(work))
        return tasks[-1]

    together = Together("numbers", commits, spawn=spawn)
    first = asyncio.create_task(together.do(1))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(together.do(2))
    await asyncio.sleep(0.01)
    tasks[0].cancel()
    async with asyncio.timeout(PATIENCE_S):
        told = await asyncio.gather(first, second, return_exceptions=True)
        assert [type(one) for one in told] == [asyncio.CancelledError] * 2
        assert together.weight == 0
        commits.gate.set()
        assert await together.do(3) == 6


async def test_commits_that_were_stopped_before_they_began_begin_anew(commits: Commits) -> None:
    commits.gate.set()
    stops = iter([True, False])

    def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        if next(stops):
            task.cancel()
        return task

    together = Together("numbers", commits, spawn=spawn)
    gone = asyncio.create_task(together.do(1))
    await asyncio.sleep(0.01)
    gone.cancel()
    async with asyncio.timeout(PATIENCE_S):
        assert await together.do(2) == 4
    assert commits.groups == [[2]]


async def test_a_commit_that_hangs_holds_nobody_up_for_ever(commits: Commits) -> None:
    together = Together("numbers", commits, patience_s=0.05)
    async with asyncio.timeout(PATIENCE_S):
        told = await asyncio.gather(together.do(1), together.do(2), return_exceptions=True)
    assert [type(one) for one in told] == [TimeoutError] * 2
    assert commits.groups == [[1, 2]]
    commits.gate.set()
    assert await together.do(3) == 6

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from bot.domain.completion import FINAL
from bot.records import completions as records
from bot.records.certificates import Certificates
from bot.records.learning_rows import Completion, Evidence
from bot.services.completion_check import CompletionCheckService, Kind
from tests.support.completions import BEGUN, attend, complete, learn, lessons, publish
from tests.support.roster import employ
from tests.support.world import World


@pytest.fixture
async def world(world: World) -> World:
    await publish(world.database)
    return world


@pytest.fixture
def service(world: World) -> CompletionCheckService:
    return CompletionCheckService(world.database, world.now)


@pytest.mark.parametrize("size", [1, 5, 20_000])
async def test_what_is_kept_is_what_is_proven(
    world: World, service: CompletionCheckService, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_SPAN", size)
    assert await service.compare() == []
    for number in range(4):
        await complete(world.database, await employ(world, f"a{number}"))
        await attend(world.database, await employ(world, f"b{number}"))
        await learn(world.database, await employ(world, f"c{number}"), lessons()[:2])
    late = await employ(world, "d")
    await learn(world.database, late, [*lessons(), FINAL], score=1)
    await learn(world.database, late, [FINAL], score=10, at=BEGUN + timedelta(days=30))
    assert await service.compare() == []


@pytest.mark.parametrize("size", [1, 20_000])
async def test_differences(
    world: World, service: CompletionCheckService, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_SPAN", size)
    rows = [await complete(world.database, await employ(world, f"{n}")) for n in range(4)]
    missing, extra, changed, _ = rows
    async with world.database.transaction() as session:
        await session.execute(delete(Completion).where(Completion.id == missing.id))
        await session.execute(delete(Evidence).where(Evidence.learner == extra.learner))
        later = changed.completed_at + timedelta(minutes=1)
        of = update(Completion).where(Completion.id == changed.id)
        await session.execute(of.values(score=10, completed_at=later))
    found = {each.kind: each for each in await service.compare()}
    assert {kind: each.learner for kind, each in found.items()} == {
        Kind.MISSING: missing.learner,
        Kind.EXTRA: extra.learner,
        Kind.CHANGED: changed.learner,
    }
    assert found[Kind.CHANGED].changes == ("completed_at", "score")
    assert found[Kind.MISSING].changes == found[Kind.EXTRA].changes == ()


async def test_only_what_is_missing_is_written(
    world: World, service: CompletionCheckService
) -> None:
    missing = await complete(world.database, await employ(world, "1"))
    changed = await complete(world.database, await employ(world, "2"))
    async with world.database.transaction() as session:
        await session.execute(delete(Completion).where(Completion.id == missing.id))
        of = update(Completion).where(Completion.id == changed.id)
        await session.execute(of.values(score=10))
    differences = await service.compare()
    assert await service.add_missing(differences) == 1
    assert [each.kind for each in await service.compare()] == [Kind.CHANGED]
    async with world.database.reading() as session:
        assert len(await Certificates(session).list_of(missing.learner)) == 1
    # Written meanwhile by somebody else, it is there once.
    await service.add_missing(differences)
    assert [each.kind for each in await service.compare()] == [Kind.CHANGED]


async def test_a_version_that_nobody_noted_is_only_attended(
    world: World, service: CompletionCheckService
) -> None:
    employee = await employ(world)
    await learn(world.database, employee, [*lessons(), FINAL], version="9", settle=False)
    assert await service.compare() == []

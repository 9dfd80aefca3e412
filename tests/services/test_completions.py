from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.domain.completion import FINAL
from bot.domain.meaning import Language
from bot.records import completions as records
from bot.records.certificates import Certificates
from bot.records.learning_rows import Completion, Evidence, WorkshopVersion
from bot.services.completion_tables import CompletionTables, Row
from bot.services.completions import CompletionError, CompletionService
from tests.support.completions import BEGUN, attend, complete, learn, lessons, publish
from tests.support.content import real_library
from tests.support.roster import dismiss, employ
from tests.support.world import World

ENGLISH = Language.ENGLISH
TITLE = real_library().workshops["muscat"].title.en
EMPLOYER = real_library().rulebooks["muscat"].employer.en
PERSON = ["1001", "سالم بن حمد", "", "المديرية العامة / الإعلام", EMPLOYER]
LESSONS = len(lessons())


@pytest.fixture
async def world(world: World) -> World:
    world.pass_(days=40)
    await publish(world.database)
    return world


@pytest.fixture
def service(world: World) -> CompletionService:
    return CompletionService(world.database, real_library())


async def rows(
    service: CompletionService, world: World, workshop: str | None = None, **options: Any
) -> list[Row]:
    courses = await service.list_courses("muscat", workshop)
    tables = CompletionTables(real_library(), "muscat", courses, ENGLISH, world.now())
    found: list[Row] = []

    def take(histories: Any) -> None:
        found.extend(tables.completions(histories, **options))

    await service.read("muscat", take, workshop)
    assert all(len(row) == len(tables.headings()) for row in found)
    return found


async def renewals(service: CompletionService, world: World) -> list[Row]:
    courses = await service.list_courses("muscat")
    tables = CompletionTables(real_library(), "muscat", courses, ENGLISH, world.now())
    found: list[Row] = []
    await service.read("muscat", lambda histories: found.extend(tables.renewals(histories)))
    assert all(len(row) == len(tables.renewal_headings()) for row in found)
    return found


async def certify(world: World, done: Completion) -> str:
    async with world.database.transaction() as session:
        certificates = Certificates(session)
        await certificates.issue(done.id, "سالم بن حمد", "muscat", world.now())
        ((certificate, _),) = await certificates.list_of(done.learner)
        return certificate.serial


async def test_a_completion_with_all_that_proves_it(
    world: World, service: CompletionService
) -> None:
    done = await complete(world.database, await employ(world))
    (row,) = await rows(service, world)
    assert row[:5] == PERSON
    assert row[5:8] == [TITLE, "1", "Completed"]
    # 5:30 UTC is half past nine in Muscat.
    last = (BEGUN + timedelta(days=LESSONS)).date()
    assert row[8:11] == [f"{last} 09:30", 9, 10]
    proofs = str(row[11]).split("; ")
    assert proofs[0] == "muscat.l1 2026-11-01 09:30"
    assert proofs[-1] == f"Final quiz {last} 09:30"
    assert len(proofs) == len(done.evidence) == LESSONS + 1
    assert row[12:] == ["", "", ""]


async def test_who_attended_has_no_score(world: World, service: CompletionService) -> None:
    await attend(world.database, await employ(world))
    (row,) = await rows(service, world)
    assert row[8:12] == ["2026-11-01 09:30", "", "", "Attended 2026-11-01 09:30"]


async def test_where_everybody_stands(world: World, service: CompletionService) -> None:
    await employ(world, "1")
    await learn(world.database, await employ(world, "2"), lessons()[:3])
    await learn(world.database, await employ(world, "3"), [*lessons(), FINAL], score=2)
    await complete(world.database, await employ(world, "4"))
    gone = await employ(world, "5")
    left_completed = await employ(world, "6")
    await complete(world.database, left_completed)
    for each in (gone, left_completed):
        await dismiss(world, each)
    await employ(world, "7", employer="uae-fed")
    found = await rows(service, world, everybody=True)
    assert [(row[0], row[7]) for row in found] == [
        ("1", "Not begun"),
        ("2", f"Lessons done: 3 of {LESSONS}"),
        ("3", "Final quiz not passed"),
        ("4", "Completed"),
        ("6", "Completed"),
    ]
    assert [row[0] for row in await rows(service, world)] == ["4", "6"]


async def test_a_new_version_says_who_renews_and_by_when(
    world: World, service: CompletionService
) -> None:
    by = world.now() + timedelta(days=10)
    await publish(world.database, version="0", at=BEGUN - timedelta(days=90))
    await publish(world.database, version="1")
    async with world.database.transaction() as session:
        version = await session.get(WorkshopVersion, ("muscat", "1"))
        assert version is not None
        version.renew_by = by
    for number in ("1", "2", "3"):
        employee = await employ(world, number)
        at = BEGUN - timedelta(days=60)
        await complete(world.database, employee, version="0", at=at)
        if number == "2":
            await complete(world.database, employee)
        if number == "3":
            await dismiss(world, employee)
    await complete(world.database, await employ(world, "4"))
    day = by.date().isoformat()
    found = await rows(service, world)
    assert [(row[0], row[6], *row[13:]) for row in found] == [
        ("1", "0", "Yes", day),
        ("2", "0", "", ""),
        ("2", "1", "", ""),
        ("3", "0", "", ""),
        ("4", "1", "", ""),
    ]
    (due,) = await renewals(service, world)
    last = (BEGUN + timedelta(days=LESSONS - 60)).date()
    assert due[0] == "1"
    assert due[5:] == [TITLE, "0", f"{last} 09:30", "1", "Not begun", "Yes", day]
    world.pass_(days=10, minutes=1)
    assert (await renewals(service, world))[0][-2:] == ["Yes", day]
    world.pass_(days=1)
    assert (await renewals(service, world))[0][-2] == "Yes, overdue"


async def test_nobody_renews_a_first_version(world: World, service: CompletionService) -> None:
    await publish(world.database, version="0")
    await complete(world.database, await employ(world), version="0")
    assert await renewals(service, world) == []


async def test_certificates_and_which_are_revoked(world: World, service: CompletionService) -> None:
    done = await complete(world.database, await employ(world))
    serial = await certify(world, done)
    (row,) = await rows(service, world)
    shown = str(row[12])
    assert shown.replace("-", "") == serial
    async with world.database.transaction() as session:
        certificate = await Certificates(session).hold(serial)
        assert certificate is not None
        certificate.revoked_at = world.now()
    assert (await rows(service, world))[0][12] == f"{shown} (revoked)"


async def test_of_a_day_on(world: World, service: CompletionService) -> None:
    done = await complete(world.database, await employ(world))
    assert len(await rows(service, world, since=done.completed_at)) == 1
    later = done.completed_at + timedelta(seconds=1)
    assert await rows(service, world, since=later) == []


async def test_one_workshop_only(world: World, service: CompletionService) -> None:
    employee = await employ(world)
    await complete(world.database, employee)
    await publish(world.database, "uae-fed")
    parts = [*lessons("uae-fed"), FINAL]
    await learn(world.database, employee, parts, workshop="uae-fed")
    assert len(await rows(service, world)) == 2
    assert len(await rows(service, world, "muscat")) == 1


async def test_evidence_that_is_gone_is_left_out(world: World, service: CompletionService) -> None:
    await complete(world.database, await employ(world))
    async with world.database.transaction() as session:
        await session.execute(delete(Evidence).where(Evidence.part == "muscat.l1"))
    (row,) = await rows(service, world)
    assert str(row[11]).startswith("muscat.l2 ")


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_pages_leave_nobody_out(
    world: World, service: CompletionService, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_PAGE", size)
    for number in ("10", "2", "1", "3"):
        await complete(world.database, await employ(world, number))
    assert [row[0] for row in await rows(service, world)] == ["1", "10", "2", "3"]


async def test_what_is_not_there_is_said(service: CompletionService) -> None:
    with pytest.raises(CompletionError, match="no employer 'oman'"):
        await service.list_courses("oman")
    with pytest.raises(CompletionError, match="no workshop 'oman'"):
        await service.list_courses("muscat", "oman")


async def test_what_is_taught_is_the_most_specific(service: CompletionService) -> None:
    assert list(await service.list_courses("moh-uae")) == ["moh-uae"]
    assert await service.list_courses("moh-uae", "uae-fed") == {}


async def test_a_workshop_that_is_gone_is_proven_still(
    world: World, service: CompletionService
) -> None:
    await complete(world.database, await employ(world))
    async with world.database.transaction() as session:
        for row in (Completion, Evidence, WorkshopVersion):
            await session.execute(update(row).values(workshop="muscat-2019"))
    found = await rows(service, world, "muscat-2019", everybody=True)
    assert [row[5:8] for row in found] == [["muscat-2019", "1", "Completed"]]

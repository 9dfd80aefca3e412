from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.chain_check import Break, Fault
from bot.domain.hash_chain import GENESIS, Links, link
from bot.records.base import dialect_of
from bot.records.journal import SYSTEM, Appended, Journal, NewEntry
from bot.services.journal import ChainReport, Entry, JournalService
from bot.services.staff import ByNumber, StaffError
from tests.support.roster import employ
from tests.support.world import World

CHAIN = "muscat"


@pytest.fixture
def journal(world: World) -> JournalService:
    return JournalService(world.database, world.retention, world.now)


async def append(world: World, number: int = 5, kind: str = "circular_sent") -> list[Appended]:
    async with world.database.transaction() as session:
        new = [
            NewEntry(kind, SYSTEM, "circular:1", {"n": n, "words": "قرأت"}) for n in range(number)
        ]
        return await Journal(session).append(CHAIN, new, world.now())


async def tamper(world: World, *statements: str) -> None:
    """Change rows as somebody who may drop triggers."""
    async with world.database.transaction() as session:
        await _drop_triggers(session)
        for statement in statements:
            await session.execute(text(statement))


async def _drop_triggers(session: AsyncSession) -> None:
    if dialect_of(session) == "postgresql":
        await session.execute(text("ALTER TABLE journal_entries DISABLE TRIGGER USER"))
        await session.execute(text("ALTER TABLE journal_heads DISABLE TRIGGER USER"))
        return
    triggers = await session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in triggers.all():
        await session.execute(text(f"DROP TRIGGER {name}"))


def changed(what: str, seq: int = 3) -> str:
    return f"UPDATE journal_entries SET {what} WHERE seq = {seq}"  # noqa: S608 - of the test itself


def deleted(where: str) -> str:
    return f"DELETE FROM journal_entries WHERE {where}"  # noqa: S608 - of the test itself


def put_in(seq: int, where: int = 2) -> str:
    columns = "at, kind, actor, subject, body, body_sha256, hash"
    return (
        f"INSERT INTO journal_entries (chain, seq, {columns}) "  # noqa: S608 - of the test itself
        f"SELECT chain, {seq}, {columns} FROM journal_entries WHERE seq = {where}"
    )


_BYTE = "CASE WHEN {0} LIKE '0%' THEN '1' ELSE '0' END || substr({0}, 2)"


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        ([], None),
        ([changed("body = replace(body, 'ق', 'ف')")], Break(3, Fault.BODY)),
        ([changed("body = body || ' '")], Break(3, Fault.BODY)),
        ([changed("body = NULL")], Break(3, Fault.EMPTIED)),
        ([changed(f"hash = {_BYTE.format('hash')}")], Break(3, Fault.HASH)),
        ([changed(f"body_sha256 = {_BYTE.format('body_sha256')}")], Break(3, Fault.CHANGED)),
        ([changed("at = '2026-11-20 09:30:00.000001+00'")], Break(3, Fault.CHANGED)),
        ([changed("actor = 'systen'")], Break(3, Fault.CHANGED)),
        ([changed("kind = 'circular_read'")], Break(3, Fault.CHANGED)),
        ([changed("subject = 'circular:2'", 5)], Break(5, Fault.CHANGED)),
        ([deleted("seq = 3")], Break(3, Fault.MISSING)),
        ([deleted("seq = 1")], Break(1, Fault.MISSING)),
        ([deleted("seq = 5")], Break(5, Fault.CUT)),
        ([deleted("seq > 0")], Break(1, Fault.CUT)),
        (
            [changed("seq = 9", 2), changed("seq = 2", 3), changed("seq = 3", 9)],
            Break(2, Fault.MOVED),
        ),
        ([put_in(6)], Break(6, Fault.MOVED)),
        ([put_in(0)], Break(0, Fault.FOREIGN)),
        ([changed("seq = 6", 5), changed("seq = 5", 4), put_in(4)], Break(4, Fault.MOVED)),
        (["DELETE FROM journal_heads"], Break(5, Fault.HEAD)),
        (["UPDATE journal_heads SET seq = 4"], Break(5, Fault.HEAD)),
        (["UPDATE journal_heads SET hash = ''"], Break(5, Fault.HEAD)),
    ],
)
async def test_what_was_tampered_with_is_named(
    world: World, journal: JournalService, statements: list[str], broken: Break | None
) -> None:
    appended = await append(world)
    await tamper(world, *statements)
    (report,) = await journal.verify(CHAIN)
    assert report.broken == broken
    fit = 5 if broken is None or broken.fault is Fault.HEAD else max(broken.seq - 1, 0)
    assert (report.entries, report.hash) == (fit, appended[fit - 1].hash if fit else GENESIS)


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("at = '2026-11-2O 09:30:00.000000'", Fault.CHANGED),
        ("actor = CAST(x'ff' AS TEXT)", Fault.CHANGED),
        ("body = CAST(x'7bff7d' AS TEXT)", Fault.BODY),
        ("body = x'7b7d'", Fault.BODY),
    ],
)
async def test_what_sqlite_alone_would_take_is_named_too(
    world: World, journal: JournalService, what: str, fault: Fault
) -> None:
    await append(world)
    async with world.database.reading() as session:
        if dialect_of(session) == "postgresql":
            return
    await tamper(world, changed(what))
    (report,) = await journal.verify(CHAIN)
    assert report.broken == Break(3, fault)


async def test_each_chain_is_reported(world: World, journal: JournalService) -> None:
    assert await journal.verify() == []
    appended = await append(world)
    async with world.database.transaction() as session:
        new = [NewEntry("observation_viewed", "e1", "observation:1", {})]
        (other,) = await Journal(session).append("bahrain", new, world.now())
    assert await journal.verify() == [
        ChainReport("bahrain", 1, other.hash, None, met=True),
        ChainReport(CHAIN, 5, appended[-1].hash, None, met=True),
    ]
    reports = await journal.verify(expect=appended[2].hash)
    assert [each.met for each in reports] == [False, True]


async def test_a_chain_that_was_written_anew_misses_the_digest_noted_earlier(
    world: World, journal: JournalService
) -> None:
    noted = (await append(world))[3].hash
    await tamper(world, changed("actor = 'e1'"))
    previous = GENESIS
    for entry in await _kept(world):
        previous = link(previous, Links(*entry[:6], entry.body_sha256))
        await tamper(world, changed(f"hash = '{previous}'", entry.seq))
    await tamper(world, f"UPDATE journal_heads SET hash = '{previous}'")  # noqa: S608 - of the test itself
    (report,) = await journal.verify(CHAIN, noted)
    assert (report.entries, report.broken, report.met) == (5, None, False)


async def test_bodies_go_by_their_class_and_the_chain_still_fits(
    world: World, journal: JournalService
) -> None:
    await append(world, 3, "circular_acknowledged")
    await append(world, 3, "circular_viewed")
    for days, emptied, kept in (
        (732, 0, [True] * 6),
        (1, 3, [True] * 3 + [False] * 3),
        (2927, 0, [True] * 3 + [False] * 3),
        (1, 3, [False] * 6),
    ):
        world.pass_(days=days)
        assert await world.cleaner.empty_journal() == emptied
        assert [entry.body is not None for entry in await _kept(world)] == kept
        (report,) = await journal.verify()
        assert (report.entries, report.broken) == (6, None)


async def test_bodies_go_some_at_a_time(world: World, journal: JournalService) -> None:
    await append(world, 3, "circular_viewed")
    await append(world, 2, "observation_viewed")
    world.pass_(days=733)
    assert [await world.cleaner.empty_journal(2) for _ in range(4)] == [2, 2, 1, 0]
    (report,) = await journal.verify()
    assert report.broken is None


async def test_a_journal_that_grows_meanwhile_fits(world: World, journal: JournalService) -> None:
    async def grow() -> None:
        for _ in range(20):
            await append(world, 3)

    async def verify() -> None:
        for _ in range(20):
            assert all(each.broken is None for each in await journal.verify())

    await asyncio.gather(grow(), verify(), grow(), verify())
    (report,) = await journal.verify()
    assert (report.entries, report.broken) == (120, None)


async def test_what_is_read_comes_in_order(world: World, journal: JournalService) -> None:
    hr = await employ(world, "9001", employer=CHAIN, roles=["hr"])
    await append(world, 4_500)
    assert [entry.seq for entry in await _entries(journal)] == list(range(1, 4_502))
    assert await _entries(journal, kind="circular_read") == []
    listed = await _entries(journal, kind="journal_listed")
    assert [entry.actor for entry in listed] == [hr] * 3
    assert listed[1].body == {"subject": None, "kind": "circular_read"}
    (report,) = await journal.verify()
    assert (report.entries, report.broken) == (4_503, None)


async def test_only_hr_reads_it(world: World, journal: JournalService) -> None:
    await employ(world, "9001", employer=CHAIN)
    await append(world)
    with pytest.raises(StaffError):
        await _entries(journal)
    (report,) = await journal.verify()
    assert report.entries == 5


async def _kept(world: World) -> list[Entry]:
    async with world.database.reading() as session:
        return [entry async for page in Journal(session).pages(CHAIN) for entry in page]


async def _entries(journal: JournalService, **wanted: Any) -> list[Entry]:
    entries = list[Entry]()
    take: Callable[..., None] = entries.extend
    await journal.read(ByNumber(CHAIN, "9001"), take, **wanted)
    return entries


async def test_an_employer_of_whom_nothing_was_noted_has_a_whole_chain(
    journal: JournalService,
) -> None:
    assert await journal.verify(CHAIN) == [ChainReport(CHAIN, 0, GENESIS, None, met=True)]

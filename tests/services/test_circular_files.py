"""The files of a draft, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.documents.attachments import MOST_FILES, Attachment, AttachmentError, Problem
from bot.domain.circulars import CircularState
from bot.records.circulars import Circular
from bot.records.database import Database
from bot.records.files import StoredFile
from bot.services.circular_files import CircularFileService
from bot.services.circular_views import CircularError
from bot.services.staff import ByNumber, StaffError
from tests.conftest import each_database
from tests.support.desk_chat import EMPLOYER, circulate, compose, officer
from tests.support.observing import journal
from tests.support.roster import employ
from tests.support.world import World

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past ten in Muscat
HR, OTHER = ByNumber(EMPLOYER, "6001"), ByNumber(EMPLOYER, "6002")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from each_database(request, tmp_path)


@pytest.fixture
def world(database: Database) -> World:
    return World(database, moment=MONDAY)


@pytest.fixture
def files(world: World) -> CircularFileService:
    return CircularFileService(world.database, world.now)


@pytest.fixture
async def draft(world: World) -> str:
    """The id of a draft by 6001."""
    return await compose(await officer(world))


def pdf(name: str) -> Attachment:
    return Attachment(f"{name}.pdf", "application/pdf", name.encode())


async def kept(world: World) -> set[str]:
    """The names of the files whose bytes are kept."""
    async with world.database.reading() as session:
        return set(await session.scalars(select(StoredFile.name)))


async def test_files_are_added_and_removed(
    world: World, files: CircularFileService, draft: str
) -> None:
    await employ(world, "6002", roles=["employee", "hr"])
    before = await files.attach(HR, draft, pdf("a"))
    await files.attach(HR, draft, pdf("b"))
    known = await files.attach(OTHER, draft, pdf("c"))
    assert [file.name for file in known.attachments] == ["a.pdf", "b.pdf", "c.pdf"]
    assert known.digest != before.digest
    known = await files.remove(HR, draft, known.attachments[0].sha256)
    assert [file.name for file in known.attachments] == ["b.pdf", "c.pdf"]
    assert await kept(world) == {"b.pdf", "c.pdf"}
    known = await files.attach(OTHER, draft, pdf("a"))
    assert [file.name for file in known.attachments] == ["b.pdf", "c.pdf", "a.pdf"]
    async with world.database.reading() as session:
        row = await session.get_one(Circular, draft)
        assert (row.digest, row.created_by) == (known.digest, known.created_by)
    changes = [one for one in await journal(world, EMPLOYER) if one.kind == "circular_changed"]
    assert (changes[-1].body or {})["digest"] == known.digest
    assert [one.actor for one in changes[-5:]].count(known.created_by) == 2


async def test_the_same_again_changes_nothing(
    world: World, files: CircularFileService, draft: str
) -> None:
    once = await files.attach(HR, draft, pdf("a"))
    entries = len(await journal(world, EMPLOYER))
    assert await files.attach(HR, draft, pdf("a")) == once
    assert await files.remove(HR, draft, "0" * 64) == once
    assert len(await journal(world, EMPLOYER)) == entries


async def test_no_more_than_so_many(world: World, files: CircularFileService, draft: str) -> None:
    for number in range(MOST_FILES):
        await files.attach(HR, draft, pdf(str(number)))
    with pytest.raises(AttachmentError, match="one too many: 8") as refused:
        await files.attach(HR, draft, pdf("a"))
    assert refused.value.problem is Problem.TOO_MANY
    assert "a.pdf" not in await kept(world)


async def test_what_a_version_before_has_is_kept(
    world: World, files: CircularFileService, draft: str
) -> None:
    sent = await files.attach(HR, draft, pdf("a"))
    await world.circular_desk.courses.send(HR, draft)
    await circulate(world)
    with pytest.raises(CircularError):
        await files.attach(HR, draft, pdf("b"))
    with pytest.raises(CircularError):
        await files.remove(HR, draft, sent.attachments[0].sha256)
    assert await files.attach(HR, draft, pdf("a")) is not None
    correction = await world.circular_desk.drafts.writing.correct(HR, draft)
    assert correction.attachments == sent.attachments
    known = await files.remove(HR, correction.id, sent.attachments[0].sha256)
    assert known.attachments == ()
    assert await kept(world) == {"a.pdf"}


async def test_a_correction_that_is_begun_anew_leaves_no_file_of_the_one_called_off(
    world: World, files: CircularFileService, draft: str
) -> None:
    await files.attach(HR, draft, pdf("a"))
    courses, writing = world.circular_desk.courses, world.circular_desk.drafts.writing
    await courses.send(HR, draft)
    await circulate(world)
    correction = await writing.correct(HR, draft)
    await files.attach(HR, correction.id, pdf("b"))
    await courses.cancel(HR, correction.id, "r")
    again = await writing.correct(HR, draft)
    assert [file.name for file in again.attachments] == ["a.pdf"]
    assert await kept(world) == {"a.pdf"}


async def test_only_hr_and_only_a_draft(
    world: World, files: CircularFileService, draft: str
) -> None:
    await employ(world, "1001")
    await employ(world, "7001", employer="bahrain", roles=["employee", "hr"])
    with pytest.raises(StaffError):
        await files.attach(ByNumber(EMPLOYER, "1001"), draft, pdf("a"))
    with pytest.raises(CircularError):
        await files.attach(ByNumber("bahrain", "7001"), draft, pdf("a"))
    known = await world.circular_desk.courses.submit(HR, draft)
    assert known.state is CircularState.SUBMITTED
    with pytest.raises(CircularError):
        await files.attach(HR, draft, pdf("a"))
    assert await kept(world) == set()

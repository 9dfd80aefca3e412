"""The course of circulars, where it is easily lost."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.records.database import Database
from tests.support.circulating import TELEGRAM, Circulating, add_employees


@pytest.fixture
async def office(database: Database) -> Circulating:
    office = Circulating(database)
    await office.staff()
    return office


async def test_the_digest_of_a_deadline_is_that_of_the_moment_by_whichever_clock(
    office: Circulating,
) -> None:
    due = datetime.fromisoformat("2026-12-14T14:00:00+04:00")
    written = await office.write(due_at=due)
    seen = await office.course.find(office.hr, written.id)
    assert seen.digest == written.digest


async def test_what_takes_longer_than_a_quarter_to_send_goes_on(office: Circulating) -> None:
    await add_employees(office.database, ["1"], office.now(), door=TELEGRAM)
    known = await office.begin()
    await office.course.pause(office.hr, known.id)
    office.pass_(days=91)
    await office.course.resume(office.hr, known.id)
    assert await office.circulation.list_going() == [known.id]
    await office.expand(known.id)
    office.pass_(days=2)
    assert await office.pour(known.id) == 1

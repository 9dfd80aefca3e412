"""The course of circulars, where it is easily lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.documents.attachments import Attachment
from bot.domain.circulars import CircularState
from bot.records.database import Database
from bot.records.files import StoredFile
from bot.services.circular_views import CircularError
from tests.support.circulating import TELEGRAM, Circulating, add_employees, new_circular


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


@pytest.mark.parametrize("by", ["id", "number"])
async def test_a_correction_that_was_called_off_can_be_begun_anew(
    office: Circulating, by: str
) -> None:
    known = await office.begin()
    draft = await office.writing.correct(office.hr, known.id)
    await office.writing.change(office.hr, draft.id, new_circular(body="نص آخر"))
    with pytest.raises(CircularError, match="a later version"):
        await office.writing.correct(office.hr, known.id)
    await office.course.cancel(office.hr, draft.id, "لا حاجة إليه")
    name = known.content.number if by == "number" else known.id
    again = await office.writing.correct(office.hr, name)
    assert (again.content.version, again.state, again.reason) == (2, CircularState.DRAFT, None)
    assert again.content.body == known.content.body
    await office.course.send(office.hr, again.id)
    assert await office.circulation.start_due() == 1
    before = await office.course.find(office.hr, known.id)
    assert before.state is CircularState.SUPERSEDED


async def test_what_a_correction_takes_over_is_kept_as_long_as_the_correction(
    office: Circulating,
) -> None:
    attached = Attachment("ضوابط.pdf", "application/pdf", b"%PDF 1")
    known = await office.begin(attachments=(attached,))
    decade = timedelta(days=366 * 10)
    assert await _kept_until(office) == [office.now() + decade]
    office.pass_(days=300)
    again = await office.writing.correct(office.hr, known.id)
    assert again.attachments == known.attachments
    assert await _kept_until(office) == [office.now() + decade]


async def _kept_until(office: Circulating) -> list[datetime]:
    async with office.database.reading() as session:
        return list(await session.scalars(select(StoredFile.expires_at)))


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


async def test_who_changed_a_circular_last_does_not_approve_their_own_words(
    database: Database,
) -> None:
    office = Circulating(database, approval=True)
    await office.staff()
    known = await office.write()
    await office.writing.change(office.second, known.id, new_circular(body="نص آخر"))
    await office.course.submit(office.second, known.id)
    with pytest.raises(CircularError, match="second person"):
        await office.course.send(office.second, known.id)
    sent = await office.course.send(office.hr, known.id)
    assert sent.state is CircularState.SCHEDULED


async def test_what_is_blank_is_nothing_and_what_is_out_of_bounds_is_refused(
    office: Circulating,
) -> None:
    known = await office.write(
        statement=" \n", statement_en="\t", title="  عنوان ", number=" 7\n/1"
    )
    assert not known.acknowledges
    assert (known.content.title, known.content.number) == ("عنوان", "7 /1")
    with pytest.raises(CircularError, match="needs a statement"):
        await office.write(statement=" ", due_at=office.now() + timedelta(days=1))
    with pytest.raises(CircularError, match="years from now"):
        await office.write(due_at=datetime.max.replace(tzinfo=UTC))
    with pytest.raises(CircularError, match="over 60"):
        await office.write(number="7" * 61)

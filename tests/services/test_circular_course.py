"""The course of circulars: who writes, sends and approves them, and where it is easily lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.documents.attachments import Attachment
from bot.domain.audience import Audience
from bot.domain.circulars import CircularState
from bot.domain.roster import StaffRole
from bot.errors import WaaiError
from bot.records.circular_rows import Circular
from bot.records.database import Database
from bot.records.files import StoredFile
from bot.records.journal import SYSTEM, Journal, NewEntry
from bot.services.circular_views import CircularError
from bot.services.retention import Retention, RetentionService, years
from tests.support.circulating import (
    EMPLOYER,
    TELEGRAM,
    WHATSAPP,
    Circulating,
    add_employees,
    new_circular,
)


async def test_the_digest_of_a_deadline_is_that_of_the_moment_by_whichever_clock(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["1"], office.now())
    due = datetime.fromisoformat("2026-12-14T14:00:00+04:00")
    written = await office.write(due_at=due)
    seen = await office.course.find(office.hr, written.id)
    assert seen.digest == written.digest


@pytest.mark.parametrize("by", ["first", "draft"])
async def test_a_correction_that_was_called_off_can_be_begun_anew(
    office: Circulating, by: str
) -> None:
    await add_employees(office.database, ["1"], office.now())
    known = await office.begin()
    draft = await office.writing.correct(office.hr, known.id)
    await office.writing.change(office.hr, draft.id, new_circular(body="نص آخر"))
    with pytest.raises(CircularError, match="a later version"):
        await office.writing.correct(office.hr, known.id)
    await office.course.cancel(office.hr, draft.id, "لا حاجة إليه")
    again = await office.writing.correct(office.hr, known.id if by == "first" else draft.id)
    assert (again.content.version, again.state, again.reason) == (2, CircularState.DRAFT, None)
    assert again.content.body == known.content.body
    await office.course.send(office.hr, again.id)
    assert await office.circulation.start_due() == 1
    before = await office.course.find(office.hr, known.id)
    assert before.state is CircularState.SUPERSEDED


@pytest.mark.parametrize("evidence", [1, 10, 25])
async def test_files_are_kept_as_long_as_the_evidence_that_names_them(
    office: Circulating, evidence: int
) -> None:
    retention = Retention(evidence=years(evidence), audit=years(1))
    cleaner = RetentionService(office.database, retention, office.now)
    await add_employees(office.database, ["1"], office.now())
    attached = Attachment("ضوابط.pdf", "application/pdf", b"%PDF 1")
    known = await office.begin(attachments=(attached,))
    office.pass_(days=300)
    # The last that names it: years after this it may go, not years after it was attached.
    acknowledged = NewEntry("circular_acknowledged", SYSTEM, f"circular:{known.id}", {})
    async with office.database.transaction() as session:
        await Journal(session).append(EMPLOYER, [acknowledged], office.now())
    for _ in range(evidence):
        office.pass_(days=365, hours=23)
        await cleaner.delete_expired()
        assert await _count_files(office) == 1
    office.pass_(days=evidence)
    await cleaner.delete_expired()
    assert await _count_files(office) == 0


async def _count_files(office: Circulating) -> int:
    async with office.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(StoredFile)) or 0


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
    await add_employees(office.database, ["1"], office.now())
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
    await add_employees(office.database, ["1"], office.now())
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


async def test_two_who_press_send_send_one_circular(office: Circulating) -> None:
    await add_employees(office.database, ["1"], office.now())
    known = await office.write()
    sent = await asyncio.gather(
        office.course.send(office.hr, known.id),
        office.course.send(office.second, known.id),
        return_exceptions=True,
    )
    refused = [each for each in sent if isinstance(each, WaaiError)]
    assert len(refused) == 1
    begun = await asyncio.gather(*(office.circulation.start_due() for _ in range(4)))
    assert sum(begun) == 1


async def test_where_two_are_to_decide_the_author_alone_cannot_send(database: Database) -> None:
    office = Circulating(database, approval=True)
    await office.staff()
    await add_employees(office.database, ["1"], office.now())
    known = await office.write()
    with pytest.raises(WaaiError, match="second person"):
        await office.course.send(office.hr, known.id)
    await office.course.submit(office.hr, known.id)
    with pytest.raises(WaaiError, match="second person"):
        await office.course.send(office.hr, known.id)
    back = await office.course.reject(office.second, known.id, "ينقصه الموعد")
    assert (back.state, back.reason) == (CircularState.DRAFT, "ينقصه الموعد")
    await office.course.submit(office.hr, known.id)
    sent = await office.course.send(office.second, known.id)
    assert sent.state is CircularState.SCHEDULED


async def test_only_hr_of_the_employer_acts_and_each_act_is_in_the_journal(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["5"], office.now())
    await add_employees(
        office.database, ["6"], office.now(), employer="bahrain", roles=["employee", "hr"]
    )
    known = await office.write()
    by = type(office.hr)
    for stranger in (by(EMPLOYER, "5"), by("bahrain", "6"), by(EMPLOYER, "404")):
        with pytest.raises(WaaiError):
            await office.course.cancel(stranger, known.id, "لا")
    await office.course.send(office.hr, known.id)
    async with office.database.reading() as session:
        entries = await Journal(session).list_of(f"circular:{known.id}")
    assert [entry.kind for entry in entries] == ["circular_created", "circular_approved"]


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"title": " "}, "title is empty"),
        ({"body": "ن" * 6001}, "over 6000"),
        ({"employer": "nowhere"}, "nowhere"),
        ({"audience": Audience(("bahrain",))}, "may not write"),
        ({"audience": Audience((EMPLOYER,), not_completed=("x",))}, "no workshop"),
        ({"articles": ("bahrain.1",)}, "binds"),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_the_reason(
    office: Circulating, facts: dict[str, object], problem: str
) -> None:
    with pytest.raises(WaaiError, match=problem):
        await office.write(**facts)


async def test_a_plan_says_whom_it_reaches_and_changes_nothing(office: Circulating) -> None:
    now = office.now()
    office.doors[WHATSAPP] = type(office.doors[WHATSAPP])(timedelta(hours=24), 80, people_a_day=3)
    await add_employees(office.database, ["1", "2"], now, door=TELEGRAM)
    await add_employees(office.database, ["3", "4", "5", "6", "7"], now, door=WHATSAPP)
    await add_employees(office.database, ["8"], now, roles=["employee", "trainer"])
    audience = Audience((EMPLOYER,), except_people=("9001", "9002"))
    known = await office.write(audience=audience)
    plan = await office.plans.plan(office.hr, known.id, office.doors, office.speaker)
    async with office.database.reading() as session:
        seen = (await Journal(session).list_of(f"circular:{known.id}"))[-1]
    assert (seen.kind, seen.body) == (
        "circular_previewed",
        {"digest": known.digest, "audience": known.audience.to_json()},
    )
    assert (plan.recipients, plan.now, plan.by_template) == (8, {"telegram": 2}, {"whatsapp": 5})
    assert (plan.beyond, plan.days, plan.cost) == (2, 1, None)
    assert dict(plan.unreached) == {"no_chat": 1}
    assert plan.messages == {"telegram": 2, "whatsapp": 10}
    assert len(plan.sample) == 8
    assert await office.deliveries(known.id) == []
    trainers = await office.write(audience=Audience((EMPLOYER,), roles=(StaffRole.TRAINER,)))
    plan = await office.plans.plan(office.hr, trainers.id, office.doors, office.speaker)
    assert plan.recipients == 1


@pytest.mark.parametrize("approval", [False, True])
async def test_nobody_sends_what_nobody_wrote(database: Database, *, approval: bool) -> None:
    office = Circulating(database, approval=approval)
    await office.staff()
    await add_employees(database, ["1"], office.now())
    written = await office.write()
    sender = office.second if approval else office.hr
    if approval:
        await office.course.submit(office.hr, written.id)
    async with database.transaction() as session:
        await session.execute(update(Circular).values(body="كل النشر مسموح."))
    # Who looks at it changes nothing of that.
    assert (await office.course.find(sender, written.id)).is_altered
    with pytest.raises(CircularError, match="does not say any more what was written"):
        await office.course.send(sender, written.id)
    if approval:
        await office.course.reject(sender, written.id, "تغيّر النص")
    await office.writing.change(office.hr, written.id, new_circular(body="نص آخر"))
    if approval:
        await office.course.submit(office.hr, written.id)
    assert not (await office.course.send(sender, written.id)).is_altered


async def test_who_looks_at_what_was_altered_after_its_approval_does_not_approve_it(
    office: Circulating,
) -> None:
    await add_employees(office.database, ["1"], office.now())
    written = await office.write()
    sent = await office.course.send(office.hr, written.id, office.now() + timedelta(days=1))
    async with office.database.transaction() as session:
        await session.execute(update(Circular).values(body="كل النشر مسموح."))
    seen = await office.course.find(office.hr, written.id)
    assert (seen.digest, seen.is_altered) == (sent.digest, True)

"""Whom a circular is for is certain, or it is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.domain.audience import Audience
from bot.domain.circulars import CircularState
from bot.domain.roster import StaffRole
from bot.records.employees import Employee
from bot.services.circular_audience import AudienceError, settle
from bot.services.circular_views import KnownCircular
from tests.support.circulating import HR, Circulating, add_employees, new_circular

OWN, OTHER = "uae-fed", "moh-uae"
BOTH = OWN, OTHER


@pytest.fixture
async def office(office: Circulating) -> Circulating:
    """Of an employer that may write to another one's people too; both have a number 1042."""
    office.hr = type(office.hr)(OWN, HR)
    hr = ["employee", "hr"]
    await add_employees(office.database, [HR], office.now(), employer=OWN, roles=hr)
    await add_employees(office.database, ["1042", "7"], office.now(), employer=OWN)
    await add_employees(office.database, ["1042", "8"], office.now(), employer=OTHER)
    return office


async def _write(office: Circulating, audience: Audience) -> KnownCircular:
    return await office.write(employer=OWN, audience=audience)


@pytest.mark.parametrize(
    ("audience", "doubt"),
    [
        (Audience(BOTH, people=("1042",)), "uae-fed:1042"),
        (Audience(BOTH, except_people=("1042",)), "moh-uae:1042"),
        (Audience(BOTH, people=("7", "1403")), "has the number: 1403"),
        (Audience((OWN,), except_people=("1403",)), "has the number: 1403"),
        (Audience((OWN,), people=("moh-uae:8",)), "has the number: moh-uae:8"),
        (Audience(BOTH, people=("uae-fed:8",)), "has the number: uae-fed:8"),
        (Audience(BOTH, people=("uae-fed:",)), "has the number: uae-fed:"),
        (Audience((OWN,), departments=(("الديوان",), ("الدوان",))), "in the department: الدوان"),
        (
            Audience((OWN,), except_departments=(("الديوان", "x"),)),
            "in the department: الديوان › x",
        ),
        (Audience((OWN,), roles=(StaffRole.TRAINER,)), "it would go to nobody"),
    ],
)
async def test_whom_nobody_can_tell_is_refused_by_name(
    office: Circulating, audience: Audience, doubt: str
) -> None:
    with pytest.raises(AudienceError, match=doubt):
        await _write(office, audience)
    known = await _write(office, Audience((OWN,)))
    with pytest.raises(AudienceError, match=doubt):
        await office.writing.change(
            office.hr, known.id, new_circular(employer=OWN, audience=audience)
        )


async def test_a_number_is_written_down_with_whose_it_is(office: Circulating) -> None:
    audience = Audience(BOTH, people=("uae-fed:1042", "8"), except_people=("7",))
    known = await _write(office, audience)
    assert known.audience.people == ("uae-fed:1042", "moh-uae:8")
    assert known.audience.except_people == ("uae-fed:7",)
    # Whoever gets the number later is not meant.
    await add_employees(office.database, ["8"], office.now(), employer=OWN)
    plan = await office.plans.plan(office.hr, known.id, office.doors, office.speaker)
    assert plan.recipients == 2


async def test_a_number_may_have_a_colon_itself(office: Circulating) -> None:
    await add_employees(office.database, ["a:7", "moh-uae:8"], office.now(), employer=OWN)
    known = await _write(office, Audience((OWN,), people=("a:7", "moh-uae:8")))
    assert known.audience.people == ("a:7", "moh-uae:8")
    with pytest.raises(AudienceError, match="uae-fed:moh-uae:8"):
        await _write(office, Audience(BOTH, people=("moh-uae:8",)))


async def test_what_was_certain_is_looked_at_again_when_it_is_sent(office: Circulating) -> None:
    known = await _write(office, Audience((OWN,), people=("7", "1042")))
    await _leave(office, "7")
    # Who has left gets nothing, and keeps nobody else from it.
    sent = await office.course.send(office.hr, known.id)
    assert sent.state is CircularState.SCHEDULED
    other = await _write(office, Audience((OWN,), people=("1042",)))
    await _leave(office, "1042")
    with pytest.raises(AudienceError, match="it would go to nobody"):
        await office.course.send(office.hr, other.id)
    renamed = new_circular(employer=OWN, title="عنوان آخر", audience=other.audience)
    await office.writing.change(office.hr, other.id, renamed)


async def test_who_has_left_is_meant_only_where_nobody_else_has_the_number(
    office: Circulating,
) -> None:
    await _leave(office, "1042", OTHER)
    await _leave(office, "8", OTHER)
    written = Audience(BOTH, people=("1042", "8"))
    async with office.database.transaction() as session:
        settled = await settle(session, written, leavers=True)
    assert settled.people == ("uae-fed:1042", "moh-uae:8")


async def _leave(office: Circulating, number: str, employer: str = OWN) -> None:
    async with office.database.transaction() as session:
        gone = update(Employee).where(Employee.number == number, Employee.employer == employer)
        await session.execute(gone.values(deactivated_at=office.now()))

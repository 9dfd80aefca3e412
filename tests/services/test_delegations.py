from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.roster import RosterError
from bot.records.database import Database
from bot.records.delegations import is_account_manager
from bot.records.enrolment import find_active, find_employee
from bot.services.delegations import DelegationService, NewDelegation
from bot.services.roster import RosterService
from tests.support.content import real_library
from tests.support.rosters import person, roster

DAY = date(2026, 3, 10)
NEW = NewDelegation("uae-fed", "1", "x", "@authority", "5/2026", DAY, date(2026, 3, 20))


class Clock:
    moment = datetime(2026, 3, 9, 19, 59, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def service(database: Database, clock: Clock) -> DelegationService:
    staff = roster(person(1), person(2, roles="account_manager"), person(3))
    await RosterService(database, real_library(), clock.now).commit(staff)
    return DelegationService(database, real_library(), clock.now)


async def manages(database: Database, number: str, today: date) -> bool:
    async with database.reading() as session:
        found = await find_employee(session, "uae-fed", number)
        active = await find_active(session, found.id) if found else None
        return active is not None and await is_account_manager(session, active, today)


async def test_a_delegation_begins_at_midnight_where_the_employer_is(
    service: DelegationService, clock: Clock
) -> None:
    assert not (await service.add(NEW)).in_force
    clock.moment = datetime(2026, 3, 9, 20, 0, tzinfo=UTC)  # 10 March in Dubai
    assert [each.in_force for each in await service.list_all("uae-fed")] == [True]
    assert await service.list_all("muscat") == []


async def test_it_makes_an_account_manager_for_its_days(
    service: DelegationService, database: Database
) -> None:
    await service.add(NEW)
    assert not await manages(database, "1", date(2026, 3, 9))
    assert await manages(database, "1", date(2026, 3, 20))
    assert not await manages(database, "1", date(2026, 3, 21))
    assert not await manages(database, "3", DAY)


async def test_the_rosters_role_makes_one_too(
    service: DelegationService, database: Database, clock: Clock
) -> None:
    assert await manages(database, "2", DAY)
    await service.add(replace(NEW, number="3"))
    await RosterService(database, real_library(), clock.now).commit(
        roster(person(1)), allow_leavers=True
    )
    assert not await manages(database, "2", DAY)
    assert not await manages(database, "3", DAY)
    clock.moment = datetime(2026, 3, 12, tzinfo=UTC)
    assert [each.in_force for each in await service.list_all()] == [False]


async def test_it_can_be_ended_once(service: DelegationService, database: Database) -> None:
    known = await service.add(replace(NEW, ends_on=None))
    await service.end(known.id)
    assert not await manages(database, "1", DAY)
    assert [each.ended_early for each in await service.list_all()] == [True]
    with pytest.raises(RosterError, match="was ended already"):
        await service.end(known.id)
    with pytest.raises(RosterError, match="no delegation 77"):
        await service.end(77)
    await service.add(replace(NEW, ends_on=None))


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (replace(NEW, number="9"), "uae-fed has no active employee 9"),
        (replace(NEW, employer="oman"), "oman has no active employee 1"),
        (replace(NEW, ends_on=date(2026, 3, 9)), "the last day is before the first"),
    ],
)
async def test_what_cannot_be_noted_is_explained(
    service: DelegationService, new: NewDelegation, says: str
) -> None:
    with pytest.raises(RosterError, match=says):
        await service.add(new)


async def test_the_same_decision_is_noted_once(service: DelegationService) -> None:
    known = await service.add(NEW)
    with pytest.raises(RosterError, match=f"noted already, as {known.id}"):
        await service.add(NEW)
    assert len(await service.list_all()) == 1

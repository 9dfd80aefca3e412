from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from bot.domain.roster import Column, Fault, RosterError, StaffRole
from bot.domain.roster_file import Row
from bot.records.database import Database
from bot.records.employees import Employee, EmployeePhone
from bot.services.roster import RosterService, TooManyLeaversError
from bot.services.roster_tables import rejected_table, roster_table
from bot.spreadsheets.reading import read_table
from bot.spreadsheets.writing import write_csv, write_xlsx
from tests.support.content import real_library
from tests.support.rosters import person, phone, roster

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
STAFF = roster(
    person(1, name_en="أحمد", roles="hr", job="مدير"),
    person(2, manager=1, phones=f"{phone(21)}; {phone(22)}"),
    person(3, manager=1, phones=phone(3)),
    person(1, employer="muscat", name_en="'Abd", phones="92123456", roles="account_manager"),
)


@pytest.fixture
def service(database: Database) -> RosterService:
    return RosterService(database, real_library(), lambda: NOW)


async def contents(database: Database) -> list[tuple[object, ...]]:
    """All that is kept, moments and ids included."""
    async with database.reading() as session:
        people = await session.execute(select(Employee.__table__).order_by(Employee.id))
        phones = await session.execute(select(EmployeePhone.__table__).order_by(EmployeePhone.id))
        return [*map(tuple, people), *map(tuple, phones)]


async def phones_of(database: Database, number: str) -> dict[str, bool]:
    """The phones of somebody, each with whether it is spent."""
    query = select(EmployeePhone).join(Employee).where(Employee.number == number)
    async with database.reading() as session:
        found = await session.scalars(query)
        return {each.phone: each.spent_at is not None for each in found}


async def test_a_preview_writes_nothing(service: RosterService, database: Database) -> None:
    preview = await service.preview(STAFF)
    assert (preview.new, preview.rejected) == (4, {})
    assert await contents(database) == []


async def test_twice_changes_nothing(service: RosterService, database: Database) -> None:
    assert (await service.commit(STAFF)).new == 4
    before = await contents(database)
    assert len(before) == 4 + 4
    later = RosterService(database, real_library(), lambda: NOW.replace(year=2027))
    preview = await later.commit(STAFF)
    assert (preview.new, preview.changed, preview.unchanged, preview.leavers) == (0, 0, 4, 0)
    assert await contents(database) == before


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
async def test_what_is_exported_imports_without_a_change(
    service: RosterService,
    database: Database,
    write: Callable[[io.BytesIO, Iterable[list[str]]], None],
) -> None:
    await service.commit(STAFF)
    before = await contents(database)
    file = io.BytesIO()
    write(file, roster_table(await service.export(), real_library()))
    preview = await service.commit(read_table(file.getvalue()))
    assert (preview.unchanged, preview.rejected, preview.ignored) == (4, {}, ())
    assert await contents(database) == before


async def test_an_employee_is_found_as_the_file_has_them(service: RosterService) -> None:
    await service.commit(STAFF)
    found = await service.find("muscat", "1")
    assert found is not None
    assert found.active
    assert found.entry.roles == (StaffRole.EMPLOYEE, StaffRole.ACCOUNT_MANAGER)
    assert found.entry.phones == ("+96892123456",)
    assert await service.find("muscat", "2") is None
    assert [each.number for each in await service.export("uae-fed")] == ["1", "2", "3"]


async def test_changes_are_told_by_column_and_written(service: RosterService) -> None:
    await service.commit(STAFF)
    changed = roster(
        person(1, name_en="أحمد", roles="hr", job="مدير عام"),
        person(2, manager=3, phones=f"{phone(22)}; {phone(23)}", job="كاتب"),
        person(3, manager=1, phones=phone(3)),
        person(4, phones=phone(21)),
    )
    preview = await service.commit(changed)
    assert (preview.new, preview.changed, preview.unchanged) == (1, 2, 1)
    assert preview.columns == {Column.JOB: 2, Column.MANAGER: 1, Column.PHONES: 1}
    assert [each.employer for each in preview.turnover] == ["uae-fed"]
    found = await service.find("uae-fed", "2")
    assert found is not None
    assert (found.entry.manager, found.entry.job) == ("3", "كاتب")
    assert found.entry.phones == (phone(22), phone(23))


async def test_leavers_stay_and_may_return(service: RosterService, database: Database) -> None:
    await service.commit(STAFF)
    first = await service.find("uae-fed", "3")
    fewer = [row for row in STAFF if row[1][1] != "3"]
    preview = await service.commit(fewer, allow_leavers=True)
    assert preview.leavers == 1
    gone = await service.find("uae-fed", "3")
    assert first is not None
    assert gone is not None
    assert (gone.id, gone.active, gone.entry.phones) == (first.id, False, ())
    before = await contents(database)
    assert (await service.commit(fewer)).leavers == 0
    assert await contents(database) == before
    assert (await service.commit(STAFF)).returners == 1
    assert await service.find("uae-fed", "3") == first


async def test_half_a_file_is_stopped(service: RosterService, database: Database) -> None:
    await service.commit(STAFF)
    before = await contents(database)
    with pytest.raises(TooManyLeaversError, match="2 of 3 of uae-fed"):
        await service.commit(STAFF[:2])
    assert await contents(database) == before


async def test_a_rejected_row_blocks_nobody_and_leaves_its_employee(
    service: RosterService,
) -> None:
    await service.commit(STAFF)
    before = await service.find("uae-fed", "3")
    rows = [*STAFF[:3], (4, person(3, job="كاتب", roles="boss")), (5, person(5, manager=3))]
    preview = await service.commit(rows)
    assert (preview.new, preview.leavers) == (1, 0)
    assert [reason.fault for reason in preview.rejected[4]] == [Fault.UNKNOWN_ROLE]
    assert await service.find("uae-fed", "3") == before


async def test_a_phone_of_another_employer_is_taken(service: RosterService) -> None:
    await service.commit(STAFF)
    rows = roster(person(7, employer="bahrain", phones=phone(3)))
    assert [r.fault for r in (await service.preview(rows)).rejected[2]] == [Fault.PHONE_TAKEN]


async def test_a_spent_phone_is_good_again_when_it_is_given_anew(
    service: RosterService, database: Database
) -> None:
    await service.commit(STAFF)
    async with database.transaction() as session:
        await session.execute(update(EmployeePhone).values(spent_at=NOW))
    await service.commit(STAFF)
    assert await phones_of(database, "3") == {phone(3): True}
    without = [*STAFF[:3], (4, person(3, manager=1)), STAFF[4]]
    await service.commit(without)
    assert await phones_of(database, "3") == {}
    await service.commit(STAFF)
    assert await phones_of(database, "3") == {phone(3): False}
    assert await phones_of(database, "2") == {phone(21): True, phone(22): True}


async def test_two_at_once_take_turns(database_url: str) -> None:
    replicas = [Database(database_url) for _ in range(2)]
    services = [RosterService(each, real_library(), lambda: NOW) for each in replicas]
    previews = await asyncio.gather(*(each.commit(STAFF) for each in services))
    assert sorted((each.new, each.unchanged) for each in previews) == [(0, 4), (4, 0)]
    for each in replicas:
        await each.dispose()


async def test_a_failure_leaves_nothing_half_done(
    service: RosterService, database: Database, database_url: str
) -> None:
    """The last phone cannot be stored, when thousands of employees are written already."""
    async with database.transaction() as session:
        if database_url.startswith("sqlite"):
            await session.execute(
                text(
                    "CREATE TRIGGER fail BEFORE INSERT ON employee_phones WHEN new.phone = "
                    f"'{phone(5999)}' BEGIN SELECT RAISE(ABORT, 'full'); END"
                )
            )
        else:
            await session.execute(
                text(f"ALTER TABLE employee_phones ADD CHECK (phone <> '{phone(5999)}')")
            )
    many = roster(*(person(n, phones=phone(n)) for n in range(6000)))
    with pytest.raises(DBAPIError):
        await service.commit(many)
    assert await contents(database) == []
    assert (await service.commit(many[:-1])).new == 5999
    assert (await service.preview(many)).new == 1


async def test_rejected_rows_come_back_with_their_reasons(service: RosterService) -> None:
    rows: list[Row] = [(1, ["Title"]), *((n + 1, r) for n, r in STAFF), (7, person(9, phones="x"))]
    table = list(rejected_table(rows, await service.preview(rows), real_library()))
    assert [row[0] for row in table] == ["السطر", "7"]
    assert table[0][3:] == list(STAFF[0][1])
    assert "«\u2066x\u2069»" in table[1][1]
    assert "“x”" in table[1][2]
    assert table[1][3:] == person(9, phones="x")
    again = await service.preview([(n, row) for n, row in enumerate(table, 1)])
    assert [reason.value for reason in again.rejected[2]] == ["x"]


async def test_an_unknown_employer_is_explained(service: RosterService) -> None:
    with pytest.raises(RosterError, match="no employer 'oman'; known are bahrain"):
        await service.preview(STAFF, "oman")
    with pytest.raises(RosterError, match="no employer 'oman'"):
        await service.export("oman")

from __future__ import annotations

import asyncio
import csv
import hashlib
from pathlib import Path

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from bot.domain.circulars import DeliveryState
from bot.records.circular_rows import ManagerNotice
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.journal import Entry, Journal
from tests.support.circular_reports import DUE, deliver, hire, issue
from tests.support.command_line import Waai
from tests.support.roster import employ
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("log_as_before")
HR = ("--by", "1", "--employer", "muscat")


@pytest.fixture
def circular(tmp_path: Path) -> str:
    """One that was sent to two people: the one acknowledged it, the other has a formula's name."""

    async def send() -> str:
        database = Database(f"sqlite:///{tmp_path / 'waai.db'}")
        await database.migrate()
        world = World(database)
        circular = await issue(world, await hire(world, "1"))
        await deliver(world, circular, await employ(world, "10"), acknowledged_at=DUE)
        evil = await employ(world, "11", name_ar="=1+1")
        await deliver(world, circular, evil, state=DeliveryState.UNREACHED, reason="no_chat")
        await database.dispose()
        return circular

    return asyncio.run(send())


def test_a_csv_runs_nothing(waai: Waai, circular: str, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    code, out, _ = waai("circular", "export", circular, *HR, "--out", str(path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    said = f"{path}: 2 recipients, sha256 {digest}, entry 2 of the journal\n"
    assert (code, out) == (0, said)
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = csv.reader(file)
    assert headings[:2] == ["الرقم الوظيفي", "الاسم"]
    assert [row[:2] for row in rows] == [["10", "سالم بن حمد"], ["11", "'=1+1"]]


def test_a_workbook_has_the_figures_too(waai: Waai, circular: str, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    english = ("--language", "en")
    assert waai("circular", "export", circular, *HR, *english, "--out", str(path))[0] == 0
    with CalamineWorkbook.from_path(path) as workbook:
        assert workbook.sheet_names == ["Recipients", "Summary", "Why not reached"]
        recipients = workbook.get_sheet_by_name("Recipients").to_python()
        assert [row[0] for row in recipients] == ["Employee number", "10", "11"]
        assert workbook.get_sheet_by_name("Summary").to_python()[1][:2] == ["Everybody", 2]


def test_the_protocol_is_anchored_in_the_journal(waai: Waai, circular: str, tmp_path: Path) -> None:
    path = tmp_path / "out.pdf"
    assert waai("circular", "export", "2026/14", *HR, "--out", str(path))[0] == 0

    exported, recorded = _entries(tmp_path, circular)
    assert (exported.kind, recorded.kind) == ("circular_exported", "circular_recorded")
    with pypdfium2.PdfDocument(path) as document:
        said = "".join(page.get_textpage().get_text_range() for page in document)
    assert exported.hash in said


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_the_journal_knows_the_file(waai: Waai, circular: str, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"out.{form}"
    assert waai("circular", "export", circular, *HR, "--out", str(path))[0] == 0
    exported, recorded = _entries(tmp_path, circular)
    body = recorded.body or {}
    assert recorded.actor == exported.actor
    assert (body["form"], body["opened"]) == (form, exported.seq)
    assert body["file"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (body["people"], body["acknowledged"]) == (2, 1)
    assert body["states"] == {"read": 1, "unreached": 1}


def _entries(folder: Path, circular: str) -> list[Entry]:
    async def look() -> list[Entry]:
        database = Database(f"sqlite:///{folder / 'waai.db'}")
        async with database.reading() as session:
            entries = await Journal(session).list_of(f"circular:{circular}")
        await database.dispose()
        return entries

    return asyncio.run(look())


def test_the_report_is_printed(waai: Waai, circular: str) -> None:
    code, out, _ = waai("circular", "report", circular, *HR)
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "الضوابط الجديدة للحسابات الرسمية"
    assert "الجميع: عدد المستلمين 2, لا يمكن الوصول إليه 1, قُرئ 1" in out
    assert lines[-1] == "لا إجابات بعد تكفي لمقارنة لا تدل على أحد."


def test_the_report_says_which_managers_were_not_told(
    waai: Waai, circular: str, tmp_path: Path
) -> None:
    async def look() -> None:
        database = Database(f"sqlite:///{tmp_path / 'waai.db'}")
        async with database.transaction() as session:
            await session.execute(update(Employee).values(manager_number="77"))
            notice = ManagerNotice(circular_id=circular, employer="muscat", number="77")
            session.add(notice)
        await database.dispose()

    asyncio.run(look())
    _, out, _ = waai("circular", "report", circular, *HR)
    assert "مديرون لم يُبلَّغوا بعد: العدد 1" in out
    assert "77: جهة العمل" in out
    path = tmp_path / "out.xlsx"
    waai("circular", "export", circular, *HR, "--language", "en", "--out", str(path))
    with CalamineWorkbook.from_path(path) as workbook:
        assert workbook.sheet_names[-2:] == ["Telling managers", "Managers not told"]
        listed = workbook.get_sheet_by_name("Recipients").to_python()
    column = listed[0].index("Manager's number")
    assert [row[column] for row in listed[1:]] == ["77", "77"]


def test_what_cannot_be_done_is_explained(waai: Waai, circular: str, tmp_path: Path) -> None:
    code, _, err = waai("circular", "export", circular, *HR, "--out", str(tmp_path / "a.txt"))
    assert (code, "must end in .csv, .xlsx or .pdf" in err) == (1, True)
    nowhere = str(tmp_path / "no" / "a.pdf")
    code, _, err = waai("circular", "export", circular, *HR, "--out", nowhere)
    assert (code, "cannot be written" in err) == (1, True)
    other = ("--by", "10", "--employer", "muscat")
    code, _, err = waai("circular", "report", circular, *other)
    assert (code, "not HR" in err) == (1, True)

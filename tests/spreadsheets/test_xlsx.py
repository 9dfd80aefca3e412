from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from xlsxwriter import Workbook

from bot.spreadsheets.errors import SpreadsheetError
from bot.spreadsheets.reading import read_table
from bot.spreadsheets.writing import write_xlsx

NASTY = [["a", "=1+1"], ["+971501234567", "'+5"], ["أحمد\nعلي", "9.71501E+11"], ["", "@x"]]


def workbook(*cells: tuple[int, int, object], hidden: Sequence[str] = ()) -> bytes:
    """A workbook of these cells as Excel would type them, behind sheets that are hidden."""
    file = io.BytesIO()
    with Workbook(file, {"remove_timezone": True}) as book:
        for name in hidden:
            book.add_worksheet(name).hide()
        sheet = book.add_worksheet("Staff")
        sheet.activate()
        sheet.set_first_sheet()
        for row, column, value in cells:
            sheet.write(row, column, value)
    return file.getvalue()


def test_what_is_written_is_read() -> None:
    file = io.BytesIO()
    write_xlsx(file, NASTY)
    assert list(read_table(file.getvalue())) == list(enumerate(NASTY, 1))


def test_no_cell_is_a_formula_or_a_number() -> None:
    file = io.BytesIO()
    write_xlsx(file, [["=1+1", "1"]])
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<v>1</v>" not in sheet


def test_numbers_are_as_they_were_typed() -> None:
    content = workbook(
        (0, 0, 971501234567), (0, 1, 1001.0), (0, 2, 1.5), (0, 3, True), (0, 4, 1e20)
    )
    assert list(read_table(content)) == [(1, ["971501234567", "1001", "1.5", "True", "1e+20"])]


def test_a_date_is_a_text() -> None:
    file = io.BytesIO()
    with Workbook(file, {"remove_timezone": True}) as book:
        form = book.add_format({"num_format": "dd/mm/yyyy"})
        book.add_worksheet().write_datetime(0, 0, datetime(2026, 1, 2, tzinfo=UTC), form)
    assert list(read_table(file.getvalue())) == [(1, ["2026-01-02"])]


def test_rows_have_the_numbers_that_excel_shows() -> None:
    content = workbook((2, 1, "x"), (4, 1, "y"))
    assert list(read_table(content)) == [(3, ["x"]), (5, ["y"])]


def test_hidden_and_empty_sheets_are_passed_over() -> None:
    assert list(read_table(workbook((0, 0, "x"), hidden=["Lists"]))) == [(1, ["x"])]
    assert list(read_table(workbook())) == []


def test_a_stray_cell_far_away_is_refused() -> None:
    with pytest.raises(SpreadsheetError, match="reaches to 1048576"):
        list(read_table(workbook((0, 0, "x"), (1_048_575, 16_383, "."))))


@pytest.mark.long
def test_a_bomb_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 650 * 2**20)
    with pytest.raises(SpreadsheetError, match="too large"):
        list(read_table(file.getvalue()))


def test_damage_is_explained() -> None:
    content = workbook((0, 0, "x"), (1, 1, 5))
    chance = random.Random(1)  # noqa: S311 - no secret
    for _ in range(60):
        cut = content[: chance.randrange(4, len(content))]
        with pytest.raises(SpreadsheetError):
            list(read_table(cut))


def test_another_archive_is_no_workbook() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "x")
    with pytest.raises(SpreadsheetError, match="cannot be read as a workbook"):
        list(read_table(file.getvalue()))

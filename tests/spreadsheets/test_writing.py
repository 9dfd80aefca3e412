from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bot.spreadsheets.errors import SpreadsheetError
from bot.spreadsheets.reading import read_table, read_table_file
from bot.spreadsheets.writing import (
    Rows,
    open_table_file,
    write_csv,
    write_table_file,
    write_workbook_file,
)

ROWS = [["الاسم", "الهاتف"], ['أحمد, "علي"', "+971501234567"], ["=HYPERLINK(1)", "'Abd"]]


def test_csv_opens_in_excel_and_runs_nothing() -> None:
    file = io.BytesIO()
    write_csv(file, ROWS)
    text = file.getvalue().decode("utf-8-sig")
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    assert text.splitlines()[1:] == ['"أحمد, ""علي""",\'+971501234567', "'=HYPERLINK(1),'Abd"]
    assert [cells for _, cells in read_table(file.getvalue())] == ROWS


@pytest.mark.parametrize("name", ["a.csv", "a.XLSX"])
def test_the_name_tells_the_kind(tmp_path: Path, name: str) -> None:
    write_table_file(tmp_path / name, ROWS)
    assert [cells for _, cells in read_table_file(tmp_path / name)] == ROWS


def test_what_cannot_be_written_or_read_is_explained(tmp_path: Path) -> None:
    with pytest.raises(SpreadsheetError, match=r"must end in \.csv or \.xlsx"):
        write_table_file(tmp_path / "a.txt", ROWS)
    with pytest.raises(SpreadsheetError, match="cannot be written"):
        write_table_file(tmp_path / "no" / "a.csv", ROWS)
    with pytest.raises(SpreadsheetError, match="cannot be read"):
        read_table_file(tmp_path / "none.csv")


def test_numbers_stay_numbers() -> None:
    file = io.BytesIO()
    write_csv(file, [["-1", -0.5, 3]])
    assert file.getvalue().decode("utf-8-sig") == "'-1,-0.5,3\r\n"


def test_columns_are_as_wide_as_what_stands_in_them(tmp_path: Path) -> None:
    rows: Rows = [["الاسم", 7, "x" * 500], ["عبد الرحمن بن ناصر", 12, ""], ["س", 1, "ص"]]
    write_table_file(tmp_path / "a.xlsx", rows, rtl=True)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'rightToLeft="1"' in sheet
    assert re.findall(r'<col min="(\d)" max="\d" width="(\d+)', sheet) == [("1", "20"), ("3", "62")]


def test_a_workbook_of_several_sheets(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"first": ROWS, "second": [["=1+1", -0.5]]}
    write_workbook_file(tmp_path / "a.xlsx", sheets)
    with CalamineWorkbook.from_path(tmp_path / "a.xlsx") as workbook:
        assert workbook.sheet_names == ["first", "second"]
        assert workbook.get_sheet_by_name("first").to_python() == ROWS
        assert workbook.get_sheet_by_name("second").to_python() == [["=1+1", -0.5]]
    with pytest.raises(SpreadsheetError, match=r"must end in \.xlsx"):
        write_workbook_file(tmp_path / "a.csv", sheets)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_rows_that_come_some_at_a_time(tmp_path: Path, name: str) -> None:
    with open_table_file(tmp_path / name) as write:
        write(ROWS[:1])
        write(ROWS[1:])
    assert [cells for _, cells in read_table_file(tmp_path / name)] == ROWS

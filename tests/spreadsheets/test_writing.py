from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.spreadsheets.errors import SpreadsheetError
from bot.spreadsheets.reading import read_table, read_table_file
from bot.spreadsheets.writing import write_csv, write_table_file

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

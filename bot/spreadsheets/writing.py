"""Writing tables so that no spreadsheet program takes a cell for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook

from bot.spreadsheets.errors import SpreadsheetError
from bot.spreadsheets.formulas import guard

Cell = str | int | float
"""A text, or a number that a spreadsheet program may compute with."""

Rows = Iterable[Sequence[Cell]]


def write_csv(file: BinaryIO, rows: Rows) -> None:
    """Write CSV as Excel opens it by itself: UTF-8 with a byte-order mark, commas, CRLF."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([guard(cell) if isinstance(cell, str) else cell for cell in row])
    text.detach()


def write_xlsx(file: BinaryIO, rows: Rows) -> None:
    """Write a workbook of one sheet; a text stays a text, so nothing in it is rounded."""
    write_sheets(file, {"Sheet1": rows})


def write_sheets(file: BinaryIO, sheets: Mapping[str, Rows]) -> None:
    """Write a workbook of several sheets.

    Args:
        file: Where to.
        sheets: Their rows by their names, of at most 31 characters.
    """
    # Rows go out as they come, whatever their number.
    with Workbook(file, {"constant_memory": True}) as workbook:
        as_text = workbook.add_format({"num_format": "@"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for n, row in enumerate(rows):
                for m, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(n, m, cell, as_text)
                    else:
                        sheet.write_number(n, m, cell)


def write_table_file(path: Path, rows: Rows) -> None:
    """Write a file whose name tells the kind, ``.csv`` or ``.xlsx``.

    Raises:
        SpreadsheetError: The name tells neither, or the file cannot be written.
    """
    write = {".csv": write_csv, ".xlsx": write_xlsx}.get(path.suffix.lower())
    if write is None:
        raise SpreadsheetError(f"{path}: the name must end in .csv or .xlsx")
    _write(path, lambda file: write(file, rows))


def write_workbook_file(path: Path, sheets: Mapping[str, Rows]) -> None:
    """Write a file of several sheets; see ``write_sheets``.

    Raises:
        SpreadsheetError: The name does not end in ``.xlsx``, or the file cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise SpreadsheetError(f"{path}: the name must end in .xlsx")
    _write(path, lambda file: write_sheets(file, sheets))


def _write(path: Path, write: Callable[[BinaryIO], None]) -> None:
    try:
        with path.open("wb") as file:
            write(file)
    except OSError as error:
        raise SpreadsheetError(f"{path}: cannot be written ({error.strerror or error})") from error

"""Writing a table so that no spreadsheet program takes a cell for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook

from bot.spreadsheets.errors import SpreadsheetError
from bot.spreadsheets.formulas import guard


def write_csv(file: BinaryIO, rows: Iterable[Sequence[str]]) -> None:
    """Write CSV as Excel opens it by itself: UTF-8 with a byte-order mark, commas, CRLF."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([guard(cell) for cell in row])
    text.detach()


def write_xlsx(file: BinaryIO, rows: Iterable[Sequence[str]]) -> None:
    """Write a workbook of one sheet; every cell is a text, so nothing in it is rounded."""
    # Rows go out as they come, whatever their number.
    with Workbook(file, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        as_text = workbook.add_format({"num_format": "@"})
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                sheet.write_string(n, m, cell, as_text)


def write_table_file(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a file whose name tells the kind, ``.csv`` or ``.xlsx``.

    Raises:
        SpreadsheetError: The name tells neither, or the file cannot be written.
    """
    write = {".csv": write_csv, ".xlsx": write_xlsx}.get(path.suffix.lower())
    if write is None:
        raise SpreadsheetError(f"{path}: the name must end in .csv or .xlsx")
    try:
        with path.open("wb") as file:
            write(file, rows)
    except OSError as error:
        raise SpreadsheetError(f"{path}: cannot be written ({error.strerror or error})") from error

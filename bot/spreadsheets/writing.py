"""Writing tables so that no spreadsheet program takes a cell for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook

from bot.spreadsheets.errors import SpreadsheetError
from bot.spreadsheets.formulas import guard

_NARROWEST, _WIDEST = 9, 60
"""Widths of columns, in characters: what they have of themselves, and at most."""

Cell = str | int | float
"""A text, or a number that a spreadsheet program may compute with."""

Rows = Iterable[Sequence[Cell]]


Write = Callable[[Rows], None]
"""Writes rows under those that are written already."""


def write_csv(file: BinaryIO, rows: Rows) -> None:
    """Write CSV as Excel opens it by itself: UTF-8 with a byte-order mark, commas, CRLF."""
    with _csv(file) as write:
        write(rows)


def write_xlsx(file: BinaryIO, rows: Rows) -> None:
    """Write a workbook of one sheet; a text stays a text, so nothing in it is rounded."""
    with _xlsx(file) as write:
        write(rows)


def write_table_file(path: Path, rows: Rows, *, rtl: bool = False) -> None:
    """Write a file whose name tells the kind, ``.csv`` or ``.xlsx``.

    Args:
        path: Where to.
        rows: Its rows.
        rtl: In a workbook, the first column is the rightmost.

    Raises:
        SpreadsheetError: The name tells neither, or the file cannot be written.
    """
    with open_table_file(path, rtl=rtl) as write:
        write(rows)


@contextmanager
def open_table_file(path: Path, *, rtl: bool = False) -> Iterator[Write]:
    """Open such a file for rows that come some at a time; it is whole when it is closed.

    Args:
        path: Where to.
        rtl: In a workbook, the first column is the rightmost.

    Raises:
        SpreadsheetError: The name tells no kind, or the file cannot be written.
    """
    kinds: dict[str, Callable[[BinaryIO], AbstractContextManager[Write]]] = {
        ".csv": _csv,
        ".xlsx": partial(_xlsx, rtl=rtl),
    }
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise SpreadsheetError(f"{path}: the name must end in .csv or .xlsx")
    with _opened(path) as file, kind(file) as write:
        yield write


def write_workbook_file(path: Path, sheets: Mapping[str, Rows], *, rtl: bool = False) -> None:
    """Write a file of several sheets.

    Args:
        path: Where to.
        sheets: Their rows by their names, of at most 31 characters.
        rtl: The first column is the rightmost.

    Raises:
        SpreadsheetError: The name does not end in ``.xlsx``, or the file cannot be written.
    """
    with open_workbook_file(path, rtl=rtl) as add_sheet:
        for name, rows in sheets.items():
            add_sheet(name)(rows)


@contextmanager
def open_workbook_file(path: Path, *, rtl: bool = False) -> Iterator[Callable[[str], Write]]:
    """Open such a file to add sheets to one after the other, by their names.

    Raises:
        SpreadsheetError: As for ``write_workbook_file``.
    """
    if path.suffix.lower() != ".xlsx":
        raise SpreadsheetError(f"{path}: the name must end in .xlsx")
    with _opened(path) as file, _workbook(file, rtl=rtl) as add_sheet:
        yield add_sheet


@contextmanager
def _csv(file: BinaryIO) -> Iterator[Write]:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)

    def write(rows: Rows) -> None:
        for row in rows:
            writer.writerow([guard(cell) if isinstance(cell, str) else cell for cell in row])

    yield write
    text.detach()


@contextmanager
def _xlsx(file: BinaryIO, *, rtl: bool = False) -> Iterator[Write]:
    with _workbook(file, rtl=rtl) as add_sheet:
        yield add_sheet("Sheet1")


@contextmanager
def _workbook(file: BinaryIO, *, rtl: bool = False) -> Iterator[Callable[[str], Write]]:
    """Open a workbook, to add sheets to one after the other."""
    # Rows go out as they come, whatever their number.
    with Workbook(file, {"constant_memory": True}) as workbook:
        as_text = workbook.add_format({"num_format": "@"})

        def add_sheet(name: str) -> Write:
            sheet, lines, widths = workbook.add_worksheet(name), count(), dict[int, int]()
            if rtl:
                sheet.right_to_left()

            def write(rows: Rows) -> None:
                for row in rows:
                    n = next(lines)
                    for m, cell in enumerate(row):
                        if cell == "":
                            continue
                        # No wider than what is left of a screen; what is longer is read by a click.
                        width = min(max(map(len, str(cell).split("\n"))), _WIDEST) + 2
                        if width > widths.get(m, _NARROWEST):
                            widths[m] = width
                            sheet.set_column(m, m, width)
                        if isinstance(cell, str):
                            sheet.write_string(n, m, cell, as_text)
                        else:
                            sheet.write_number(n, m, cell)

            return write

        yield add_sheet


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise SpreadsheetError(f"{path}: cannot be written ({error.strerror or error})") from error

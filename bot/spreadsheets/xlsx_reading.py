"""XLSX, with numbers as a person would have typed them."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bot.spreadsheets.errors import SpreadsheetError

_MAX_UNPACKED = 600 * 2**20
_CHUNK = 2**20
_FAR = re.compile(rb'\br="(?:[A-Z]{3,}[0-9]+|[A-Z]*(?:[3-9][0-9]{5}|[0-9]{7,}))"')
"""A cell right of column ZZ, or below row 299,999."""

_EXACT = 10**15
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # a password; NotImplementedError, an unknown compression, is one too
    ValueError,
)
"""What ``zipfile`` raises where an archive is not as it should be."""

_Value = int | float | str | bool | time | date | datetime | timedelta


def read_xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Read the first visible sheet that is not empty.

    Raises:
        SpreadsheetError: It is damaged, no workbook, or far too large.
    """
    _check_size(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = _first_sheet(workbook)
    except CalamineError as error:
        raise SpreadsheetError(
            f"the file cannot be read as a workbook ({error}); save it again as .xlsx, or as .csv"
        ) from None
    if sheet is None:
        return
    # Unlike empty columns before the table, empty rows before it are given.
    for line, row in enumerate(sheet.iter_rows(), 1):
        yield line, [_text(value) for value in row]


def _first_sheet(workbook: CalamineWorkbook) -> CalamineSheet | None:
    for metadata in workbook.sheets_metadata:
        if metadata.visible is SheetVisibleEnum.Visible and metadata.typ is SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_name(metadata.name)
            if sheet.start is not None:
                return sheet
    return None


def _text(value: _Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        # Excel keeps every number as a float: 971501234567.0 was typed without the point.
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    return str(value)


def _check_size(content: bytes) -> None:
    """Refuse what takes too much memory: the reader fills the rectangle of all cells.

    One stray cell in the last corner of a sheet would make it 17 thousand million cells.
    """
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                is_sheet = info.filename.startswith("xl/worksheets/")
                with archive.open(info) as part:
                    tail = b""
                    while chunk := part.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > _MAX_UNPACKED:
                            raise SpreadsheetError("the workbook is too large; save it as .csv")
                        if is_sheet and (far := _FAR.search(tail + chunk)):
                            _refuse_far(far[0])
                        tail = chunk[-32:]
    except _DAMAGE as error:
        raise SpreadsheetError(
            f"the file is damaged ({error}); save it again as .xlsx, or as .csv"
        ) from None


def _refuse_far(reference: bytes) -> None:
    where = reference.decode()[3:-1]
    raise SpreadsheetError(
        f"the sheet reaches to {where}; delete the rows and columns beyond the table"
    )

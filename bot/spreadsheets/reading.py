"""Reading a table out of whatever spreadsheet programs save."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from bot.spreadsheets.csv_reading import read_csv
from bot.spreadsheets.errors import SpreadsheetError
from bot.spreadsheets.xlsx_reading import read_xlsx

Row = tuple[int, list[str]]
"""The number of a line, from 1, and its cells."""

MAX_BYTES = 100 * 2**20
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The old .xls, and also an .xlsx with a password."""


def read_table(content: bytes) -> Iterator[Row]:
    """Read a CSV or XLSX file; its bytes tell which it is.

    Args:
        content: The whole file.

    Returns:
        The rows that are not empty, one after another; reading goes on as they are taken.

    Raises:
        SpreadsheetError: It is neither, is damaged, or is too large.
    """
    if len(content) > MAX_BYTES:
        raise SpreadsheetError(f"the file is larger than {MAX_BYTES // 2**20} MB")
    if content.startswith(_OLE):
        raise SpreadsheetError(
            "the file is an old .xls or has a password; save it as .xlsx without one, or as .csv"
        )
    rows = read_xlsx(content) if content.startswith(_ZIP) else read_csv(io.BytesIO(content))
    return (row for row in rows if any(map(str.strip, row[1])))


def read_table_file(path: Path) -> Iterator[Row]:
    """Read a CSV or XLSX file from the disk; see ``read_table``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SpreadsheetError(f"{path}: cannot be read ({error.strerror or error})") from error
    return read_table(content)

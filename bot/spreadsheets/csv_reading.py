"""CSV in the encodings and with the separators that Excel uses in the Gulf and Iraq."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from bot.spreadsheets.errors import SpreadsheetError
from bot.spreadsheets.formulas import unguard

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",;\t"
_DECLARED = re.compile(r'"?sep=(.)"?\r?\n?')
"""A first line by which Excel is told the separator."""

_SAMPLE = 64 * 1024


def read_csv(file: io.BytesIO) -> Iterator[tuple[int, list[str]]]:
    """Read CSV.

    UTF-8 and UTF-16 with or without a byte-order mark, else Windows-1256; comma, semicolon or
    tab, whichever parts the first row into most cells.

    Raises:
        SpreadsheetError: It cannot be decoded, or a quoted cell does not end.
    """
    text = io.TextIOWrapper(file, _encoding(file.getbuffer()), newline="")
    line = 1
    try:
        declared = _DECLARED.fullmatch(text.readline())
        skipped = 1 if declared else 0
        if not declared:
            text.seek(0)
        reader = csv.reader(text, delimiter=declared[1] if declared else _separator(text))
        line += skipped
        for cells in reader:
            yield line, [unguard(cell) for cell in cells]
            line = skipped + reader.line_num + 1
    except UnicodeDecodeError:
        raise SpreadsheetError("the file's text is damaged; save it again as CSV UTF-8") from None
    except csv.Error as error:
        raise SpreadsheetError(
            f"the row that begins on line {line} cannot be read ({error}); "
            "is a quotation mark missing?"
        ) from None


def _encoding(content: memoryview) -> str:
    head = bytes(content[:_SAMPLE])
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    # Separators and line ends are ASCII: in UTF-16 one of their two bytes is 0.
    if b"\0" in head:
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _SAMPLE):
            decoder.decode(content[start : start + _SAMPLE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1256"
    return "utf-8"


def _separator(text: io.TextIOWrapper) -> str:
    """Find the separator; the text is at its start, before and after."""
    sample = io.StringIO(text.read(_SAMPLE), newline="")
    text.seek(0)

    def cells(separator: str) -> int:
        sample.seek(0)
        try:
            rows = csv.reader(sample, delimiter=separator)
            return max((len(row) for row, _ in zip(rows, range(10), strict=False)), default=0)
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=cells)

from __future__ import annotations

import pytest

from bot.spreadsheets.errors import SpreadsheetError
from bot.spreadsheets.reading import read_table

TABLE = [(1, ["الرقم", "الاسم"]), (2, ["1", "أحمد"])]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"]
)
def test_encodings_and_separators(encoding: str, separator: str) -> None:
    text = f"الرقم{separator}الاسم\r\n1{separator}أحمد\r\n"
    assert list(read_table(text.encode(encoding))) == TABLE


def test_a_late_letter_tells_the_encoding() -> None:
    text = "number,name\n" + "1,Ahmad\n" * 20_000 + "2,أحمد\n"
    for encoding in ("utf-8", "cp1256"):
        assert list(read_table(text.encode(encoding)))[-1] == (20_002, ["2", "أحمد"])


def test_a_quoted_cell_has_line_breaks_separators_and_quotation_marks() -> None:
    text = 'a;b\r\n"x\r\n;""y""";2\r\n\r\n;;\r\n3;4\r\n'
    assert list(read_table(text.encode())) == [
        (1, ["a", "b"]),
        (2, ['x\r\n;"y"', "2"]),
        (6, ["3", "4"]),
    ]


def test_a_first_line_may_declare_the_separator() -> None:
    assert list(read_table(b"sep=|\r\na|b,c\r\n")) == [(2, ["a", "b,c"])]


def test_a_comma_in_a_title_does_not_hide_the_separator() -> None:
    assert list(read_table(b"A, B, C\nx;y\n1;2\n"))[1:] != []
    assert list(read_table(b"Staff list\nx;y\n1;2\n"))[1] == (2, ["x", "y"])


def test_guarded_cells_are_read_as_they_were() -> None:
    assert list(read_table(b"a,'+971501234567,'Abd\n")) == [(1, ["a", "+971501234567", "'Abd"])]


def test_an_empty_file_has_no_rows() -> None:
    assert list(read_table(b"")) == []
    assert list(read_table(b"\xef\xbb\xbf\r\n \r\n")) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xef\xbb\xbfa,b\n\xff\xfe,c\n", "damaged"),
        (b"\xff\xfea\0,\0b", "damaged"),
        (b'a,b\n"' + b"x" * 200_000, "line 2 cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls or has a password"),
    ],
)
def test_what_cannot_be_read_is_explained(content: bytes, says: str) -> None:
    with pytest.raises(SpreadsheetError, match=says):
        list(read_table(content))

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import Waai

FILE = """\
الرقم الوظيفي;الاسم;الجوال;المدير المباشر;الراتب
1;أحمد;0501234567;;9
2;سالم;0501234568;1;9
3;ليلى;9.71501E+11;1;9
"""

pytestmark = pytest.mark.usefixtures("log_as_before")


@pytest.fixture
def waai(waai: Waai) -> Waai:
    Path("staff.csv").write_text(FILE, "utf-8")
    return waai


def test_a_preview_then_the_change_then_nothing(waai: Waai) -> None:
    importing = ("roster", "import", "staff.csv", "--employer", "uae-fed")
    code, out, err = waai(*importing)
    assert (code, err) == (0, "")
    assert "new        2\n" in out
    assert "rejected   1\n           ruined phone 1\n" in out
    assert "columns not read: الراتب" in out
    assert out.endswith("Nothing was written. With --commit it is.\n")
    assert "new        2\n" in waai(*importing, "--commit")[1]
    assert "unchanged  2\n" in waai(*importing, "--commit")[1]


def test_rejected_rows_go_to_a_file(waai: Waai, tmp_path: Path) -> None:
    waai("roster", "import", "staff.csv", "--employer", "uae-fed", "--rejected", "no.csv")
    lines = (tmp_path / "no.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("4,أفسد برنامج")
    assert lines[1].endswith(",3,ليلى,9.71501E+11,1,9")


def test_half_a_file_is_stopped(waai: Waai, tmp_path: Path) -> None:
    importing = ("roster", "import", "staff.csv", "--employer", "uae-fed")
    waai(*importing, "--commit")
    half = "\n".join(FILE.splitlines()[:2])
    (tmp_path / "staff.csv").write_text(half, "utf-8")
    assert "add --allow-leavers" in waai(*importing)[1]
    code, out, err = waai(*importing, "--commit")
    assert (code, out) == (1, "")
    assert "nothing was written: 1 of 2 of uae-fed are not in the file" in err
    assert "leavers    1\n" in waai(*importing, "--commit", "--allow-leavers")[1]
    assert "no, has left" in waai("roster", "show", "2", "--employer", "uae-fed")[1]


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_an_export_imports_again(waai: Waai, name: str) -> None:
    waai("roster", "import", "staff.csv", "--employer", "uae-fed", "--commit")
    assert waai("roster", "export", name)[1] == f"{name}: 2 employees\n"
    assert "unchanged  2\n" in waai("roster", "import", name, "--commit")[1]


def test_an_employee_is_shown(waai: Waai) -> None:
    waai("roster", "import", "staff.csv", "--employer", "uae-fed", "--commit")
    out = waai("roster", "show", "2", "--employer", "uae-fed")[1]
    for line in ("name       سالم", "manager    1", "phones     +971501234568", "job        -"):
        assert f"{line}\n" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "none.csv"), "none.csv: cannot be read"),
        (("import", "staff.csv"), "no column tells the employer"),
        (("import", "staff.csv", "--employer", "oman"), "no employer 'oman'"),
        (("export", "x.txt"), "must end in .csv or .xlsx"),
        (("show", "9", "--employer", "muscat"), "muscat has no employee 9"),
    ],
)
def test_errors_are_explained(waai: Waai, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = waai("roster", *arguments)
    assert (code, out) == (1, "")
    assert says in err
    assert "Traceback" not in err

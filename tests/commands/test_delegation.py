from __future__ import annotations

from pathlib import Path

import pytest

from bot.__main__ import main


@pytest.mark.usefixtures("log_as_before")
def test_a_decision_is_noted_listed_and_ended(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'waai.db'}")
    staff = tmp_path / "staff.csv"
    staff.write_text("number,name\n1,Amal\n", "utf-8")
    assert main(["roster", "import", str(staff), "--employer", "muscat", "--commit"]) == 0
    what = ["--platform", "x", "--account", "@muscat", "--decision", "5/2026"]
    whose = ["1", "--employer", "muscat"]
    assert main(["delegation", "add", *whose, *what, "--from", "2026-01-01"]) == 0
    capsys.readouterr()
    assert main(["delegation", "list"]) == 0
    assert capsys.readouterr().out == (
        "1: muscat 1 runs @muscat on x by 5/2026, 2026-01-01 to no end: in force\n"
        "1 delegations, 1 in force today\n"
    )
    assert main(["delegation", "end", "1"]) == 0
    assert capsys.readouterr().out == "Delegation 1 has ended.\n"
    assert main(["delegation", "end", "1"]) == 1
    assert "was ended already" in capsys.readouterr().err
    days = ["--from", "2026-01-02", "--to", "2026-01-01"]
    assert main(["delegation", "add", *whose, *what, *days]) == 1
    assert "the last day is before the first one" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["delegation", "add", *whose, *what, "--from", "soon"])

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.command_line import Waai

pytestmark = pytest.mark.usefixtures("log_as_before")

TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}T10:00"
CREATE = ("session", "create", "--employer", "muscat", "--place", "القاعة", "--by")


@pytest.fixture
def waai(waai: Waai, monkeypatch: pytest.MonkeyPatch) -> Waai:
    monkeypatch.setenv("WAAI_PUBLIC_URL", "https://waai.example/")
    Path("staff.csv").write_text(
        "number,name,roles\n1,Amal,trainer\n2,Badr,\n3,Chadi,hr\n", "utf-8"
    )
    assert waai("roster", "import", "staff.csv", "--employer", "muscat", "--commit")[0] == 0
    return waai


def created(waai: Waai, start: str = TOMORROW, *more: str) -> tuple[str, str]:
    """Set a session up; gives its id and where its screen is."""
    code, out, err = waai(*CREATE, "1", "--start", start, *more)
    assert (code, err) == (0, "")
    found = re.fullmatch(
        r"([0-9a-f]{16}): set up\.\n.*: (https://waai\.example/session/[0-9a-f]{32})\n", out
    )
    assert found is not None
    return found[1], found[2]


def test_a_session_is_set_up_listed_and_called_off(waai: Waai) -> None:
    session, screen = created(waai, TOMORROW, "--capacity", "20")
    code, out, _ = waai("session", "list", "--employer", "muscat")
    assert code == 0
    assert out == (
        f"{session}: muscat muscat {TOMORROW.replace('T', ' ')}, ahead, 0 of 20 registered, "
        f"0 waiting, 0 came, screen {screen}\n1 sessions\n"
    )
    assert waai("session", "cancel", session, "--by", "3") == (
        0,
        f"Session {session} is called off. People who are told: 0.\n",
        "",
    )
    assert "cancelled" in waai("session", "list")[1]
    assert waai("session", "cancel", session, "--by", "3")[2] == (
        f"session {session} is cancelled already\n"
    )


def test_an_override_and_the_attendance(waai: Waai) -> None:
    session, _ = created(waai, f"{datetime.now(UTC) + timedelta(minutes=5):%Y-%m-%dT%H:%M%z}")
    note = ("session", "override", session, "2", "--by", "1", "--reason", "هاتف بلا بطارية")
    assert waai(*note) == (0, "2: noted.\n", "")
    assert waai(*note)[1] == "2: was there already, nothing changed.\n"
    code, out, _ = waai("session", "attendance", session)
    assert code == 0
    assert out.splitlines()[:3] == ["present    1", "late       0", "absent     0"]
    assert waai("session", "attendance", session, "--out", "who.csv")[1] == "who.csv: 1 people\n"
    written = Path("who.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfsession,workshop,version,date,number")
    assert ",2," in written.decode("utf-8-sig").splitlines()[1]
    assert waai("session", "attendance", session, "--out", "who.xlsx")[0] == 0
    assert Path("who.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*CREATE, "2", "--start", TOMORROW), "neither trainer nor HR"),
        ((*CREATE, "1", "--start", "2020-01-01T10:00"), "it begins in the past"),
        ((*CREATE, "1", "--start", TOMORROW, "--minutes", "0"), "it ends before it begins"),
        ((*CREATE, "1", "--start", TOMORROW, "--workshop", "bahrain"), "none of muscat"),
        (
            ("session", "create", "--employer", "x", "--by", "1", "--start", TOMORROW),
            "no employer 'x'",
        ),
        (("session", "attendance", "x"), "no session 'x'"),
        (("session", "cancel", "x", "--by", "1"), "no session 'x'"),
        (("session", "override", "x", "2", "--by", "1", "--reason", "phone"), "no session 'x'"),
    ],
)
def test_what_cannot_be_done_is_said(waai: Waai, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = waai(*arguments)
    assert (code, out) == (1, "")
    assert says in err

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.domain.test_file_kinds import WHOLE
from tests.support.command_line import Waai
from tests.support.papers import lines_of

pytestmark = pytest.mark.usefixtures("log_as_before")

YESTERDAY = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
TOMORROW = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
NUMBER = f"{datetime.now(UTC):%Y}-0001"
ROSTER = "number,name,roles\n1,Amal,communication\n2,Badr,hr\n3,Chadi,trainer\n4,Dana,\n"


@pytest.fixture
def waai(waai: Waai) -> Waai:
    Path("staff.csv").write_text(ROSTER, "utf-8")
    assert waai("roster", "import", "staff.csv", "--employer", "uae-fed", "--commit")[0] == 0
    for media_type, content in WHOLE.items():
        Path(media_type.replace("/", ".")).write_bytes(content)
    return waai


def of(by: str, *words: str) -> tuple[str, ...]:
    return ("observation", *words, "--employer", "uae-fed", "--by", by)


def recording(*more: str, by: str = "1") -> tuple[str, ...]:
    given = {"--link": "https://x.com/a/1", "--seen-on": YESTERDAY, "--text": "نشر صورة"}
    given |= {"--article": "uae-fed.4.2", "--kind": "violation"}
    given |= dict(zip(more[::2], more[1::2], strict=True))
    return of(by, "record", *(word for pair in given.items() for word in pair))


def test_an_observation_goes_its_way(waai: Waai) -> None:
    line = f"{NUMBER}: violation, seen on {YESTERDAY}"
    given = ("--subject", "4", "--screenshot", "image.png", "--text", "-")
    assert waai(*recording(*given), typed="نشر صورة\n") == (0, f"{line}, recorded\n", "")
    assert waai(*of("1", "change", NUMBER, "--kind", "observation"))[0] == 0
    assert waai(*of("1", "change", NUMBER, "--kind", "violation", "--subject", ""))[0] == 0
    assert waai(*of("1", "change", NUMBER, "--subject", "4"))[0] == 0
    assert waai(*of("2", "list"))[1] == "0 observations\n"
    code, said, logged = waai(*of("1", "refer", NUMBER))
    assert (code, said) == (0, f"{line}, referred\n")
    assert "desk_untold" in logged
    untold = f"{line}, referred, nobody of HR could be told\n"
    assert waai(*of("2", "list", "--state", "referred"))[1] == f"{untold}1 observations\n"
    assert waai(*of("2", "review", NUMBER)) == (0, f"{line}, under_review\n", "")
    decide = of("2", "decide", NUMBER, "--outcome", "reminder", "--text", "-")
    decided = f"{line}, decided (reminder)\n"
    assert waai(*decide, typed="ذُكّر كتابة")[:2] == (0, decided)
    assert waai(*of("2", "close", NUMBER))[1] == f"{line}, closed (reminder)\n"
    shown = waai(*of("2", "show", NUMBER, "--screenshot", "out.png"))[1]
    for words in ("https://x.com/a/1", "4, Dana", "ذُكّر كتابة", "review by 2", "image/png"):
        assert words in shown
    assert Path("out.png").read_bytes() == WHOLE["image/png"]
    shown = waai(*of("1", "show", NUMBER))[1]
    assert "closed (reminder)" in shown
    assert "Dana" not in shown
    assert "ذُكّر كتابة" not in shown


def test_one_is_withdrawn(waai: Waai) -> None:
    waai(*recording())
    assert "withdrawn" in waai(*of("1", "withdraw", NUMBER))[1]
    assert (
        waai(*of("1", "refer", NUMBER))[2] == "it is withdrawn already: nobody can refer it now\n"
    )


def test_the_report(waai: Waai) -> None:
    waai(*recording())
    waai(*of("1", "refer", NUMBER))
    period = ("--from", YESTERDAY, "--to", TOMORROW, "--out")
    for by, out in (("1", "a.pdf"), ("2", "b.xlsx")):
        said = waai(*of(by, "report", *period, out))
        assert said == (0, f"{out}: 1 recorded, 1 referred, 0 decided, 1 open\n", "")
    assert any(NUMBER in line for page in lines_of(Path("a.pdf").read_bytes()) for line in page)
    assert Path("b.xlsx").read_bytes().startswith(b"PK")
    for out, says in (("a.txt", "must end in .pdf or .xlsx"), ("no/a.pdf", "No such file")):
        code, _, err = waai(*of("2", "report", *period, out))
        assert (code, says in err) == (1, True)
    assert waai(*of("3", "report", *period, "c.pdf"))[2] == (
        "uae-fed 3 is neither communication nor HR in the roster\n"
    )
    assert not Path("c.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (recording(by="2"), "uae-fed 2 is not communication in the roster"),
        (recording(by="9"), "no active employee '9'"),
        (recording("--link", "http://x.com"), "begins with https://"),
        (recording("--seen-on", TOMORROW), "in the future"),
        (recording("--article", "moh-uae.1.2"), "no article of uae-fed's rules: moh-uae.1.2"),
        (recording("--subject", "9"), "no employee '9'"),
        (recording("--screenshot", "staff.csv"), "a whole PNG, JPEG or PDF"),
        (recording("--screenshot", "none.png"), "none.png: No such file"),
        (of("3", "list"), "neither communication nor HR"),
        (of("1", "show", NUMBER), f"uae-fed has no observation '{NUMBER}' for you"),
        (of("1", "change", NUMBER), "say what to change"),
        (of("2", "review", "x"), "has no observation 'x' for you"),
        (
            ("observation", "list", "--employer", "x", "--by", "1"),
            "x has no active employee '1'",
        ),
    ],
)
def test_what_cannot_be_done_is_said(waai: Waai, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = waai(*arguments)
    assert (code, out) == (1, "")
    assert says in err


def test_who_recorded_it_does_not_judge_it(waai: Waai) -> None:
    Path("both.csv").write_text(f"{ROSTER}5,Hana,communication; hr\n", "utf-8")
    assert waai("roster", "import", "both.csv", "--employer", "uae-fed", "--commit")[0] == 0
    waai(*recording(by="5"))
    waai(*of("5", "refer", NUMBER))
    for words in (("review",), ("decide", "--outcome", "reminder"), ("close",)):
        code, out, err = waai(*of("5", *words, NUMBER))
        assert (code, out) == (1, "")
        assert err == (
            f"you recorded, changed or referred it: to {words[0]} it is for somebody else of HR\n"
        )
        assert f"recorded, changed or referred it: {words[0]}" in waai(*of("5", "show", NUMBER))[1]
        assert waai(*of("2", *words, NUMBER))[0] == 0


def test_the_other_departments_steps_are_refused(waai: Waai) -> None:
    waai(*recording())
    waai(*of("1", "refer", NUMBER))
    assert waai(*of("1", "review", NUMBER))[2] == "to review an observation is for hr\n"
    assert waai(*of("2", "withdraw", NUMBER))[2] == (
        "to withdraw an observation is for communication\n"
    )
    screenshot = waai(*of("2", "show", NUMBER, "--screenshot", "out.png"))
    assert screenshot[2] == f"observation {NUMBER} has no screenshot\n"

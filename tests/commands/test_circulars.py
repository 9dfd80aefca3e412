from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation.clock import SystemClock
from bot.documents.attachments import AttachmentError, read_attachment
from bot.records.database import Database
from bot.services.circulation import CirculationService
from tests.support.command_line import Waai
from tests.support.content import real_library

pytestmark = pytest.mark.usefixtures("log_as_before")

HR = ("--employer", "muscat", "--by", "3")
UNTIL = f"{datetime.now(UTC) + timedelta(days=10):%Y-%m-%dT12:00}"
FILE = f"""
employer: muscat
title: {{ar: "ضوابط النشر", en: "Rules of publishing"}}
body:
  ar: |-
    على جميع الموظفين الالتزام بالضوابط.

    ويُعمل بها من تاريخه.
issuer: دائرة الموارد البشرية
date: 2026-11-29
acknowledgement:
  statement: {{ar: أقرّ بأنني اطلعت على التعميم وفهمت ما فيه.}}
  until: {UNTIL}
  check:
    question: {{ar: متى يُعمل بها؟}}
    choices: [{{ar: من تاريخها}}, {{ar: بعد شهر}}]
    right: 0
articles: [muscat.4]
attachments: [guide.pdf]
audience:
  departments: [[الديوان]]
  except_people: ["2"]
"""


@pytest.fixture
def waai(waai: Waai) -> Waai:
    Path("staff.csv").write_text(
        "number,name,department,roles\n1,Amal,الديوان,\n2,Badr,الديوان,\n3,Chadi,الديوان,hr\n"
        "4,Dana,الشؤون المالية,hr\n",
        "utf-8",
    )
    assert waai("roster", "import", "staff.csv", "--employer", "muscat", "--commit")[0] == 0
    Path("circular.yml").write_text(FILE, "utf-8")
    Path("guide.pdf").write_bytes(_pdf())
    return waai


def _pdf() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _created(waai: Waai) -> str:
    code, out, err = waai("circular", "create", "circular.yml", "--by", "3")
    assert (code, err) == (0, "")
    found = re.fullmatch(
        r"(20\d\d/1) v1 \[[0-9a-f]{16}\]: draft, “ضوابط النشر”, digest [0-9a-f]{16}\n", out
    )
    assert found is not None, out
    return found[1]


def test_a_circular_is_written_foreseen_seen_and_sent(waai: Waai) -> None:
    number = _created(waai)
    code, out, _ = waai("circular", "plan", number, *HR)
    assert code == 0
    assert "recipients     2: " in out
    assert "not reached    2: no_chat" in out
    code, out, _ = waai("circular", "preview", number, *HR)
    assert code == 0
    assert "أقرّ بأنني اطلعت على التعميم" in out
    assert "📎 guide.pdf" in out
    assert "Rules of publishing" in out
    assert "Rules of publishing" in waai("circular", "preview", number, *HR, "--language", "en")[1]
    shown = waai("circular", "show", number, *HR)[1]
    for text in (out, shown):
        assert "متى يُعمل بها؟\n✅ من تاريخها\n▫️ بعد شهر" in text
        assert "(muscat.4)" in text
        assert "«أقرّ بأنني اطلعت على التعميم وفهمت ما فيه.»" in text
        assert "آخر موعد للإقرار" in text
        assert "guide.pdf" in text
        assert "الإدارات: الديوان\nباستثناء: \u20662\u2069" in text
    assert "scheduled" in waai("circular", "send", number, *HR)[1]
    code, _, err = waai("circular", "send", number, *HR)
    assert (code, "cannot be done any more" in err) == (1, True)
    assert "paused (خطأ)" in waai("circular", "pause", number, *HR, "--reason", "خطأ")[1]
    assert "scheduled" in waai("circular", "resume", number, *HR)[1]
    assert "cancelled (أُلغي)" in waai("circular", "cancel", number, *HR, "--reason", "أُلغي")[1]
    assert waai("circular", "list", *HR)[1].endswith("1 circulars\n")


def test_what_goes_out_can_be_stopped_while_its_correction_is_written(waai: Waai) -> None:
    number = _created(waai)
    waai("circular", "send", number, *HR)
    asyncio.run(_start())
    assert " v2 " in waai("circular", "correct", number, *HR)[1]
    why = ("--reason", "خطأ")
    assert " v1 " in waai("circular", "pause", number, *HR, *why)[1]
    assert waai("circular", "report", number, *HR, "--version", "3")[0] == 1
    assert waai("circular", "report", number, *HR)[0] == 0
    assert waai("circular", "verify", number, *HR)[1].startswith(f"{number} v1: held against")
    code, out, err = waai("circular", "cancel", number, *HR, *why)
    assert (code, out) == (1, "")
    assert f"{number} could be v2 (draft) or v1 (paused): say which by --version" in err
    assert " v1 " in waai("circular", "cancel", number, *HR, *why, "--version", "1")[1]
    assert " v2 " in waai("circular", "send", number, *HR)[1]


async def _start() -> None:
    database = Database("sqlite:///waai.db")
    circulation = CirculationService(database, real_library(), SystemClock().now)
    assert await circulation.start_due() == 1
    await database.dispose()


def test_other_files_go_along_with_a_draft(waai: Waai) -> None:
    number = _created(waai)
    Path("plan.pdf").write_bytes(_pdf())
    assert "draft" in waai("circular", "attach", number, "plan.pdf", *HR)[1]
    out = waai("circular", "preview", number, *HR)[1]
    assert "📎 plan.pdf" in out
    assert "أقرّ بأنني اطلعت على التعميم" in out
    assert waai("circular", "attach", number, *HR)[0] == 0
    assert "📎" not in waai("circular", "preview", number, *HR)[1]
    code, _, err = waai("circular", "attach", number, "none.pdf", *HR)
    assert (code, "cannot be read" in err) == (1, True)


def test_a_circular_is_held_against_the_journal(waai: Waai) -> None:
    number = _created(waai)
    waai("circular", "send", number, *HR)
    code, out, err = waai("circular", "verify", number, *HR)
    assert (code, err) == (0, "")
    assert out.startswith(f"{number} v1: held against 0 acknowledgements and 0 records of")
    assert out.endswith("\nAll fits.\n")
    with closing(sqlite3.connect("waai.db")) as database, database:
        database.execute("UPDATE circulars SET title = 'غيره'")
        database.execute("DROP TRIGGER journal_entries_changed")
        database.execute("UPDATE journal_entries SET actor = 'x' WHERE seq = 2")
    code, _, err = waai("circular", "verify", number, *HR)
    assert code == 1
    broken, changed = err.splitlines()
    assert broken.startswith("The journal is broken at entry 2: ")
    assert changed.startswith("The content was changed: its digest is ")
    reported = waai("circular", "report", number, *HR)[1]
    assert "تنبيه: ما حُفظ" in reported
    named = re.search(
        r"circular verify [0-9a-f]{16} --by 3 --employer muscat$", reported, re.MULTILINE
    )
    assert named is not None
    assert waai(*named[0].split())[2] == err
    code, _, err = waai("circular", "export", number, *HR, "--out", "out.csv")
    assert (code, "does not say any more what was sent" in err) == (1, True)
    assert not Path("out.csv").exists()


def test_files_do_not_take_a_deadline_away_that_is_over(waai: Waai) -> None:
    number = _created(waai)
    with closing(sqlite3.connect("waai.db")) as database, database:
        database.execute("UPDATE circulars SET due_at = '2026-01-01 00:00:00.000000'")
    code, _, err = waai("circular", "attach", number, "guide.pdf", *HR)
    assert (code, "the deadline is over" in err) == (1, True)


def test_a_second_person_approves_where_that_is_set(
    waai: Waai, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAAI_CIRCULAR_APPROVAL", "true")
    number = _created(waai)
    assert "submitted" in waai("circular", "submit", number, *HR)[1]
    code, _, err = waai("circular", "send", number, *HR)
    assert (code, "a second person of HR" in err) == (1, True)
    second = ("--employer", "muscat", "--by", "4")
    assert "draft (الموعد)" in waai("circular", "reject", number, *second, "--reason", "الموعد")[1]
    waai("circular", "submit", number, *HR)
    at = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT09:00}"
    assert "scheduled" in waai("circular", "send", number, *second, "--at", at)[1]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("employer: muscat", "employer: nowhere", "no employer 'nowhere'"),
        ("right: 0", "right: 2", "the right choice is none of them"),
        ("issuer:", "isuer:", "circular.yml:"),
        ("guide.pdf", "none.pdf", "none.pdf: cannot be read"),
        ("guide.pdf", "staff.csv", "no whole PDF, PNG or JPEG"),
        (UNTIL, "2020-01-01T10:00", "the deadline is over"),
        ("muscat.4", "bahrain.1", "no article that binds muscat"),
        ("except_people", "except_persons", "circular.yml:"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_and_nothing_is_kept(
    waai: Waai, old: str, new: str, problem: str
) -> None:
    Path("circular.yml").write_text(FILE.replace(old, new), "utf-8")
    code, out, err = waai("circular", "create", "circular.yml", "--by", "3")
    assert (code, out) == (1, "")
    assert problem in err
    assert waai("circular", "list", *HR)[1] == "0 circulars\n"


def test_who_is_not_hr_can_do_nothing(waai: Waai) -> None:
    number = _created(waai)
    for command in ("plan", "preview", "show", "send", "resume"):
        code, _, err = waai("circular", command, number, "--employer", "muscat", "--by", "1")
        assert (code, "not HR" in err) == (1, True), command


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b""),
        ("a.pdf", b"%PDF-1.7 nothing else"),
        ("a.png", b"\x89PNG\r\n\x1a\nnothing else"),
        ("a.pdf", b"MZ" + b"\0" * 100),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_a_file_is_what_it_holds_not_what_it_is_called(name: str, content: bytes) -> None:
    with pytest.raises(AttachmentError):
        read_attachment(name, content)


def test_a_files_name_is_made_safe() -> None:
    read = read_attachment("../\u202eدليل\n.exe", _pdf())
    assert (read.name, read.media_type) == ("دليل.pdf", "application/pdf")

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.e2e.product import Product, waai

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("model")]

ACCEPTANCE = ROOT.parent / "shared" / "acceptance" / "questions.jsonl"
KEYS = ["id", "intent", "facets", "ruling", "articles", "confidence", "text"]
QUESTIONS = [
    ("a", "iraq-judiciary", "employee", "اگدر اسوي ريتويت لمنشور ينتقد الوزارة"),
    ("b", "uae-fed", "account_manager", "منو يرد على الناس في حساب الوزارة الرسمي؟"),
    ("c", "muscat", "employee", "كم راتب المدير؟"),
    ("d", "bahrain", "employee", "؟؟؟"),
    ("e", "moh-uae", "employee", "can I post a photo of a patient?\u2028please"),
]


def test_ask_says_the_answer_and_nothing_else(tmp_path: Path) -> None:
    asked = waai(tmp_path, "ask", "--employer", "iraq-judiciary", QUESTIONS[0][3])
    assert asked.returncode == 0
    assert "[iraq-judiciary." in asked.stdout
    assert asked.stderr == ""


def test_ask_json_has_the_form(tmp_path: Path) -> None:
    role = ("--role", "account_manager")
    asked = waai(tmp_path, "ask", "--employer", "uae-fed", *role, "--json", QUESTIONS[1][3])
    answer = json.loads(asked.stdout)
    assert list(answer) == KEYS
    assert answer["intent"] == "ask_rule"
    assert all(article.startswith("uae-fed.") for article in answer["articles"])
    assert 0 < answer["confidence"] <= 1


@pytest.mark.parametrize("beside_run", [False, True])
def test_a_batch_is_answered_in_its_order(
    tmp_path: Path, request: pytest.FixtureRequest, *, beside_run: bool
) -> None:
    if beside_run:
        live: Product = request.getfixturevalue("live")
        assert live.process.poll() is None
    names = ("id", "employer", "role", "text")
    batch = tmp_path / "batch.jsonl"
    rows = [dict(zip(names, values, strict=True)) for values in QUESTIONS * 5]
    batch.write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", "utf-8"
    )
    asked = waai(tmp_path, "ask", "--batch", str(batch))
    assert asked.returncode == 0
    # Not splitlines(): an answer may hold other line ends.
    answers = [json.loads(line) for line in asked.stdout.removesuffix("\n").split("\n")]
    assert [answer["id"] for answer in answers] == list("abcde") * 5
    assert all(list(answer) == KEYS for answer in answers)
    by_id = {answer["id"]: answer for answer in answers}
    assert by_id["c"]["ruling"] == "out_of_scope"
    assert by_id["d"]["ruling"] == "clarify"
    for answer, row in zip(answers, rows, strict=True):
        bound = {"moh-uae": ("moh-uae.", "uae-fed.")}.get(row["employer"], (f"{row['employer']}.",))
        assert all(article.startswith(bound) for article in answer["articles"])


def test_a_wrong_batch_names_the_line(tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": "a", "employer": "nowhere", "text": "x"}\n', "utf-8")
    asked = waai(tmp_path, "ask", "--batch", str(batch))
    assert (asked.returncode, asked.stdout) == (1, "")
    assert f"{batch}:1" in asked.stderr


def test_chat_talks_over_a_pipe(tmp_path: Path) -> None:
    lines = "هل أقدر أنشر صورة مريض؟\nخروج\n"
    talk = waai(tmp_path, "chat", "--employer", "uae-fed", text=lines)
    assert talk.returncode == 0
    assert "[1]" in talk.stdout
    assert "[uae-fed." in talk.stdout
    assert "Traceback" not in talk.stderr


def test_chat_writes_documents_for_their_reader_alone(tmp_path: Path) -> None:
    talk = waai(tmp_path, "chat", "--employer", "uae-fed", text="/mydata\n")
    (path,) = (tmp_path / "var" / "files").iterdir()
    assert f"  {path}\n" in talk.stdout
    assert "سطر الأوامر" in path.read_text("utf-8-sig")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(not ACCEPTANCE.exists(), reason="the acceptance sample is not here")
def test_the_acceptance_sample_is_answered_well_enough(tmp_path: Path) -> None:
    judged = waai(tmp_path, "evaluate", str(ACCEPTANCE), "--json")
    figures = json.loads(judged.stdout)
    assert figures["accuracy"] >= 0.75
    assert figures["foreign_citations"] == []
    assert figures["cases"] == len(ACCEPTANCE.read_text("utf-8").splitlines())
    table = waai(tmp_path, "evaluate", str(ACCEPTANCE)).stdout
    assert f"{figures['right']}/{figures['cases']}" in table
    for heading in ("by employer", "by variety", "by ruling", "wanted -> got"):
        assert heading in table

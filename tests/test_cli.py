from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.support.content import ROOT, copy_content, replace_in
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.usefixtures("log_as_before")


@dataclass
class Done:
    code: int
    out: str
    err: str


Waai = Callable[..., Done]


@pytest.fixture
def waai(capsys: pytest.CaptureFixture[str]) -> Waai:
    def run(*arguments: str | Path) -> Done:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run


def test_the_content_is_valid() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check-content"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "89 articles" in done.stdout


def test_wrong_content_is_explained_without_a_traceback(
    waai: Waai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = copy_content(tmp_path)
    line = replace_in(content / "rulebooks" / "muscat.yml", "extends: null", "extends: nowhere")
    monkeypatch.setenv("WAAI_CONTENT", str(content))
    done = waai("check-content")
    assert (done.code, done.out) == (1, "")
    assert f"muscat.yml:{line}: extends: no rulebook 'nowhere'" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "COMMAND"),
        (("fly",), 2, "invalid choice: 'fly'"),
        (("ask",), 1, "give --employer and a question"),
        (("ask", "هل؟"), 1, "give --employer and a question"),
        (("ask", "--employer", "muscat"), 1, "give --employer and a question"),
        (("ask", "--employer", "oman", "هل؟"), 1, "no employer 'oman'; known are bahrain"),
        (("ask", "--employer", "muscat", "--role", "boss", "هل؟"), 2, "invalid choice: 'boss'"),
        (("ask", "--batch", "none.jsonl"), 1, "none.jsonl: cannot be read"),
        (("ask", "--batch", "none.jsonl", "هل؟"), 1, "--batch stands alone"),
        (("check-post",), 1, "give --employer and a post: check-post --employer muscat"),
        (("check-post", "يوم حلو"), 1, "give --employer and a post"),
        (("check-post", "--employer", "oman", "x"), 1, "post: no employer 'oman'; known are"),
        (("check-post", "--batch", "none.jsonl"), 1, "none.jsonl: cannot be read"),
        (("check-post", "--batch", "none.jsonl", "x"), 1, "--batch stands alone"),
        (("evaluate",), 2, "FILE.jsonl"),
        (("evaluate", "none.jsonl"), 1, "none.jsonl: cannot be read"),
        (("evaluate", "."), 1, ".: cannot be read"),
        (("actions", "--employer", "oman"), 1, "--employer: no employer 'oman'; known are"),
        (("train", "--fast"), 2, "unrecognized arguments: --fast"),
    ],
)
def test_wrong_arguments_are_explained(
    waai: Waai, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = waai(*arguments)
    assert (done.code, done.out) == (code, "")
    assert says in done.err
    assert "Traceback" not in done.err


def test_half_a_configuration_is_explained(waai: Waai, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "hunter2hunter2hunter2")
    done = waai("check-content")
    assert done.code == 1
    assert "set TELEGRAM_WEBHOOK_URL too" in done.err
    assert "hunter2" not in done.err


def test_the_bad_line_of_a_file_is_named(waai: Waai, tmp_path: Path) -> None:
    good = {"id": "1", "employer": "muscat", "text": "سطر\u2028واحد"}
    path = tmp_path / "questions.jsonl"
    lines = [json.dumps(good, ensure_ascii=False), "", '{"employer": "muscat"}']
    path.write_text("\ufeff" + "\r\n".join(lines), "utf-8")
    done = waai("ask", "--batch", path)
    assert done.code == 1
    assert done.err == f"{path}:3: the key 'text' is missing\n"


def test_migrating_makes_the_database(
    waai: Waai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new" / "waai.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    for _ in range(2):
        done = waai("migrate")
        assert (done.code, done.err) == (0, "")
    assert path.stat().st_size > 0


def test_a_database_that_cannot_be_used_is_explained(
    waai: Waai, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://u:hunter2@h/d")
    done = waai("migrate")
    assert done.code == 1
    assert "no database of this kind" in done.err
    assert "hunter2" not in done.err


def test_an_unknown_employer_in_a_chat_is_explained(
    waai: Waai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    done = waai("chat", "--employer", "oman")
    assert (done.code, done.out) == (1, "")
    assert "no employer 'oman'" in done.err


def test_help_lists_the_commands(waai: Waai) -> None:
    done = waai("--help")
    assert done.code == 0
    for command in ("run", "ask", "check-post", "chat", "actions", "evaluate", "train", "migrate"):
        assert command in done.out


INTERRUPTED = """
import os, signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
from bot.__main__ import main
sys.exit(main(["check-content"]))
"""


@pytest.mark.parametrize("module", ["bot.commands", "tqdm", "sqlalchemy", "telegram", "yaml"])
def test_ctrl_c_is_quiet_while_modules_are_loaded(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.records.database import Database
from tests.support.command_line import Waai
from tests.support.handovers import ANSWER, TEXT, ask, queued, text_of
from tests.support.world import AMAL, World

pytestmark = pytest.mark.usefixtures("log_as_before")
_T = TypeVar("_T")
BY = ("--employer", "muscat", "--by")


@pytest.fixture
def waai(waai: Waai, tmp_path: Path) -> Waai:
    """With a roster whose employee 1 is of the desk, and a question to it."""
    Path("staff.csv").write_text("number,name,roles\n1,Amal,hr\n2,Badr,\n", "utf-8")
    assert waai("roster", "import", "staff.csv", "--employer", "muscat", "--commit")[0] == 0
    in_database(tmp_path, lambda world: ask(world, employer="muscat"))
    return waai


def in_database(folder: Path, act: Callable[[World], Awaitable[_T]]) -> _T:
    async def run() -> _T:
        database = Database(f"sqlite:///{folder / 'waai.db'}")
        try:
            return await act(World(database))
        finally:
            await database.dispose()

    return asyncio.run(run())


def answers(folder: Path) -> list[str]:
    async def read(world: World) -> list[str]:
        return [text_of(message) for message in await queued(world, AMAL.user)]

    return in_database(folder, read)


def test_a_question_is_listed_shown_and_answered_once(waai: Waai, tmp_path: Path) -> None:
    code, out, _ = waai("handover", "list", *BY, "1")
    assert code == 0
    assert out.startswith("1001: open")
    assert ", the desk not told yet, asked " in out
    assert "1 open, " in out
    code, out, _ = waai("handover", "show", "1001", *BY, "1")
    assert (code, f"question: {TEXT}" in out) == (0, True)
    assert "not told" not in waai("handover", "list", *BY, "1")[1]
    answered = waai("handover", "answer", "1001", ANSWER, *BY, "1")
    assert answered == (0, "Request 1001 is answered.\n", "")
    again = waai("handover", "answer", "1001", "غيره", *BY, "1")
    assert again == (1, "", "it has been answered already\n")
    (said,) = answers(tmp_path)
    assert ANSWER in said
    assert f"answer: {ANSWER}" in waai("handover", "show", "1001", *BY, "1")[1]
    assert waai("handover", "list", *BY, "1")[1] == "0 open, 0 overdue\n"


def test_an_answer_is_read_from_the_input(waai: Waai, tmp_path: Path) -> None:
    assert waai("handover", "answer", "1001", *BY, "1", typed=f"{ANSWER}\n")[0] == 0
    assert ANSWER in answers(tmp_path)[0]


def test_an_empty_answer_is_refused(waai: Waai, tmp_path: Path) -> None:
    assert waai("handover", "answer", "1001", " ", *BY, "1") == (1, "", "the answer is empty\n")
    assert answers(tmp_path) == []


def test_who_is_of_no_desk_sees_nothing(waai: Waai) -> None:
    for act in (("list",), ("show", "1001"), ("answer", "1001", "x"), ("close", "1001")):
        for number in ("2", "9"):
            code, out, err = waai("handover", *act, *BY, number)
            assert (code, out) == (1, "")
            assert "its desk is not this employee's" in err


def test_one_is_closed_without_an_answer(waai: Waai, tmp_path: Path) -> None:
    closed = (0, "Request 1001 is closed without an answer.\n", "")
    assert [waai("handover", "close", "1001", *BY, "1") for _ in range(2)] == [closed] * 2
    assert len(answers(tmp_path)) == 1
    for number in ("1002", "999999999999999999999"):
        code, _, err = waai("handover", "close", number, *BY, "1")
        assert (code, "no such request" in err) == (1, True)


@pytest.mark.parametrize("name", ["report.csv", "report.xlsx"])
def test_the_report_is_printed_and_written(waai: Waai, name: str) -> None:
    span = ("--employer", "muscat", "--from", "2026-11-01", "--to", "2026-11-30")
    code, out, _ = waai("handover", "report", *span, "--language", "en")
    assert code == 0
    assert "Total  1  0  0  1  -  -  -  -" in out
    assert "target: 16 working hours" in out
    assert "weeks left out, since few asked in them: 1" in out
    assert waai("handover", "report", *span, "--out", name)[1].startswith(f"{name}: 1 rows\n")
    assert Path(name).stat().st_size > 0
    code, _, err = waai("handover", "report", "--employer", "nowhere")
    assert (code, err) == (1, "no employer 'nowhere'\n")

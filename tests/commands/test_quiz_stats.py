from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from bot.records.database import Database
from tests.support.command_line import Waai
from tests.support.content import real_library
from tests.support.quiz_answers import sit

pytestmark = pytest.mark.usefixtures("log_as_before")


@pytest.fixture
def stats(waai: Waai) -> Waai:
    return partial(waai, "quiz", "stats")


@pytest.fixture
def answered(tmp_path: Path) -> None:
    async def fill() -> None:
        database = Database(f"sqlite:///{tmp_path / 'waai.db'}")
        await database.migrate()
        for n in range(12):
            await sit(database, {"muscat.q2": n < 2, "muscat.q3": n > 5}, department="قسم")
        await database.dispose()

    asyncio.run(fill())


@pytest.mark.usefixtures("answered")
def test_a_short_report(stats: Waai) -> None:
    code, out, err = stats("--language", "en", "--employer", "muscat")
    assert (code, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "Muscat Municipality, Oman 12 24 33% 0" in lines
    first, second = (real_library().locate(f"muscat.{n}").article.title.en for n in ("2.1", "2.2"))
    worst = lines.index(f"muscat.2.1 {first} 10 12 12 17%")
    assert lines[worst + 1] == f"muscat.2.2 {second} 6 12 12 50%"
    assert any(line.startswith("muscat.q2 17% Fewer are right than guessing") for line in lines)
    assert lines[-1] == "Questions with too few answers for a verdict: 53 of 55."


@pytest.mark.usefixtures("answered")
def test_it_speaks_arabic(stats: Waai) -> None:
    out = stats()[1]
    assert "أكثر المواد خطأً" in out
    assert "بلدية مسقط" in out


def test_where_nobody_answered(stats: Waai) -> None:
    assert stats("--language", "en")[1].startswith("There are not enough answers yet")


@pytest.mark.usefixtures("answered")
def test_files(stats: Waai, tmp_path: Path) -> None:
    out = stats("--csv", "quiz.csv", "--xlsx", "quiz.xlsx", "--language", "en")[1]
    names = [f"quiz-{name}.csv" for name in ("questions", "articles", "employers", "departments")]
    assert out.splitlines()[-5:] == [*names, "quiz.xlsx"]
    assert all((tmp_path / name).read_bytes().startswith(b"\xef\xbb\xbf") for name in names)
    departments = (tmp_path / "quiz-departments.csv").read_text("utf-8-sig").splitlines()
    assert departments[1].endswith(",قسم,12,24,0.333")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--employer", "oman"), "no employer 'oman'"),
        (("--since", "2026-02-02", "--until", "2026-02-01"), "the last day is before"),
        (("--csv", "quiz.txt"), "must end in .csv"),
        (("--xlsx", "quiz.csv"), "must end in .xlsx"),
    ],
)
def test_errors_are_explained(stats: Waai, arguments: tuple[str, ...], says: str) -> None:
    code, _, err = stats(*arguments)
    assert code == 1
    assert says in err

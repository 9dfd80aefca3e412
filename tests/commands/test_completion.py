from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Delete, Update, delete, update

from bot.records.database import Database
from bot.records.learning_rows import Completion
from bot.spreadsheets.reading import read_table_file
from tests.support.command_line import Waai
from tests.support.completions import BEGUN, complete, publish
from tests.support.roster import employ
from tests.support.world import World
from tests.support.xapi import read_statement, validate_statement

pytestmark = pytest.mark.usefixtures("log_as_before")
OLD = BEGUN - timedelta(days=300)


@pytest.fixture
def completion(waai: Waai, monkeypatch: pytest.MonkeyPatch) -> Waai:
    monkeypatch.setenv("WAAI_XAPI_HOME", "https://waai.example")
    return partial(waai, "completion")


@pytest.fixture
def learned(tmp_path: Path) -> None:
    """One has completed the present version, one an older one, and one nothing."""

    async def fill() -> None:
        database = Database(f"sqlite:///{tmp_path / 'waai.db'}")
        await database.migrate()
        world = World(database)
        await publish(database, version="0", at=OLD)
        await publish(database, renew_by=BEGUN + timedelta(days=9))
        await complete(database, await employ(world, "1", name_en="=1+1"), at=OLD)
        await complete(database, await employ(world, "2"), version="0", at=OLD)
        await employ(world, "3")
        await database.dispose()

    asyncio.run(fill())


async def _change(path: Path, statement: Update | Delete) -> None:
    database = Database(f"sqlite:///{path}")
    async with database.transaction() as session:
        await session.execute(statement)
    await database.dispose()


@pytest.mark.usefixtures("learned")
def test_files_of_all_kinds(completion: Waai, tmp_path: Path) -> None:
    files = ("--csv", "all.csv", "--xlsx", "all.xlsx", "--xapi", "all.jsonl")
    code, out, err = completion("export", "--employer", "muscat", "--all", *files)
    assert (code, err) == (0, "")
    assert out.splitlines() == ["all.csv: 4", "all.xlsx: 4", "all.jsonl: 4"]
    assert (tmp_path / "all.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert ",'=1+1," in (tmp_path / "all.csv").read_text("utf-8-sig")
    tables = [
        [cells for _, cells in read_table_file(tmp_path / name)] for name in ("all.csv", "all.xlsx")
    ]
    assert tables[0] == tables[1]
    assert [(row[0], row[7]) for row in tables[0]] == [
        ("الرقم الوظيفي", "الحالة"),
        ("1", "أتمّ"),
        ("2", "أتمّ"),
        ("2", "لم يبدأ"),
        ("3", "لم يبدأ"),
    ]
    lines = (tmp_path / "all.jsonl").read_text("utf-8").splitlines()
    for line in lines:
        validate_statement(read_statement(line), datetime.now(UTC))
    completion("export", "--employer", "muscat", "--xapi", "all.json")
    array = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert array == list(map(json.loads, lines))


@pytest.mark.usefixtures("learned")
def test_a_day_with_nothing_gives_empty_files(completion: Waai, tmp_path: Path) -> None:
    since = ("--employer", "muscat", "--since", "2026-11-01")
    completion("export", *since, "--csv", "a.csv", "--xapi", "a.jsonl")
    assert len((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()) == 1
    assert (tmp_path / "a.jsonl").read_text("utf-8") == ""
    completion("export", *since, "--xapi", "a.json")
    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == []


@pytest.mark.usefixtures("learned")
def test_who_has_to_renew(completion: Waai, tmp_path: Path) -> None:
    of = ("renewals", "--employer", "muscat", "--language", "en")
    code, out, _ = completion(*of)
    assert code == 0
    (line,) = out.splitlines()
    assert line.startswith("2  ")
    assert line.endswith("  2026-11-10")
    assert completion(*of, "--csv", "due.csv")[1] == "due.csv: 1\n"
    heading, row = (cells for _, cells in read_table_file(tmp_path / "due.csv"))
    assert (heading[-1], row[-1]) == ("Renew by", "2026-11-10")


@pytest.mark.usefixtures("learned")
def test_recompute_finds_and_writes_what_is_missing(completion: Waai, tmp_path: Path) -> None:
    assert completion("recompute") == (0, "differences: 0\n", "")
    asyncio.run(_change(tmp_path / "waai.db", update(Completion).values(score=1)))
    code, out, err = completion("recompute")
    assert (code, err) == (1, "differences: 2 (missing 0, extra 0, changed 2)\n")
    assert out.count("score 1, proven 9") == 2
    asyncio.run(_change(tmp_path / "waai.db", delete(Completion)))
    code, out, err = completion("recompute", "--fix")
    assert (code, err) == (1, "differences: 2 (missing 2, extra 0, changed 0)\n")
    *missing, written = out.splitlines()
    assert all(line.startswith("missing  employee:") for line in missing)
    assert written == "written: 2"
    assert completion("recompute")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--employer", "oman", "--csv", "a.csv"), "no employer 'oman'"),
        (("--employer", "muscat", "--workshop", "oman", "--csv", "a.csv"), "no workshop 'oman'"),
        (("--employer", "muscat"), "name a file to write"),
        (("--employer", "muscat", "--csv", "a.txt"), "must end in .csv"),
        (("--employer", "muscat", "--xapi", "a.txt"), "must end in .json or .jsonl"),
        (("--employer", "muscat", "--xapi", "no/a.json"), "cannot be written"),
    ],
)
def test_errors_are_explained(completion: Waai, arguments: tuple[str, ...], says: str) -> None:
    code, _, err = completion("export", *arguments)
    assert code == 1
    assert says in err


def test_statements_need_an_address(completion: Waai, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAAI_XAPI_HOME")
    monkeypatch.delenv("WAAI_PUBLIC_URL", raising=False)
    code, _, err = completion("export", "--employer", "muscat", "--xapi", "a.json")
    assert code == 1
    assert "Set WAAI_XAPI_HOME" in err

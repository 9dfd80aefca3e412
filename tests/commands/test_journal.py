from __future__ import annotations

import asyncio
import csv
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.records.database import Database
from bot.records.journal import OPERATOR, SYSTEM, Appended, Journal, NewEntry
from tests.support.roster import employ
from tests.support.world import World

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def path(
    log_as_before: None,  # noqa: ARG001 - the commands configure the log
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Path:
    path = tmp_path / "waai.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    return path


async def fill(path: Path) -> list[Appended]:
    database = Database(f"sqlite:///{path}")
    await database.migrate()
    await employ(World(database), "1", roles=["hr"])
    async with database.transaction() as session:
        journal = Journal(session)
        viewed = NewEntry("observation_viewed", OPERATOR, "observation:2", {})
        await journal.append("bahrain", [viewed], NOW)
        sent = [NewEntry("circular_sent", SYSTEM, "circular:1", {"n": n}) for n in range(3)]
        appended = await journal.append("muscat", [*sent, viewed], NOW)
    await database.dispose()
    return appended


def tamper(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER journal_entries_changed")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_whole_journal_is_said_to_be_whole(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    appended = asyncio.run(fill(path))
    assert main(["journal", "verify"]) == 0
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith("bahrain: 1 entries fit, the last one's digest is ")
    assert second == f"muscat: 4 entries fit, the last one's digest is {appended[-1].hash}"
    assert last.startswith("5 entries in ")
    anchor = ["--expect", appended[1].hash.upper()]
    assert main(["journal", "verify", "--employer", "muscat", *anchor]) == 0
    assert main(["journal", "verify", *anchor]) == 0
    capsys.readouterr()
    assert main(["journal", "verify", "--employer", "bahrain", *anchor]) == 1
    assert "The expected digest is in no chain" in capsys.readouterr().err
    assert main(["journal", "verify", "--employer", "nobody"]) == 1
    assert "nobody: no such employer" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["journal", "verify", "--expect", "abc"])


def test_the_first_broken_link_is_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(fill(path))
    tamper(path, "UPDATE journal_entries SET body = '{\"n\":7}' WHERE seq = 2")
    assert main(["journal", "verify"]) == 1
    printed = capsys.readouterr()
    assert "muscat: 1 entries fit" in printed.out
    assert printed.err == "muscat: broken at entry 2: the body was changed.\n"


def test_what_it_says_is_printed_and_written(
    path: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    appended = asyncio.run(fill(path))
    who = ["--employer", "muscat", "--by", "1"]
    assert main(["journal", "list", *who, "--kind", "observation_viewed"]) == 0
    assert capsys.readouterr().out == (
        "4  2026-11-20T09:30:00+00:00  observation_viewed  operator  observation:2  {}\n"
        "observation_viewed: 1\n"
        "1 entries\n"
    )
    out = tmp_path / "journal.csv"
    of = [*who, "--subject", "circular:1", "--out", str(out)]
    assert main(["journal", "list", *of]) == 0
    assert capsys.readouterr().out == "circular_sent: 3\n3 entries\n"
    headings, *rows = csv.reader(out.read_text("utf-8-sig").splitlines())
    assert headings[:3] == ["seq", "at", "kind"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[2][5] == '{"n":2}'
    assert rows[2][-1] == appended[2].hash
    assert main(["journal", "list", *of[:-1], str(tmp_path / "journal.pdf")]) == 1
    assert main(["journal", "list", "--employer", "nobody", "--by", "1"]) == 1
    capsys.readouterr()
    assert main(["journal", "list", *who, "--kind", "journal_listed"]) == 0
    assert capsys.readouterr().out.endswith("journal_listed: 3\n3 entries\n")
    assert main(["journal", "list", "--employer", "muscat", "--by", "2"]) == 1

"""How long completions of many people take: ``python -m benchmarks.completion --help``.

Each figure is of a process of its own, ``python -m bot completion ...``, its start included; memory
is that process's, without PostgreSQL's. Says figures and judges none.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import insert, make_url

from bot.domain.completion import ATTENDED, FINAL, find_completion, has_passed
from bot.domain.serials import new_serial
from bot.library.library import load_library
from bot.library.workshops import Workshop
from bot.records.base import table_of
from bot.records.completions import Fact
from bot.records.database import Database
from bot.records.employees import Employee
from bot.records.learning_rows import Certificate, Completion, Evidence, WorkshopVersion
from bot.settings import load_settings
from tests.support.postgres import running_postgres

_MB = 2**20
_EMPLOYER = "muscat"
_BEGUN = datetime(2026, 1, 4, 4, tzinfo=UTC)
_OLDER = "0"
"""The version that was taught before the present one."""

_STATES = {
    "completed": 66,
    "completed at the second try": 10,
    "attended": 6,
    "completed, the older version only": 8,
    "failed": 4,
    "learning": 3,
    "not begun": 3,
}
"""Percent of the people."""

_TABLES = (Employee, Evidence, Completion, Certificate)
_CHUNK = 2_000

Rows = dict[type, list[dict[str, Any]]]


class _People:
    """Makes people up, with all that they did."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._lessons = [lesson.id for lesson in workshop.lessons]
        self._chance = random.Random(7)  # noqa: S311 - made-up people, no secret
        self._ids, self._numbers = count(1), count(1)

    def make(self, people: int) -> Rows:
        """Give the rows of some more people."""
        rows: Rows = {table: [] for table in _TABLES}
        states = self._chance.choices(list(_STATES), list(_STATES.values()), k=people)
        for state in states:
            employee = self._employee()
            rows[Employee].append(employee)
            self._learn(rows, employee, state)
        return rows

    def _employee(self) -> dict[str, Any]:
        number, chance = next(self._numbers), self._chance
        return {
            "id": f"{chance.getrandbits(104):026x}",
            "employer": _EMPLOYER,
            "number": f"{100_000 + number}",
            "name_ar": f"سالم بن حمد البلوشي {number}",
            "name_en": f"Salim Hamad Al Balushi {number}",
            "department": ["المديرية العامة", f"إدارة {chance.randrange(400)}"],
            "job": "أخصائي",
            "language": None,
            "roles": ["employee"],
            "manager_number": None,
            "created_at": _BEGUN,
            "updated_at": _BEGUN,
            "deactivated_at": None,
        }

    def _learn(self, rows: Rows, employee: dict[str, Any], state: str) -> None:
        learner = f"employee:{employee['id']}"
        version = _OLDER if "older" in state else self._workshop.version
        facts = [
            self._fact(learner, version, part, score, day)
            for day, (part, score) in enumerate(self._parts(state))
        ]
        rows[Evidence] += [fact._asdict() | {"source": f"made:{fact.id}"} for fact in facts]
        parts, mark = (*self._lessons, FINAL), self._workshop.pass_mark
        completed = find_completion(facts, parts, mark)
        if completed is None:
            return
        done = {"id": next(self._ids), "learner": learner, "workshop": self._workshop.id}
        of = {"score": completed.score, "total": completed.total}
        moment = completed.completed_at
        rows[Completion].append(
            done
            | of
            | {"version": version, "completed_at": moment, "evidence": list(completed.evidence)}
        )
        rows[Certificate].append(
            {
                "serial": new_serial(),
                "completion_id": done["id"],
                "name": employee["name_ar"],
                "employer": _EMPLOYER,
                "issued_at": moment,
                "revoked_at": None,
                "revoked_for": None,
            }
        )

    def _parts(self, state: str) -> Iterator[tuple[str, int | None]]:
        """Give what somebody does, and the score of a final quiz."""
        if state == "not begun":
            return
        if state == "attended":
            yield ATTENDED, None
            return
        lessons = self._lessons
        if state == "learning":
            lessons = lessons[: self._chance.randrange(1, len(lessons))]
        yield from ((lesson, None) for lesson in lessons)
        if state in {"failed", "completed at the second try"}:
            yield FINAL, self._chance.randrange(8)
        if state.startswith("completed"):
            yield FINAL, self._chance.randrange(8, 11)

    def _fact(self, learner: str, version: str, part: str, score: int | None, day: int) -> Fact:
        total = None if score is None else 10
        passed = score is None or has_passed(score, total, self._workshop.pass_mark)
        seconds = self._chance.randrange(36_000)
        at = _BEGUN + timedelta(days=day, seconds=seconds)
        of = (self._workshop.id, version, part)
        return Fact(next(self._ids), learner, *of, passed, score, total, at)


async def _fill(url: str, people: int) -> None:
    workshop = load_library(load_settings().content).workshops[_EMPLOYER]
    parts = [*(lesson.id for lesson in workshop.lessons), FINAL]
    database, made = Database(url), _People(workshop)
    await database.migrate()
    versions = [
        {
            "workshop": workshop.id,
            "version": version,
            "parts": parts,
            "pass_mark": workshop.pass_mark,
            "published_at": _BEGUN,
            "renew_by": None if version == _OLDER else _BEGUN + timedelta(days=90),
        }
        for version in (_OLDER, workshop.version)
    ]
    async with database.transaction() as session:
        await session.execute(insert(table_of(WorkshopVersion)), versions)
    for start in range(0, people, _CHUNK):
        async with database.transaction() as session:
            for table, rows in made.make(min(_CHUNK, people - start)).items():
                if rows:
                    await session.execute(insert(table_of(table)), rows)
    await database.dispose()


def _run(database_url: str, *arguments: str | Path) -> dict[str, float]:
    """Run a command in a process of its own."""
    started = time.perf_counter()
    home = {"WAAI_XAPI_HOME": "https://waai.example"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "completion", *arguments],
        env={**os.environ, **home, "DATABASE_URL": database_url},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{arguments} failed")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": round(usage.ru_maxrss * kilobyte / _MB),
    }


def _measure(url: str, folder: Path) -> dict[str, dict[str, float]]:
    of = ("--employer", _EMPLOYER)
    return {
        "start, nobody to write": _run(url, "renewals", "--employer", "iraq-judiciary"),
        "export, CSV": _run(url, "export", *of, "--csv", folder / "a.csv"),
        "export, CSV of all": _run(url, "export", *of, "--all", "--csv", folder / "a.csv"),
        "export, XLSX": _run(url, "export", *of, "--xlsx", folder / "a.xlsx"),
        "export, xAPI": _run(url, "export", *of, "--xapi", folder / "a.jsonl"),
        "renewals, CSV": _run(url, "renewals", *of, "--csv", folder / "b.csv"),
        "recompute": _run(url, "recompute"),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.completion")
    parser.add_argument("--people", type=int, default=100_000, help="employees")
    options = parser.parse_args()
    result = {}
    with tempfile.TemporaryDirectory() as name, running_postgres() as server:
        plain = make_url(server).set(drivername="postgresql").render_as_string()
        for kind, url in (("sqlite", f"sqlite:///{name}/waai.db"), ("postgresql", plain)):
            asyncio.run(_fill(url, options.people))
            result[kind] = _measure(url, Path(name))
    for where, figures in result.items():
        for what, each in figures.items():
            took = f"{each['seconds']:>6} s ({each['cpu_s']} of computing)"
            print(f"{where:<12}{what:<26}{took:<28}{each['peak_mb']:>6} MB")
    print(json.dumps(result | {"load_average": os.getloadavg()}))


if __name__ == "__main__":
    main()

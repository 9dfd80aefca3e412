"""How long the statistics of the quizzes take: ``python -m benchmarks.quiz_statistics --help``.

Each figure is of the service in a process of its own; computing and peak memory are that process's,
without PostgreSQL's. Says figures and judges none.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from typing import Any

from sqlalchemy import insert, make_url

from bot.domain.meaning import Language
from bot.domain.ruling import Role
from bot.library.library import Library, load_library
from bot.library.quizzes import Question
from bot.records.base import new_token, table_of
from bot.records.database import Database
from bot.records.people_rows import Person
from bot.records.quiz_rows import QuizAnswer, Sitting, SittingKind
from bot.services.quiz_statistics import QuizStatisticsService
from bot.settings import load_settings
from tests.support.postgres import running_postgres

_MB = 2**20
_NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
_SITTING = 7
"""Questions of one sitting."""

_AGAIN = 0.1
"""The share of answers that are not a person's first to their question."""

_DEPARTMENTS = 400
_CHUNK = 20_000

Rows = list[dict[str, Any]]


def _picks(question: Question, chance: random.Random, skill: float) -> str:
    """Choose as somebody would who knows the answer with this chance."""
    if chance.random() < skill:
        chosen = set(question.right)
    else:
        chosen = {chance.randrange(question.size) for _ in question.right}
    return "".join(map(str, sorted(chosen)))


def _sitters(library: Library, people: int, chance: random.Random) -> list[dict[str, Any]]:
    """Make up people, each with a skill and the questions that they have not seen, shuffled."""
    employers = sorted(library.quizzes)
    sitters = []
    for _ in range(people):
        employer = chance.choice(employers)
        questions = [
            question
            for rulebook in library.binding(employer)
            if rulebook.id in library.quizzes
            for question in library.quizzes[rulebook.id].questions
        ]
        sitters.append(
            {
                "id": f"{chance.getrandbits(104):026x}",
                "employer": employer,
                "department": f"قطاع / إدارة {chance.randrange(_DEPARTMENTS)}",
                "skill": chance.betavariate(4, 2),
                "left": chance.sample(questions, len(questions)),
            }
        )
    return sitters


def _sat(sitter: dict[str, Any], number: int, size: int, chance: random.Random) -> tuple[Any, Rows]:
    """Give one sitting with its answers."""
    moment = _NOW + timedelta(days=number, seconds=chance.randrange(86_400))
    sitting = {
        "id": new_token(),
        "person_id": sitter["id"],
        "kind": SittingKind.QUIZ,
        "employer": sitter["employer"],
        "started_for": f"event:{number}",
        "questions": [],
        "position": size,
        "started_at": moment,
        "touched_at": moment,
        "ended_at": moment,
    }
    answers = []
    for position in range(size):
        question = sitter["left"].pop()
        picks = _picks(question, chance, sitter["skill"])
        answers.append(
            {
                "sitting_id": sitting["id"],
                "position": position,
                "person_id": sitter["id"],
                "employer": sitter["employer"],
                "department": sitter["department"],
                "question": question.id,
                "version": question.version,
                "picks": picks,
                "is_right": frozenset(map(int, picks)) == question.right,
                "is_first": chance.random() >= _AGAIN,
                "key": f"event:{number}:{position}",
                "answered_at": moment,
            }
        )
    return sitting, answers


def _person(sitter: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": sitter["id"],
        "created_at": _NOW,
        "employer": sitter["employer"],
        "role": Role.EMPLOYEE,
        "last_language": Language.ARABIC,
    }


def _chunks(sitters: list[dict[str, Any]], each: int, chance: random.Random) -> Iterator[Rows]:
    """Give sittings and their answers in turn, as the days bring them."""
    sittings: Rows = []
    answers: Rows = []
    for number, start in enumerate(range(0, each, _SITTING)):
        chance.shuffle(sitters)
        for sitter in sitters:
            sitting, given = _sat(sitter, number, min(_SITTING, each - start), chance)
            sittings.append(sitting)
            answers += given
            if len(answers) >= _CHUNK:
                yield sittings
                yield answers
                sittings, answers = [], []
    if sittings:
        yield sittings
        yield answers


async def _fill(url: str, library: Library, people: int, answers: int) -> None:
    chance = random.Random(7)  # noqa: S311 - made-up answers, no secret
    sitters = _sitters(library, people, chance)
    database = Database(url)
    await database.migrate()
    async with database.transaction() as session:
        await session.execute(insert(table_of(Person)), list(map(_person, sitters)))
    chunks = _chunks(sitters, answers // people, chance)
    for sittings, given in zip(chunks, chunks, strict=True):
        async with database.transaction() as session:
            await session.execute(insert(table_of(Sitting)), sittings)
            await session.execute(insert(table_of(QuizAnswer)), given)
    await database.dispose()


def _prepare(url: str, people: int, answers: int) -> None:
    asyncio.run(_fill(url, load_library(load_settings().content), people, answers))


def _measure(url: str, employer: str | None = None, since: date | None = None) -> dict[str, float]:
    """Let the service compute once."""
    library = load_library(load_settings().content)

    async def compute() -> float:
        database = Database(url)
        started = time.perf_counter()
        await QuizStatisticsService(database, library).compute(employer, since)
        taken = time.perf_counter() - started
        await database.dispose()
        return taken

    before = time.process_time()
    seconds = asyncio.run(compute())
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": round(seconds, 1),
        "cpu_s": round(time.process_time() - before, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilobyte / _MB),
    }


def main() -> None:
    """Measure and print."""
    prog = "python -m benchmarks.quiz_statistics"
    parser = argparse.ArgumentParser(description=__doc__, prog=prog)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--answers", type=int, default=2_000_000)
    options = parser.parse_args()
    asked: dict[str, tuple[str | None, date | None]] = {
        "all": (None, None),
        "one employer": ("muscat", None),
        "since the second day": (None, (_NOW + timedelta(days=1)).date()),
    }
    result: dict[str, dict[str, dict[str, float]]] = {}
    fresh = ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1)
    with tempfile.TemporaryDirectory() as name, running_postgres() as server, fresh:
        plain = make_url(server).set(drivername="postgresql").render_as_string()
        for kind, url in (("sqlite", f"sqlite:///{name}/waai.db"), ("postgresql", plain)):
            fresh.submit(_prepare, url, options.people, options.answers).result()
            result[kind] = {
                what: fresh.submit(_measure, url, *of).result() for what, of in asked.items()
            }
    for where, figures in result.items():
        for what, each in figures.items():
            took = f"{each['seconds']:>6} s ({each['cpu_s']} of computing)"
            print(f"{where:<12}{what:<24}{took:<28}{each['peak_mb']:>6} MB")
    print(json.dumps(result | {"load_average": os.getloadavg()}))


if __name__ == "__main__":
    main()

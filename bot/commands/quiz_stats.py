"""``quiz stats``: which questions are bad, and which articles are not understood."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.domain.item_analysis import Finding, Flag
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.database import Database
from bot.services.quiz_statistics import QuizStatisticsService, Statistics
from bot.services.quiz_statistics_tables import StatisticsTables
from bot.spreadsheets.writing import write_table_file, write_workbook_file

_WORST = 10
"""Articles to print."""

_TOO_FEW = (Finding(Flag.TOO_FEW),)


def add_quiz_stats(quiz: Commands) -> None:
    """Add this command."""
    stats = quiz.add("stats", _stats, "say what the answers tell of questions and of articles")
    stats.add_argument("--employer", help="of one employer's people only")
    for name, what in (("--since", "the first day, in UTC"), ("--until", "the last day")):
        stats.add_argument(name, type=date.fromisoformat, metavar="YYYY-MM-DD", help=what)
    stats.add_argument(
        "--csv", type=Path, metavar="FILE.csv", help="write FILE-questions.csv, and so for each"
    )
    stats.add_argument("--xlsx", type=Path, metavar="FILE.xlsx", help="write all in one workbook")
    stats.add_argument("--language", type=Language, choices=list(Language), default=Language.ARABIC)


def _stats(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> tuple[Statistics, Library]:
        service = QuizStatisticsService(database, library)
        period = arguments.since, arguments.until
        return await service.compute(arguments.employer, *period), library

    statistics, library = with_database(act)
    tables = StatisticsTables(statistics, library, arguments.language)
    _print(statistics, tables, library, arguments.language)
    _write(tables, arguments.csv, arguments.xlsx)


def _print(
    statistics: Statistics, tables: StatisticsTables, library: Library, language: Language
) -> None:
    say = library.phrases.say
    if not statistics.employers:
        print(say("stats_nothing", language))
        return
    _print_table(say("stats_employers", language), tables.employers())
    _print_table(say("stats_worst", language), islice(tables.articles(), _WORST + 1))
    judged = [each for each in statistics.questions if each.findings != _TOO_FEW]
    if suspects := [each for each in judged if each.findings]:
        print(f"\n{say('stats_suspects', language)}")
        for each in suspects:
            print(f"{each.question.id:<14}{each.tally.facility:>4.0%}  {tables.remarks(each)}")
    total = len(statistics.questions)
    print(f"\n{say('stats_few', language, count=total - len(judged), total=total)}")


def _print_table(title: str, rows: Iterable[Sequence[object]]) -> None:
    texts = [list(map(_shown, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    print(f"\n{title}")
    for row in texts:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def _shown(cell: object) -> str:
    return f"{cell:.0%}" if isinstance(cell, float) else str(cell)


def _write(tables: StatisticsTables, csv: Path | None, xlsx: Path | None) -> None:
    by_name = {
        "questions": tables.questions,
        "articles": tables.articles,
        "employers": tables.employers,
        "departments": tables.departments,
    }
    if csv is not None:
        for name, rows in by_name.items():
            path = csv.with_name(f"{csv.stem}-{name}{csv.suffix}")
            write_table_file(path, rows())
            print(path)
    if xlsx is not None:
        write_workbook_file(xlsx, {name: rows() for name, rows in by_name.items()})
        print(xlsx)

"""``survey``: open a wave, close it, and see what came of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.domain.meaning import Language
from bot.domain.surveying import LEAST
from bot.library.library import Library
from bot.records.database import Database
from bot.services.survey_results import comparable, result_rows
from bot.services.survey_waves import KnownWave, WaveService
from bot.services.surveys import SurveyError
from bot.settings import answers_key, load_settings
from bot.spreadsheets.writing import write_table_file


def add_survey(commands: Commands) -> None:
    """Add these commands."""
    survey = commands.group("survey", "surveys, whose answers are anonymous")
    opening = survey.add("open", _open, "open a wave: put a survey to an employer's people")
    opening.add_argument("survey", metavar="SURVEY", help="e.g. awareness")
    opening.add_argument("--wave", required=True, metavar="NAME", help="e.g. before, after")
    opening.add_argument(
        "--anyone", action="store_true", help="also who is not linked to the roster"
    )
    closing = survey.add("close", _close, "close the open wave and count it")
    listing = survey.add("list", _list, "list waves, and how many have taken part")
    listing.add_argument("--employer", help="of one employer only")
    results = survey.add("results", _results, "show what came of closed waves, side by side")
    results.add_argument("survey", metavar="SURVEY", help="e.g. awareness")
    results.add_argument("--language", choices=[each.value for each in Language], default="ar")
    results.add_argument(
        "--out", type=Path, metavar="FILE", help="write it there; ends in .csv or .xlsx"
    )
    for parser in (opening, closing, results):
        parser.add_argument("--employer", required=True, help="e.g. iraq-judiciary")


def _open(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> None:
        await _service(database, library).open(
            arguments.survey, arguments.employer, arguments.wave, is_for_all=arguments.anyone
        )

    with_database(act)
    print(f"{arguments.survey} {arguments.wave}: open for {arguments.employer}")


def _close(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> KnownWave:
        return await _service(database, library).close(arguments.employer)

    wave = with_database(act)
    print(_line(wave))
    if not wave.counts:
        print(f"Fewer than {LEAST} took part: their answers are gone, and nothing is told.")


def _list(arguments: argparse.Namespace) -> None:
    for wave in _waves(arguments.employer, None)[0]:
        print(_line(wave))


def _results(arguments: argparse.Namespace) -> None:
    waves, library = _waves(arguments.employer, arguments.survey)
    told = [wave for wave in waves if wave.counts]
    if not told:
        raise SurveyError(
            f"no closed wave of {arguments.survey!r} for {arguments.employer} has {LEAST} "
            "answers. Results are there once a wave is closed: `survey close`."
        )
    shown = comparable(told)
    rows = list(result_rows(shown, library, Language(arguments.language)))
    for wave in told:
        if wave not in shown:
            print(f"left out: {wave.name}, which asked version {wave.version}")
    if arguments.out is not None:
        write_table_file(arguments.out, rows)
        print(f"{arguments.out}: {len(rows) - 1} rows")
        return
    for row in rows:
        print("  ".join(row))


def _waves(employer: str | None, survey: str | None) -> tuple[list[KnownWave], Library]:
    async def act(database: Database, library: Library) -> tuple[list[KnownWave], Library]:
        return await _service(database, library).list_waves(employer, survey), library

    return with_database(act)


def _line(wave: KnownWave) -> str:
    state = "open" if wave.closed_at is None else f"closed {wave.closed_at:%Y-%m-%d}"
    return (
        f"{wave.employer} {wave.survey} {wave.name} (version {wave.version}): {state}, "
        f"{wave.takers} took part"
    )


def _service(database: Database, library: Library) -> WaveService:
    return WaveService(database, library, SystemClock().now, answers_key(load_settings()))

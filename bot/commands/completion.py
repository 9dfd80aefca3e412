"""``completion``: who completed what, by which evidence, and who has to renew."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.commands.adding import Commands
from bot.commands.completion_recompute import add_recompute
from bot.commands.databases import with_database
from bot.commands.statement_file import open_statement_file
from bot.conversation.clock import SystemClock
from bot.domain.meaning import Language
from bot.errors import ConfigurationError
from bot.library.library import Library
from bot.records.database import Database
from bot.services.completion_statements import CompletionStatements, Statement
from bot.services.completion_tables import CompletionTables, Row
from bot.services.completions import CompletionError, CompletionService, History
from bot.settings import load_settings
from bot.spreadsheets.writing import open_table_file

_T = TypeVar("_T")


def add_completion(commands: Commands) -> None:
    """Add these commands."""
    completion = commands.group("completion", "who completed which workshop, and the proof of it")
    exporting = completion.add("export", _export, "write what an employer's people completed")
    exporting.add_argument(
        "--xapi", type=Path, metavar="FILE.jsonl", help="statements of xAPI; .json: as one array"
    )
    exporting.add_argument(
        "--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="from this day there on"
    )
    exporting.add_argument(
        "--all", action="store_true", help="also, in the tables, what is not completed yet"
    )
    renewing = completion.add("renewals", _renewals, "say who has to complete a new version")
    for command in (exporting, renewing):
        command.add_argument("--employer", required=True, help="e.g. muscat")
        command.add_argument("--workshop", help="this one only")
        command.add_argument("--csv", type=Path, metavar="FILE.csv", help="write a table there")
        command.add_argument("--xlsx", type=Path, metavar="FILE.xlsx", help="write a table there")
        command.add_argument(
            "--language", type=Language, choices=list(Language), default=Language.ARABIC
        )
    add_recompute(completion)


class _Outputs:
    """The files of a command, written while its people come.

    Attributes:
        written: How many things each has.
    """

    def __init__(self, files: ExitStack) -> None:
        self.written = Counter[Path]()
        self._files = files
        self._takes: list[Callable[[Sequence[History]], None]] = []

    def add_tables(
        self,
        arguments: argparse.Namespace,
        headings: Row,
        rows: Callable[[Sequence[History]], Iterable[Row]],
    ) -> None:
        """Open the tables that are asked for."""
        for path in filter(None, (arguments.csv, arguments.xlsx)):
            write = self._files.enter_context(open_table_file(path))
            write([headings])
            self._add(path, write, rows)

    def add_statements(
        self, path: Path, make: Callable[[Sequence[History]], Iterable[Statement]]
    ) -> None:
        """Open a file for statements."""
        self._add(path, self._files.enter_context(open_statement_file(path)), make)

    def take(self, histories: Sequence[History]) -> None:
        """Write what some people did."""
        for take in self._takes:
            take(histories)

    def _add(
        self,
        path: Path,
        write: Callable[[Iterable[_T]], None],
        make: Callable[[Sequence[History]], Iterable[_T]],
    ) -> None:
        self.written[path] = 0

        def counted(histories: Sequence[History]) -> Iterator[_T]:
            for each in make(histories):
                self.written[path] += 1
                yield each

        self._takes.append(lambda histories: write(counted(histories)))


def _export(arguments: argparse.Namespace) -> None:
    if not any((arguments.csv, arguments.xlsx, arguments.xapi)):
        raise CompletionError("name a file to write: --csv, --xlsx or --xapi")
    home = _home() if arguments.xapi else ""

    async def act(database: Database, library: Library) -> Counter[Path]:
        service = CompletionService(database, library)
        tables = await _tables(service, library, arguments)
        since = _moment(library, arguments)
        with ExitStack() as files:
            outputs = _Outputs(files)
            rows = partial(tables.completions, since=since, everybody=arguments.all)
            outputs.add_tables(arguments, tables.headings(), rows)
            if arguments.xapi:
                statements = CompletionStatements(library, home).statements
                outputs.add_statements(arguments.xapi, partial(statements, since=since))
            await service.read(arguments.employer, outputs.take, arguments.workshop)
        return outputs.written

    _print(with_database(act))


def _renewals(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> Counter[Path]:
        service = CompletionService(database, library)
        tables = await _tables(service, library, arguments)
        with ExitStack() as files:
            outputs = _Outputs(files)
            if arguments.csv or arguments.xlsx:
                outputs.add_tables(arguments, tables.renewal_headings(), tables.renewals)
                take = outputs.take
            else:
                take = partial(_print_rows, tables)
            await service.read(arguments.employer, take, arguments.workshop)
        return outputs.written

    _print(with_database(act))


async def _tables(
    service: CompletionService, library: Library, arguments: argparse.Namespace
) -> CompletionTables:
    employer, language = arguments.employer, arguments.language
    courses = await service.list_courses(employer, arguments.workshop)
    return CompletionTables(library, employer, courses, language, SystemClock().now())


def _moment(library: Library, arguments: argparse.Namespace) -> datetime | None:
    """Give the moment at which a day begins where the employer is."""
    if arguments.since is None:
        return None
    zone = library.rulebooks[arguments.employer].calendar.zone
    return datetime.combine(arguments.since, time.min, zone)


def _home() -> str:
    """Give the IRI that the statements' accounts and activities begin with."""
    settings = load_settings()
    home = settings.xapi_home or settings.public_url
    if home is None:
        raise ConfigurationError("Set WAAI_XAPI_HOME to an address of yours; see .env.example.")
    return home


def _print_rows(tables: CompletionTables, histories: Sequence[History]) -> None:
    for row in tables.renewals(histories):
        print("  ".join(str(cell) for cell in row if cell != ""))


def _print(written: Counter[Path]) -> None:
    for path, count in written.items():
        print(f"{path}: {count}")

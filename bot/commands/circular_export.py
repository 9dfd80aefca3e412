"""``circular report`` and ``circular export``: what became of a circular, and the proof of it."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.commands.adding import Commands
from bot.commands.circular_names import add_name, by_of, find_named
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.documents.protocol import protocol
from bot.domain.circular_figures import Status
from bot.domain.circular_tally import Tally
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.database import Database
from bot.services.circular_effect_tables import EffectTables
from bot.services.circular_effects import CircularEffectService, Effect
from bot.services.circular_names import Meant
from bot.services.circular_protocols import CircularProtocols
from bot.services.circular_reports import CircularReportService, Opened, Recipient, Use
from bot.services.circular_tables import CircularTables
from bot.services.circular_views import CircularError
from bot.spreadsheets.writing import Rows, open_table_file, open_workbook_file


def add_circular_export(circular: Commands) -> None:
    """Add these commands."""
    reporting = circular.add("report", _report, "say who was sent it, read it, acknowledged it")
    exporting = circular.add("export", _export, "write it to a file, recipient by recipient")
    exporting.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="ends in .csv, .xlsx or .pdf"
    )
    for command in (reporting, exporting):
        add_name(command)
        command.add_argument(
            "--by", required=True, metavar="NUMBER", help="your number; you are HR"
        )
        command.add_argument("--employer", required=True, help="whose HR you are")
        command.add_argument(
            "--language", type=Language, choices=list(Language), default=Language.ARABIC
        )


@dataclass(frozen=True)
class Report:
    """A circular's report, about to be written."""

    service: CircularReportService
    library: Library
    opened: Opened
    effects: CircularEffectService
    language: Language

    @property
    def tables(self) -> CircularTables:
        """What writes its tables."""
        return CircularTables(self.library, self.opened, self.language)

    def escalation_sheets(self, status: Status) -> dict[str, Rows]:
        """Give what managers were told, each table by its name; nothing before the deadline."""
        tables = self.tables
        sheets = {
            "circular_report_escalation": list(tables.escalation(status)),
            "circular_report_untold": list(tables.untold(status)),
        }
        return {self.say(name): rows for name, rows in sheets.items() if rows}

    def effect_sheets(self, effect: Effect | None) -> Iterator[tuple[str, Rows]]:
        """Give what the circular changed, each table by its name; nothing where nothing is told."""
        if effect is None or not effect.employers:
            return
        tables = EffectTables(effect, self.library, self.language)
        yield self.say("circular_report_questions"), tables.questions()
        yield self.say("circular_report_groups"), tables.groups()

    def say(self, phrase: str, **values: object) -> str:
        """Say a phrase."""
        return self.library.phrases.say(phrase, self.language, **values)


Write = Callable[[Report, Path], Awaitable[Tally]]
"""Writes a report to a file, and gives what the journal is to keep of it."""


def _report(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> None:
        report = await _open(database, library, arguments, Use.VIEW)
        status = await report.service.status(report.opened)
        effect = await report.effects.measure(report.opened)
        circular = report.opened.circular
        print(circular.title(arguments.language))
        if circular.is_altered:
            altered = report.say(
                "circular_report_altered",
                circular=circular.id,
                number=arguments.by,
                employer=arguments.employer,
            )
            print(altered)
        sheets = {
            report.say("circular_report_summary"): report.tables.summary(status),
            report.say("circular_report_reasons"): report.tables.reasons(status),
            **report.escalation_sheets(status),
            **dict(report.effect_sheets(effect)),
        }
        for name, rows in sheets.items():
            _print(name, rows)
        if effect is not None and not effect.employers:
            print(f"\n{report.say('circular_report_no_effect')}")

    with_database(act)


def _export(arguments: argparse.Namespace) -> None:
    form = arguments.out.suffix.lower().removeprefix(".")
    write = WRITERS.get(form)
    if write is None:
        raise CircularError(f"{arguments.out}: the name must end in .csv, .xlsx or .pdf")

    async def act(database: Database, library: Library) -> str:
        report = await _open(database, library, arguments, Use.EXPORT, form)
        tally = await write(report, arguments.out)
        sha256 = _digest(arguments.out)
        entry = await report.service.record(report.opened, form, tally, sha256)
        return f"{tally.people} recipients, sha256 {sha256}, entry {entry.seq} of the journal"

    print(f"{arguments.out}: {with_database(act)}")


async def _open(
    database: Database, library: Library, arguments: argparse.Namespace, use: Use, form: str = ""
) -> Report:
    service = CircularReportService(database, SystemClock().now)
    named = await find_named(database, arguments, Meant.STARTED)
    opened = await service.open(by_of(arguments), named, use, form)
    effects = CircularEffectService(database, library)
    return Report(service, library, opened, effects, arguments.language)


async def _write_csv(report: Report, path: Path) -> Tally:
    tables = report.tables
    with open_table_file(path) as write:
        write([tables.headings()])
        _, tally = await report.service.read(
            report.opened, lambda page: write(tables.recipients(page))
        )
    return tally


async def _write_xlsx(report: Report, path: Path) -> Tally:
    tables = report.tables
    with open_workbook_file(path) as add_sheet:
        write = add_sheet(report.say("circular_report_recipients"))
        write([tables.headings()])
        status, tally = await report.service.read(
            report.opened, lambda page: write(tables.recipients(page))
        )
        add_sheet(report.say("circular_report_summary"))(tables.summary(status))
        add_sheet(report.say("circular_report_reasons"))(tables.reasons(status))
        for name, rows in report.escalation_sheets(status).items():
            add_sheet(name)(rows)
        effect = await report.effects.measure(report.opened)
        for name, rows in report.effect_sheets(effect):
            add_sheet(name)(rows)
    return tally


async def _write_pdf(report: Report, path: Path) -> Tally:
    recipients = list[Recipient]()
    status, tally = await report.service.read(report.opened, recipients.extend)
    protocols = CircularProtocols(report.library, report.opened, report.language)
    effect = await report.effects.measure(report.opened)
    details = protocols.details(status, recipients, effect)
    _save(path, protocol(details, report.library.phrases.say))
    return tally


def _save(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CircularError(f"{path}: cannot be written ({error.strerror or error})") from error


def _digest(path: Path) -> str:
    """Give the SHA-256 of a file's bytes, however long it is."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


WRITERS: Mapping[str, Write] = {"csv": _write_csv, "xlsx": _write_xlsx, "pdf": _write_pdf}
"""By the kind of file."""


def _print(title: str, rows: Iterable[Sequence[object]]) -> None:
    headings, *others = [list(map(_shown, row)) for row in rows]
    print(f"\n{title}")
    for row in others:
        cells = zip(headings[1:], row[1:], strict=True)
        print(f"{row[0]}: {', '.join(f'{name} {cell}' for name, cell in cells if cell)}")


def _shown(cell: object) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell or "")

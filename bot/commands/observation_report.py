"""``observation report``: what both departments report together."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.domain.meaning import Language
from bot.domain.observing import ObservationError
from bot.library.library import Library
from bot.records.database import Database
from bot.services.observation_printing import ObservationPrinting
from bot.services.observation_reports import JointReport, ObservationReportService
from bot.services.staff import ByNumber
from bot.spreadsheets.writing import write_workbook_file


def add_report(group: Commands) -> argparse.ArgumentParser:
    """Add this command and give its parser, which still lacks who asks."""
    parser = group.add("report", _report, "write the joint report on a time, to be signed by both")
    for name, destination in (("--from", "since"), ("--to", "until")):
        parser.add_argument(
            name,
            dest=destination,
            type=date.fromisoformat,
            required=True,
            metavar="YYYY-MM-DD",
            help="a day where the employer is, itself included",
        )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="ends in .pdf or .xlsx"
    )
    parser.add_argument(
        "--language", type=Language, choices=list(Language), default=Language.ARABIC
    )
    return parser


def _report(arguments: argparse.Namespace) -> None:
    out: Path = arguments.out
    if out.suffix.lower() not in {".pdf", ".xlsx"}:
        raise ObservationError(f"{out}: the name must end in .pdf or .xlsx")

    async def act(database: Database, library: Library) -> tuple[JointReport, Library]:
        by = ByNumber(arguments.employer, arguments.by)
        service = ObservationReportService(database, library, SystemClock().now)
        return await service.report(by, arguments.since, arguments.until), library

    report, library = with_database(act)
    printing = ObservationPrinting(library, report, arguments.language)
    if out.suffix.lower() == ".xlsx":
        write_workbook_file(out, printing.sheets(), rtl=arguments.language is Language.ARABIC)
    else:
        try:
            out.write_bytes(printing.pdf())
        except OSError as error:
            raise ObservationError(f"{out}: {error.strerror}") from error
    figures = report.figures
    print(
        f"{out}: {figures.recorded} recorded, {len(figures.referred)} referred, "
        f"{figures.to_decision.number} decided, {len(figures.open)} open"
    )

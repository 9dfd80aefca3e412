"""``handover``: questions that need a person, for the desk that answers them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.conversation.handover_words import HandoverWords
from bot.domain.meaning import Language
from bot.errors import WaaiError
from bot.library.library import Library
from bot.records.database import Database
from bot.services.handover_desk import HandoverDeskService
from bot.services.handover_report import (
    HandoverReport,
    HandoverReportService,
    report_table,
)
from bot.services.handover_views import (
    DeskRequest,
)
from bot.services.staff import (
    ByNumber,
)
from bot.spreadsheets.writing import write_table_file

_T = TypeVar("_T")
_SPAN = timedelta(days=30)


class HandoverError(WaaiError):
    """What is asked for cannot be done; the message says why."""


def add_handovers(commands: Commands) -> None:
    """Add these commands."""
    handovers = commands.group("handover", "questions that need a person: see, answer, close")
    listing = handovers.add("list", _list, "list the open ones, the oldest first")
    showing = handovers.add("show", _show, "show one, but never who asks")
    answering = handovers.add("answer", _answer, "answer one, in the department's name")
    closing = handovers.add("close", _close, "close one without an answer")
    reporting = handovers.add("report", _report, "say how quickly questions are answered")
    for parser in (showing, answering, closing):
        parser.add_argument("id", type=int, metavar="ID", help="the number of the request")
    answering.add_argument("text", nargs="?", help="the answer; read from the input without it")
    for parser in (listing, showing, answering, closing, reporting):
        parser.add_argument("--employer", required=True, help="e.g. iraq-judiciary")
    for parser in (listing, showing, answering, closing):
        parser.add_argument(
            "--by", required=True, metavar="NUMBER", help="your number: one of the desk"
        )
    for name, of, what in (
        ("--from", "first", "the first day; thirty days ago without it"),
        ("--to", "last", "the last day; today without it"),
    ):
        reporting.add_argument(
            name, dest=of, type=date.fromisoformat, metavar="YYYY-MM-DD", help=what
        )
    reporting.add_argument("--language", choices=[each.value for each in Language], default="ar")
    reporting.add_argument("--out", type=Path, metavar="FILE", help="a name in .csv or .xlsx")


def _list(arguments: argparse.Namespace) -> None:
    requests = _at_desk(lambda desk: desk.list_open(_officer(arguments)))
    for request in requests:
        print(_line(request))
    print(f"{len(requests)} open, {sum(each.is_overdue for each in requests)} overdue")


def _show(arguments: argparse.Namespace) -> None:
    request = _at_desk(lambda desk: desk.show(_officer(arguments), arguments.id))
    print(_line(request))
    print(f"question: {request.question or 'not written yet'}")
    if request.answer is not None:
        print(f"answer: {request.answer}")


def _answer(arguments: argparse.Namespace) -> None:
    text = (sys.stdin.read() if arguments.text is None else arguments.text).strip()
    if not text:
        raise HandoverError("the answer is empty")
    _at_desk(lambda desk: desk.answer(_officer(arguments), arguments.id, text))
    print(f"Request {arguments.id} is answered.")


def _close(arguments: argparse.Namespace) -> None:
    _at_desk(lambda desk: desk.close(_officer(arguments), arguments.id))
    print(f"Request {arguments.id} is closed without an answer.")


def _report(arguments: argparse.Namespace) -> None:
    today = SystemClock().now().date()
    last = arguments.last or today
    first = arguments.first or last - _SPAN

    async def act(database: Database, library: Library) -> tuple[HandoverReport, Library]:
        service = HandoverReportService(database, library, SystemClock().now)
        return await service.report(arguments.employer, first, last), library

    report, library = with_database(act)
    rows = report_table(report, library, Language(arguments.language))
    if arguments.out is not None:
        is_rtl = Language(arguments.language) is Language.ARABIC
        write_table_file(arguments.out, rows, rtl=is_rtl)
        print(f"{arguments.out}: {len(rows) - 1} rows")
    else:
        for row in rows:
            print("  ".join("-" if cell == "" else str(cell) for cell in row))
    target = report.target / timedelta(hours=1)
    print(f"target: {target:g} working hours to the first answer")
    if report.weeks_left_out:
        print(f"weeks left out, since few asked in them: {report.weeks_left_out}")


def _at_desk(act: Callable[[HandoverDeskService], Awaitable[_T]]) -> _T:
    async def run(database: Database, library: Library) -> _T:
        words, now = HandoverWords(library), SystemClock().now
        return await act(HandoverDeskService(database, library, words, now))

    return with_database(run)


def _officer(arguments: argparse.Namespace) -> ByNumber:
    return ByNumber(arguments.employer, arguments.by)


def _line(request: DeskRequest) -> str:
    hours = request.waited / timedelta(hours=1)
    overdue = ", overdue" if request.is_overdue else ""
    untold = ", the desk not told yet" if request.untold else ""
    return (
        f"{request.number}: {request.state}{overdue}{untold}, "
        f"asked {request.asked_at:%Y-%m-%d %H:%M} UTC, {hours:.1f} working hours"
    )

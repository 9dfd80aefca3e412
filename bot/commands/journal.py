"""``journal``: whether the log of what was done is whole, and what it says."""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.domain.hash_chain import canonical
from bot.errors import WaaiError
from bot.library.library import Library
from bot.records.database import Database
from bot.services.journal import ChainReport, Entry, JournalService
from bot.services.retention import Retention, years
from bot.services.staff import ByNumber
from bot.settings import load_settings
from bot.spreadsheets.writing import Rows, Write, open_table_file

_HEADINGS = ("seq", "at", "kind", "actor", "subject", "body", "body_sha256", "hash")


class JournalError(WaaiError):
    """The journal is not whole, or there is none."""


def add_journal(commands: Commands) -> None:
    """Add these commands."""
    journal = commands.group("journal", "the log of what was done, chained so that changes show")
    verifying = journal.add("verify", _verify, "work it out again and name the first broken link")
    verifying.add_argument("--employer", help="this one's only")
    verifying.add_argument(
        "--expect", type=_digest, metavar="HASH", help="a digest noted earlier that must be in it"
    )
    listing = journal.add("list", _list, "print or write what it says, moments in UTC")
    listing.add_argument("--employer", required=True, help="e.g. muscat")
    listing.add_argument("--by", required=True, metavar="NUMBER", help="your number; you are HR")
    listing.add_argument("--subject", help="e.g. circular:1a2b: what was done to it only")
    listing.add_argument("--kind", help="e.g. circular_acknowledged: this only")
    listing.add_argument("--out", type=Path, metavar="FILE.csv|.xlsx", help="write a table there")


def _verify(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> list[ChainReport]:
        _check_employer(library, arguments.employer)
        return await journal_service(database).verify(arguments.employer, arguments.expect)

    started = time.perf_counter()
    reports = with_database(act)
    for each in reports:
        print(f"{each.chain}: {each.entries} entries fit, the last one's digest is {each.hash}")
    entries = sum(each.entries for each in reports)
    print(f"{entries} entries in {time.perf_counter() - started:.1f} s")
    problems = [
        f"{each.chain}: broken at entry {each.broken.seq}: {each.broken.fault}."
        for each in reports
        if each.broken is not None
    ]
    if arguments.expect and not any(each.met for each in reports):
        problems.append("The expected digest is in no chain: one was written anew, or cut off.")
    if problems:
        raise JournalError("\n".join(problems))


def _list(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> Counter[str]:
        _check_employer(library, arguments.employer)
        counts = Counter[str]()
        with ExitStack() as files:
            write = files.enter_context(open_table_file(arguments.out)) if arguments.out else _print
            if arguments.out:
                write([_HEADINGS])
            take = partial(_take, write, counts)
            by = ByNumber(arguments.employer, arguments.by)
            wanted = arguments.subject, arguments.kind
            await journal_service(database).read(by, take, *wanted)
        return counts

    counts = with_database(act)
    for kind, number in sorted(counts.items()):
        print(f"{kind}: {number}")
    print(f"{counts.total()} entries")


def _take(write: Write, counts: Counter[str], entries: Sequence[Entry]) -> None:
    counts.update(entry.kind for entry in entries)
    write([_row(entry) for entry in entries])


def _row(entry: Entry) -> tuple[str | int, ...]:
    body = "" if entry.body is None else canonical(entry.body)
    what = (entry.kind, entry.actor, entry.subject, body)
    return entry.seq, entry.at.isoformat(), *what, entry.body_sha256, entry.hash


def _print(rows: Rows) -> None:
    for row in rows:
        print("  ".join(str(cell) for cell in row[:6]))


def _digest(value: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", value.lower()):
        raise argparse.ArgumentTypeError("a digest has 64 characters out of 0-9 a-f")
    return value.lower()


def _check_employer(library: Library, employer: str | None) -> None:
    if employer is not None and employer not in library.rulebooks:
        raise JournalError(f"{employer}: no such employer")


def journal_service(database: Database) -> JournalService:
    """Give what checks the journal, as long as the settings keep what it says."""
    settings = load_settings()
    retention = Retention(
        evidence=years(settings.evidence_years), audit=years(settings.audit_years)
    )
    return JournalService(database, retention, SystemClock().now)

"""``roster``: import, export and show."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.domain.roster import RosterError, StoredEmployee
from bot.domain.roster_plan import Preview
from bot.library.library import Library
from bot.records.database import Database
from bot.services.roster import RosterService
from bot.services.roster_tables import rejected_table, roster_table
from bot.spreadsheets.reading import read_table_file
from bot.spreadsheets.writing import write_table_file


def add_roster(commands: Commands) -> None:
    """Add these commands."""
    roster = commands.group("roster", "employees as their employers' files have them")
    importing = roster.add("import", _import, "say what a file would change; --commit changes it")
    importing.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX, complete")
    importing.add_argument("--employer", help="whose roster it is, if no column tells")
    importing.add_argument("--commit", action="store_true", help="write the changes")
    importing.add_argument(
        "--allow-leavers",
        action="store_true",
        help="also if more than a tenth of an employer's people are not in the file",
    )
    importing.add_argument(
        "--rejected", type=Path, metavar="FILE.csv", help="write rejected rows and why there"
    )
    exporting = roster.add("export", _export, "write the roster to a file that imports again")
    exporting.add_argument("file", type=Path, metavar="FILE", help="a name in .csv or .xlsx")
    exporting.add_argument("--employer", help="of one employer only")
    showing = roster.add("show", _show, "show one employee")
    showing.add_argument("number", metavar="NUMBER", help="the employer's number of them")
    showing.add_argument("--employer", required=True, help="e.g. iraq-judiciary")


def _import(arguments: argparse.Namespace) -> None:
    file: Path = arguments.file
    rows, employer = read_table_file(file), arguments.employer

    async def act(database: Database, library: Library) -> tuple[Preview, Library]:
        roster = _service(database, library)
        if not arguments.commit:
            return await roster.preview(rows, employer), library
        allow = arguments.allow_leavers
        return await roster.commit(rows, employer, allow_leavers=allow), library

    preview, library = with_database(act)
    print(_report(preview, committed=arguments.commit))
    if arguments.rejected:
        rejected = rejected_table(read_table_file(file), preview, library)
        write_table_file(arguments.rejected, rejected)
        print(f"{arguments.rejected}: the rejected rows, with reasons")
    if not arguments.commit:
        print("Nothing was written. With --commit it is.")


def _report(preview: Preview, *, committed: bool) -> str:
    columns = ", ".join(f"{column.value} {n}" for column, n in preview.columns.items())
    lines = [
        f"new        {preview.new}",
        f"changed    {preview.changed}{f' ({columns})' if columns else ''}",
        f"unchanged  {preview.unchanged}",
        f"returners  {preview.returners}",
        f"leavers    {preview.leavers}",
        *(f"           {t.employer}: {t.leavers} of {t.active}" for t in preview.turnover),
        f"rejected   {len(preview.rejected)}",
        *_reasons(preview),
    ]
    if preview.ignored:
        lines.append(f"columns not read: {', '.join(preview.ignored)}")
    if preview.suspicious and not committed:
        names = ", ".join(each.employer for each in preview.suspicious)
        lines.append(
            f"More than a tenth of {names} leave: is the file complete? Then add --allow-leavers."
        )
    return "\n".join(lines)


def _reasons(preview: Preview) -> list[str]:
    faults = Counter(reason.fault for reasons in preview.rejected.values() for reason in reasons)
    return [
        f"           {fault.value.removeprefix('roster_').replace('_', ' ')} {n}"
        for fault, n in faults.most_common()
    ]


def _export(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> int:
        entries = await _service(database, library).export(arguments.employer)
        write_table_file(arguments.file, roster_table(entries, library))
        return len(entries)

    print(f"{arguments.file}: {with_database(act)} employees")


def _show(arguments: argparse.Namespace) -> None:
    employer, number = arguments.employer, arguments.number

    async def act(database: Database, library: Library) -> StoredEmployee | None:
        return await _service(database, library).find(employer, number)

    found = with_database(act)
    if found is None:
        raise RosterError(f"{employer} has no employee {number}")
    entry = found.entry
    for name, value in (
        ("id", found.id),
        ("active", "yes" if found.active else "no, has left"),
        ("name", " | ".join(filter(None, (entry.name_ar, entry.name_en)))),
        ("department", " / ".join(entry.department)),
        ("job", entry.job),
        ("manager", entry.manager),
        ("phones", ", ".join(entry.phones)),
        ("language", entry.language),
        ("roles", ", ".join(entry.roles)),
    ):
        print(f"{name:<11}{value or '-'}")


def _service(database: Database, library: Library) -> RosterService:
    return RosterService(database, library, SystemClock().now)

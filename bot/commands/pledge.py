"""``pledge``: who has accepted the rules, and the proof of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.errors import WaaiError
from bot.library.library import Library
from bot.records.database import Database
from bot.services.pledges import Accepted, Coverage, PledgeService
from bot.spreadsheets.writing import write_table_file

_HEADINGS = (
    "number",
    "name",
    "department",
    "rulebook",
    "version",
    "current",
    "accepted_at",
    "language",
    "channel",
    "message",
    "sha256",
    "wording",
)


class PledgeError(WaaiError):
    """There is no such employer; for the operator."""


def add_pledge(commands: Commands) -> None:
    """Add these commands."""
    pledge = commands.group("pledge", "what employees have acknowledged")
    listing = pledge.add("list", _list, "list who has acknowledged what, and how many have")
    exporting = pledge.add("export", _export, "write it to a file, word by word")
    exporting.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="ends in .csv or .xlsx"
    )
    for parser in (listing, exporting):
        parser.add_argument("--employer", required=True, help="e.g. iraq-judiciary")


def _list(arguments: argparse.Namespace) -> None:
    async def act(
        database: Database, library: Library
    ) -> tuple[list[Accepted], list[Coverage], ZoneInfo]:
        zone, service = _zone(library, arguments.employer), _service(database, library)
        employer = arguments.employer
        return await service.list_all(employer), await service.cover(employer), zone

    accepted, coverage, zone = with_database(act)
    for each in accepted:
        earlier = "" if each.is_present else " (an earlier version)"
        print(
            f"{each.number} {each.name}: {each.rulebook} version {each.version}, "
            f"{_moment(each.accepted_at, zone)}{earlier}"
        )
    for one in coverage:
        print(f"{one.rulebook}: {one.accepted} of {one.active} employees")


def _export(arguments: argparse.Namespace) -> None:
    async def act(database: Database, library: Library) -> tuple[list[Accepted], ZoneInfo]:
        zone = _zone(library, arguments.employer)
        return await _service(database, library).list_all(arguments.employer), zone

    accepted, zone = with_database(act)
    write_table_file(arguments.out, _rows(accepted, zone))
    print(f"{arguments.out}: {len(accepted)} acknowledgements")


def _rows(accepted: Sequence[Accepted], zone: ZoneInfo) -> Iterator[Sequence[str]]:
    yield _HEADINGS
    for each in accepted:
        yield (
            each.number,
            each.name,
            each.department,
            each.rulebook,
            str(each.version),
            "yes" if each.is_present else "no",
            _moment(each.accepted_at, zone),
            each.language.value,
            each.channel,
            each.message,
            each.digest,
            each.wording,
        )


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _zone(library: Library, employer: str) -> ZoneInfo:
    rulebook = library.rulebooks.get(employer)
    if rulebook is None:
        there = ", ".join(sorted(library.rulebooks))
        raise PledgeError(f"there is no employer {employer!r}. There are: {there}.")
    return ZoneInfo(rulebook.timezone)


def _service(database: Database, library: Library) -> PledgeService:
    return PledgeService(database, library, SystemClock().now)

"""``circular verify``: whether a circular is still what the journal says of it."""

from __future__ import annotations

import argparse

from bot.commands.adding import Commands
from bot.commands.circular_names import add_name, by_of, find_named
from bot.commands.databases import with_database
from bot.commands.journal import journal_service
from bot.conversation.clock import SystemClock
from bot.library.library import Library
from bot.records.database import Database
from bot.services.circular_names import Meant
from bot.services.circular_reports import CircularReportService, Use
from bot.services.circular_verification import CircularVerificationService, Verified
from bot.services.circular_views import CircularError
from bot.services.journal import ChainReport


def add_circular_verify(circular: Commands) -> None:
    """Add this command."""
    verifying = circular.add(
        "verify", _verify, "hold its text, files, recipients and proofs against the journal"
    )
    add_name(verifying)
    verifying.add_argument("--by", required=True, metavar="NUMBER", help="your number; you are HR")
    verifying.add_argument("--employer", required=True, help="whose HR you are")


def _verify(arguments: argparse.Namespace) -> None:
    async def act(database: Database, _: Library) -> tuple[list[ChainReport], str, Verified]:
        reports = CircularReportService(database, SystemClock().now)
        named = await find_named(database, arguments, Meant.STARTED)
        opened = await reports.open(by_of(arguments), named, Use.VIEW, "verify")
        chain = await journal_service(database).verify(arguments.employer)
        verified = await CircularVerificationService(database).verify(opened)
        content = opened.circular.content
        return chain, f"{content.number} v{content.version}", verified

    chain, name, verified = with_database(act)
    print(
        f"{name}: held against {verified.acknowledgements} acknowledgements and "
        f"{verified.records} records of its recipients in the journal"
    )
    broken = [
        f"The journal is broken at entry {each.broken.seq}: {each.broken.fault}."
        for each in chain
        if each.broken is not None
    ]
    if problems := (*broken, *verified.differences):
        raise CircularError("\n".join(problems))
    print("All fits.")

"""The circular that a command is about: its number, and who gives the command."""

from __future__ import annotations

import argparse

from bot.domain.circulars import CircularStep
from bot.records.database import Database
from bot.services.circular_names import CircularNameService, Meant
from bot.services.staff import ByNumber


def add_name(parser: argparse.ArgumentParser) -> None:
    """Let a command be about a circular."""
    parser.add_argument("id", metavar="NUMBER", help="the circular's number, or its id")
    parser.add_argument(
        "--version", type=int, metavar="N", help="where the number alone could be several"
    )


async def find_named(
    database: Database, arguments: argparse.Namespace, wanted: Meant | CircularStep
) -> str:
    """Give the id of the circular that a command is about.

    Raises:
        CircularError, StaffError: See ``bot.services.circular_names.CircularNameService``.
    """
    names = CircularNameService(database)
    return await names.find(by_of(arguments), arguments.id, wanted, arguments.version)


def by_of(arguments: argparse.Namespace) -> ByNumber:
    """Give who gives a command."""
    return ByNumber(arguments.employer, arguments.by)

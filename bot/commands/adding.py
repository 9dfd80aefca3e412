"""How a module adds its commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Command = Callable[[argparse.Namespace], None]


class Commands:
    """The commands of the program, or of a group such as ``roster``.

    Args:
        parser: What they are read by.
        before: The words before each of them.
    """

    def __init__(self, parser: argparse.ArgumentParser, before: str = "") -> None:
        self._parsers = parser.add_subparsers(required=True, metavar="COMMAND")
        self._before = before

    def add(self, name: str, command: Command, summary: str) -> argparse.ArgumentParser:
        """Add a command and give the parser of its own arguments."""
        parser = self._parsers.add_parser(name, help=summary, description=summary)
        parser.set_defaults(command=command, command_name=f"{self._before}{name}")
        return parser

    def group(self, name: str, summary: str) -> Commands:
        """Add a word that several commands begin with, as in ``roster import``."""
        parser = self._parsers.add_parser(name, help=summary, description=summary)
        return Commands(parser, f"{self._before}{name} ")

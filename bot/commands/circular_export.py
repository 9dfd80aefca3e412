"""``circular report`` and ``circular export``: what became of a circular, and the proof of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.database import Database
from bot.services.circular_effect_tables import EffectTables
from bot.services.circular_effects import CircularEffectService, Effect
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
        command.add_argument("circular", metavar="ID", help="the circular's")
        command.add_argument(
            "--by", required=True, metavar="NUMBER", help="the employee's of HR who wants it"
        )
        command.add_argument(
            "--language", type=Language, choices=list(Language), default=Language.ARABIC
        )

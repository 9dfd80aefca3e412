"""``completion recompute``: whether each completion is what its evidence proves."""

from __future__ import annotations

import argparse

from bot.commands.adding import Commands
from bot.commands.databases import with_database
from bot.conversation.clock import SystemClock
from bot.domain.completion import Completed
from bot.library.library import Library
from bot.records.database import Database
from bot.services.completion_check import CompletionCheckService, Difference, Kind
from bot.services.completions import CompletionError


def add_recompute(completion: Commands) -> None:
    """Add this command."""
    rebuilding = completion.add(
        "recompute", _recompute, "rebuild every completion from the evidence, and compare"
    )
    rebuilding.add_argument(
        "--fix", action="store_true", help="write those that are missing; nothing else is changed"
    )


def _recompute(arguments: argparse.Namespace) -> None:
    async def act(database: Database, _: Library) -> list[Difference]:
        service = CompletionCheckService(database, SystemClock().now)
        differences = await service.compare()
        for each in differences:
            print(_described(each))
        if arguments.fix:
            print(f"written: {await service.add_missing(differences)}")
        return differences

    if differences := with_database(act):
        counts = ", ".join(
            f"{kind} {sum(each.kind is kind for each in differences)}" for kind in Kind
        )
        raise CompletionError(f"differences: {len(differences)} ({counts})")
    print("differences: 0")


def _described(difference: Difference) -> str:
    kept, proven = difference.kept, difference.proven
    head = f"{difference.kind:<8} {difference.learner} {difference.workshop}@{difference.version}"
    if kept is not None and proven is not None:
        changes = ", ".join(
            f"{name} {_shown(kept, name)}, proven {_shown(proven, name)}"
            for name in difference.changes
        )
        return f"{head}: {changes}"
    one = kept or proven
    return f"{head}: completed {one.completed_at.isoformat()}" if one else head


def _shown(completed: Completed, name: str) -> str:
    value = getattr(completed, name)
    return value.isoformat() if name == "completed_at" else str(value)

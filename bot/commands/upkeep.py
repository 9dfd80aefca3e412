"""Commands that keep a place in order: ``train``, ``migrate``, ``check-content``."""

from __future__ import annotations

import argparse
import asyncio

from bot.commands.adding import Commands
from bot.library.library import load_library
from bot.model.training import train
from bot.records.database import Database
from bot.settings import load_settings


def add_upkeep(commands: Commands) -> None:
    """Add these commands."""
    training = commands.add("train", _train, "train the model, if none fits the data")
    training.add_argument("--force", action="store_true", help="train in any case")
    commands.add("migrate", _migrate, "bring the database to the newest schema")
    commands.add("check-content", _check_content, "validate all files under content/")


def _train(arguments: argparse.Namespace) -> None:
    path, seconds = train(force=arguments.force)
    how = f"trained in {seconds:.0f} s" if seconds else "fits the data, nothing to do"
    print(f"{path.name}: {how}")


def _migrate(_: argparse.Namespace) -> None:
    async def migrate() -> None:
        database = Database(load_settings().database_url)
        try:
            await database.migrate()
        finally:
            await database.dispose()

    asyncio.run(migrate())
    print("The database has the newest schema.")


def _check_content(_: argparse.Namespace) -> None:
    library = load_library(load_settings().content)
    articles = sum(
        len(section.articles) for b in library.rulebooks.values() for section in b.sections
    )
    books, facets = len(library.rulebooks), len(library.facets)
    print(f"{books} rulebooks with {articles} articles, {facets} facets: all valid.")

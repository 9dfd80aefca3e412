"""The database and the content, for commands that need no conversation."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.library.library import Library, load_library
from bot.records.database import Database
from bot.settings import load_settings

_T = TypeVar("_T")


def with_database(act: Callable[[Database, Library], Awaitable[_T]]) -> _T:
    """Run something on the database of the settings, brought to the newest schema.

    Raises:
        ConfigurationError: A setting cannot be used.
        ContentError: A content file is wrong.
    """
    settings = load_settings()
    library = load_library(settings.content)

    async def run() -> _T:
        database = Database(settings.database_url)
        try:
            await database.migrate()
            return await act(database, library)
        finally:
            await database.dispose()

    # The library stays to the end: looked through again and again, it took a fifth of an export.
    gc.freeze()
    try:
        return asyncio.run(run())
    finally:
        gc.unfreeze()

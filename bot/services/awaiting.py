"""Texts that something asked a person for: the next thing they type is it."""

from __future__ import annotations

from bot.records.awaited import await_text, leave_text, take_text
from bot.records.database import Database
from bot.records.people import People
from bot.services.retention import Now


class AwaitingService:
    """Knows what a person's next text is for."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def begin(self, person_id: str, awaited: str) -> None:
        """Note what the person's next text is for.

        Args:
            person_id: Whose text it is.
            awaited: The purpose and what it is about, ``purpose:id``.
        """
        async with self._database.transaction() as session:
            await_text(await People(session).hold(person_id), awaited, self._now())

    async def leave(self, person_id: str) -> None:
        """Note that the person went on to something else."""
        async with self._database.transaction() as session:
            leave_text(await People(session).hold(person_id), self._now())

    async def take(self, person_id: str, key: str) -> str | None:
        """Say what a text is for, which is taken by it; None where nothing waits for it.

        Args:
            person_id: Who typed it.
            key: What makes the event unique that brought it; handled again it gets the same.
        """
        async with self._database.transaction() as session:
            return take_text(await People(session).hold(person_id), key, self._now())

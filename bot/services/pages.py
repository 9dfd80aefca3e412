"""Further pages of messages that were sent."""

from __future__ import annotations

from bot.records.base import Json
from bot.records.database import Database
from bot.records.links import Links
from bot.records.outbox import ADDRESS, Outbox


class PageService:
    """Finds what a message said, for the one it went to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, person_id: str, message_id: int) -> Json | None:
        """Give what a message said, as JSON values.

        Args:
            person_id: Who asks.
            message_id: The message's number in the outbox.

        Returns:
            None where it went to somebody else, or is not kept any more.
        """
        async with self._database.reading() as session:
            message = await Outbox(session).find(message_id)
            if message is None:
                return None
            links = await Links(session).list_of(person_id)
        theirs = any(
            all(getattr(link, name) == getattr(message, name) for name in ADDRESS) for link in links
        )
        return message.payload if theirs else None

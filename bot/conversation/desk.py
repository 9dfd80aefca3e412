"""What was asked for: the next thing that a person types or sends goes to what asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from arabic import fold
from bot.conversation.channel import Fetch
from bot.conversation.events import Media
from bot.conversation.messages import Message
from bot.conversation.replies import Replies
from bot.records.base import clean
from bot.services.awaiting import AwaitingService
from bot.services.enrolment import Employee

_CANCELS = frozenset(map(fold, ("إلغاء", "ألغ", "الغ", "cancel")))


class Purpose(Protocol):
    """What texts are asked for; doing it again with the same text must change nothing."""

    async def typed(
        self, person: Employee, about: str, text: str, key: str
    ) -> Message | Sequence[Message]:
        """Take a text.

        Args:
            person: Who typed it.
            about: What it is about: what stood behind the purpose's name where it was asked for.
            text: What was typed; it may be blank or hold no letter.
            key: What makes the event unique.
        """


class FilePurpose(Protocol):
    """What files are asked for; doing it again with the same file must change nothing."""

    async def attached(
        self, person: Employee, about: str, media: Media, fetch: Fetch
    ) -> Sequence[Message]:
        """Take what is no text.

        Args:
            person: Who sent it.
            about: As for a text.
            media: What was sent.
            fetch: Gives what is in its file; nothing of it was fetched yet.

        Returns:
            What to say; nothing where a text was asked for.
        """


@dataclass(frozen=True)
class Desk:
    """Hands texts and files to what asked for them.

    Attributes:
        purposes: By the name that stands before the colon in what is awaited.
        files: Likewise those that take files too.
    """

    awaiting: AwaitingService
    replies: Replies
    purposes: Mapping[str, Purpose]
    files: Mapping[str, FilePurpose]

    async def typed(self, person: Employee, text: str, key: str) -> Sequence[Message]:
        """Hand over a text that was asked for; nothing where none was, so that it is read on.

        Args:
            person: Who typed it.
            text: What was typed.
            key: What makes the event unique; handled again it goes where it went before.
        """
        awaited = await self.awaiting.take(person.id, key)
        name, _, about = (awaited or "").partition(":")
        purpose = self.purposes.get(name)
        if purpose is None:
            return []
        if fold(text).strip(" .!؟?") in _CANCELS:
            return [self.replies.phrase("awaited_cancelled", person.speaks)]
        # As it is stored: what is made of it before is no other text then.
        said = await purpose.typed(person, about, clean(text), key)
        return [said] if isinstance(said, Message) else said

    async def attached(self, person: Employee, media: Media, fetch: Fetch) -> Sequence[Message]:
        """Hand over a file that was asked for, or say that it was a text; it is awaited on."""
        name, _, about = (person.awaited or "").partition(":")
        purpose = self.files.get(name)
        said = await purpose.attached(person, about, media, fetch) if purpose else ()
        return said or [self.replies.phrase("awaited_no_text", person.speaks)]

    async def leave(self, person: Employee) -> None:
        """Ask for no text any more: the person went on to something else."""
        if person.awaited is not None:
            await self.awaiting.leave(person.id)


def awaits_text(person: Employee, key: str) -> bool:
    """Say whether an event's text was asked for; handled again it still was."""
    return person.awaited is not None or person.awaited_taken_for == key

"""In which of their chats somebody is sent what goes to many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.circulars import Unreached
from bot.domain.meaning import Language
from bot.domain.reach import Door, Doors
from bot.records.base import Json
from bot.records.deliveries import Chat
from bot.services.circular_views import KnownCircular


class CircularSpeaker(Protocol):
    """Puts circulars into words."""

    def parts(
        self,
        circular: KnownCircular,
        language: Language,
        door: tuple[str, str],
        *,
        is_late: bool = False,
    ) -> Sequence[Json]:
        """Give a circular's messages for a channel as JSON values, in their order.

        Args:
            circular: What to say.
            language: In which language.
            door: The platform's name and our account on it.
            is_late: Its deadline is over by the time that they are sent.
        """


@dataclass(frozen=True)
class Way:
    """How somebody is reached.

    Attributes:
        templated: A template has to go first.
    """

    chat: Chat
    door: Door
    templated: bool

    @property
    def key(self) -> tuple[str, str]:
        """The platform's name and our account on it."""
        return self.chat.channel, self.chat.account


def choose_way(
    chats: Sequence[Chat], doors: Doors, now: datetime, *, left: bool, opted_out: bool
) -> Way | Unreached:
    """Choose a chat of somebody's, or say why there is none.

    Args:
        chats: Proved to be theirs, the one they prefer first.
        doors: Where people can be written to.
        now: The present moment.
        left: They are with the employer no more.
        opted_out: They want no messages unasked.
    """
    if left:
        return Unreached.LEFT
    if opted_out:
        return Unreached.OPTED_OUT
    known = [chat for chat in chats if (chat.channel, chat.account) in doors]
    if not known:
        return Unreached.NO_CHAT
    open_ones = [chat for chat in known if not chat.blocked]
    if not open_ones:
        return Unreached.BLOCKED
    chat = open_ones[0]
    door = doors[chat.channel, chat.account]
    return Way(chat, door, not _is_open(chat, door, now))


def _is_open(chat: Chat, door: Door, now: datetime) -> bool:
    if door.window is None:
        return True
    return chat.wrote_at is not None and now < chat.wrote_at + door.window

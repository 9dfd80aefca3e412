"""A circular as the messages that a channel can carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation.channel import Limits
from bot.conversation.circular_words import CircularWords
from bot.conversation.splitting import split
from bot.domain.meaning import Language
from bot.records.base import Json
from bot.services.circular_views import KnownCircular


@dataclass(frozen=True)
class CircularParts:
    """Puts circulars into words and cuts them; a ``bot.services.reaching.CircularSpeaker``.

    Attributes:
        words: How a circular is said.
        limits: Gives what a message to a platform and account can hold.
    """

    words: CircularWords
    limits: Callable[[tuple[str, str]], Limits]

    def parts(
        self,
        circular: KnownCircular,
        language: Language,
        door: tuple[str, str],
        *,
        is_late: bool = False,
    ) -> list[Json]:
        """Give a circular's messages for a channel as JSON values, in their order."""
        said = self.words.circular(circular, language, is_late=is_late)
        return [part.to_json() for part in split(said, self.limits(door))]

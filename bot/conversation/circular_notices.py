"""What is told of circulars by itself: reminders, and the list of who has not acknowledged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.conversation.circular_words import CircularWords
from bot.conversation.messages import Block, BlockKind, Message
from bot.domain.circular_reminders import Stage
from bot.domain.meaning import Language
from bot.records.base import Json
from bot.records.circular_reminders import Missing
from bot.services.circular_views import KnownCircular

_MOST_NAMES = 40
"""A message that lists more would not fit everywhere."""


@dataclass(frozen=True)
class CircularNotices:
    """Says what is told unasked; ``bot.services.circular_reminders.Speaker`` is what services see.

    Attributes:
        words: How a circular is said.
    """

    words: CircularWords

    def reminder(self, circular: KnownCircular, stage: int, language: Language) -> Json:
        """Give a reminder with the statement, so that it can be acknowledged there."""
        phrase = "reminded_ahead" if stage < Stage.DUE else "reminded_today"
        due_at, until = circular.content.due_at, {}
        if stage > Stage.DUE and due_at is not None:
            phrase, until = "reminded_late", {"due": self.words.moment(circular, due_at, language)}
        number = circular.content.number
        about = self.words.say(
            "reminded_about", language, number=number, title=circular.title(language)
        )
        blocks = (
            Block(BlockKind.VERDICT, self.words.say(phrase, language, **until)),
            Block(BlockKind.BODY, about),
            *self.words.demand(circular, language, is_late=bool(until)),
        )
        presses = (
            self.words.acknowledge_button(circular, language),
            self.words.show_button(circular, language),
        )
        announced = self.words.announcement(circular)
        return Message(blocks, presses, language, announced=announced).to_json()

    def escalation(
        self, circular: KnownCircular, missing: Sequence[Missing], language: Language
    ) -> Json:
        """Give the list of a manager's people who have not acknowledged a circular."""
        about = self.words.say(
            "escalated_about",
            language,
            number=circular.content.number,
            title=circular.title(language),
            count=len(missing),
        )
        blocks = (
            Block(BlockKind.VERDICT, self.words.say("escalated_title", language)),
            Block(BlockKind.BODY, about),
            Block(BlockKind.BODY, "\n".join(self._names(missing, language))),
        )
        return Message(blocks, (), language).to_json()

    def _names(self, missing: Sequence[Missing], language: Language) -> Iterator[str]:
        for each in missing[:_MOST_NAMES]:
            names = each.names if language is Language.ARABIC else each.names[::-1]
            name = next(filter(None, names), "")
            phrase = "escalated_name" if name else "escalated_number"
            named = {"name": name} if name else {}
            yield self.words.say(phrase, language, number=each.number, **named)
        if len(missing) > _MOST_NAMES:
            more = len(missing) - _MOST_NAMES
            yield self.words.say("escalated_more", language, count=more)

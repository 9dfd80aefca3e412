"""What is told of circulars by itself: reminders, and the list of who has not acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.circular_words import CircularWords
from bot.conversation.messages import Block, BlockKind, Message
from bot.conversation.splitting import ANYWHERE, split
from bot.domain.circular_reminders import Stage
from bot.domain.meaning import Language
from bot.records.base import Json
from bot.records.circular_reminders import Missing
from bot.services.circular_reasons import say_reason
from bot.services.circular_views import KnownCircular


@dataclass(frozen=True)
class CircularNotices:
    """Says what is told unasked; services see a ``Speaker`` each.

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
    ) -> list[Json]:
        """Give the lists of a manager's people who have not acknowledged a circular, in parts.

        Those whom it did not reach could not: they have a list of their own, with the reasons.
        """
        number, title = circular.content.number, circular.title(language)
        about = self.words.say("escalated_about", language, number=number, title=title)
        sent = [self._who(each, language) for each in missing if each.was_sent]
        unsent = [self._why(each, language) for each in missing if not each.was_sent]
        blocks = [
            Block(BlockKind.VERDICT, self.words.say("escalated_title", language)),
            Block(BlockKind.BODY, about),
        ]
        for phrase, lines in (("escalated_sent", sent), ("escalated_unsent", unsent)):
            if lines:
                head = self.words.say(phrase, language, count=len(lines))
                blocks.append(Block(BlockKind.BODY, "\n".join([head, *lines])))
        return [part.to_json() for part in split(Message(tuple(blocks), (), language), ANYWHERE)]

    def _who(self, each: Missing, language: Language) -> str:
        names = each.names if language is Language.ARABIC else each.names[::-1]
        name = next(filter(None, names), "")
        phrase = "escalated_name" if name else "escalated_number"
        named = {"name": name} if name else {}
        return self.words.say(phrase, language, number=each.number, **named)

    def _why(self, each: Missing, language: Language) -> str:
        reason = say_reason(self.words.library.phrases, each.reason, language)
        if not reason:
            phrase = "escalated_unopened" if each.announced else "escalated_not_yet"
            reason = self.words.say(phrase, language)
        who = self._who(each, language)
        return self.words.say("escalated_because", language, who=who, reason=reason)

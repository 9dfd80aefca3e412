"""What somebody approves who lets a circular go out, beside the text that its recipients see."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.audience_words import AudienceWords
from bot.conversation.circular_words import CircularWords
from bot.conversation.messages import Block, BlockKind
from bot.domain.circulars import CheckQuestion
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.services.circular_views import KnownCircular

_KB, _MB = 1_000, 1_000_000


@dataclass(frozen=True)
class CircularSettingWords:
    """Puts into words what a circular asks, what goes along with it and whom it is for."""

    library: Library
    circulars: CircularWords
    audiences: AudienceWords

    def blocks(
        self, known: KnownCircular, language: Language, now: datetime | None = None
    ) -> Iterator[Block]:
        """Give the paragraphs.

        Args:
            known: The circular.
            language: To say it in; its own words are given in both.
            now: The present moment, where it matters that its deadline may be over.
        """
        content = known.content
        yield _block(self._demand(known, language, now), *self._statements(known, language))
        if content.check is not None:
            yield _block(*self._check(content.check, language))
        if content.articles:
            yield _block(self.say("manage_articles", language), *self._articles(known, language))
        if known.urgent:
            yield _block(self.say("manage_urgent", language))
        if known.attachments:
            yield _block(*self._files(known, language))
        to = self.audiences.whom(known.audience, language)
        told = [self.say("manage_to_told", language)] if content.version > 1 else []
        yield _block(self.say("manage_audience", language, audience=to), *told)

    def size(self, size: int, language: Language) -> str:
        """Say how large a file of so many bytes is."""
        if size < _MB:
            return self.say("manage_kilobytes", language, size=math.ceil(size / _KB))
        return self.say("manage_megabytes", language, size=f"{size / _MB:.1f}")

    def say(self, phrase: str, language: Language, **values: object) -> str:
        """Say a phrase."""
        return self.library.phrases.say(phrase, language, **values)

    def _demand(self, known: KnownCircular, language: Language, now: datetime | None) -> str:
        """Say whether it is to be acknowledged, and until when."""
        due_at = known.content.due_at
        if not known.acknowledges:
            return self.say("manage_information", language)
        if due_at is None:
            return self.say("manage_no_due", language)
        if now is not None and due_at <= now:
            return self.say("manage_due_over", language)
        moment = self.circulars.moment(known, due_at, language)
        return self.say("manage_due_at", language, moment=moment)

    def _statements(self, known: KnownCircular, language: Language) -> Iterator[str]:
        for statement in filter(None, (known.content.statement, known.content.statement_en)):
            yield self.say("received_quote", language, statement=statement)

    def _check(self, check: CheckQuestion, language: Language) -> Iterator[str]:
        """Give the question with its choices, the right one marked."""
        yield self.say("manage_check", language)
        for question, choices in (
            (check.question, check.choices),
            (check.question_en, check.choices_en),
        ):
            if question:
                yield question
            for place, choice in enumerate(choices):
                phrase = "manage_check_right" if place == check.right else "manage_check_wrong"
                yield self.say(phrase, language, choice=choice)

    def _articles(self, known: KnownCircular, language: Language) -> Iterator[str]:
        for article in known.content.articles:
            try:
                title = self.library.locate(article).article.title.text(language)
            except KeyError:  # the rulebook has changed since
                title = article
            yield self.say("manage_article", language, article=article, title=title)

    def _files(self, known: KnownCircular, language: Language) -> Iterator[str]:
        yield self.say("manage_files", language)
        for file in known.attachments:
            size = self.size(file.size, language)
            yield self.say("manage_file", language, name=file.name, size=size)


def _block(*lines: str) -> Block:
    return Block(BlockKind.BODY, "\n".join(lines))

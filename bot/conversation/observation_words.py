"""Observations in words: lines of a list, what is told unasked, the whole of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.conversation import buttons
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.observation_buttons import ShowObservation
from bot.documents.words import short_day
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.base import Json
from bot.services.observation_views import KnownObservation, ObservationLine


@dataclass(frozen=True)
class ObservationWords:
    """Puts observations into words; services see ``ObservationSpeaker``."""

    library: Library

    def referred(self, line: ObservationLine, language: Language) -> Json:
        """Give the message that tells HR of a referral, as JSON values."""
        return self._told("observation_told_referred", line, language)

    def decided(self, line: ObservationLine, language: Language) -> Json:
        """Give the message that tells who recorded it what was decided, as JSON values."""
        return self._told("observation_told_decided", line, language)

    def line(self, line: ObservationLine, language: Language) -> str:
        """Give an observation as a line of a list."""
        return self.say(
            "observation_line",
            language,
            number=line.number,
            kind=self.say(f"observation_kind_{line.kind}", language),
            state=self.state(line, language),
            day=short_day(line.seen_on, year=True),
        )

    def state(self, line: ObservationLine, language: Language) -> str:
        """Say how far it is, and what was decided."""
        state = self.say(f"observation_state_{line.state}", language)
        if line.outcome is None:
            return state
        outcome = self.say(f"observation_outcome_{line.outcome}", language)
        return self.say("observation_state_with_outcome", language, state=state, outcome=outcome)

    def whole(self, seen: KnownObservation, language: Language) -> tuple[Block, ...]:
        """Give all that somebody sees of an observation, a paragraph each."""
        body = "\n".join(self._facts(seen, language))
        blocks = [
            Block(BlockKind.VERDICT, self.line(seen.line, language)),
            Block(BlockKind.BODY, body),
        ]
        if seen.text is not None:
            blocks.append(Block(BlockKind.BODY, seen.text))
        articles = "\n".join(self._articles(seen, language))
        blocks.append(Block(BlockKind.CITATION, articles))
        if seen.decision is not None:
            said = self.say("observation_decision", language, text=seen.decision)
            blocks.append(Block(BlockKind.BODY, said))
        return tuple(blocks)

    def say(self, phrase: str, language: Language, **values: object) -> str:
        """Say a phrase."""
        return self.library.phrases.say(phrase, language, **values)

    def _facts(self, seen: KnownObservation, language: Language) -> Iterator[str]:
        if seen.link is None:
            yield self.say("observation_expired", language)
        else:
            yield self.say("observation_link", language, link=seen.link)
        if seen.screenshot is not None:
            yield self.say("observation_has_screenshot", language)
        subject = seen.subject
        if subject is not None and subject.name:
            yield self.say(
                "observation_subject_file",
                language,
                number=subject.number,
                name=subject.name,
                department=subject.department or "–",
                job=subject.job or "–",
            )
        elif subject is not None:
            yield self.say("observation_subject", language, number=subject.number)

    def _articles(self, seen: KnownObservation, language: Language) -> Iterator[str]:
        for article in seen.articles:
            try:
                title = self.library.locate(article).article.title.text(language)
            except KeyError:  # the rulebook has changed since
                title = ""
            yield self.say("observation_article", language, article=article, title=title).strip()

    def _told(self, phrase: str, line: ObservationLine, language: Language) -> Json:
        outcome = self.say(f"observation_outcome_{line.outcome}", language) if line.outcome else ""
        values = {"number": line.number} | ({"outcome": outcome} if outcome else {})
        show = Button(
            self.say("button_observation_show", language),
            buttons.encode(ShowObservation(line.id)),
        )
        body = Block(BlockKind.BODY, self.say(phrase, language, **values))
        return Message((body,), (show,), language).to_json()

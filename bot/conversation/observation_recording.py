"""Texts that are asked for around observations: a new one, the words of a decision."""

from __future__ import annotations

from dataclasses import dataclass

from arabic import fold
from bot.conversation.messages import Message
from bot.conversation.observations import ObservationActs, decision_of
from bot.domain.meaning import Language
from bot.domain.observation_text import Written, read_observation
from bot.domain.observing import ObservationKind, Outcome, RecordedTwiceError
from bot.library.library import Library
from bot.services.enrolment import Employee
from bot.services.observation_facts import LONGEST_TEXT, MOST_ARTICLES, Facts
from bot.services.retention import Now
from bot.services.staff import ByChat, StaffError

RECORD = "observation:record"


@dataclass(frozen=True)
class ObservationTexts:
    """Takes what staff type; ``bot.conversation.desk.Purpose`` is what hands it over."""

    acts: ObservationActs
    library: Library
    now: Now

    async def begin(self, person: Employee) -> Message | None:
        """Ask for an observation in one message; None for who may record none."""
        if not await self.acts.service.may_record(ByChat(person.id)):
            return None
        await self.acts.awaiting.begin(person.id, RECORD)
        return self._say("observation_how", person.speaks)

    async def typed(self, person: Employee, about: str, text: str, key: str) -> Message:  # noqa: ARG002 - a step that is taken is not taken again
        """Record what was typed, or decide with it."""
        what, _, rest = about.partition(":")
        if what == "decide":
            reference, _, outcome = rest.partition(":")
            said = await self._decide(person, reference, Outcome(outcome), text)
        else:
            said = await self._record(person, text)
        return said or self._say("old_button", person.speaks)

    async def _decide(
        self, person: Employee, reference: str, outcome: Outcome, text: str
    ) -> Message | None:
        if not 0 < len(text.strip()) <= LONGEST_TEXT:
            await self.acts.awaiting.begin(person.id, decision_of(reference, outcome))
            return self._say("observation_words_length", person.speaks, most=LONGEST_TEXT)
        return await self.acts.decide_with(person, reference, outcome, text)

    async def _record(self, person: Employee, text: str) -> Message | None:
        language, employer = person.speaks, person.employer or ""
        if employer not in self.library.rulebooks:
            return None
        kinds = {
            fold(self.library.phrases.say(f"observation_kind_{kind}", each)): kind
            for kind in ObservationKind
            for each in Language
        }
        written = read_observation(text, kinds)
        articles = tuple(self._article(employer, each) for each in written.articles)
        if (wrong := self._fault(written, employer, articles)) is not None:
            await self.acts.awaiting.begin(person.id, RECORD)
            return self._say(wrong, language, most=LONGEST_TEXT)
        facts = Facts(
            link=written.link or "",
            seen_on=self.library.rulebooks[employer].local_date(self.now()),
            text=written.text,
            articles=articles,
            kind=written.kind or ObservationKind.OBSERVATION,
        )
        try:
            line = await self.acts.service.record(ByChat(person.id), facts)
        except StaffError:
            return None
        except RecordedTwiceError as twice:
            return await self.acts.show(person, twice.id, "observation_twice")
        return await self.acts.show(person, line.id, "observation_recorded")

    def _article(self, employer: str, written: str) -> str:
        """Give an article's id, where its number alone is written, the most specific rulebook's."""
        ids = [written, *(f"{book.id}.{written}" for book in self.library.binding(employer))]
        return next((each for each in ids if self.library.binds(employer, each)), written)

    def _fault(self, written: Written, employer: str, articles: tuple[str, ...]) -> str | None:
        """Give the phrase that says what is missing or wrong; None where nothing is."""
        bound = [self.library.binds(employer, each) for each in articles]
        faults = {
            "observation_bad_link": written.link is None,
            "observation_bad_articles": not articles or not all(bound),
            "observation_many_articles": len(set(articles)) > MOST_ARTICLES,
            "observation_bad_text": not 0 < len(written.text) <= LONGEST_TEXT,
        }
        return next((phrase for phrase, holds in faults.items() if holds), None)

    def _say(self, phrase: str, language: Language, **values: object) -> Message:
        return self.acts.replies.phrase(phrase, language, **values)

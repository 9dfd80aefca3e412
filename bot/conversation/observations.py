"""Monitoring and referral in the conversation, for both departments; nobody else gets anything."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, replace

from bot.conversation import buttons
from bot.conversation.messages import PICTURES, Block, BlockKind, Button, Document, Message
from bot.conversation.observation_buttons import (
    DecideObservation,
    ListObservations,
    MoveObservation,
    RecordObservation,
    ShowObservation,
    ShowScreenshot,
)
from bot.conversation.observation_words import ObservationWords
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.domain.observing import NobodyJudgesError, ObservationError, Outcome, Step
from bot.records.files import NewFile
from bot.services.awaiting import AwaitingService
from bot.services.enrolment import Employee
from bot.services.observation_desk import ObservationDeskService
from bot.services.observation_reviews import ObservationReviewService
from bot.services.observation_views import KnownObservation, ObservationLine
from bot.services.observations import ObservationService
from bot.services.privacy import PrivacyService
from bot.services.staff import ByChat, StaffError

_PAGE = 6
_PAGE_DIGITS = 6
"""A forged number with so many is none that a database could count to."""

_SURE, _WITH_WORDS = "1", "words"
_STEPS = (Step.REFER, Step.WITHDRAW, Step.REVIEW, Step.CLOSE)
"""What a button does; to decide takes a choice besides."""

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}


@dataclass(frozen=True)
class ObservationActs:
    """The acts around observations; each gives the message to say."""

    service: ObservationService
    reviews: ObservationReviewService
    looks: ObservationDeskService
    awaiting: AwaitingService
    privacy: PrivacyService
    replies: Replies
    words: ObservationWords

    async def desk(self, person: Employee, page: str = "") -> Message:
        """Show a page of what somebody may see; a word to who has nothing to do with it."""
        is_page = page.isdecimal() and len(page) < _PAGE_DIGITS
        number, language = int(page) if is_page else 0, person.speaks
        try:
            listed = await self.looks.list_all(ByChat(person.id), number * _PAGE, _PAGE)
        except StaffError:
            return self.replies.phrase("observation_staff_only", language)
        presses = [_show_button(line) for line in listed.lines]
        if number:
            earlier = ListObservations(str(number - 1))
            presses.append(self.replies.button("button_observation_newer", language, earlier))
        if listed.total > (number + 1) * _PAGE:
            later = ListObservations(str(number + 1))
            presses.append(self.replies.button("button_observation_older", language, later))
        if listed.may_record:
            record = RecordObservation()
            presses.append(self.replies.button("button_observation_record", language, record))
        if not listed.lines:
            return self.replies.phrase("observation_none", language, *presses)
        lines = "\n".join(self.words.line(line, language) for line in listed.lines)
        return self.replies.phrase(
            "observation_list", language, *presses, total=listed.total, lines=lines
        )

    async def show(self, person: Employee, reference: str, note: str = "") -> Message | None:
        """Show an observation with what may be done with it now.

        Args:
            person: Who looks.
            reference: Its id.
            note: A phrase to say before it.

        Returns:
            None for one that is not theirs to see.
        """
        seen = await self._look(person, reference)
        return self._shown(seen, person.speaks, note) if seen else None

    async def screenshot(self, person: Employee, value: ShowScreenshot) -> Message | None:
        """Give the screenshot; None where there is none, or it is not theirs to see."""
        try:
            media_type, content = await self.looks.screenshot(ByChat(person.id), value.observation)
        except (StaffError, ObservationError):
            return None
        name = f"{value.observation}.{_ENDINGS[media_type]}"
        file = await self.privacy.keep_file(NewFile(name, media_type, content, person.id))
        message = self.replies.phrase("observation_screenshot", person.speaks)
        says = message.plain_text if media_type in PICTURES else ""
        return replace(message, document=Document(file, name, media_type, says))

    async def move(self, person: Employee, value: MoveObservation) -> Message | None:
        """Ask whether a step is to be taken, or take it; None for one that is not theirs."""
        if value.step not in _STEPS:
            return None
        step, by = Step(value.step), ByChat(person.id)
        if value.sure != _SURE and step is not Step.REVIEW:
            label = self.words.say(f"button_observation_{step}", person.speaks)
            yes = replace(value, sure=_SURE)
            return await self._ask(person, value.observation, step, label, yes)
        act: Awaitable[ObservationLine]
        match step:
            case Step.REFER:
                act = self.service.refer(by, value.observation, self.words)
            case Step.WITHDRAW:
                act = self.service.withdraw(by, value.observation)
            case Step.REVIEW:
                act = self.reviews.review(by, value.observation)
            case _:
                act = self.reviews.close(by, value.observation)
        return await self._done(person, value.observation, act)

    async def decide(self, person: Employee, value: DecideObservation) -> Message | None:
        """Show the choice of outcomes, ask whether one is meant, or decide; None if not theirs."""
        language, reference = person.speaks, value.observation
        if not value.outcome:
            choice = [
                (f"observation_outcome_{outcome}", replace(value, outcome=outcome))
                for outcome in Outcome
            ]
            return await self._choose(person, reference, choice)
        if value.outcome not in set(Outcome):
            return None
        if value.sure == _SURE:
            return await self.decide_with(person, reference, Outcome(value.outcome))
        if value.sure == _WITH_WORDS:
            seen = await self._look(person, reference)
            if seen is None or Step.DECIDE not in seen.steps:
                return self._shown(seen, language, "observation_not_now") if seen else None
            await self.awaiting.begin(person.id, decision_of(reference, value.outcome))
            return self.replies.phrase("observation_decide_words", language)
        label = self.words.say(f"observation_outcome_{value.outcome}", language)
        more = replace(value, sure=_WITH_WORDS)
        button = self.replies.button("button_observation_words", language, more)
        yes = replace(value, sure=_SURE)
        return await self._ask(person, reference, Step.DECIDE, label, yes, button)

    async def decide_with(
        self, person: Employee, reference: str, outcome: Outcome, text: str = ""
    ) -> Message | None:
        """Decide, with the words that somebody typed; None if it is not theirs."""
        act = self.reviews.decide(ByChat(person.id), reference, outcome, self.words, text)
        return await self._done(person, reference, act)

    async def _look(self, person: Employee, reference: str) -> KnownObservation | None:
        try:
            return await self.looks.show(ByChat(person.id), reference)
        except (StaffError, ObservationError):
            return None

    async def _done(
        self, person: Employee, reference: str, act: Awaitable[ObservationLine]
    ) -> Message | None:
        """Do something, and show how it stands then; also where it could not be done."""
        try:
            await act
        except StaffError:
            return None
        except NobodyJudgesError:
            return await self.show(person, reference, "observation_nobody")
        except ObservationError:
            return await self.show(person, reference, "observation_not_now")
        return await self.show(person, reference, "observation_done")

    async def _choose(
        self, person: Employee, reference: str, choice: list[tuple[str, DecideObservation]]
    ) -> Message | None:
        """Put a choice; None for an observation that is not theirs."""
        seen, language = await self._look(person, reference), person.speaks
        if seen is None:
            return None
        if Step.DECIDE not in seen.steps:
            return self._shown(seen, language, "observation_not_now")
        presses = [self.replies.button(phrase, language, value) for phrase, value in choice]
        number = seen.line.number
        return self.replies.phrase("observation_decide", language, *presses, number=number)

    async def _ask(
        self,
        person: Employee,
        reference: str,
        step: Step,
        label: str,
        yes: buttons.ButtonValue,
        *more: Button,
    ) -> Message | None:
        """Ask whether a step is meant; None for an observation that is not theirs."""
        seen, language = await self._look(person, reference), person.speaks
        if seen is None:
            return None
        if step not in seen.steps:
            return self._shown(seen, language, "observation_not_now")
        presses = (
            self.replies.button("button_observation_sure", language, yes),
            *more,
            self.replies.button("button_observation_back", language, ShowObservation(reference)),
        )
        return self.replies.phrase(
            "observation_sure", language, *presses, number=seen.line.number, step=label
        )

    def _shown(self, seen: KnownObservation, language: Language, note: str) -> Message:
        noted = (Block(BlockKind.NOTE, self.words.say(note, language)),) if note else ()
        withheld = Block(BlockKind.NOTE, self.words.say("observation_own", language))
        blocks = (*noted, *self.words.whole(seen, language), *([withheld] if seen.withheld else []))
        return Message(blocks, tuple(self._presses(seen, language)), language)

    def _presses(self, seen: KnownObservation, language: Language) -> Iterator[Button]:
        reference = seen.line.id
        values: dict[str, buttons.ButtonValue] = {
            f"button_observation_{step}": DecideObservation(reference)
            if step is Step.DECIDE
            else MoveObservation(reference, step)
            for step in seen.steps
            if step in {*_STEPS, Step.DECIDE}
        }
        if seen.screenshot is not None:
            values["button_observation_picture"] = ShowScreenshot(reference)
        values["button_observation_list"] = ListObservations()
        for phrase, value in values.items():
            yield self.replies.button(phrase, language, value)


def decision_of(reference: str, outcome: str) -> str:
    """Say what the words of a decision are awaited for."""
    return f"observation:decide:{reference}:{outcome}"


def _show_button(line: ObservationLine) -> Button:
    return Button(line.number, buttons.encode(ShowObservation(line.id)))

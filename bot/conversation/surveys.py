"""A survey in the conversation: an offer, one question a message, and thanks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversation import buttons, duty_buttons
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.replies import Replies
from bot.conversation.survey_slips import SurveySlips
from bot.domain.meaning import Language
from bot.domain.surveying import LEAST, SKIPPED
from bot.library.library import Library
from bot.services.enrolment import Employee
from bot.services.surveys import Asked, Part, SurveyService

_REFUSALS = {Part.TAKEN: "survey_taken", Part.FOR_LINKED: "survey_for_linked"}


@dataclass(frozen=True)
class Surveys:
    """The acts of a survey; each gives the message to say."""

    service: SurveyService
    slips: SurveySlips
    replies: Replies
    library: Library

    async def offer(self, person: Employee) -> Message:
        """Offer the survey that is open, and say what becomes of the answers."""
        language = person.speaks
        if person.employer is None:
            return self.replies.choose_employer(language)
        asked = await self.service.look(person.id, person.address)
        if asked is None or asked.part is not Part.OPEN:
            return self._refused(asked, language)
        title, total = asked.survey.title.text(language), len(asked.survey.questions)
        blocks = (
            Block(BlockKind.VERDICT, self._say("survey_title", language, title=title)),
            Block(BlockKind.BODY, self._say("survey_offer", language, total=total)),
            Block(BlockKind.BODY, self._say("survey_anonymous", language, least=LEAST)),
        )
        begin = self._go_to("button_survey_begin", person, asked, ())
        later = self.replies.button("button_not_now", language, buttons.ShowHelp())
        return Message(blocks, (begin, later), language, fleeting=True)

    async def take(
        self, person: Employee, value: duty_buttons.TakeSurvey, pressed: str
    ) -> Message | None:
        """Put the question behind what was picked so far; None for a slip that is not theirs.

        Args:
            person: Who pressed.
            value: The button.
            pressed: The channel's id of the message that carried it.
        """
        asked = await self.service.look(person.id, person.address)
        if asked is None or asked.part is not Part.OPEN:
            return replace(self._refused(asked, person.speaks), edits=pressed, stands_alone=True)
        picks = self.slips.read(person.id, asked.wave, value.sealed)
        if picks is None:
            return None
        if len(picks) < len(asked.survey.questions):
            message = self._question(person, asked, picks)
        else:
            message = self._all_picked(person, asked, picks)
        return replace(message, edits=pressed, stands_alone=True, fleeting=True)

    async def send(
        self, person: Employee, value: duty_buttons.SendSurvey, pressed: str
    ) -> Message | None:
        """Hand the answers in; handed in again they get the same thanks and count no more."""
        asked = await self.service.look(person.id, person.address)
        picks = self.slips.read(person.id, asked.wave, value.sealed) if asked else None
        if asked is None:
            message = self._refused(asked, person.speaks)
        elif picks is None:
            return None
        elif await self.service.send(person.id, asked.wave, picks, person.address):
            message = self.replies.phrase("survey_thanks", person.speaks)
        else:
            message = self._refused(None, person.speaks)
        return replace(message, edits=pressed, stands_alone=True)

    def _question(self, person: Employee, asked: Asked, picks: tuple[int, ...]) -> Message:
        language, question = person.speaks, asked.survey.questions[len(picks)]
        number = self._say(
            "survey_number", language, number=len(picks) + 1, total=len(asked.survey.questions)
        )
        choices = [
            Button(choice.text(language), self._data(person, asked, (*picks, place)))
            for place, choice in enumerate(asked.survey.choices(question))
        ]
        skip = self._go_to("button_survey_skip", person, asked, (*picks, SKIPPED))
        blocks = (
            Block(BlockKind.NOTE, number),
            Block(BlockKind.VERDICT, question.text.text(language)),
        )
        presses = (*choices, skip, *self._back(person, asked, picks))
        return Message(blocks, presses, language)

    def _all_picked(self, person: Employee, asked: Asked, picks: tuple[int, ...]) -> Message:
        """Ask whether to hand them in, since nobody can take them back afterwards."""
        slip = self.slips.write(person.id, asked.wave, picks)
        hand_in = self.replies.button(
            "button_survey_send", person.speaks, duty_buttons.SendSurvey(slip)
        )
        presses = (hand_in, *self._back(person, asked, picks))
        return self.replies.phrase("survey_ready", person.speaks, *presses)

    def _back(self, person: Employee, asked: Asked, picks: tuple[int, ...]) -> tuple[Button, ...]:
        if not picks:
            return ()
        return (self._go_to("button_survey_back", person, asked, picks[:-1]),)

    def _refused(self, asked: Asked | None, language: Language) -> Message:
        if asked is None:
            return self.replies.phrase("survey_none", language)
        how = self.replies.button("button_enrol", language, buttons.ShowEnrolment())
        presses = [how] if asked.part is Part.FOR_LINKED else []
        return self.replies.phrase(_REFUSALS[asked.part], language, *presses)

    def _go_to(self, phrase: str, person: Employee, asked: Asked, picks: tuple[int, ...]) -> Button:
        return Button(self._say(phrase, person.speaks), self._data(person, asked, picks))

    def _data(self, person: Employee, asked: Asked, picks: tuple[int, ...]) -> str:
        slip = self.slips.write(person.id, asked.wave, picks)
        return buttons.encode(duty_buttons.TakeSurvey(slip))

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self.library.phrases.say(phrase, language, **values)

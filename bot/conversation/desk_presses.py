"""What the buttons of requests to people and of observations do."""

from __future__ import annotations

from bot.conversation import buttons, handover_buttons
from bot.conversation import observation_buttons as observing
from bot.conversation.dialogue import Dialogue
from bot.conversation.messages import Message
from bot.services.enrolment import Employee


class DeskPresses:
    """Answers the buttons of an employer's desks, and those of who asked them.

    Args:
        dialogue: What can be done for a person.
    """

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    async def answer(self, person: Employee, value: buttons.ButtonValue | None) -> Message | None:
        """Answer one press; None where it is none of these, or none of this person's."""
        return await self._handovers(person, value) or await self._observe(person, value)

    async def _handovers(
        self, person: Employee, value: buttons.ButtonValue | None
    ) -> Message | None:
        """Do what concerns questions that people answer."""
        match value:
            case handover_buttons.FinishRequest() | handover_buttons.AskMore():
                return await self._dialogue.asked.press(person, value)
            case (
                handover_buttons.ListRequests()
                | handover_buttons.ShowRequest()
                | handover_buttons.AnswerRequest()
                | handover_buttons.SendAnswer()
                | handover_buttons.DropAnswer()
                | handover_buttons.CloseRequest()
            ):
                return await self._dialogue.requests.press(person, value)
            case _:
                return None

    async def _observe(  # noqa: PLR0911 - a return a kind of button
        self, person: Employee, value: buttons.ButtonValue | None
    ) -> Message | None:
        """Do what concerns monitoring and referral."""
        observations = self._dialogue.observations
        match value:
            case observing.ListObservations():
                return await observations.acts.desk(person, value.page)
            case observing.ShowObservation():
                return await observations.acts.show(person, value.observation)
            case observing.ShowScreenshot():
                return await observations.acts.screenshot(person, value)
            case observing.MoveObservation():
                return await observations.acts.move(person, value)
            case observing.DecideObservation():
                return await observations.acts.decide(person, value)
            case observing.RecordObservation():
                return await observations.begin(person)
            case _:
                return None

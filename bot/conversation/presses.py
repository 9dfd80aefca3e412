"""What buttons do: typed values go straight to the services."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation import (
    buttons,
    circular_buttons,
    duty_buttons,
    quiz_buttons,
    staff_buttons,
)
from bot.conversation import session_buttons as live
from bot.conversation import workshop_buttons as learn
from bot.conversation.desk_presses import DeskPresses
from bot.conversation.dialogue import Dialogue
from bot.conversation.messages import Message
from bot.domain.meaning import Language
from bot.services.enrolment import Employee

_NUMBER = re.compile(r"[0-9]{1,18}")
"""What every database takes as an integer."""


_ASKS_ANEW = (
    buttons.AskPerson | quiz_buttons.StartQuiz | quiz_buttons.StartCircularQuiz | learn.StartFinal
)
"""After these a text is for what they began, whatever asked for one before."""


class Presses:
    """Answers pressed buttons; an unknown, old or foreign one gets a kind word and no effect.

    Args:
        dialogue: What can be done for a person.
    """

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._desks = DeskPresses(dialogue)

    async def answer(
        self, person: Employee, value: buttons.ButtonValue | None, pressed: str, key: str
    ) -> Sequence[Message]:
        """Answer one press.

        Args:
            person: Who pressed.
            value: The button; None for one that could not be read.
            pressed: The channel's id of the message that carried it.
            key: What makes the press unique.
        """
        if isinstance(value, _ASKS_ANEW):
            await self._dialogue.desk.leave(person)
        await self._dialogue.circular_desk.leave_reason(person)
        if isinstance(value, buttons.RateAnswer):
            return await self._dialogue.rate(person.id, value, pressed)
        if isinstance(value, duty_buttons.ShowGuide):
            return await self._dialogue.guides.show(person.id)
        if isinstance(value, staff_buttons.CircularDeskButton):
            said = await self._dialogue.circular_desk.press(person, value)
            return [await self._dialogue.old_button(person.id)] if said is None else said
        message = await self._desks.answer(person, value)
        message = message or await self._quiz(person, value, pressed, key)
        if message is None and isinstance(value, circular_buttons.CircularButton):
            said = await self._dialogue.circulars.press(person, value, pressed)
            return [await self._dialogue.old_button(person.id)] if said is None else said
        message = message or await self._habits(person, value)
        message = message or await self._sessions(person, value)
        message = message or await self._duties(person, value, pressed, key)
        message = message or await self._learn(person, value, pressed, key)
        message = message or await self._belong(person, value)
        message = message or await self._act(person, value, key)
        message = message or self._show(person, value)
        if message is None:
            message = await self._recall(person, value)
        return [message or await self._dialogue.old_button(person.id)]

    async def _quiz(
        self, person: Employee, value: buttons.ButtonValue | None, pressed: str, key: str
    ) -> Message | None:
        quizzing = self._dialogue.quizzing
        match value:
            case quiz_buttons.AnswerQuestion():
                return await quizzing.press(person, value, pressed, key)
            case quiz_buttons.PickChoices():
                return await quizzing.pick(person, value, pressed, key)
            case quiz_buttons.StartQuiz():
                return await quizzing.start(person.id, key, value.kind)
            case quiz_buttons.StartCircularQuiz():
                return await quizzing.start_on_circular(person, value.circular, key)
            case quiz_buttons.PauseQuiz():
                return await quizzing.pause(person.id)
            case _:
                return None

    async def _habits(self, person: Employee, value: buttons.ButtonValue | None) -> Message | None:
        match value:
            case quiz_buttons.ShowProgress():
                return await self._dialogue.habits.show_progress(person.id)
            case quiz_buttons.SetDaily():
                return await self._dialogue.habits.set_daily(person.id, value.hour)
            case _:
                return None

    async def _sessions(
        self, person: Employee, value: buttons.ButtonValue | None
    ) -> Message | None:
        """Do what concerns live workshops."""
        workshops = self._dialogue.live
        match value:
            case live.ListSessions():
                return await workshops.upcoming(person.id)
            case live.RegisterSession():
                return await workshops.register(person.id, value.session)
            case live.CancelSession():
                return await workshops.cancel(person.id, value.session, sure=value.sure == "1")
            case live.SessionCalendar():
                return await workshops.calendar(person.id, value.session)
            case live.RateSession():
                return await workshops.feedback(person.id, value.session, value.rating)
            case _:
                return None

    async def _duties(  # noqa: PLR0911 - a return a kind of button
        self, person: Employee, value: buttons.ButtonValue | None, pressed: str, key: str
    ) -> Message | None:
        """Do what concerns surveys and pledges."""
        surveys, pledges = self._dialogue.surveys, self._dialogue.pledges
        match value:
            case duty_buttons.ShowSurvey():
                return await surveys.offer(person)
            case duty_buttons.TakeSurvey():
                return await surveys.take(person, value, pressed)
            case duty_buttons.SendSurvey():
                return await surveys.send(person, value, pressed)
            case duty_buttons.ShowPledge():
                return await pledges.show(person)
            case duty_buttons.AcceptPledge():
                return await pledges.accept(person, value, pressed, key)
            case duty_buttons.PrintPledge():
                return await pledges.give_copy(person, value)
            case _:
                return None

    async def _learn(  # noqa: PLR0911 - a return a kind of button
        self, person: Employee, value: buttons.ButtonValue | None, pressed: str, key: str
    ) -> Message | None:
        """Do what concerns the self-paced workshop and certificates."""
        workshops, certificates = self._dialogue.workshops, self._dialogue.certificates
        match value:
            case learn.ShowWorkshop():
                return await workshops.overview(person.id)
            case learn.ShowLesson():
                return await workshops.lesson(person, value.lesson)
            case learn.AskLesson():
                return await workshops.ask(person, value.lesson)
            case learn.PickLesson():
                return await workshops.pick(person, value, pressed)
            case learn.AnswerLesson():
                return await workshops.answer(person, value, pressed)
            case learn.StartFinal():
                return await workshops.start_final(person, key)
            case learn.ShowCertificates():
                return await certificates.latest(person.id)
            case learn.PrintCertificate():
                return await certificates.give(person.id, value.serial)
            case _:
                return None

    async def _belong(  # noqa: PLR0911 - a return a kind of button
        self, person: Employee, value: buttons.ButtonValue | None
    ) -> Message | None:
        """Do what concerns being known as an employee."""
        membership = self._dialogue.membership
        match value:
            case buttons.ShowEnrolment():
                return await membership.show(person.id)
            case buttons.Unlink():
                return await membership.unlink(person, sure=value.sure == "1")
            case buttons.MakePrimary():
                return await membership.make_primary(person)
            case buttons.ShowMyData():
                return await membership.my_data(person.id)
            case buttons.EraseMyData():
                return await membership.erase(person, sure=value.sure == "1")
            case buttons.SetReminders() if value.wanted in {"0", "1"}:
                return await membership.remind(person.id, wanted=value.wanted == "1")
            case _:
                return None

    async def _act(  # noqa: PLR0911 - a return a kind of button
        self, person: Employee, value: buttons.ButtonValue | None, key: str
    ) -> Message | None:
        dialogue = self._dialogue
        match value:
            case buttons.ListEmployers():
                return await dialogue.list_employers(person.id)
            case buttons.SetLanguage() if value.language in set(Language):
                return await dialogue.set_language(person.id, Language(value.language))
            case staff_buttons.ShowPanel():
                return await dialogue.panel.show(person)
            case buttons.ShowHelp():
                return await dialogue.help(person.id)
            case buttons.BrowseTopics():
                return await dialogue.browse(person.id)
            case buttons.AskPerson(answer=""):
                return await dialogue.ask_person(person.id, key)
            case buttons.AskPerson():
                return await dialogue.ask_person_about(person.id, value.answer, key)
            case buttons.CheckPost():
                return await dialogue.drafts.ask(person.id)
            case buttons.ShowDisclaimers():
                return await dialogue.drafts.disclaimers(person.id)
            case _:
                return None

    def _show(self, person: Employee, value: buttons.ButtonValue | None) -> Message | None:
        """Show a part of a rulebook, if it binds the person."""
        library, replies = self._dialogue.library, self._dialogue.replies
        if person.employer is None:
            return None
        match value:
            case buttons.ShowTopic():
                bound = {rulebook.id for rulebook in library.binding(person.employer)}
                if value.rulebook not in bound:
                    return None
                return replies.topic(value.rulebook, value.section, person.speaks)
            case buttons.ShowArticle() if library.binds(person.employer, value.article):
                return replies.articles((value.article,), person.speaks)
            case _:
                return None

    async def _recall(self, person: Employee, value: buttons.ButtonValue | None) -> Message | None:
        """Go on from an earlier answer of this person's."""
        answering = self._dialogue.answering
        match value:
            case buttons.ShowMore():
                answered = await answering.recall(person.id, value.answer)
                if answered is None:
                    return None
                nearest = (answered.ruling.nearest,) if answered.ruling.nearest else ()
                articles = answered.ruling.articles or nearest
                if not articles:
                    return None
                return self._dialogue.replies.articles(articles, answered.language, value.answer)
            case buttons.ChooseReading():
                place = int(value.place) if value.place.isdecimal() else -1
                reading = await answering.choose_reading(person.id, value.answer, place)
                return None if reading is None else self._dialogue.say(reading)
            case buttons.ShowPage():
                return await self._page(person, value)
            case _:
                return None

    async def _page(self, person: Employee, value: buttons.ShowPage) -> Message | None:
        """Say a message of this person's again, with further buttons."""
        if not all(map(_NUMBER.fullmatch, (value.message, value.page))):
            return None
        payload = await self._dialogue.pages.find(person.id, int(value.message))
        if payload is None:
            return None
        said = Message.from_json(payload)
        return Message(said.blocks, said.buttons, said.language, page=int(value.page))

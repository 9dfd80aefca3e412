"""What Waai does for a person, whether a button, a command or a custom action asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from arabic import fold
from bot.conversation import buttons
from bot.conversation.answer_replies import AnswerReplies
from bot.conversation.certificates import CertificateActs
from bot.conversation.circular_desk import CircularDesk
from bot.conversation.desk import Desk
from bot.conversation.drafts import Drafts
from bot.conversation.guides import Guides
from bot.conversation.handover_acts import AskerActs, DeskActs
from bot.conversation.live_workshops import LiveWorkshops
from bot.conversation.membership import Membership
from bot.conversation.messages import Message
from bot.conversation.observation_recording import ObservationTexts
from bot.conversation.pledges import Pledges
from bot.conversation.quiz_habits import QuizHabits
from bot.conversation.quizzing import Quizzing
from bot.conversation.received_circulars import ReceivedCirculars
from bot.conversation.replies import Replies
from bot.conversation.staff_panel import StaffPanel
from bot.conversation.surveys import Surveys
from bot.conversation.workshops import Workshops
from bot.domain.meaning import Intent, Language, Meaning
from bot.library.library import Library
from bot.services.answering import Answered, AnsweringService
from bot.services.enrolment import Employee, EnrolmentService
from bot.services.handing_over import HandedOver, HandoverService
from bot.services.pages import PageService

_LANGUAGE_NAMES = {
    Language.ARABIC: re.compile("عرب|arab|3arab"),
    Language.ENGLISH: re.compile("انج?[قكج]?ل[يش]|engl|ingl"),
}


@dataclass(frozen=True)
class EmployerChosen:
    """The answer to a choice of employer, and the questions that waited for it."""

    message: Message
    pending: str | None


@dataclass(frozen=True)
class Dialogue:
    """The acts of the conversation; each gives the message to say."""

    enrolment: EnrolmentService
    answering: AnsweringService
    handovers: HandoverService
    replies: Replies
    answers: AnswerReplies
    library: Library
    drafts: Drafts
    membership: Membership
    quizzing: Quizzing
    habits: QuizHabits
    live: LiveWorkshops
    pages: PageService
    surveys: Surveys
    pledges: Pledges
    workshops: Workshops
    certificates: CertificateActs
    guides: Guides
    desk: Desk
    circulars: ReceivedCirculars
    observations: ObservationTexts
    circular_desk: CircularDesk
    panel: StaffPanel
    requests: DeskActs
    asked: AskerActs

    async def answer(self, person_id: str, meaning: Meaning, text: str) -> list[Message]:
        """Answer a question; several in one message get an answer each.

        "Why?" in a quiz names nothing itself: it is about the question that was answered last.
        """
        if meaning.is_vague and (why := await self.quizzing.explain(person_id)):
            return [why]
        asked = [
            (
                replace(
                    meaning,
                    intent=Intent.FOLLOW_UP if one.follows else Intent.ASK_RULE,
                    readings=one.readings,
                ),
                one.text,
            )
            for one in meaning.questions
        ]
        return [
            self.say(await self.answering.answer(person_id, own, part))
            for own, part in asked or [(meaning, text)]
        ]

    def say(self, answered: Answered) -> Message:
        """Put an answer into words."""
        message = self.answers.answer(
            answered.ruling,
            answered.employer,
            answered.language,
            answered.id,
            inform=answered.inform,
            about=answered.about,
        )
        return self.answers.added(message, answered.added_to) if answered.added_to else message

    async def phrase(self, person_id: str, phrase: str, *, with_help: bool = False) -> Message:
        """Say one phrase in the person's language."""
        language = (await self.enrolment.know(person_id)).speaks
        show_help = self.replies.button("button_help", language, buttons.ShowHelp())
        return self.replies.phrase(phrase, language, *([show_help] if with_help else []))

    async def old_button(self, person_id: str) -> Message:
        """Say that a button has no effect any more."""
        return await self.phrase(person_id, "old_button", with_help=True)

    async def help(self, person_id: str) -> Message:
        """Say what can be asked."""
        person = await self.enrolment.know(person_id)
        return await self.panel.added(person, self.replies.help(person.speaks))

    async def about(self, person_id: str) -> Message:
        """Say what this is and what is stored."""
        return self.replies.about((await self.enrolment.know(person_id)).speaks)

    async def others_data(self, person_id: str) -> Message:
        """Refuse what is not the person's to have."""
        language = (await self.enrolment.know(person_id)).speaks
        presses = (
            self.replies.button("button_help", language, buttons.ShowHelp()),
            self.replies.button("button_person", language, buttons.AskPerson()),
        )
        return self.replies.phrase("others_data", language, *presses)

    async def browse(self, person_id: str) -> Message:
        """Show the topics of the person's rulebooks."""
        person = await self.enrolment.know(person_id)
        if person.employer is None:
            return self.choose_employer_first(person)
        return self.replies.topics(person.employer, person.speaks)

    async def list_employers(self, person_id: str) -> Message:
        """Show the choice of employers with the present one."""
        person = await self.enrolment.know(person_id)
        if person.employer is None:
            return self.choose_employer_first(person)
        if person.enrolled:
            return await self.membership.show(person_id)
        rulebook = self.library.rulebooks[person.employer]
        name = rulebook.employer.text(person.speaks)
        choice = self.replies.employers(person.speaks)
        return self.replies.phrase("employer_is", person.speaks, *choice, employer=name)

    async def choose_employer(
        self, person: Employee, employer: str, key: str
    ) -> EmployerChosen | None:
        """Note the employer; None for an unknown one.

        Args:
            person: Who chose.
            employer: Its id.
            key: What makes the choice unique.
        """
        if employer not in self.library.rulebooks:
            return None
        if person.enrolled:
            return EmployerChosen(await self.membership.show(person.id), None)
        pending = await self.enrolment.choose_employer(person.id, employer, key)
        name = self.library.rulebooks[employer].employer.text(person.speaks)
        presses = (
            self.replies.button("button_help", person.speaks, buttons.ShowHelp()),
            self.replies.button("button_browse", person.speaks, buttons.BrowseTopics()),
        )
        message = self.replies.phrase("employer_chosen", person.speaks, *presses, employer=name)
        return EmployerChosen(message, pending)

    def choose_employer_first(self, person: Employee, *, asked: bool = False) -> Message:
        """Ask for the employer before anything else.

        Args:
            person: Whom to ask.
            asked: A question of theirs waits for the choice.
        """
        phrase = "choose_employer_again" if asked else "choose_employer"
        return self.replies.choose_employer(person.speaks, phrase)

    async def ask_person(self, person_id: str, key: str) -> Message:
        """Hand over to a person; the question, if there is one, is added when it comes.

        Args:
            person_id: Who asks.
            key: What makes the request unique.
        """
        person = await self.enrolment.know(person_id)
        if person.employer is None:
            # Nobody would receive it.
            return self.choose_employer_first(person)
        if person.awaits_draft:
            # What comes next is the question for that person, no post.
            await self.drafts.service.leave_draft(person_id)
        return await self._handed_over(person_id, await self.handovers.ask(person_id, None, key))

    async def ask_person_about(self, person_id: str, answer_id: str, key: str) -> Message:
        """Hand the question of an answer over to a person.

        Args:
            person_id: Who asks.
            answer_id: The answer that did not do.
            key: What makes the request unique.
        """
        handed_over = await self.handovers.ask_about(person_id, answer_id, key)
        if handed_over is None:
            return await self.old_button(person_id)
        return await self._handed_over(person_id, handed_over)

    async def outage(self, person: Employee, text: str, key: str) -> Message:
        """Say that no answer is to be had now, and keep the question for a person."""
        kept = await self.handovers.keep(person.id, text, key)
        return self._kept("outage", kept, person.speaks)

    async def set_language(self, person_id: str, language: Language) -> Message:
        """Answer in a language from now on."""
        await self.enrolment.choose_language(person_id, language)
        person = await self.enrolment.know(person_id)
        if person.employer is None:
            return self.replies.welcome(language)
        return self.replies.phrase("language_set", language)

    async def change_language(self, person_id: str, text: str) -> Message:
        """Answer in the language that a text names; else in the one that is not spoken now."""
        folded = fold(text)
        names = {language: name.search(folded) for language, name in _LANGUAGE_NAMES.items()}
        named = [language for language, found in names.items() if found]
        if len(named) == 1:
            return await self.set_language(person_id, named[0])
        speaks = (await self.enrolment.know(person_id)).speaks
        other = Language.ENGLISH if speaks is Language.ARABIC else Language.ARABIC
        return await self.set_language(person_id, other)

    async def rate(self, person_id: str, value: buttons.RateAnswer, pressed: str) -> list[Message]:
        """Show the choice of ratings, or take one.

        Args:
            person_id: Who pressed.
            value: The button.
            pressed: The channel's id of the message that carried it.
        """
        answered = await self.answering.recall(person_id, value.answer)
        if answered is None:
            return [await self.old_button(person_id)]
        shown = replace(self.say(answered), edits=pressed)
        if value.useful not in {"0", "1"}:
            asked = self.answers.rating(shown, value.answer)
            question = self.library.phrases.say("rate_question", answered.language)
            return [replace(asked, edits=pressed, unedited=question)]
        useful = value.useful == "1"
        counted = await self.answering.rate(person_id, value.answer, useful=useful)
        phrase = "rated_before"
        if counted:
            phrase = "rated_useful" if useful else "rated_not_useful"
        rating = buttons.encode(replace(value, useful=""))
        others = tuple(button for button in shown.buttons if button.data != rating)
        return [replace(shown, buttons=others), self.replies.phrase(phrase, answered.language)]

    async def _handed_over(self, person_id: str, handed_over: HandedOver) -> Message:
        language = (await self.enrolment.know(person_id)).speaks
        phrase = "handover_opened" if handed_over.with_question else "handover_open_question"
        return self._kept(phrase, handed_over, language)

    def _kept(self, phrase: str, kept: HandedOver, language: Language) -> Message:
        """Say the number of a question that is kept for a person, and by when it is looked at."""
        contact = self.replies.contact(kept.employer, language)
        said = self.replies.phrase(phrase, language, number=kept.number, contact=contact)
        notes = self.asked.words.looked_at(kept, language)
        return replace(said, blocks=(*said.blocks, *notes))

"""The daily five minutes and the person's progress in the conversation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversation import buttons, quiz_buttons
from bot.conversation.hours import read_hour, wants_end
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.moments import said_hour
from bot.conversation.replies import Replies
from bot.domain.daily import FIRST_HOUR, LAST_HOUR
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.base import Json
from bot.services.daily import Daily, DailyService, Reminder
from bot.services.enrolment import Employee, EnrolmentService
from bot.services.progress import Progress, ProgressService

_OFFERED = (8, 10, 12, 16, 18, 20)
_OFF = "off"


@dataclass(frozen=True)
class QuizHabits:
    """The acts around coming back to the quiz; each gives the message to say."""

    service: DailyService
    learnt: ProgressService
    enrolment: EnrolmentService
    replies: Replies
    library: Library

    async def show_progress(self, person_id: str) -> Message:
        """Say what the person has learnt, and what is left."""
        person = await self.enrolment.know(person_id)
        progress = await self.learnt.show(person_id)
        if progress is None:
            return self._nothing_to_ask(person)
        language, say = person.speaks, self.library.phrases.say
        blocks = [Block(BlockKind.VERDICT, say("progress_title", language))]
        blocks.append(Block(BlockKind.BODY, self._counts(progress, language)))
        if progress.weak:
            blocks.append(Block(BlockKind.BODY, self._weak(progress.weak, language)))
        blocks.append(Block(BlockKind.BODY, self._standing(progress.daily, language)))
        blocks.append(Block(BlockKind.NOTE, say("progress_private", language)))
        presses = [
            self.replies.button("button_quiz", language, quiz_buttons.StartQuiz()),
            self.replies.button("button_daily", language, quiz_buttons.SetDaily()),
            *(self._article(article, language) for article in progress.weak),
        ]
        return Message(tuple(blocks), tuple(presses), language)

    async def daily(self, person_id: str) -> Message:
        """Show the choice of the hour, and how it stands."""
        person = await self.enrolment.know(person_id)
        if not self._has_questions(person):
            return self._nothing_to_ask(person)
        daily, language = await self.service.status(person_id), person.speaks
        if daily.hour is not None:
            hour = self._hour(daily.hour, language)
            message = self.replies.phrase("daily_is", language, hour=hour)
        else:
            phrase = "daily_was_stopped" if daily.stopped else "daily_choose"
            message = self.replies.phrase(phrase, language)
        return replace(message, buttons=self._choice(language, is_on=daily.hour is not None))

    async def set_daily(self, person_id: str, hour: str) -> Message | None:
        """Take the hour of the daily five minutes.

        Args:
            person_id: Who chose.
            hour: As a button says it: 0 to 23, ``off``, or empty for the choice.

        Returns:
            None for anything else.
        """
        if not hour:
            return await self.daily(person_id)
        if hour == _OFF:
            await self.service.set(person_id, None)
            return await self._turned_off(person_id)
        if hour not in map(str, range(24)):
            return None
        person = await self.enrolment.know(person_id)
        if not FIRST_HOUR <= int(hour) <= LAST_HOUR:
            return self._refused(person.speaks)
        daily = await self.service.set(person_id, int(hour))
        return self._nothing_to_ask(person) if daily is None else self._set(daily, person.speaks)

    async def wish(self, person_id: str, text: str) -> Message:
        """Do what a text about the daily five minutes wishes; the choice where it is not clear."""
        hour = read_hour(text)
        if wants_end(text):
            wished = await self.set_daily(person_id, _OFF)
        else:
            wished = await self.set_daily(person_id, "" if hour is None else str(hour))
        return wished or await self.daily(person_id)

    def reminder(self, due: Reminder) -> Json:
        """Put a reminder into words."""
        language = due.language
        presses = (
            self.replies.button("button_daily_start", language, quiz_buttons.StartQuiz("daily")),
            self.replies.button("button_daily_off", language, quiz_buttons.SetDaily(_OFF)),
        )
        message = self.replies.phrase("daily_reminder", language, *presses)
        if due.last:
            message = self._noted(message, "daily_reminder_last")
        return replace(message, untemplated=True, until=due.until).to_json()

    def _set(self, daily: Daily, language: Language) -> Message:
        off = self.replies.button("button_daily_off", language, quiz_buttons.SetDaily(_OFF))
        hour = self._hour(daily.hour or 0, language)
        message = self.replies.phrase("daily_set", language, off, hour=hour)
        if daily.channel == "whatsapp":
            message = self._noted(message, "daily_whatsapp")
        if not daily.reminds:
            on = self.replies.button("button_reminders_on", language, buttons.SetReminders("1"))
            message = self._noted(replace(message, buttons=(on, off)), "daily_reminders_off")
        return message

    async def _turned_off(self, person_id: str) -> Message:
        language = (await self.enrolment.know(person_id)).speaks
        presses = (
            self.replies.button("button_quiz", language, quiz_buttons.StartQuiz()),
            self.replies.button("button_daily", language, quiz_buttons.SetDaily()),
        )
        return self.replies.phrase("daily_off", language, *presses)

    def _refused(self, language: Language) -> Message:
        first, last = self._hour(FIRST_HOUR, language), self._hour(LAST_HOUR, language)
        choice = self._choice(language, is_on=False)
        return self.replies.phrase("daily_not_then", language, *choice, first=first, last=last)

    def _has_questions(self, person: Employee) -> bool:
        return person.employer is not None and bool(self.library.questions(person.employer))

    def _nothing_to_ask(self, person: Employee) -> Message:
        language = person.speaks
        if person.employer is None:
            return self.replies.choose_employer(language)
        browse = self.replies.button("button_browse", language, buttons.BrowseTopics())
        return self.replies.phrase("no_questions", language, browse)

    def _choice(self, language: Language, *, is_on: bool) -> tuple[Button, ...]:
        hours = tuple(
            Button(self._hour(hour, language), buttons.encode(quiz_buttons.SetDaily(str(hour))))
            for hour in _OFFERED
        )
        off = self.replies.button("button_daily_off", language, quiz_buttons.SetDaily(_OFF))
        return (*hours, off) if is_on else hours

    def _hour(self, hour: int, language: Language) -> str:
        """Say an hour as people there write it."""
        return said_hour(self.library.phrases, language, hour)

    def _counts(self, progress: Progress, language: Language) -> str:
        say = self.library.phrases.say
        if not progress.asked:
            return say("progress_none", language, total=progress.total)
        left = progress.articles - progress.done
        lines = (
            say("progress_known", language, known=progress.known, total=progress.total),
            say("progress_asked", language, asked=progress.asked),
            say("progress_articles", language, done=progress.done, left=left),
            say("progress_sittings", language, sittings=progress.sittings),
            say("progress_due", language, due=progress.due),
            say("progress_streak", language, streak=progress.streak),
        )
        return "\n".join(lines)

    def _weak(self, articles: tuple[str, ...], language: Language) -> str:
        say = self.library.phrases.say
        titles = (self.library.locate(article).article.title.text(language) for article in articles)
        lines = (say("progress_weak_article", language, title=title) for title in titles)
        return say("progress_weak", language, articles="\n".join(lines))

    def _article(self, article: str, language: Language) -> Button:
        title = self.library.locate(article).article.title.text(language)
        return Button(title, buttons.encode(buttons.ShowArticle(article)))

    def _standing(self, daily: Daily, language: Language) -> str:
        say = self.library.phrases.say
        if daily.hour is not None:
            return say("progress_daily", language, hour=self._hour(daily.hour, language))
        phrase = "progress_daily_stopped" if daily.stopped else "progress_daily_none"
        return say(phrase, language)

    def _noted(self, message: Message, phrase: str) -> Message:
        note = self.library.phrases.say(phrase, message.language)
        return replace(message, blocks=(*message.blocks, Block(BlockKind.NOTE, note)))

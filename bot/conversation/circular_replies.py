"""What is said to a recipient about their circulars; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation import buttons
from bot.conversation import circular_buttons as told
from bot.conversation.circular_words import CircularWords
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.moments import said_hour
from bot.documents.words import short_day
from bot.domain.circulars import CheckQuestion
from bot.domain.meaning import Language
from bot.services.acknowledgements import Acknowledged, Outcome
from bot.services.circular_views import KnownCircular
from bot.services.received_circulars import Page, Received


@dataclass(frozen=True)
class CircularReplies:
    """Puts what becomes of circulars into words."""

    words: CircularWords

    def shown(self, received: Received, now: datetime, language: Language) -> Message:
        """Show a circular as it stands with its recipient."""
        circular = received.circular
        if not received.holds:
            return self.withdrawn(circular, language)
        message = self.words.circular(circular, language, is_late=circular.is_late(now))
        if received.at is not None:
            done = Block(BlockKind.NOTE, self.done(circular, received.at, language))
            blocks = (*self.words.text(circular, language, done=True), done)
            further = tuple(self.words.further(circular, language))
            message = replace(message, blocks=blocks, buttons=further)
        return self.instead(message) if received.replaces else message

    def ahead(self, received: Received, now: datetime, language: Language) -> Iterator[Message]:
        """Give what is said before a circular that comes by itself: it was put into words earlier.

        That its deadline has passed since then does not stand in it.
        """
        circular = received.circular
        is_late = received.at is None and circular.is_late(now)
        for block in self.words.passed(circular, language, is_late=is_late):
            yield Message((block,), (), language)

    def instead(self, message: Message) -> Message:
        """Say that a circular stands for an earlier version that was asked for."""
        note = Block(BlockKind.NOTE, self._say("received_newer", message.language))
        return replace(message, blocks=(note, *message.blocks))

    def withdrawn(self, circular: KnownCircular, language: Language) -> Message:
        """Say that a circular was called off."""
        title = circular.title(language)
        return self._not_shown("received_withdrawn", circular, language, title=title)

    def altered(self, circular: KnownCircular, language: Language) -> Message:
        """Say that what is kept of a circular is not what was sent, so that none of it is shown."""
        return self._not_shown("received_altered", circular, language)

    def taken(
        self, taken: Acknowledged, now: datetime, language: Language, pressed: str
    ) -> Message:
        """Say what came of a press that acknowledges, or answers the question.

        Args:
            taken: What came of it.
            now: The present moment.
            language: In which language to say it.
            pressed: The channel's id of the message whose button it was.
        """
        circular = taken.circular
        match taken.outcome:
            case Outcome.ACKNOWLEDGED if taken.at is not None:
                return self._acknowledged(circular, taken.at, language, pressed)
            case Outcome.BEFORE if taken.at is not None:
                when = self.words.moment(circular, taken.at, language)
                number = circular.content.number
                said = self._say("received_before", language, number=number, at=when)
                return Message((Block(BlockKind.BODY, said),), (), language)
            case Outcome.ASKED if circular.content.check is not None:
                return self._question(circular, circular.content.check, language)
            case Outcome.WRONG:
                return self._wrong(circular, language, pressed)
            case Outcome.REPLACED if taken.newer is not None:
                newer = Received(taken.newer, taken.newer_at, replaces=True)
                return self.shown(newer, now, language)
            case _:
                return self.withdrawn(circular, language)

    def done(self, circular: KnownCircular, at: datetime, language: Language) -> str:
        """Say when a circular was acknowledged, and whether that was late."""
        phrase = "received_done_late" if circular.is_late(at) else "received_done"
        when = self.words.moment(circular, at, language)
        return self._say(phrase, language, number=circular.content.number, at=when)

    def file(self, circular: KnownCircular, position: int, language: Language) -> Message:
        """Give a file of a circular."""
        said = self._say(
            "received_file",
            language,
            name=circular.attachments[position].name,
            number=circular.content.number,
        )
        document = self.words.document(circular, position, language)
        return Message((Block(BlockKind.BODY, said),), (), language, document=document)

    def page(self, page: Page, number: int, now: datetime, language: Language) -> Message:
        """List circulars; the page has at least one."""
        lines = (self._line(each, now, language) for each in page.received)
        blocks = (
            Block(BlockKind.VERDICT, self._say("received_list", language)),
            *(Block(BlockKind.BODY, line) for line in lines),
        )
        return Message(blocks, tuple(self._turns(page, number, language)), language)

    def list_button(self, language: Language) -> Button:
        """Give the button that lists circulars."""
        value = buttons.encode(told.ListCirculars())
        return Button(self._say("button_circulars", language), value)

    def _not_shown(
        self, phrase: str, circular: KnownCircular, language: Language, **values: str
    ) -> Message:
        said = self._say(phrase, language, number=circular.content.number, **values)
        return Message((Block(BlockKind.BODY, said),), (self.list_button(language),), language)

    def _acknowledged(
        self, circular: KnownCircular, at: datetime, language: Language, pressed: str
    ) -> Message:
        local = self.words.local(circular, at)
        hour = said_hour(self.words.library.phrases, language, local.hour, local.minute)
        phrase = "received_button_done_late" if circular.is_late(at) else "received_button_done"
        label = self._say(phrase, language, date=short_day(local, year=True), hour=hour)
        mark = Button(label, self.words.acknowledge_button(circular, language).data)
        further = tuple(self.words.further(circular, language))
        said = Block(BlockKind.BODY, self.done(circular, at, language))
        return Message((said,), further, language, pressed, rebuttons=(mark, *further))

    def _question(
        self, circular: KnownCircular, check: CheckQuestion, language: Language
    ) -> Message:
        english = language is Language.ENGLISH
        question = (check.question_en if english else "") or check.question
        choices = (check.choices_en if english else ()) or check.choices
        letters = self._say("quiz_letters", language)
        lines = (
            self._say("quiz_choice", language, letter=letter, choice=choice)
            for letter, choice in zip(letters, choices, strict=False)
        )
        blocks = (
            Block(BlockKind.NOTE, self._say("received_check", language)),
            Block(BlockKind.VERDICT, question),
            Block(BlockKind.BODY, "\n".join(lines)),
            Block(
                BlockKind.NOTE,
                self._say("received_check_means", language, statement=circular.statement(language)),
            ),
        )
        presses = tuple(
            Button(letter, buttons.encode(told.AnswerCheck(circular.id, str(place), language)))
            for place, letter in enumerate(letters[: len(choices)])
        )
        return Message(blocks, presses, language)

    def _wrong(self, circular: KnownCircular, language: Language, pressed: str) -> Message:
        again = self.words.acknowledge_button(circular, language).data
        presses = (
            self.words.show_button(circular, language),
            Button(self._say("received_button_again", language), again),
        )
        said = Block(BlockKind.BODY, self._say("received_wrong", language))
        # In the question's place: or the choices that are left would be pressed one by one.
        return Message((said,), presses, language, pressed, stands_alone=True)

    def _line(self, received: Received, now: datetime, language: Language) -> str:
        circular = received.circular
        return self._say(
            "received_line",
            language,
            number=circular.content.number,
            title=circular.title(language),
            state=self._state(received, now, language),
        )

    def _state(self, received: Received, now: datetime, language: Language) -> str:
        circular, due = received.circular, received.circular.content.due_at
        if not received.holds:
            return self._say("received_state_withdrawn", language)
        if received.at is not None:
            at = self.words.moment(circular, received.at, language)
            return self._say("received_state_done", language, at=at)
        if not circular.acknowledges:
            return self._say("received_state_information", language)
        if due is None:
            return self._say("received_state_open", language)
        phrase = "received_state_late" if now > due else "received_state_due"
        return self._say(phrase, language, due=self.words.moment(circular, due, language))

    def _turns(self, page: Page, number: int, language: Language) -> Iterator[Button]:
        for each in page.received:
            label = self._say("received_number", language, number=each.circular.content.number)
            yield Button(label, buttons.encode(told.ShowCircular(each.circular.id)))
        if page.more:
            value = buttons.encode(told.ListCirculars(str(number + 1)))
            yield Button(self._say("received_button_older", language), value)
        if number:
            value = buttons.encode(told.ListCirculars(str(number - 1)))
            yield Button(self._say("received_button_newer", language), value)

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self.words.say(phrase, language, **values)

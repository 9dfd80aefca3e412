"""A circular in words, as its author and its recipients see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation import circular_buttons as told
from bot.conversation import quiz_buttons
from bot.conversation.announcement import Announcement
from bot.conversation.buttons import encode
from bot.conversation.messages import Block, BlockKind, Button, Document, Message
from bot.conversation.moments import said_day, said_hour
from bot.documents.words import gregorian_words, hijri_words
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.services.circular_views import KnownAttachment, KnownCircular

_UTC = ZoneInfo("UTC")
TEMPLATE = "circular"
"""The template that announces a circular where nothing else may be sent."""


@dataclass(frozen=True)
class CircularWords:
    """Puts circulars into words."""

    library: Library

    def circular(
        self, known: KnownCircular, language: Language, *, is_late: bool = False
    ) -> Message:
        """Give a circular with its first file and its buttons, for who has yet to read it.

        Args:
            known: The circular.
            language: In which language to say it.
            is_late: Its deadline is over when they get it.
        """
        blocks = (
            *self.text(known, language),
            *self.passed(known, language, is_late=is_late),
            *self.demand(known, language, is_late=is_late),
        )
        presses = tuple(self._presses(known, language))
        return Message(
            blocks,
            presses,
            language,
            document=self.document(known, 0, language) if known.attachments else None,
            announced=self.announcement(known),
        )

    def announcement(self, known: KnownCircular) -> Announcement:
        """Give what announces a circular where only a template may be sent."""
        values = (known.content.number, known.content.issuer)
        return Announcement(TEMPLATE, values, (encode(told.ShowCircular(known.id)),))

    def text(
        self, known: KnownCircular, language: Language, *, done: bool = False
    ) -> Iterator[Block]:
        """Give the paragraphs that say what a circular says, without what is asked for.

        Args:
            known: The circular.
            language: In which language to say it.
            done: They have acknowledged this version.
        """
        yield Block(
            BlockKind.VERDICT,
            self.say("received_title", language, title=known.title(language)),
        )
        yield Block(BlockKind.NOTE, "\n".join(self._head(known, language)))
        if known.content.version > 1:
            is_asked = known.acknowledges and not done
            phrase = "received_anew" if is_asked else "received_corrected"
            versions = {"version": known.content.version, "before": known.content.version - 1}
            yield Block(BlockKind.NOTE, self.say(phrase, language, **versions))
        for paragraph in known.body(language).split("\n\n"):
            if paragraph.strip():
                yield Block(BlockKind.BODY, paragraph.strip())

    def passed(self, known: KnownCircular, language: Language, *, is_late: bool) -> Iterator[Block]:
        """Say, if it is late, that the deadline is over and what an acknowledgement is then."""
        if is_late and known.acknowledges and known.content.due_at is not None:
            due = self.moment(known, known.content.due_at, language)
            yield Block(BlockKind.NOTE, self.say("received_late", language, due=due))

    def demand(
        self, known: KnownCircular, language: Language, *, is_late: bool = False
    ) -> Iterator[Block]:
        """Give the paragraphs that say what is to be acknowledged, and until when.

        Args:
            known: The circular.
            language: In which language to say it.
            is_late: Its deadline is over, and is said elsewhere.
        """
        if not known.acknowledges:
            return
        asked = self.say("received_asked", language)
        if known.content.due_at is not None and not is_late:
            due = self.moment(known, known.content.due_at, language)
            asked = self.say("received_asked_until", language, due=due)
        yield Block(BlockKind.BODY, asked)
        statement = self.say("received_quote", language, statement=known.statement(language))
        yield Block(BlockKind.BODY, statement)

    def document(self, known: KnownCircular, position: int, language: Language) -> Document:
        """Give a circular's file as it goes along with a message.

        Raises:
            IndexError: It has no such file.
        """
        file = known.attachments[position]
        says = self.say("received_picture", language, name=file.name)
        return Document(file.file, file.name, file.media_type, says if _is_picture(file) else "")

    def show_button(self, known: KnownCircular, language: Language) -> Button:
        """Give the button that shows a circular."""
        value = encode(told.ShowCircular(known.id))
        return Button(self.say("received_button_show", language), value)

    def acknowledge_button(self, known: KnownCircular, language: Language) -> Button:
        """Give the button that acknowledges a circular."""
        value = encode(told.AcknowledgeCircular(known.id, language))
        return Button(self.say("received_button_acknowledge", language), value)

    def moment(self, known: KnownCircular, moment: datetime, language: Language) -> str:
        """Say a moment with its day, as clocks show it where the employer is."""
        local = self.local(known, moment)
        phrases = self.library.phrases
        day = said_day(phrases, language, local)
        hour = said_hour(phrases, language, local.hour, local.minute)
        return self.say("received_moment", language, day=day, hour=hour)

    def local(self, known: KnownCircular, moment: datetime) -> datetime:
        """Give a moment as clocks show it where the employer is."""
        rulebook = self.library.rulebooks.get(known.content.employer)
        return moment.astimezone(rulebook.calendar.zone if rulebook else _UTC)

    def say(self, phrase: str, language: Language, **values: object) -> str:
        """Say a phrase."""
        return self.library.phrases.say(phrase, language, **values)

    def further(self, known: KnownCircular, language: Language) -> Iterator[Button]:
        """Give the buttons for what stays to be done whether it is acknowledged or not."""
        for position, file in enumerate(known.attachments[1:], 1):
            label = self.say("received_button_file", language, name=file.name)
            yield Button(label, encode(told.OpenAttachment(known.id, str(position))))
        if known.content.articles:
            label = self.say("received_button_quiz", language)
            yield Button(label, encode(quiz_buttons.StartCircularQuiz(known.id)))

    def _presses(self, known: KnownCircular, language: Language) -> Iterator[Button]:
        if known.acknowledges:
            yield self.acknowledge_button(known, language)
        yield from self.further(known, language)

    def _head(self, known: KnownCircular, language: Language) -> Iterator[str]:
        content = known.content
        yield self.say("received_number", language, number=content.number)
        yield self.say("received_issuer", language, issuer=content.issuer)
        day = gregorian_words(content.dated_on, self.say, language)
        hijri = hijri_words(content.dated_on, self.say, language)
        phrase = "received_dates" if hijri else "received_date"
        dates = {"gregorian": day, **({"hijri": hijri} if hijri else {})}
        yield self.say(phrase, language, **dates)


def _is_picture(file: KnownAttachment) -> bool:
    return Document(file.file, file.name, file.media_type).is_picture

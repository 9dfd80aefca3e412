"""Circulars in the conversation of who was sent them: read, acknowledge, open files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation import buttons
from bot.conversation import circular_buttons as told
from bot.conversation.circular_replies import CircularReplies
from bot.conversation.circular_words import CircularWords
from bot.conversation.messages import Message
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.services.acknowledgements import AcknowledgementService, Outcome, Shown
from bot.services.enrolment import Employee
from bot.services.received_circulars import ReceivedCircularService
from bot.services.retention import Now

_PAGE = 5
_NUMBER = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True)
class ReceivedCirculars:
    """The acts around circulars that were sent to a person."""

    acknowledgements: AcknowledgementService
    received: ReceivedCircularService
    replies: Replies
    words: CircularWords
    now: Now

    async def press(
        self, person: Employee, value: told.CircularButton, pressed: str
    ) -> Sequence[Message] | None:
        """Answer a press.

        Args:
            person: Who pressed.
            value: The button.
            pressed: The channel's id of the message that carried it.

        Returns:
            What to say, which may be nothing; None for a button without effect.
        """
        match value:
            case told.ListCirculars():
                return [await self.list(person, _number(value.page) or 0)]
            case told.ShowCircular():
                return await self.show(person, value.circular)
            case told.AcknowledgeCircular():
                return await self._acknowledge(person, value.circular, value.language, pressed)
            case told.AnswerCheck():
                choice = _number(value.choice)
                if choice is None:
                    return None
                return await self._acknowledge(
                    person, value.circular, value.language, pressed, choice
                )
            case told.OpenAttachment():
                return await self._open(person, value.circular, _number(value.position))

    async def show(self, person: Employee, circular_id: str) -> Sequence[Message] | None:
        """Show a circular, or its newest version; hardly anything where it comes by itself."""
        received = await self.received.open(person.id, circular_id, chat=person.address)
        if received is None:
            return None
        now, language = self.now(), person.speaks
        if received.circular.is_altered:
            return [self._say.altered(received.circular, language)]
        if received.on_its_way:
            return list(self._say.ahead(received, now, language))
        return [self._say.shown(received, now, language)]

    async def list(self, person: Employee, page: int = 0) -> Message:
        """List the circulars that a person was sent, the newest first."""
        language = person.speaks
        found = await self.received.list_page(person.id, page, _PAGE)
        if not found.enrolled:
            enrol = self.replies.button("button_enrol", language, buttons.ShowEnrolment())
            return self.replies.phrase("received_unlinked", language, enrol)
        if not found.received:
            return self.replies.phrase("received_none", language)
        return self._say.page(found, page, self.now(), language)

    async def _acknowledge(
        self,
        person: Employee,
        circular_id: str,
        language: str,
        pressed: str,
        choice: int | None = None,
    ) -> Sequence[Message] | None:
        if person.address is None or language not in set(Language):
            return None
        shown = Shown(person.address.channel, pressed, Language(language))
        taken = await self.acknowledgements.acknowledge(person.id, circular_id, shown, choice)
        if taken is None:
            return None
        if taken.outcome is Outcome.ALTERED:
            return [self._say.altered(taken.circular, shown.language)]
        return [self._say.taken(taken, self.now(), shown.language, pressed)]

    async def _open(
        self, person: Employee, circular_id: str, position: int | None
    ) -> Sequence[Message] | None:
        if position is None:
            return None
        received = await self.received.open(person.id, circular_id, position)
        if received is None:
            return None
        if received.circular.is_altered:
            return [self._say.altered(received.circular, person.speaks)]
        return [self._say.file(received.circular, position, person.speaks)]

    @property
    def _say(self) -> CircularReplies:
        return CircularReplies(self.words)


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None

"""From an incoming event to the messages that answer it."""

from __future__ import annotations

from collections.abc import Sequence

from arabic import fold, is_english
from bot.conversation import buttons
from bot.conversation.dialogue import Dialogue
from bot.conversation.events import Blocked, Command, Incoming, Media, MediaKind, Press, Text
from bot.conversation.messages import Message
from bot.conversation.presses import Presses
from bot.conversation.understanding import Understanding
from bot.domain.meaning import Language
from bot.errors import UnderstandingUnavailable
from bot.services.enrolment import Employee

_MEDIA_PHRASES = {
    MediaKind.VOICE: "media_voice",
    MediaKind.PICTURE: "media_picture",
    MediaKind.STICKER: "media_sticker",
}

COMMANDS = frozenset(
    {"start", "help", "employer", "browse", "person", "privacy", "arabic", "english"}
)
"""What can be typed after a slash; ``help`` answers every other one that a channel names."""

_SHORT = 3
"""Latin words from which a text that is no English must be Arabizi."""


class Router:
    """Answers events. Free text goes to the model; everything else is a typed value.

    Args:
        dialogue: What can be done for a person.
        understanding: What understands free text.
    """

    def __init__(self, dialogue: Dialogue, understanding: Understanding) -> None:
        self._dialogue = dialogue
        self._understanding = understanding
        self._presses = Presses(dialogue)

    async def handle(self, incoming: Incoming, event_id: int) -> Sequence[Message]:
        """Answer one event; the same event handled twice has one effect.

        Args:
            incoming: What came.
            event_id: The inbox's id of it.
        """
        content = incoming.content
        if isinstance(content, Blocked):
            await self._dialogue.enrolment.blocked(incoming.address, blocked=content.blocked)
            return []
        person = await self._dialogue.enrolment.meet(incoming.address, _language(incoming))
        key = f"event:{event_id}"
        match content:
            case Press():
                return await self._press(person, content, key)
            case Command():
                return await self._command(person, content, key)
            case Media():
                phrase = _MEDIA_PHRASES.get(content.kind, "media_other")
                return await self._welcomed(person, key) or [
                    await self._dialogue.phrase(person.id, phrase)
                ]
            case Text():
                return await self._text(person, content.text, key)

    def apology(self, incoming: Incoming) -> Message:
        """What to say where an event could not be processed."""
        language = _language(incoming) or Language.ARABIC
        return self._dialogue.replies.phrase("fault", language)

    async def _text(self, person: Employee, text: str, key: str) -> Sequence[Message]:
        command = _as_command(text)
        if command is not None:
            return await self._command(person, command, key)
        if not any(char.isalpha() for char in fold(text)):
            return await self._welcomed(person, key) or [
                await self._dialogue.phrase(person.id, "not_understood", with_help=True)
            ]
        if person.employer is None:
            return await self._welcomed(person, key, text) or [
                self._dialogue.choose_employer_first(person, asked=True)
            ]
        try:
            return await self._understanding.converse(person.id, text, key)
        except UnderstandingUnavailable:
            return [await self._dialogue.outage(person, text, key)]

    async def _welcomed(
        self, person: Employee, key: str, pending: str | None = None
    ) -> list[Message]:
        """Welcome a person on first contact; nothing for one who is known."""
        if person.employer is not None:
            return []
        first = await self._dialogue.enrolment.greet(person.id, key, pending)
        return [self._dialogue.replies.welcome(person.speaks)] if first else []

    async def _command(  # noqa: PLR0911 - a return a command
        self, person: Employee, command: Command, key: str
    ) -> Sequence[Message]:
        dialogue = self._dialogue
        match command.name:
            case "start":
                await dialogue.enrolment.greet(person.id, key)
                return [dialogue.replies.welcome(person.speaks)]
            case "employer":
                return [await dialogue.list_employers(person.id)]
            case "browse":
                return [await dialogue.browse(person.id)]
            case "person":
                return [await dialogue.ask_person(person.id, key)]
            case "privacy":
                return [await dialogue.about(person.id)]
            case "arabic" | "english":
                language = Language.ARABIC if command.name == "arabic" else Language.ENGLISH
                return [await dialogue.set_language(person.id, language)]
            case _:
                return [await dialogue.help(person.id)]

    async def _press(self, person: Employee, press: Press, key: str) -> Sequence[Message]:
        value = buttons.decode(press.data)
        if not isinstance(value, buttons.ChooseEmployer):
            return await self._presses.answer(person, value, press.message_id, key)
        chosen = await self._dialogue.choose_employer(person, value.employer, key)
        if chosen is None:
            return [await self._dialogue.old_button(person.id)]
        messages = [chosen.message]
        if chosen.pending:
            known = await self._dialogue.enrolment.know(person.id)
            messages += await self._text(known, chosen.pending, key)
        return messages


def _language(incoming: Incoming) -> Language | None:
    """The language that the person wrote just now; on first contact, that of their app."""
    content = incoming.content
    if isinstance(content, Text):
        content = _as_command(content.text) or content
    if isinstance(content, Text):
        return _written(content.text)
    if isinstance(content, Command) and content.name == "start":
        return Language.ENGLISH if incoming.language_hint.startswith("en") else Language.ARABIC
    return None


def _written(text: str) -> Language | None:
    """Name the language of a text; None where a Latin word or two could be either."""
    if is_english(text):
        return Language.ENGLISH
    folded = fold(text)
    latin = any("a" <= char <= "z" for char in folded)
    arabic = any(char.isalpha() and not "a" <= char <= "z" for char in folded)
    short = len(folded.split()) < _SHORT
    return None if not (latin or arabic) or (latin and not arabic and short) else Language.ARABIC


def _as_command(text: str) -> Command | None:
    """Read a typed ``/word`` as a command, on channels that have none of their own."""
    if not text.startswith("/"):
        return None
    name, _, argument = text[1:].partition(" ")
    return Command(name.lower(), argument) if name.lower() in COMMANDS else None

"""From an incoming event to the messages that answer it."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from bot.conversation import buttons, quiz_buttons
from bot.conversation.channel import FetchFailure, FileSource
from bot.conversation.commands import Commands, typed_command
from bot.conversation.desk import awaits_text
from bot.conversation.dialogue import Dialogue
from bot.conversation.events import (
    Address,
    AddressEnded,
    Blocked,
    Command,
    Contact,
    Incoming,
    Media,
    MediaKind,
    Press,
    SentFile,
    Text,
)
from bot.conversation.messages import Message
from bot.conversation.presses import Presses
from bot.conversation.spoken import language_of
from bot.conversation.understanding import Understanding, has_words
from bot.domain.codes import find_code
from bot.domain.drafting import is_aside
from bot.domain.meaning import Intent, Language
from bot.errors import UnderstandingUnavailable
from bot.services.enrolment import Employee

_MEDIA_PHRASES = {
    MediaKind.VOICE: "media_voice",
    MediaKind.PICTURE: "media_picture",
    MediaKind.STICKER: "media_sticker",
}

_CAPTIONED = frozenset({MediaKind.PICTURE, MediaKind.VIDEO, MediaKind.DOCUMENT})
"""What is published with a text of its own."""

_PARTS_OF_CODE = 2
"""Words that a code may be typed as."""


class Router:
    """Answers events. Free text goes to the model; everything else is a typed value.

    Args:
        dialogue: What can be done for a person.
        understanding: What understands free text.
        sources: Where files are that people send, by channel and account.
    """

    def __init__(
        self,
        dialogue: Dialogue,
        understanding: Understanding,
        sources: Mapping[tuple[str, str], FileSource],
    ) -> None:
        self._dialogue = dialogue
        self._sources = sources
        self._understanding = understanding
        self._presses = Presses(dialogue)
        self._commands = Commands(dialogue)

    async def handle(  # noqa: PLR0911 - a return a kind of event
        self, incoming: Incoming, event_id: int
    ) -> Sequence[Message]:
        """Answer one event; the same event handled twice has one effect.

        Args:
            incoming: What came.
            event_id: The inbox's id of it.
        """
        content = incoming.content
        if isinstance(content, Blocked):
            await self._dialogue.enrolment.blocked(incoming.address, blocked=content.blocked)
            return []
        if isinstance(content, AddressEnded):
            await self._dialogue.membership.linking.leave(incoming.address, content.reason)
            return []
        phone, key = incoming.phone, f"event:{event_id}"
        language = language_of(incoming)
        person = await self._dialogue.enrolment.meet(incoming.address, language, phone)
        match content:
            case Press():
                return await self._press(person, content, key, phone)
            case Command():
                return await self._command(person, content, key, phone)
            case Media():
                return await self._media(person, content, key, incoming.address)
            case Contact():
                return await self._and_waiting(person, await self._contact(person, content), key)
            case Text():
                return await self._said(person, content, key, phone)

    def apology(self, incoming: Incoming) -> Message:
        """What to say where an event could not be processed."""
        language = language_of(incoming) or Language.ARABIC
        return self._dialogue.replies.phrase("fault", language)

    async def _said(self, person: Employee, said: Text, key: str, phone: str) -> Sequence[Message]:
        """Give a text to what asked for it, or read it as whatever it is."""
        text = said.text
        if awaits_text(person, key) and not _leads_away(text):
            asked_for = await self._in_room(person, text)
            asked_for = asked_for or await self._dialogue.desk.typed(person, text, key)
            if asked_for:
                return asked_for
        if said.forwarded and has_words(text):
            return await self._draft(person, text, key)
        taken = await self._in_quiz(person, text, key) or await self._in_room(person, text)
        return taken or await self._aside(person, await self._text(person, text, key, phone))

    async def _text(self, person: Employee, text: str, key: str, phone: str) -> Sequence[Message]:
        command = typed_command(text)
        code = find_code(text)
        if command is None and code is not None:
            command = Command("link", code)
        if command is not None:
            return await self._command(person, command, key, phone)
        if not has_words(text):
            return await self._welcomed(person, key) or [
                await self._dialogue.phrase(person.id, "not_understood", with_help=True)
            ]
        if _awaits_draft(person, key):
            return await self._draft(person, text, key, may_be_aside=True)
        if person.employer is not None:
            return await self._question(person, text, key)
        if await self._is_draft(text):
            return await self._draft(person, text, key)
        return await self._welcomed(person, key, text, phone) or [
            self._dialogue.choose_employer_first(person, asked=True)
        ]

    async def _in_quiz(self, person: Employee, text: str, key: str) -> Sequence[Message]:
        """Take a text as the answer to the quiz's question, if it is one."""
        if _awaits_draft(person, key):
            return []
        answered = await self._dialogue.quizzing.typed(person, text, key)
        return [answered] if answered else []

    async def _in_room(self, person: Employee, text: str) -> Sequence[Message]:
        """Check a person in at a live workshop whose code they typed or scanned."""
        checked = await self._dialogue.live.read_code(person, text)
        return [checked] if checked else []

    async def _aside(self, person: Employee, said: Sequence[Message]) -> Sequence[Message]:
        """Put the quiz's open question again below what was said about something else."""
        if person.sitting is None or any(map(_asks_quiz, said)):
            return said
        again = await self._dialogue.quizzing.again(person.id)
        return [*said, again] if again else said

    async def _contact(self, person: Employee, contact: Contact) -> Message:
        address = person.address
        if address is None:
            return await self._dialogue.phrase(person.id, "contact_not_own")
        return await self._dialogue.membership.link_by_contact(
            person, address, contact.phone, own=contact.own
        )

    async def _and_waiting(self, person: Employee, linked: Message, key: str) -> Sequence[Message]:
        """Say what became of a try to link, and answer what waited for the employer."""
        enrolment = self._dialogue.enrolment
        known = await enrolment.meet(person.address, None) if person.address else person
        if known.id != person.id or known.enrolled is not person.enrolled:
            linked = await self._dialogue.panel.added(known, linked)
        pending = await enrolment.take_pending(known.id, key) if known.enrolled else None
        return [linked, *(await self._question(known, pending, key) if pending else ())]

    async def _question(self, person: Employee, text: str, key: str) -> Sequence[Message]:
        try:
            return await self._understanding.converse(person.id, text, key)
        except UnderstandingUnavailable:
            return [await self._dialogue.outage(person, text, key)]

    async def _media(
        self, person: Employee, media: Media, key: str, sender: Address
    ) -> Sequence[Message]:
        if person.awaited is not None:
            fetch = functools.partial(self._fetch, sender)
            return await self._dialogue.desk.attached(person, media, fetch)
        is_draft = media.forwarded or _awaits_draft(person, key)
        if is_draft and media.kind in _CAPTIONED and has_words(media.caption):
            return await self._draft(person, media.caption, key, media=True)
        phrase = _MEDIA_PHRASES.get(media.kind, "media_other")
        return await self._welcomed(person, key) or [await self._dialogue.phrase(person.id, phrase)]

    async def _fetch(self, sender: Address, file: SentFile, most: int) -> bytes | FetchFailure:
        return await self._sources[sender.channel, sender.account].fetch(file, most)

    async def _draft(
        self,
        person: Employee,
        text: str,
        key: str,
        *,
        media: bool = False,
        may_be_aside: bool = False,
    ) -> Sequence[Message]:
        """Check a text as a post; typed where one is awaited, it may be clearly something else."""
        drafts = self._dialogue.drafts
        if person.employer is None:
            # The text is not kept for the choice: it has to be pasted again.
            message = await drafts.ask(person.id)
            return await self._welcomed(person, key) or [message]
        awaited = _awaits_draft(person, key)
        try:
            meaning = await self._understanding.parse(text)
            if may_be_aside and person.draft_taken_for != key and is_aside(meaning, text):
                return await self._understanding.converse(person.id, text, key)
        except UnderstandingUnavailable:
            return [drafts.outage(person)]
        checked = await drafts.check(person.id, meaning, text, key, taken=not awaited, media=media)
        return [checked]

    async def _is_draft(self, text: str) -> bool:
        """Say whether a text is all but surely a post, which must not wait for the employer."""
        try:
            return (await self._understanding.parse(text)).intent is Intent.DRAFT
        except UnderstandingUnavailable:
            return False

    async def _welcomed(
        self, person: Employee, key: str, pending: str | None = None, phone: str = ""
    ) -> list[Message]:
        """Welcome a person on first contact; nothing for one who is known."""
        if person.employer is not None:
            return []
        first = await self._dialogue.enrolment.greet(person.id, key, pending)
        return await self._welcome(person, phone) if first else []

    async def _welcome(self, person: Employee, phone: str) -> list[Message]:
        """Welcome a person, and offer to link the chat where the roster knows its number."""
        offer = await self._dialogue.membership.offer_number(person, phone) if phone else None
        welcome = self._dialogue.replies.welcome(person.speaks, enrolled=person.enrolled)
        welcome = await self._dialogue.panel.added(person, welcome)
        return [welcome, offer] if offer else [welcome]

    async def _command(
        self, person: Employee, command: Command, key: str, phone: str
    ) -> Sequence[Message]:
        dialogue = self._dialogue
        await dialogue.desk.leave(person)
        if command.name in {"start", "link"} and command.argument and person.address is not None:
            await dialogue.enrolment.greet(person.id, key)
            code = command.argument
            if checked := await self._in_room(person, code):
                return checked
            linked = await dialogue.membership.redeem(person, person.address, code, phone)
            return await self._and_waiting(person, linked, key)
        if command.name == "start":
            await dialogue.enrolment.greet(person.id, key)
            return await self._welcome(person, phone)
        return await self._commands.answer(person, command, key)

    async def _press(
        self, person: Employee, press: Press, key: str, phone: str
    ) -> Sequence[Message]:
        value = buttons.decode(press.data)
        if isinstance(value, buttons.EnrolByNumber) and phone and person.address is not None:
            membership = self._dialogue.membership
            linked = await membership.link_by_number(person, person.address, phone)
            return await self._and_waiting(person, linked, key)
        if not isinstance(value, buttons.ChooseEmployer):
            return await self._presses.answer(person, value, press.message_id, key)
        chosen = await self._dialogue.choose_employer(person, value.employer, key)
        if chosen is None:
            return [await self._dialogue.old_button(person.id)]
        messages = [chosen.message]
        known = await self._dialogue.enrolment.know(person.id)
        if chosen.pending:
            messages += await self._question(known, chosen.pending, key)
        if known.awaits_draft:
            messages.append(self._dialogue.drafts.prompt(known))
        return messages


def _awaits_draft(person: Employee, key: str) -> bool:
    """Say whether an event brings the awaited post; handled again it still does."""
    return person.awaits_draft or person.draft_taken_for == key


def _leads_away(text: str) -> bool:
    """Say whether a text is a command or nothing but a code, whatever was asked for."""
    alone = len(text.split()) <= _PARTS_OF_CODE
    return typed_command(text) is not None or (alone and find_code(text) is not None)


def _asks_quiz(message: Message) -> bool:
    values = (buttons.decode(button.data) for button in message.buttons)
    return any(
        isinstance(v, quiz_buttons.AnswerQuestion | quiz_buttons.PickChoices) for v in values
    )

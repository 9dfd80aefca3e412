"""The pledge in the conversation: read the summary, accept it, have a copy."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from bot.conversation import buttons, duty_buttons
from bot.conversation.messages import Block, BlockKind, Button, Document, Message
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.library.pledges import digest_of
from bot.records.files import NewFile
from bot.services.enrolment import Employee
from bot.services.pledges import (
    SHOWN_DIGITS,
    Accepted,
    PledgeService,
    Pressed,
    PrintPledge,
    Standing,
)
from bot.services.privacy import PrivacyService

_MEDIA_TYPE = "application/pdf"


@dataclass(frozen=True)
class Pledges:
    """The acts of the pledge; each gives the message to say.

    Attributes:
        print_pledge: Makes a copy; None where none can be made.
    """

    service: PledgeService
    privacy: PrivacyService
    replies: Replies
    library: Library
    print_pledge: PrintPledge | None = None

    async def show(self, person: Employee) -> Message:
        """Show the pledge that is still to be accepted, or which were and when."""
        language = person.speaks
        if person.employer is None:
            return self.replies.choose_employer(language)
        standing = await self.service.stand(person.id)
        if standing.left:
            asked = self._asked(standing.left[0], person)
            return self._noted("pledge_renewed", asked) if standing.was_accepted else asked
        if not standing.accepted:
            browse = self.replies.button("button_browse", language, buttons.BrowseTopics())
            return self.replies.phrase("pledge_none", language, browse)
        return self._all_accepted(standing, language)

    async def accept(
        self, person: Employee, value: duty_buttons.AcceptPledge, pressed: str, key: str
    ) -> Message | None:
        """Accept a pledge; where its wording has changed since, show how it is now.

        Args:
            person: Who pressed.
            value: The button.
            pressed: The channel's id of the message that carried it.
            key: What makes the press unique.

        Returns:
            None for a pledge that is not this person's, or where nothing tells the chat.
        """
        if person.address is None:
            return None
        press = Pressed(person.address, pressed, key)
        accepted = await self.service.accept(person.id, value.rulebook, value.digest, press)
        standing = await self.service.stand(person.id)
        if accepted is None:
            if value.rulebook not in standing.left:
                return None
            return self._noted("pledge_changed", self._asked(value.rulebook, person))
        language = person.speaks
        presses = self._copies((accepted,), language)
        if standing.left:
            following = self.replies.button(
                "button_pledge_next", language, duty_buttons.ShowPledge()
            )
            presses = (following, *presses)
        said = Block(BlockKind.BODY, self._told("pledge_accepted", accepted, language))
        message = Message((said,), presses, language)
        return message if person.enrolled else self._with_note(message, "pledge_unlinked")

    async def give_copy(self, person: Employee, value: duty_buttons.PrintPledge) -> Message | None:
        """Give a copy of what was accepted; None where nothing was, or none can be made."""
        standing = await self.service.stand(person.id)
        found = [each for each in standing.accepted if each.rulebook == value.rulebook]
        if self.print_pledge is None or not found:
            return None
        content = await asyncio.to_thread(self.print_pledge, found[0])
        name = self._say("pledge_file_name", person.speaks, version=found[0].version)
        new = NewFile(name, _MEDIA_TYPE, content, person.id)
        document = Document(await self.privacy.keep_file(new), name, _MEDIA_TYPE)
        return replace(self.replies.phrase("pledge_copy", person.speaks), document=document)

    def _asked(self, rulebook: str, person: Employee) -> Message:
        """Put a pledge that is left, word by word as it will be kept."""
        language = person.speaks
        pledge = self.library.pledges[rulebook]
        digest = digest_of(pledge.wording(language))[:SHOWN_DIGITS]
        title = self._say("pledge_title", language, title=self._title(rulebook, language))
        blocks = (
            Block(BlockKind.VERDICT, title),
            Block(BlockKind.BODY, pledge.summary.text(language)),
            Block(BlockKind.BODY, pledge.acknowledgement.text(language)),
            Block(BlockKind.NOTE, self._say("pledge_how", language)),
        )
        presses = (
            self.replies.button(
                "button_pledge_accept", language, duty_buttons.AcceptPledge(rulebook, digest)
            ),
            self.replies.button("button_pledge_read", language, buttons.BrowseTopics()),
            self.replies.button("button_person", language, buttons.AskPerson()),
        )
        return Message(blocks, presses, language)

    def _all_accepted(self, standing: Standing, language: Language) -> Message:
        phrase = "pledge_line_of" if len(standing.accepted) > 1 else "pledge_line"
        lines = "\n".join(
            self._told(phrase, each, language, number=number)
            for number, each in enumerate(standing.accepted, 1)
        )
        browse = self.replies.button("button_pledge_read", language, buttons.BrowseTopics())
        presses = (browse, *self._copies(standing.accepted, language))
        return self.replies.phrase("pledge_all_accepted", language, *presses, lines=lines)

    def _copies(self, accepted: tuple[Accepted, ...], language: Language) -> tuple[Button, ...]:
        if self.print_pledge is None:
            return ()
        phrase = "button_pledge_copy_of" if len(accepted) > 1 else "button_pledge_copy"
        return tuple(
            Button(
                self._say(phrase, language, number=number),
                buttons.encode(duty_buttons.PrintPledge(each.rulebook)),
            )
            for number, each in enumerate(accepted, 1)
        )

    def _told(self, phrase: str, accepted: Accepted, language: Language, **more: object) -> str:
        """Say what was accepted and on which day where the employer is."""
        day = self.library.rulebooks[accepted.rulebook].local_date(accepted.accepted_at)
        title = self._title(accepted.rulebook, language)
        date = f"{day.day}/{day.month}/{day.year}"
        told = {"title": title, "version": accepted.version, "date": date, **more}
        return self._say(phrase, language, **told)

    def _title(self, rulebook: str, language: Language) -> str:
        return self.library.rulebooks[rulebook].document.title.text(language)

    def _noted(self, phrase: str, message: Message) -> Message:
        note = Block(BlockKind.NOTE, self._say(phrase, message.language))
        return replace(message, blocks=(note, *message.blocks))

    def _with_note(self, message: Message, phrase: str) -> Message:
        note = Block(BlockKind.NOTE, self._say(phrase, message.language))
        return replace(message, blocks=(*message.blocks, note))

    def _say(self, phrase: str, language: Language, **values: object) -> str:
        return self.library.phrases.say(phrase, language, **values)

"""Being known as an employee in the conversation: enrolment, unlinking, one's data, reminders."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversation import buttons, duty_buttons
from bot.conversation.messages import Block, BlockKind, Button, Document, Message
from bot.conversation.personal_data import described
from bot.conversation.replies import Replies
from bot.domain.meaning import Language
from bot.library.library import Library
from bot.records.base import Reachable
from bot.records.files import NewFile
from bot.records.links import Proof
from bot.services.enrolment import Employee, EnrolmentService
from bot.services.linking import Linked, LinkingService, LinkOutcome
from bot.services.privacy import PrivacyService

_MEDIA_TYPE = "text/plain"


@dataclass(frozen=True)
class Membership:
    """The acts around being known; each gives the message to say."""

    enrolment: EnrolmentService
    linking: LinkingService
    privacy: PrivacyService
    replies: Replies
    library: Library

    async def show(self, person_id: str) -> Message:
        """Say how it stands with the link to the roster, and how to come by one."""
        person = await self.enrolment.know(person_id)
        language = person.speaks
        if person.enrolled:
            presses = (
                self.replies.button("button_pledge", language, duty_buttons.ShowPledge()),
                self.replies.button("button_unlink", language, buttons.Unlink()),
                self.replies.button("button_primary", language, buttons.MakePrimary()),
                self.replies.button("button_my_data", language, buttons.ShowMyData()),
            )
            name = self._employer(person.employer or "", language)
            return self.replies.phrase("enrolled", language, *presses, employer=name)
        return self._asking_contact("enrol_how", language)

    async def offer_number(self, person: Employee, phone: str) -> Message | None:
        """Offer to link a chat whose number the roster has; None where it has it not."""
        employer = await self.linking.knows_phone(phone)
        if employer is None or person.enrolled:
            return None
        language = person.speaks
        presses = (
            self.replies.button("button_enrol_number", language, buttons.EnrolByNumber()),
            self.replies.button("button_not_now", language, buttons.ShowHelp()),
        )
        name = self._employer(employer, language)
        return self.replies.phrase("enrol_offer", language, *presses, employer=name)

    async def redeem(self, person: Employee, address: Reachable, typed: str, phone: str) -> Message:
        """Link a chat by a code that was typed or came with a link."""
        outcome = await self.linking.redeem(address, typed, phone)
        return await self._told(outcome, person, "code_refused")

    async def link_by_contact(
        self, person: Employee, address: Reachable, phone: str, *, own: bool
    ) -> Message:
        """Link a chat by the contact that was shared in it, if it is the person's own."""
        if not own:
            return self._asking_contact("contact_not_own", person.speaks)
        linked = await self.linking.link_by_phone(address, phone, Proof.CONTACT)
        return await self._told(linked, person, "number_unknown")

    async def link_by_number(self, person: Employee, address: Reachable, phone: str) -> Message:
        """Link a chat by its own number."""
        linked = await self.linking.link_by_phone(address, phone, Proof.NUMBER)
        return await self._told(linked, person, "number_unknown")

    async def unlink(self, person: Employee, *, sure: bool) -> Message:
        """Ask whether the chat is to be unlinked, or unlink it."""
        language = person.speaks
        if not sure or person.address is None or not person.enrolled:
            return await self.ask_unlink(person.id)
        await self.linking.unlink(person.address)
        # The chat is a stranger's from here on, to whom this is still to be said.
        await self.enrolment.meet(person.address, None)
        return self.replies.phrase("unlinked", language, self._how(language))

    async def ask_unlink(self, person_id: str) -> Message:
        """Ask whether the chat is to be unlinked; the button that says so knows the chat."""
        person = await self.enrolment.know(person_id)
        if not person.enrolled:
            return self.replies.phrase("not_enrolled", person.speaks, self._how(person.speaks))
        yes = self.replies.button("button_unlink_sure", person.speaks, buttons.Unlink("1"))
        no = self.replies.button("button_keep", person.speaks, buttons.ShowEnrolment())
        return self.replies.phrase("unlink_sure", person.speaks, yes, no)

    async def make_primary(self, person: Employee) -> Message:
        """Let what comes unasked go to this chat."""
        done = person.address is not None and await self.linking.make_primary(person.address)
        return self.replies.phrase("primary_set" if done else "not_enrolled", person.speaks)

    async def my_data(self, person_id: str) -> Message:
        """Give a file of all that is stored about the person."""
        data = await self.privacy.collect(person_id)
        language = data.speaks
        content = described(data, self.library, language)
        name = self.library.phrases.say("data_file_name", language)
        new = NewFile(name, _MEDIA_TYPE, content.encode("utf-8-sig"), person_id)
        document = Document(await self.privacy.keep_file(new), name, _MEDIA_TYPE)
        erase = self.replies.button("button_erase", language, buttons.EraseMyData())
        return replace(self.replies.phrase("my_data", language, erase), document=document)

    async def erase(self, person: Employee, *, sure: bool) -> Message:
        """Ask whether the person's data is to be erased, or have it erased."""
        language = person.speaks
        if not sure:
            yes = self.replies.button("button_erase_sure", language, buttons.EraseMyData("1"))
            no = self.replies.button("button_keep", language, buttons.ShowHelp())
            return self.replies.phrase("erase_sure", language, yes, no)
        await self.privacy.ask_erasure(person.id)
        return self.replies.phrase("erase_asked", language)

    async def remind(self, person_id: str, *, wanted: bool) -> Message:
        """Turn reminders on or off, on all of the person's channels."""
        has_duty = await self.enrolment.set_reminders(person_id, wanted=wanted)
        language = (await self.enrolment.know(person_id)).speaks
        other = buttons.SetReminders("0" if wanted else "1")
        label = "button_reminders_off" if wanted else "button_reminders_on"
        phrase = "reminders_on" if wanted else "reminders_off"
        said = self.replies.phrase(phrase, language, self.replies.button(label, language, other))
        if wanted or not has_duty:
            return said
        duty = Block(BlockKind.NOTE, self.library.phrases.say("reminders_off_duty", language))
        return replace(said, blocks=(*said.blocks, duty))

    async def _told(self, outcome: LinkOutcome, person: Employee, refused: str) -> Message:
        if outcome.linked is Linked.REFUSED:
            return self.replies.phrase(refused, person.speaks)
        # The link may have made the chat another person's, with a language of their own.
        linked = await self.enrolment.meet(person.address, None) if person.address else person
        name = self._employer(outcome.employer, linked.speaks)
        phrase = "linked" if outcome.linked is Linked.LINKED else "linked_already"
        presses = [
            self.replies.button("button_help", linked.speaks, buttons.ShowHelp()),
            self.replies.button("button_pledge", linked.speaks, duty_buttons.ShowPledge()),
        ]
        if outcome.channels > 1:
            presses.append(
                self.replies.button("button_primary", linked.speaks, buttons.MakePrimary())
            )
        message = self.replies.phrase(phrase, linked.speaks, *presses, employer=name)
        return replace(message, closes_keyboard=True)

    def _asking_contact(self, phrase: str, language: Language) -> Message:
        """Say a phrase over the button that shares the person's own number."""
        label = self.library.phrases.say("button_share_contact", language)
        return replace(self.replies.phrase(phrase, language), asks_contact=label)

    def _how(self, language: Language) -> Button:
        return self.replies.button("button_enrol", language, buttons.ShowEnrolment())

    def _employer(self, employer: str, language: Language) -> str:
        rulebook = self.library.rulebooks.get(employer)
        return rulebook.employer.text(language) if rulebook else employer

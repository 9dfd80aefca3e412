"""Checking drafts in the conversation, and the texts of disclaimers."""

from __future__ import annotations

from dataclasses import dataclass

from arabic import fold
from bot.conversation.draft_replies import DraftReplies
from bot.conversation.messages import Message
from bot.domain.meaning import Meaning
from bot.library.library import Library
from bot.services.drafts import DraftService, asks_disclaimer
from bot.services.enrolment import Employee, EnrolmentService


@dataclass(frozen=True)
class Drafts:
    """The acts around drafts; each gives the message to say. None keeps what a draft says."""

    enrolment: EnrolmentService
    service: DraftService
    replies: DraftReplies
    library: Library

    async def ask(self, person_id: str) -> Message:
        """Ask for the post that is to be checked; the employer first, if need be."""
        await self.service.await_draft(person_id)
        return self.prompt(await self.enrolment.know(person_id))

    def prompt(self, person: Employee) -> Message:
        """Ask for the post that is awaited, or for the employer first."""
        if person.employer is None:
            return self.replies.choose_employer(person.speaks)
        return self.replies.prompt(person.speaks)

    async def check(  # noqa: PLR0913 - keyword-only where it could be mixed up
        self,
        person_id: str,
        meaning: Meaning,
        text: str,
        key: str,
        *,
        taken: bool = False,
        media: bool = False,
    ) -> Message:
        """Check a post and say what was found.

        Args:
            person_id: Whose it is.
            meaning: What the model read in it.
            text: The post; its words are quoted in the answer, and go nowhere else.
            key: What makes the event unique that brought it.
            taken: The person did not ask for a check.
            media: It came with a picture or clip.
        """
        checked = await self.service.check(person_id, meaning, key)
        return self.replies.checked(checked, text, taken=taken, media=media)

    def outage(self, person: Employee) -> Message:
        """Say that no check is to be had now; nothing is kept, nor handed over."""
        return self.replies.outage(person.speaks)

    async def disclaimers(self, person_id: str, text: str = "") -> Message:
        """Give texts of disclaimers, for the platforms that a text names, else for all."""
        person = await self.enrolment.know(person_id)
        if person.employer is None:
            return self.replies.choose_employer(person.speaks)
        articles = asks_disclaimer(self.library, person.employer, person.role)
        known = self.library.disclaimers
        platforms = known.named(fold(text)) or known.platforms
        return self.replies.disclaimers(articles, platforms, person.speaks)

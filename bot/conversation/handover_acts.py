"""Hand-overs in the conversation: the desk that answers, and the person who asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.conversation import handover_buttons as values
from bot.conversation.buttons import encode
from bot.conversation.handover_words import HandoverWords
from bot.conversation.messages import Button, Message
from bot.conversation.replies import Replies
from bot.conversation.understanding import has_words
from bot.services.awaiting import AwaitingService
from bot.services.enrolment import Employee
from bot.services.handing_over import HandoverService
from bot.services.handover_desk import HandoverDeskService
from bot.services.handover_views import (
    MORE,
    PURPOSE,
    DeskRefusalError,
    Refusal,
)
from bot.services.staff import (
    ByChat,
)

LONGEST_ANSWER = 3000
"""Characters: with the question above it, one message on Telegram holds it."""

_ON_A_PAGE = 7
_NUMBER = re.compile(r"[0-9]{1,9}")
"""What every database takes as a number."""

_REFUSED = {
    Refusal.GONE: "handover_gone",
    Refusal.NO_QUESTION: "handover_no_question",
    Refusal.ANSWERED: "handover_answered_before",
    Refusal.CLOSED: "handover_closed_before",
    Refusal.BUSY: "handover_busy",
    Refusal.STALE: "handover_stale",
    Refusal.UNREACHABLE: "handover_unreachable",
}


@dataclass(frozen=True)
class DeskActs:
    """What the desk does; each gives the message to say. None: it is not theirs to do."""

    service: HandoverDeskService
    awaiting: AwaitingService
    replies: Replies
    words: HandoverWords

    async def press(self, person: Employee, value: values.DeskButton) -> Message | None:
        """Do what a button says."""
        if isinstance(value, values.ListRequests):
            return await self.list_open(person, value.page)
        number = _number(value.number)
        if number is None:
            return None
        try:
            return await self._press(person, value, number)
        except DeskRefusalError as refused:
            return self._refused(person, refused.refusal, number)

    async def list_open(self, person: Employee, page: str = "0") -> Message | None:
        """Show what waits, some at a time."""
        language, number = person.speaks, _number(page)
        try:
            waiting = await self.service.list_open(ByChat(person.id))
        except DeskRefusalError:
            return None
        if not waiting:
            return self.replies.phrase("handover_list_empty", language)
        first = (number or 0) * _ON_A_PAGE
        shown = waiting[first : first + _ON_A_PAGE]
        label = self.words.library.phrases.say
        presses = [
            Button(
                label("button_handover_one", language, number=each.number),
                encode(values.ShowRequest(str(each.number))),
            )
            for each in shown
        ]
        if first + _ON_A_PAGE < len(waiting):
            following = values.ListRequests(str((number or 0) + 1))
            presses.append(self.replies.button("button_handover_next", language, following))
        listed = self.words.listed(shown, len(waiting), language)
        return replace(listed, buttons=tuple(presses))

    async def typed(self, person: Employee, about: str, text: str, key: str) -> Message:  # noqa: ARG002 - a draft is kept once, whatever brings it
        """Take a text as an answer, and show it before it is sent."""
        language, number, most = person.speaks, int(about), LONGEST_ANSWER
        if not has_words(text) or len(text) > most:
            await self.awaiting.begin(person.id, f"{PURPOSE}:{about}")
            if has_words(text):
                return self.replies.phrase("awaited_too_long", language, most=most)
            return self.replies.phrase("awaited_no_words", language)
        try:
            kept = await self.service.keep_draft(ByChat(person.id), number, text)
        except DeskRefusalError as refused:
            told = self._refused(person, refused.refusal, number)
            return told or self.replies.phrase("old_button", language)
        return self.words.preview(kept, language)

    async def _press(  # noqa: PLR0911 - a return a kind of button
        self, person: Employee, value: values.DeskButton, number: int
    ) -> Message | None:
        officer, language = ByChat(person.id), person.speaks
        match value:
            case values.ShowRequest():
                return self.words.shown(await self.service.show(officer, number), language)
            case values.AnswerRequest():
                await self.service.begin(person.id, number)
                return self._told(person, "handover_write", number)
            case values.SendAnswer():
                await self.service.send(officer, number, value.draft)
                await self._leave(person, number)
                return self._told(person, "handover_sent", number)
            case values.DropAnswer():
                await self.service.drop_draft(officer, number)
                await self._leave(person, number)
                return self._told(person, "handover_dropped", number)
            case values.CloseRequest(sure="1"):
                await self.service.close(officer, number)
                return self._told(person, "handover_closed", number)
            case values.CloseRequest(sure=""):
                await self.service.show(officer, number)
                return self._sure(person, number)
            case _:
                return None

    async def _leave(self, person: Employee, number: int) -> None:
        """Await no other text of what was dropped or sent while it was edited."""
        if person.awaited == f"{PURPOSE}:{number}":
            await self.awaiting.leave(person.id)

    def _sure(self, person: Employee, number: int) -> Message:
        language, of = person.speaks, str(number)
        yes = self.replies.button("button_handover_close", language, values.CloseRequest(of, "1"))
        no = self.replies.button("button_handover_back", language, values.ShowRequest(of))
        return self.replies.phrase("handover_close_sure", language, yes, no, number=number)

    def _told(self, person: Employee, phrase: str, number: int) -> Message:
        language = person.speaks
        more = self.replies.button("button_handover_list", language, values.ListRequests())
        presses = () if phrase == "handover_write" else (more,)
        return self.replies.phrase(phrase, language, *presses, number=number)

    def _refused(self, person: Employee, refusal: Refusal, number: int) -> Message | None:
        phrase = _REFUSED.get(refusal)
        return self._told(person, phrase, number) if phrase else None


@dataclass(frozen=True)
class AskerActs:
    """What is done with an answer by whoever asked; None: it is not theirs."""

    service: HandoverService
    awaiting: AwaitingService
    replies: Replies
    words: HandoverWords

    async def press(self, person: Employee, value: values.AskerButton) -> Message | None:
        """Do what a button below an answer says."""
        number, language = _number(value.number), person.speaks
        if number is None:
            return None
        if isinstance(value, values.FinishRequest):
            is_done = await self.service.finish(person.id, number)
            phrase = "handover_finished"
        else:
            is_done = await self.service.ask_more(person.id, number)
            phrase = "handover_ask_more"
        return self.replies.phrase(phrase, language, number=number) if is_done else None

    async def typed(self, person: Employee, about: str, text: str, key: str) -> Message:
        """Add a text to what was asked."""
        language = person.speaks
        if not has_words(text):
            await self.awaiting.begin(person.id, f"{MORE}:{about}")
            return self.replies.phrase("awaited_no_words", language)
        added = await self.service.add_more(person.id, int(about), text, key)
        if added is None:
            return self.replies.phrase("old_button", language)
        department = self.words.department(added.employer, language)
        said = self.replies.phrase(
            "handover_reopened", language, number=added.number, department=department
        )
        return replace(said, blocks=(*said.blocks, *self.words.looked_at(added, language)))


def _number(written: str) -> int | None:
    return int(written) if _NUMBER.fullmatch(written) else None

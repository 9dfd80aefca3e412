"""HR's circulars in a chat: the list, one with its preview or its figures, and each step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.conversation.buttons import encode
from bot.conversation.channel import Fetch
from bot.conversation.circular_desk_words import CircularDeskWords
from bot.conversation.circular_drafts import PURPOSE, CircularDrafts, Shown
from bot.conversation.circular_files import FILE, CircularFiles
from bot.conversation.circular_steps import OPEN, QUESTIONS, SURE, CircularSteps
from bot.conversation.events import Media
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.replies import Replies
from bot.conversation.staff_buttons import (
    AttachFile,
    CircularDeskButton,
    ComposeCircular,
    EditPart,
    ManageCircular,
    ManageCirculars,
    MoveCircular,
    RemoveFile,
    SetPart,
)
from bot.conversation.understanding import has_words
from bot.domain.reach import Doors, ReachPlan
from bot.records.base import clean
from bot.services.awaiting import AwaitingService
from bot.services.circular_audience import AudienceError
from bot.services.circular_reports import CircularReportService, Use
from bot.services.circular_views import CircularError, KnownCircular
from bot.services.circulars import CircularService
from bot.services.enrolment import Employee
from bot.services.reach_plans import ReachPlanService
from bot.services.reaching import CircularSpeaker
from bot.services.staff import ByChat, StaffError

_ON_A_PAGE = 6
_LONGEST_REASON = 500
_REASON = "reason"
"""Of what is awaited: why a step is taken."""

_REASONS = {"reject": "manage_ask_reject", "cancel": "manage_ask_cancel"}


@dataclass(frozen=True)
class CircularDesk:
    """The acts of HR around circulars; None and old buttons for everybody else.

    Attributes:
        doors: Where people can be written to.
        speaker: Puts a circular into the messages of which a plan tells the number.
    """

    drafts: CircularDrafts
    files: CircularFiles
    courses: CircularService
    reports: CircularReportService
    plans: ReachPlanService
    awaiting: AwaitingService
    replies: Replies
    words: CircularDeskWords
    steps: CircularSteps
    doors: Doors
    speaker: CircularSpeaker

    async def press(self, person: Employee, value: CircularDeskButton) -> Sequence[Message] | None:
        """Do what a button says; None where it is not theirs, or is none of ours."""
        if (person.awaited or "").startswith(f"{PURPOSE}:"):
            await self.awaiting.leave(person.id)
        try:
            return await self._press(person, value)
        except (StaffError, CircularError, ValueError, KeyError):
            return None

    async def leave_reason(self, person: Employee) -> None:
        """Ask for no reason any more: what somebody types who went elsewhere ends no circular."""
        if (person.awaited or "").startswith(f"{PURPOSE}:{_REASON}:"):
            await self.awaiting.leave(person.id)

    async def typed(self, person: Employee, about: str, text: str, key: str) -> Sequence[Message]:  # noqa: ARG002 - a text that is kept again changes nothing
        """Take a text that was asked for; ``bot.conversation.desk.Purpose`` hands it over."""
        try:
            if about.startswith(f"{_REASON}:"):
                _, step, circular = about.split(":")
                return await self._take_reason(person, step, circular, text)
            if about.startswith(f"{FILE}:"):
                _, circular = about.split(":")
                return await self._shown(person, await self.files.typed(person, circular, text))
            return await self._shown(person, await self.drafts.typed(person, about, text))
        except (StaffError, CircularError):
            return [self.replies.phrase("old_button", person.speaks)]

    async def attached(
        self, person: Employee, about: str, media: Media, fetch: Fetch
    ) -> Sequence[Message]:
        """Take a file that was asked for; ``bot.conversation.desk.FilePurpose`` hands it over."""
        what, _, circular = about.partition(":")
        if what != FILE:
            return []
        try:
            taken = await self.files.take(person, circular, media, fetch)
            return await self._shown(person, taken)
        except (StaffError, CircularError):
            return [self.replies.phrase("old_button", person.speaks)]

    async def _press(  # noqa: PLR0911 - a return a kind of button
        self, person: Employee, value: CircularDeskButton
    ) -> Sequence[Message]:
        match value:
            case ManageCirculars():
                return [await self._list(person, value.page)]
            case ManageCircular():
                return await self.show(person, value.circular)
            case ComposeCircular():
                return [await self.drafts.compose(person)]
            case EditPart():
                return await self._shown(person, await self.drafts.ask(person, value))
            case SetPart():
                return await self._shown(person, await self.drafts.put(person, value))
            case MoveCircular():
                return await self._move(person, value)
            case AttachFile():
                return await self._shown(person, await self.files.ask(person, value.circular))
            case RemoveFile():
                return await self._shown(person, await self.files.remove(person, value))

    async def _shown(self, person: Employee, said: Message | Shown) -> Sequence[Message]:
        if isinstance(said, Message):
            return [said]
        return await self.show(person, said.circular, said.note, brief=said.brief)

    async def _list(self, person: Employee, page: str) -> Message:
        """Show a page of the employer's circulars, the newest first."""
        language, number = person.speaks, int(page) if page.isdecimal() and len(page) < 4 else 0  # noqa: PLR2004
        until = (number + 1) * _ON_A_PAGE
        known = await self.courses.list_all(ByChat(person.id), until + 1)
        listed = known[number * _ON_A_PAGE : until]
        presses = [
            Button(self.words.number(each, language), encode(ManageCircular(each.id)))
            for each in listed
        ]
        if number:
            newer = ManageCirculars(str(number - 1))
            presses.append(self.replies.button("button_manage_newer", language, newer))
        if len(known) > until:
            older = ManageCirculars(str(number + 1))
            presses.append(self.replies.button("button_manage_older", language, older))
        compose = self.replies.button("button_manage_compose", language, ComposeCircular())
        if not listed:
            return self.replies.phrase("manage_none", language, compose)
        lines = "\n\n".join(self.words.line(each, language) for each in listed)
        return self.replies.phrase("manage_list", language, *presses, compose, lines=lines)

    async def show(
        self,
        person: Employee,
        circular: str,
        note: str = "",
        *,
        brief: bool = False,
        doubts: str = "",
    ) -> Sequence[Message]:
        """Show a circular: as recipients will see it and its plan, or what became of it.

        Args:
            person: Who looks.
            circular: Its id.
            note: A phrase to say before it.
            brief: Without what recipients will see.
            doubts: Of whom it is for, where the note is of them.

        Raises:
            StaffError, CircularError: It is not theirs to see.
        """
        language = person.speaks
        opened = await self.reports.open(ByChat(person.id), circular, Use.VIEW)
        known = opened.circular
        head = (
            [Block(BlockKind.NOTE, self.words.say(note, language, doubts=doubts))] if note else []
        )
        if known.state not in OPEN:
            status = await self.reports.status(opened)
            blocks = (*head, *self.words.status(opened, status, language))
            return [Message(blocks, tuple(self.steps.of_sent(known, language)), language)]
        plan = await self._plan(person, known)
        blocks = (*head, *self.words.draft(known, plan, language, self.drafts.now()))
        card = Message(blocks, tuple(self.steps.of_draft(opened, plan, language)), language)
        if not brief:
            return [*self.words.previews(known, language), card]
        preview = self.replies.button("button_manage_preview", language, ManageCircular(known.id))
        return [replace(card, buttons=(*card.buttons, preview))]

    async def _move(self, person: Employee, value: MoveCircular) -> Sequence[Message]:
        """Take a step, or ask first whether it is meant, or why it is taken."""
        circular, by = value.circular, ByChat(person.id)
        if value.step == "send":
            return await self._send(person, value)
        known = await self.courses.find(by, circular)
        if value.step == "discard" and known.state not in OPEN:
            return await self.show(person, circular, "manage_not_now")
        if value.step in QUESTIONS and value.sure != SURE:
            return [self.steps.sure(known, value.step, person.speaks)]
        if value.step in _REASONS:
            await self.awaiting.begin(person.id, f"{PURPOSE}:{_REASON}:{value.step}:{circular}")
            return [self.replies.phrase(_REASONS[value.step], person.speaks)]
        acts: dict[str, Callable[[], Awaitable[KnownCircular]]] = {
            "submit": lambda: self.courses.submit(by, circular),
            "discard": lambda: self.courses.cancel(by, circular, ""),
            "pause": lambda: self.courses.pause(by, circular),
            "resume": lambda: self.courses.resume(by, circular),
            "correct": lambda: self.drafts.writing.correct(by, circular),
        }
        return await self._take(person, circular, acts[value.step])

    async def _send(self, person: Employee, value: MoveCircular) -> Sequence[Message]:
        """Ask whether it is to be sent as it is now, or send what was asked about."""
        by, language = ByChat(person.id), person.speaks
        known = await self.courses.find(by, value.circular)
        if known.state not in OPEN:
            return await self.show(person, known.id, "manage_sent_before")
        if value.sure == _stamp(known):
            return await self._take(person, known.id, lambda: self.courses.send(by, known.id))
        if value.sure:
            return await self.show(person, known.id, "manage_changed")
        plan = await self._plan(person, known)
        begins = self.words.begins(known, plan, language)
        yes = MoveCircular(known.id, "send", _stamp(known))
        presses = (
            self.replies.button("button_manage_sure_send", language, yes),
            self.replies.button("button_manage_back", language, ManageCircular(known.id)),
        )
        return [
            self.replies.phrase(
                "manage_sure_send",
                language,
                *presses,
                number=known.content.number,
                title=known.title(language),
                people=plan.recipients,
                begins=begins,
            )
        ]

    async def _take_reason(
        self, person: Employee, step: str, circular: str, text: str
    ) -> Sequence[Message]:
        """Send a circular back, or end it, for the reason that somebody typed."""
        reason, by = clean(text).strip(), ByChat(person.id)
        if not has_words(reason) or len(reason) > _LONGEST_REASON:
            await self.awaiting.begin(person.id, f"{PURPOSE}:{_REASON}:{step}:{circular}")
            return [self.replies.phrase("manage_length", person.speaks, most=_LONGEST_REASON)]
        act = self.courses.reject if step == "reject" else self.courses.cancel
        return await self._take(person, circular, lambda: act(by, circular, reason))

    async def _take(
        self, person: Employee, circular: str, act: Callable[[], Awaitable[KnownCircular]]
    ) -> Sequence[Message]:
        """Take a step and show how it stands then; also where it could not be taken."""
        try:
            known = await act()
        except AudienceError as error:
            doubts = self.words.audiences.doubted(error, person.speaks)
            return await self.show(person, circular, "manage_doubted", doubts=doubts)
        except CircularError:
            return await self.show(person, circular, "manage_not_now")
        note = "manage_done" if known.id == circular else "manage_corrected"
        return await self.show(person, known.id, note)

    async def _plan(self, person: Employee, known: KnownCircular) -> ReachPlan:
        return await self.plans.plan(ByChat(person.id), known.id, self.doors, self.speaker)


def _stamp(known: KnownCircular) -> str:
    """Name in a button what is sent, to whom, when and how; another draft has another name."""
    at = known.send_at.isoformat() if known.send_at else ""
    audience = json.dumps(known.audience.to_json(), sort_keys=True)
    return hashlib.sha256(f"{known.digest} {audience} {at} {known.urgent}".encode()).hexdigest()[
        :16
    ]

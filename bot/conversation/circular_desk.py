"""HR's circulars in a chat: the list, one with its preview or its figures, and each step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.conversation.buttons import encode
from bot.conversation.circular_desk_words import CircularDeskWords
from bot.conversation.circular_drafts import PURPOSE, CircularDrafts, Shown
from bot.conversation.messages import Block, BlockKind, Button, Message
from bot.conversation.replies import Replies
from bot.conversation.staff_buttons import (
    CircularDeskButton,
    ComposeCircular,
    EditPart,
    ManageCircular,
    ManageCirculars,
    MoveCircular,
    SetPart,
)
from bot.conversation.understanding import has_words
from bot.domain.circulars import CircularState
from bot.domain.meaning import Language
from bot.domain.reach import Doors, ReachPlan
from bot.records.base import clean
from bot.services.awaiting import AwaitingService
from bot.services.circular_reports import CircularReportService, Opened, Use
from bot.services.circular_views import CircularError, KnownCircular
from bot.services.circulars import CircularService
from bot.services.enrolment import Employee
from bot.services.reach_plans import ReachPlanService
from bot.services.reaching import CircularSpeaker
from bot.services.staff import ByChat, StaffError

_ON_A_PAGE = 6
_SURE = "1"
_LONGEST_REASON = 500
_OPEN = frozenset({CircularState.DRAFT, CircularState.SUBMITTED})
_STEPS = {
    CircularState.SCHEDULED: ("pause", "cancel"),
    CircularState.SENDING: ("pause", "correct", "cancel"),
    CircularState.PAUSED: ("resume", "correct", "cancel"),
    CircularState.SENT: ("correct", "cancel"),
    CircularState.CANCELLED: ("correct",),
}
"""What is offered of a circular that is not open any more; each is the end of a phrase's id."""

_LABELS = {
    "send": "button_manage_send",
    "submit": "button_manage_submit",
    "reject": "button_manage_reject",
    "discard": "button_manage_discard",
    "pause": "button_manage_pause",
    "resume": "button_manage_resume",
    "cancel": "button_manage_cancel",
    "correct": "button_manage_correct",
}
_QUESTIONS = {"discard": "manage_sure_discard", "cancel": "manage_sure_cancel"}
_REASONS = {"reject": "manage_ask_reject", "cancel": "manage_ask_cancel"}


@dataclass(frozen=True)
class CircularDesk:
    """The acts of HR around circulars; None and old buttons for everybody else.

    Attributes:
        doors: Where people can be written to.
        speaker: Puts a circular into the messages of which a plan tells the number.
    """

    drafts: CircularDrafts
    courses: CircularService
    reports: CircularReportService
    plans: ReachPlanService
    awaiting: AwaitingService
    replies: Replies
    words: CircularDeskWords
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

    async def typed(self, person: Employee, about: str, text: str, key: str) -> Sequence[Message]:  # noqa: ARG002 - a text that is kept again changes nothing
        """Take a text that was asked for; ``bot.conversation.desk.Purpose`` hands it over."""
        try:
            if about.startswith("reason:"):
                _, step, circular = about.split(":")
                return await self._take_reason(person, step, circular, text)
            return await self._shown(person, await self.drafts.typed(person, about, text))
        except (StaffError, CircularError):
            return [self.replies.phrase("old_button", person.speaks)]

    async def _press(self, person: Employee, value: CircularDeskButton) -> Sequence[Message]:
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

    async def _shown(self, person: Employee, said: Message | Shown) -> Sequence[Message]:
        if isinstance(said, Message):
            return [said]
        return await self.show(person, said.circular, said.note)

    async def _list(self, person: Employee, page: str) -> Message:
        """Show a page of the employer's circulars, the newest first."""
        language, number = person.speaks, int(page) if page.isdecimal() and len(page) < 4 else 0  # noqa: PLR2004
        until = (number + 1) * _ON_A_PAGE
        known = await self.courses.list_all(ByChat(person.id), until + 1)
        listed = known[number * _ON_A_PAGE : until]
        presses = [Button(_name(each), encode(ManageCircular(each.id))) for each in listed]
        if number:
            newer = ManageCirculars(str(number - 1))
            presses.append(self.replies.button("button_manage_newer", language, newer))
        if len(known) > until:
            older = ManageCirculars(str(number + 1))
            presses.append(self.replies.button("button_manage_older", language, older))
        compose = self.replies.button("button_manage_compose", language, ComposeCircular())
        if not listed:
            return self.replies.phrase("manage_none", language, compose)
        lines = "\n".join(self.words.line(each, language) for each in listed)
        return self.replies.phrase("manage_list", language, *presses, compose, lines=lines)

    async def show(self, person: Employee, circular: str, note: str = "") -> Sequence[Message]:
        """Show a circular: as recipients will see it and its plan, or what became of it.

        Args:
            person: Who looks.
            circular: Its id.
            note: A phrase to say before it.

        Raises:
            StaffError, CircularError: It is not theirs to see.
        """
        language = person.speaks
        opened = await self.reports.open(ByChat(person.id), circular, Use.VIEW)
        known = opened.circular
        head = [Block(BlockKind.NOTE, self.words.say(note, language))] if note else []
        if known.state not in _OPEN:
            status = await self.reports.status(opened)
            blocks = (*head, *self.words.status(opened, status.whole, language))
            return [Message(blocks, tuple(self._steps(known, language)), language)]
        plan = await self._plan(person, known)
        blocks = (*head, *self.words.draft(known, plan, language, self.drafts.now()))
        presses = tuple(self._open_steps(opened, plan, language))
        return [self.words.preview(known, language), Message(blocks, presses, language)]

    async def _move(self, person: Employee, value: MoveCircular) -> Sequence[Message]:
        """Take a step, or ask first whether it is meant, or why it is taken."""
        circular, by = value.circular, ByChat(person.id)
        if value.step == "send":
            return await self._send(person, value)
        if value.step in _QUESTIONS and value.sure != _SURE:
            known = await self.courses.find(by, circular)
            return [self._sure(known, value.step, person.speaks)]
        if value.step in _REASONS:
            await self.courses.find(by, circular)
            await self.awaiting.begin(person.id, f"{PURPOSE}:reason:{value.step}:{circular}")
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
        if known.state not in _OPEN:
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
            await self.awaiting.begin(person.id, f"{PURPOSE}:reason:{step}:{circular}")
            return [self.replies.phrase("manage_length", person.speaks, most=_LONGEST_REASON)]
        act = self.courses.reject if step == "reject" else self.courses.cancel
        return await self._take(person, circular, lambda: act(by, circular, reason))

    async def _take(
        self, person: Employee, circular: str, act: Callable[[], Awaitable[KnownCircular]]
    ) -> Sequence[Message]:
        """Take a step and show how it stands then; also where it could not be taken."""
        try:
            known = await act()
        except CircularError:
            return await self.show(person, circular, "manage_not_now")
        return await self.show(person, known.id, "manage_done")

    async def _plan(self, person: Employee, known: KnownCircular) -> ReachPlan:
        return await self.plans.plan(ByChat(person.id), known.id, self.doors, self.speaker)

    def _open_steps(self, opened: Opened, plan: ReachPlan, language: Language) -> Iterator[Button]:
        """Give the buttons of a circular that is not sent yet, for who looks at it."""
        known, steps = opened.circular, list[str]()
        is_draft = known.state is CircularState.DRAFT
        if not is_draft and opened.viewer.number == opened.author.number and self.courses.approval:
            steps = ["discard"]
        elif is_draft:
            steps = ["submit" if self.courses.approval else "send", "discard"]
        else:
            steps = ["send", "reject"]
        if not plan.recipients:
            steps = [step for step in steps if step not in {"send", "submit"}]
        for step in steps:
            yield self._step(known, step, language)
        if is_draft:
            edit, when = EditPart(known.id), EditPart(known.id, "when")
            yield self.replies.button("button_manage_edit", language, edit)
            yield self.replies.button("button_manage_when", language, when)
        yield self._all(language)

    def _steps(self, known: KnownCircular, language: Language) -> Iterator[Button]:
        shown = ManageCircular(known.id)
        yield self.replies.button("button_manage_refresh", language, shown)
        for step in _STEPS.get(known.state, ()):
            # What was called off before anybody was sent it has nothing to correct.
            if step != "correct" or known.started_at is not None:
                yield self._step(known, step, language)
        yield self._all(language)

    def _step(self, known: KnownCircular, step: str, language: Language) -> Button:
        return self.replies.button(_LABELS[step], language, MoveCircular(known.id, step))

    def _all(self, language: Language) -> Button:
        return self.replies.button("button_manage_list", language, ManageCirculars())

    def _sure(self, known: KnownCircular, step: str, language: Language) -> Message:
        yes = MoveCircular(known.id, step, _SURE)
        presses = (
            self.replies.button(_LABELS[step], language, yes),
            self.replies.button("button_manage_back", language, ManageCircular(known.id)),
        )
        number = known.content.number
        return self.replies.phrase(_QUESTIONS[step], language, *presses, number=number)


def _name(known: KnownCircular) -> str:
    version = known.content.version
    return known.content.number + (f" ({version})" if version > 1 else "")


def _stamp(known: KnownCircular) -> str:
    """Name in a button what is sent, to whom and when; another draft has another name."""
    at = known.send_at.isoformat() if known.send_at else ""
    audience = json.dumps(known.audience.to_json(), sort_keys=True)
    return hashlib.sha256(f"{known.digest} {audience} {at}".encode()).hexdigest()[:16]

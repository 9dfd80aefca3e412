"""Writing a circular in a chat, part by part; each part that is given is kept at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.conversation.circular_choices import Asked, CircularChoices, Part, is_done
from bot.conversation.circular_offers import MOST_PEOPLE, numbers_of, offered
from bot.conversation.messages import Message
from bot.conversation.replies import Replies
from bot.conversation.staff_buttons import EditPart, ManageCircular, SetPart
from bot.conversation.understanding import has_words
from bot.domain.audience import Audience
from bot.domain.circulars import CircularState
from bot.domain.typed_moments import read_moment
from bot.records.base import clean, new_token
from bot.services.awaiting import AwaitingService
from bot.services.circular_audience import AudienceError, Doubt
from bot.services.circular_checks import LONGEST
from bot.services.circular_new import (
    NewCircular,
    draft_of,
)
from bot.services.circular_views import CircularError, KnownCircular
from bot.services.circular_writing import (
    CircularWritingService,
)
from bot.services.circulars import CircularService
from bot.services.enrolment import Employee
from bot.services.retention import Now
from bot.services.staff import ByChat
from bot.services.staff_views import StaffService

PURPOSE = "circular"
"""Before the colon of what is awaited; the kind of text stands behind it, then the circular."""

_FOLLOWING = {
    Part.ISSUER: Part.ASK,
    Part.ASK: Part.AUDIENCE,
    Part.DUE: Part.AUDIENCE,
}
"""What is asked for next when a circular is written for the first time."""

_TYPED = frozenset({Part.TITLE, Part.ISSUER, Part.STATEMENT, Part.PEOPLE, Part.WHEN})
_TOGGLED = frozenset({Part.DEPARTMENTS, Part.ROLES})
_UNSEEN = frozenset({Part.AUDIENCE, Part.PEOPLE, Part.WHEN})
"""What recipients do not see of a circular."""

_DEMANDS = frozenset({Part.ASK, Part.STATEMENT, Part.DUE})
_LAPSED = "lapsed"
"""In place of the mark of a first time: the deadline is over, and another is asked for then."""


@dataclass(frozen=True)
class Shown:
    """The circular is to be shown as it stands now.

    Attributes:
        note: A phrase to say before it; empty for none.
        brief: What recipients see is as it was, and need not be shown again.
    """

    circular: str
    note: str = ""
    brief: bool = False


@dataclass(frozen=True)
class CircularDrafts:
    """The acts around a draft.

    Each raises ``StaffError`` for who is not HR, ``CircularError`` for a circular that is not
    theirs to see, and ``ValueError`` or ``KeyError`` for a button that was not made by it.
    """

    writing: CircularWritingService
    courses: CircularService
    staff: StaffService
    awaiting: AwaitingService
    choices: CircularChoices
    replies: Replies
    now: Now

    async def compose(self, person: Employee) -> Message:
        """Ask for the title of a new circular."""
        await self.staff.officer(ByChat(person.id))
        await self._await(person, f"new:{new_token()}")
        return self.replies.phrase("manage_ask_title", person.speaks)

    async def ask(self, person: Employee, value: EditPart) -> Message | Shown:
        """Ask for a part of a draft, or for which."""
        page = int(value.page) if value.page.isdecimal() and len(value.page) < len("1000") else 0
        asked = await self._asked(person, value.circular, value.first, page)
        if asked.known.state is not CircularState.DRAFT:
            return Shown(value.circular, "manage_not_now")
        if not value.part:
            return self.choices.parts(asked)
        return await self._question(person, Part(value.part), asked)

    async def put(self, person: Employee, value: SetPart) -> Message | Shown:
        """Let a part be what a button offers, and go on."""
        part = Part(value.part)
        asked = await self._asked(person, value.circular, value.first)
        changes = offered(self.choices, asked, part, value.value)
        asked = replace(asked, page=self.choices.page_of(asked.officer, value.value))
        try:
            return await self._keep(person, asked, part, changes)
        except AudienceError as error:
            return self.choices.doubted(asked, error)

    async def typed(self, person: Employee, about: str, text: str) -> Message | Shown:
        """Take a text that was asked for.

        Args:
            person: Who typed it.
            about: What it is for: ``new``, ``first``, ``more`` or ``part`` with what they need.
            text: What was typed.
        """
        kind, _, rest = about.partition(":")
        text = clean(text).strip()
        match kind:
            case "new":
                return await self._take_title(person, about, text)
            case "first":
                circular, _, title = rest.partition(":")
                return await self._take_first_body(person, circular, title, text)
            case "more":
                circular, first, length = rest.split(":")
                return await self._take_body(person, circular, first, text, int(length))
            case _:
                part, circular, first = rest.split(":")
                return await self._take_part(person, circular, Part(part), first, text)

    async def _take_title(self, person: Employee, about: str, text: str) -> Message:
        title = " ".join(text.split())
        if (wrong := self._too_long(person, "title", title)) is not None:
            await self._await(person, about)
            return wrong
        await self._await(person, f"first:{about.partition(':')[2]}:{title}")
        return self.replies.phrase("manage_ask_body", person.speaks)

    async def _take_first_body(
        self, person: Employee, circular: str, title: str, text: str
    ) -> Message | Shown:
        if (wrong := self._too_long(person, "body", text)) is not None:
            await self._await(person, f"first:{circular}:{title}")
            return wrong
        officer = await self.staff.officer(ByChat(person.id))
        new = NewCircular(
            id=circular,
            employer=officer.employer,
            title=title,
            body=text,
            issuer=self.choices.issuer(officer, "own"),
            dated_on=self.choices.calendar(officer).day(self.now()),
            audience=Audience((officer.employer,)),
        )
        await self.writing.create(ByChat(person.id), new)
        return await self._ask_for_more(person, circular, "1", len(text))

    async def _take_body(
        self, person: Employee, circular: str, first: str, text: str, length: int
    ) -> Message | Shown:
        """Add a text to the first so many characters of the body: done again, it adds nothing."""
        asked = await self._asked(person, circular, first)
        if length and is_done(text):
            return await self._go_on(person, asked, Part.BODY)
        before = asked.known.content.body[:length]
        body = f"{before}\n\n{text}" if before else text
        if (wrong := self._too_long(person, "body", body)) is not None:
            await self._await(person, f"more:{circular}:{first}:{length}")
            return wrong
        shown = await self._change(person, asked.known, _typed("body", body))
        return shown or await self._ask_for_more(person, circular, first, len(body))

    async def _take_part(
        self, person: Employee, circular: str, part: Part, first: str, text: str
    ) -> Message | Shown:
        asked = await self._asked(person, circular, first)
        changes: dict[str, Any] | None = None
        wrong: Message | None = None
        match part:
            case Part.PEOPLE:
                numbers = numbers_of(text)
                changes = {"audience": Audience((asked.officer.employer,), people=numbers)}
                if not numbers:
                    most = MOST_PEOPLE
                    wrong = self.replies.phrase("manage_bad_people", person.speaks, most=most)
            case Part.WHEN:
                local = self.now().astimezone(self.choices.calendar(asked.officer).zone)
                moment = read_moment(text, local)
                changes = {"send_at": moment}
                wrong = None if moment else self.replies.phrase("manage_bad_when", person.speaks)
            case _:
                line = " ".join(text.split())
                changes, wrong = _typed(part.value, line), self._too_long(person, part, line)
        try:
            if wrong is None:
                return await self._keep(person, asked, part, changes)
        except AudienceError as error:
            unknown = error.doubts.get(Doubt.UNKNOWN, ())
            names = self.choices.words.audiences.listed(unknown, person.speaks)
            wrong = self.replies.phrase("manage_unknown_people", person.speaks, numbers=names)
        await self._await(person, f"part:{part}:{circular}:{first}")
        return wrong

    async def _keep(
        self, person: Employee, asked: Asked, part: Part, changes: dict[str, Any]
    ) -> Message | Shown:
        shown = await self._change(person, asked.known, changes)
        if shown is not None:
            return shown
        lapsed = _is_over(asked.known.content.due_at, self.now()) and part not in _DEMANDS
        asked = await self._asked(person, asked.known.id, asked.first, asked.page)
        # A correction begins with the deadline of what it corrects.
        return await self._go_on(person, asked, Part.STATEMENT if lapsed else part)

    async def _change(
        self, person: Employee, known: KnownCircular, changes: dict[str, Any]
    ) -> Shown | None:
        """Change a draft; gives what to show where it cannot be.

        Raises:
            AudienceError: It is not certain whom it is for.
        """
        if known.state is not CircularState.DRAFT:
            return Shown(known.id, "manage_not_now")
        new = replace(draft_of(known, self.now()), **changes)
        if new.due_at is not None and new.due_at <= (new.send_at or self.now()):
            return Shown(known.id, "manage_due_too_early")
        if known.content.version > 1 and not new.statement and known.acknowledges:
            return Shown(known.id, "manage_keeps_asking")
        try:
            await self.writing.change(ByChat(person.id), known.id, new)
        except AudienceError:
            raise
        except CircularError:  # somebody else was quicker
            return Shown(known.id, "manage_not_now")
        return None

    async def _go_on(self, person: Employee, asked: Asked, part: Part) -> Message | Shown:
        """Ask for what follows a part, or show the draft."""
        if part is Part.STATEMENT or asked.first == _LAPSED:
            return await self._question(
                person, Part.DUE, replace(asked, first=asked.first.removesuffix(_LAPSED))
            )
        if part in _TOGGLED:
            return await self._question(person, part, asked)
        following = Part.ISSUER if part is Part.BODY else _FOLLOWING.get(part)
        if following is None or not asked.first:
            return Shown(asked.known.id, brief=part in _UNSEEN and not asked.first)
        return await self._question(person, following, asked)

    async def _question(self, person: Employee, part: Part, asked: Asked) -> Message:
        circular = asked.known.id
        if part is Part.BODY:
            is_over = _is_over(asked.known.content.due_at, self.now())
            first = _LAPSED if is_over else asked.first
            await self._await(person, f"more:{circular}:{first}:0")
        elif part in _TYPED:
            await self._await(person, f"part:{part}:{circular}:{asked.first}")
        return self.choices.question(part, asked)

    async def _ask_for_more(
        self, person: Employee, circular: str, first: str, length: int
    ) -> Message:
        await self._await(person, f"more:{circular}:{first}:{length}")
        value = EditPart(circular, Part.ISSUER, first) if first else ManageCircular(circular)
        value = EditPart(circular, Part.DUE) if first == _LAPSED else value
        done = self.replies.button("button_manage_done", person.speaks, value)
        return self.replies.phrase("manage_more_body", person.speaks, done)

    async def _asked(
        self, person: Employee, circular: str, first: str = "", page: int = 0
    ) -> Asked:
        by = ByChat(person.id)
        officer, known = await self.staff.officer(by), await self.courses.find(by, circular)
        return Asked(known, officer, person.speaks, first, page)

    async def _await(self, person: Employee, about: str) -> None:
        await self.awaiting.begin(person.id, f"{PURPOSE}:{about}")

    def _too_long(self, person: Employee, name: str, text: str) -> Message | None:
        most = LONGEST[name]
        if has_words(text) and len(text) <= most:
            return None
        return self.replies.phrase("manage_length", person.speaks, most=most)


def _typed(name: str, text: str) -> dict[str, Any]:
    """Give the attributes of a typed text: English words for an earlier one hold no more."""
    translated = {f"{name}_en": ""} if f"{name}_en" in LONGEST else {}
    return {name: text, **translated}


def _is_over(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at <= now

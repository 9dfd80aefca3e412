"""What is asked for, part by part, when a circular is written in a chat."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from arabic import fold
from bot.conversation.buttons import ButtonValue, encode
from bot.conversation.circular_desk_words import CircularDeskWords
from bot.conversation.messages import Button, Message
from bot.conversation.replies import Replies
from bot.conversation.staff_buttons import EditPart, ManageCircular, SetPart
from bot.documents.words import short_day
from bot.domain.audience import Department, said_department
from bot.domain.daily import Calendar
from bot.domain.meaning import Language
from bot.domain.reach import FIRST_HOUR
from bot.domain.roster import StaffRole
from bot.library.library import Library
from bot.services.circular_audience import AudienceError
from bot.services.circular_views import KnownCircular
from bot.services.retention import Now
from bot.services.staff_views import Officer

DAY, MOMENT = "%Y%m%d", "%Y%m%d%H%M"
"""How a button carries a day and a moment, by the employer's clock."""

ADDS, REMOVES = ".1", ".0"
"""What stands behind the key of one of a list."""

_DONE = frozenset(map(fold, ("تم", "انتهى", "done")))
_DAYS = (3, 7, 14)
_FEW = 10
_ON_A_PAGE = 7
_A_DAY = timedelta(days=1)
_WEEK = 7


class Part(StrEnum):
    """A part of a circular, or of whom it is for."""

    TITLE = "title"
    BODY = "body"
    ISSUER = "issuer"
    ASK = "ask"
    STATEMENT = "statement"
    DUE = "due"
    AUDIENCE = "audience"
    DEPARTMENTS = "departments"
    ROLES = "roles"
    PEOPLE = "people"
    WHEN = "when"


PARTS = {
    Part.TITLE: "button_manage_title",
    Part.BODY: "button_manage_body",
    Part.ISSUER: "button_manage_issuer",
    Part.ASK: "button_manage_ask",
    Part.AUDIENCE: "button_manage_audience",
    Part.WHEN: "button_manage_when",
}
"""The parts that are offered to be changed, each with the phrase of its button."""

_QUESTIONS = {
    Part.TITLE: "manage_ask_title",
    Part.BODY: "manage_ask_body",
    Part.ISSUER: "manage_ask_issuer",
    Part.ASK: "manage_ask_ask",
    Part.STATEMENT: "manage_ask_statement",
    Part.DUE: "manage_ask_due",
    Part.AUDIENCE: "manage_ask_audience",
    Part.DEPARTMENTS: "manage_ask_departments",
    Part.ROLES: "manage_ask_roles",
    Part.PEOPLE: "manage_ask_people",
    Part.WHEN: "manage_ask_when",
}


@dataclass(frozen=True)
class Asked:
    """What a question is about.

    Attributes:
        officer: Who is asked.
        first: "1" where the other parts are asked for after it.
        page: Of a long choice, from 0.
    """

    known: KnownCircular
    officer: Officer
    language: Language
    first: str = ""
    page: int = 0


@dataclass(frozen=True)
class CircularChoices:
    """Puts the questions."""

    library: Library
    replies: Replies
    words: CircularDeskWords
    now: Now

    def question(self, part: Part, asked: Asked) -> Message:
        """Ask for a part."""
        offers: Mapping[Part, Callable[[Asked], Iterable[Button]]] = {
            Part.ISSUER: self._issuers,
            Part.ASK: self._demands,
            Part.STATEMENT: self._statements,
            Part.DUE: self._deadlines,
            Part.AUDIENCE: self._audiences,
            Part.DEPARTMENTS: self._departments,
            Part.ROLES: self._roles,
            Part.WHEN: self._moments,
        }
        presses = offers[part](asked) if part in offers else ()
        values = {"statement": self.offered} if part is Part.STATEMENT else {}
        return self.replies.phrase(_QUESTIONS[part], asked.language, *presses, **values)

    def parts(self, asked: Asked) -> Message:
        """Ask which part is to be another."""
        presses = [self._edit(phrase, asked, part) for part, phrase in PARTS.items()]
        back = self.replies.button(
            "button_manage_back", asked.language, ManageCircular(asked.known.id)
        )
        return self.replies.phrase("manage_ask_part", asked.language, *presses, back)

    def doubted(self, asked: Asked, error: AudienceError) -> Message:
        """Say why a choice of recipients was not kept."""
        back = ManageCircular(asked.known.id)
        press = self.replies.button("button_manage_back", asked.language, back)
        doubts = self.words.audiences.doubted(error, asked.language)
        return self.replies.phrase("manage_doubted", asked.language, press, doubts=doubts)

    @property
    def offered(self) -> str:
        """What is to be acknowledged, where nothing else is written."""
        return self.words.say("manage_statement", Language.ARABIC)

    def issuer(self, officer: Officer, value: str) -> str:
        """Give the issuer that a button offers: the officer's department, or the employer's HR."""
        if value == "own" and officer.department:
            return officer.department[-1]
        return self.library.rulebooks[officer.employer].contact.text(Language.ARABIC)

    def page_of(self, officer: Officer, key: str) -> int:
        """Give the page of the list on which a department stands; 0 for what is none."""
        keys = [key_of(path) for path in officer.departments]
        key = key.removesuffix(ADDS).removesuffix(REMOVES)
        return keys.index(key) // _ON_A_PAGE if key in keys else 0

    def calendar(self, officer: Officer) -> Calendar:
        """Give the days that the officer's employer goes by."""
        return self.library.rulebooks[officer.employer].calendar

    def _issuers(self, asked: Asked) -> Iterator[Button]:
        offers = {self.issuer(asked.officer, value): value for value in ("hr", "own")}
        for label, value in reversed(offers.items()):
            yield self._button(label, asked, Part.ISSUER, value)

    def _demands(self, asked: Asked) -> Iterator[Button]:
        yield self._set("button_manage_information", asked, Part.ASK, "none")
        yield self._edit("button_manage_acknowledge", asked, Part.STATEMENT)

    def _statements(self, asked: Asked) -> Iterator[Button]:
        yield self._set("button_manage_offered", asked, Part.STATEMENT, "offered")

    def _deadlines(self, asked: Asked) -> Iterator[Button]:
        today = self.now().astimezone(self.calendar(asked.officer).zone)
        for days in _DAYS:
            day = today + days * _A_DAY
            # Arabic counts from eleven on in the singular.
            phrase = "button_manage_due" if days <= _FEW else "button_manage_due_long"
            said = {"days": days, "day": short_day(day)}
            label = self.words.say(phrase, asked.language, **said)
            yield self._button(label, asked, Part.DUE, day.strftime(DAY))
        yield self._set("button_manage_no_due", asked, Part.DUE, "none")

    def _audiences(self, asked: Asked) -> Iterator[Button]:
        part, own = Part.AUDIENCE, asked.officer.department
        yield self._set("button_manage_all", asked, part, "all")
        if own:
            label = self.words.say("button_manage_own", asked.language, name=own[-1])
            yield self._button(label, asked, part, "own")
        if asked.officer.departments:
            yield self._edit("button_manage_departments", asked, Part.DEPARTMENTS)
        yield self._edit("button_manage_roles", asked, Part.ROLES)
        if self.library.workshop_of(asked.officer.employer) is not None:
            yield self._set("button_manage_unfinished", asked, part, "unfinished")
        yield self._edit("button_manage_people", asked, Part.PEOPLE)

    def _departments(self, asked: Asked) -> Iterator[Button]:
        paths, start = asked.officer.departments, asked.page * _ON_A_PAGE
        chosen = asked.known.audience.departments
        leaves = [path[-1] for path in paths]
        for path in paths[start : start + _ON_A_PAGE]:
            name = path[-1] if leaves.count(path[-1]) == 1 else said_department(path)
            yield self._toggle(name, asked, Part.DEPARTMENTS, key_of(path), marked=path in chosen)
        for phrase, page, is_there in (
            ("button_manage_previous", asked.page - 1, asked.page > 0),
            ("button_manage_next", asked.page + 1, len(paths) > start + _ON_A_PAGE),
        ):
            if is_there:
                turned = EditPart(asked.known.id, Part.DEPARTMENTS, asked.first, str(page))
                yield self.replies.button(phrase, asked.language, turned)
        if chosen:
            yield self._done(asked)

    def _roles(self, asked: Asked) -> Iterator[Button]:
        chosen = asked.known.audience.roles
        for role in StaffRole:
            if role is not StaffRole.EMPLOYEE:
                name = self.words.say(f"role_{role}", asked.language)
                yield self._toggle(name, asked, Part.ROLES, role, marked=role in chosen)
        if chosen:
            yield self._done(asked)

    def _moments(self, asked: Asked) -> Iterator[Button]:
        """Offer the next working day's first hour, and that of the first one of next week."""
        calendar = self.calendar(asked.officer)
        local = self.now().astimezone(calendar.zone)
        local = local.replace(hour=FIRST_HOUR, minute=0, second=0, microsecond=0)
        days = [local + days * _A_DAY for days in range(1, 2 * _WEEK)]
        working = [day for day in days if calendar.works(day.date())]
        rest = [day for day in days if not calendar.works(day.date())]
        week = next(day for day in working if day > rest[0])
        yield self._set("button_manage_now", asked, Part.WHEN, "now")
        for day in dict.fromkeys((working[0], week)):
            label = self.words.morning(day, asked.language)
            yield self._button(label, asked, Part.WHEN, day.strftime(MOMENT))

    def _toggle(self, name: str, asked: Asked, part: Part, key: str, *, marked: bool) -> Button:
        """Give the button that marks one of a list, or takes the mark away; twice is as once."""
        if marked:
            label = self.words.say("button_manage_marked", asked.language, name=name)
            return self._button(label, asked, part, f"{key}{REMOVES}")
        return self._button(name, asked, part, f"{key}{ADDS}")

    def _done(self, asked: Asked) -> Button:
        shown = ManageCircular(asked.known.id)
        return self.replies.button("button_manage_done", asked.language, shown)

    def _set(self, phrase: str, asked: Asked, part: Part, value: str) -> Button:
        return self._button(self.words.say(phrase, asked.language), asked, part, value)

    def _edit(self, phrase: str, asked: Asked, part: Part) -> Button:
        value: ButtonValue = EditPart(asked.known.id, part, asked.first)
        return self.replies.button(phrase, asked.language, value)

    @staticmethod
    def _button(label: str, asked: Asked, part: Part, value: str) -> Button:
        return Button(label, encode(SetPart(asked.known.id, part, value, asked.first)))


def is_done(text: str) -> bool:
    """Say whether a text says that there is no more to come."""
    return fold(text).strip(" .!؟?") in _DONE


def key_of(path: Department) -> str:
    """Name a department in a button; a path that has changed is found no more."""
    return hashlib.sha256("\0".join(path).encode()).hexdigest()[:12]

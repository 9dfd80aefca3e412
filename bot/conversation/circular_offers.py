"""What the buttons mean by which a part of a circular is chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any, TypeVar

from bot.conversation.circular_choices import (
    ADDS,
    DAY,
    MOMENT,
    REMOVES,
    Asked,
    CircularChoices,
    Part,
    key_of,
)
from bot.domain.audience import Audience
from bot.domain.roster import StaffRole

_T = TypeVar("_T")
_END_OF_DAY = time(23, 59)
_BETWEEN = re.compile(r"[\s,،;؛]+")
MOST_PEOPLE = 500
"""So many can be named in a chat."""


def offered(choices: CircularChoices, asked: Asked, part: Part, value: str) -> dict[str, Any]:
    """Give what a button's value means: attributes of a ``NewCircular``.

    Args:
        choices: What offered it.
        asked: What was asked.
        part: Of which part.
        value: As the button has it; nobody has looked at it yet.

    Raises:
        ValueError, KeyError: It is no value of such a button.
    """
    match part:
        case Part.ISSUER:
            return {"issuer": choices.issuer(asked.officer, value)}
        case Part.ASK if value == "none":
            return {"statement": "", "statement_en": "", "due_at": None, "check": None}
        case Part.STATEMENT if value == "offered":
            return {"statement": choices.offered, "statement_en": ""}
        case Part.DUE | Part.WHEN:
            return _moment(choices, asked, part, value)
        case _:
            return {"audience": _audience(choices, asked, part, value)}


def numbers_of(text: str) -> tuple[str, ...]:
    """Read numbers of employees, separated by spaces, commas or lines; none of too many."""
    digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
    numbers = tuple(dict.fromkeys(filter(None, _BETWEEN.split(digits))))
    return numbers if len(numbers) <= MOST_PEOPLE else ()


def _moment(
    choices: CircularChoices, asked: Asked, part: Part, value: str
) -> dict[str, datetime | None]:
    """Give the end of the day until which it is to be acknowledged, or when it is to be sent."""
    name = "due_at" if part is Part.DUE else "send_at"
    if value in {"none", "now"}:
        return {name: None}
    zone = choices.calendar(asked.officer).zone
    form = DAY if part is Part.DUE else MOMENT
    local = datetime.strptime(value, form).replace(tzinfo=zone)
    if part is Part.WHEN and local <= choices.now():
        raise ValueError(value)
    return {name: datetime.combine(local.date(), _END_OF_DAY, zone) if part is Part.DUE else local}


def _audience(choices: CircularChoices, asked: Asked, part: Part, value: str) -> Audience:
    """Give the audience that a button leads to; a list's press marks one."""
    officer, before = asked.officer, asked.known.audience
    everybody = Audience((officer.employer,))
    match part, value:
        case Part.AUDIENCE, "all":
            return everybody
        case Part.AUDIENCE, "own" if officer.department:
            return replace(everybody, departments=(officer.department,))
        case Part.AUDIENCE, "unfinished":
            workshop = choices.library.workshop_of(officer.employer)
            return replace(everybody, not_completed=(workshop.id,) if workshop else ())
        case Part.DEPARTMENTS, _:
            paths = {key_of(each): each for each in officer.departments}
            return replace(everybody, departments=_marked(before.departments, paths, value))
        case Part.ROLES, _:
            roles = {role.value: role for role in StaffRole}
            return replace(everybody, roles=_marked(before.roles, roles, value))
        case _:
            raise ValueError(value)


def _marked(chosen: tuple[_T, ...], known: Mapping[str, _T], value: str) -> tuple[_T, ...]:
    """Add one to what is chosen, or take it away, as a button's value says."""
    one = known[value.removesuffix(ADDS).removesuffix(REMOVES)]
    others = tuple(each for each in chosen if each != one)
    return (*others, one) if value.endswith(ADDS) else others

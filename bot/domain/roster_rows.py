"""Reading the rows of a roster: headings, then one employee a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from arabic import fold
from bot.domain.meaning import Language
from bot.domain.phones import PhoneProblem, read_phone
from bot.domain.roster import (
    Column,
    Fault,
    Reason,
    RosterEntry,
    RosterError,
    RosterWords,
    StaffRole,
)

_MAX_CHARACTERS = 200
_MAX_OF_NUMBER = 32
_REPEATED = 20_000
"""How many departments, jobs and the like are kept as one string each."""

_ODD = re.compile(
    r"[^\S ]|  |[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_LEVELS = re.compile(r"[/>]")
_LISTED = re.compile(r"[;,\u060c\u061b|/\n]")
_HALVES = re.compile(r"[/|()\n]+")
_COUNTED = re.compile(r" ?\d+$")
_RUINED = re.compile(r"\d[.,\u066b]?\d*[eE]\+\d+")


@dataclass(frozen=True)
class Headings:
    """Which cells of a row fill which column.

    Attributes:
        cells: As they stand there.
        places: Indexes of cells; several for phones only.
        width: How many cells a row may have.
        ignored: Headings that mean nothing here.
    """

    cells: tuple[str, ...]
    places: dict[Column, tuple[int, ...]]
    width: int
    ignored: tuple[str, ...]

    def looks_like_one(self) -> bool:
        """Say whether the row can be a roster's headings at all."""
        named = self.places.keys() & {Column.NAME_AR, Column.NAME_EN}
        return bool(named) and Column.NUMBER in self.places


def read_headings(cells: Sequence[str], words: RosterWords) -> Headings:
    """Read the row of headings.

    Raises:
        RosterError: Two headings fill the same column.
    """
    places: dict[Column, tuple[int, ...]] = {}
    ignored = []
    for index, cell in enumerate(cells):
        column = _column(cell, words)
        if column is None:
            ignored.append(tidy(cell))
        elif column in places and column is not Column.PHONES:
            other = tidy(cells[places[column][0]])
            raise RosterError(
                f"two columns of the file, {other!r} and {tidy(cell)!r}, both mean {column.value}; "
                "delete or rename one"
            )
        else:
            places[column] = (*places.get(column, ()), index)
    width = max((n for n, cell in enumerate(cells, 1) if tidy(cell)), default=0)
    return Headings(tuple(cells), places, width, tuple(filter(None, ignored)))


def _column(heading: str, words: RosterWords) -> Column | None:
    whole = fold(heading)
    for name in (whole, _COUNTED.sub("", whole)):
        if name in words.columns:
            return words.columns[name]
    # Both languages in one heading, or a remark in parentheses.
    parts = (words.columns.get(fold(part)) for part in _HALVES.split(heading))
    means = {part for part in parts if part is not None}
    return means.pop() if len(means) == 1 else None


class RowReader:
    """Reads one row after another.

    Args:
        headings: Of the file.
        words: What words mean.
        employer: Whose roster the file is; None if its rows tell.
    """

    def __init__(self, headings: Headings, words: RosterWords, employer: str | None) -> None:
        self._places = headings.places
        self._width = headings.width
        self._words = words
        self._employer = employer
        # Departments and the like repeat: one string each, and split once.
        self._one_of = lru_cache(_REPEATED)(lambda text: text)
        self._levels = lru_cache(_REPEATED)(_levels)
        self._folded = lru_cache(_REPEATED)(fold)

    def read(self, line: int, cells: Sequence[str]) -> tuple[RosterEntry, list[Reason]]:
        """Read a row.

        Returns:
            What could be read, and every reason to reject it; none for a good row.
        """
        reasons: list[Reason] = []
        if any(tidy(cell) for cell in cells[self._width :]):
            reasons.append(Reason(Fault.TOO_MANY_CELLS))
        employer = self._read_employer(cells, reasons)
        number = self._number(cells, Column.NUMBER, reasons)
        if not number:
            reasons.append(Reason(Fault.NO_NUMBER))
        name_ar = self._text(cells, Column.NAME_AR, reasons)
        name_en = self._text(cells, Column.NAME_EN, reasons)
        if not (name_ar or name_en):
            reasons.append(Reason(Fault.NO_NAME))
        entry = RosterEntry(
            line=line,
            employer=employer,
            number=number,
            name_ar=name_ar or None,
            name_en=name_en or None,
            department=self._levels(self._text(cells, Column.DEPARTMENT, reasons)),
            job=self._one_of(self._text(cells, Column.JOB, reasons)) or None,
            manager=self._one_of(self._number(cells, Column.MANAGER, reasons)) or None,
            phones=self._phones(cells, employer, reasons),
            language=self._language(cells, reasons),
            roles=self._roles(cells, reasons),
        )
        return entry, reasons

    def _cell(self, cells: Sequence[str], column: Column) -> str:
        places = self._places.get(column)
        if places is None or places[0] >= len(cells):
            return ""
        return tidy(cells[places[0]])

    def _text(self, cells: Sequence[str], column: Column, reasons: list[Reason]) -> str:
        text = self._cell(cells, column)
        if len(text) > _MAX_CHARACTERS:
            reasons.append(Reason(Fault.TOO_LONG, f"{text[:20]}…"))
        return text

    def _number(self, cells: Sequence[str], column: Column, reasons: list[Reason]) -> str:
        number = _latin_digits(self._cell(cells, column)).lstrip("'")
        if _RUINED.fullmatch(number):
            reasons.append(Reason(Fault.RUINED_NUMBER, number))
        elif len(number) > _MAX_OF_NUMBER:
            reasons.append(Reason(Fault.TOO_LONG, f"{number[:20]}…"))
        else:
            return number
        return ""

    def _read_employer(self, cells: Sequence[str], reasons: list[Reason]) -> str:
        text = self._cell(cells, Column.EMPLOYER)
        employer = self._words.employers.get(self._folded(text)) if text else self._employer
        if employer is not None and self._employer not in {None, employer}:
            reasons.append(Reason(Fault.OTHER_EMPLOYER, text))
        elif employer is not None:
            return employer
        else:
            fault = Fault.UNKNOWN_EMPLOYER if text else Fault.NO_EMPLOYER
            reasons.append(Reason(fault, text))
        return ""

    def _phones(
        self, cells: Sequence[str], employer: str, reasons: list[Reason]
    ) -> tuple[str, ...]:
        country = self._words.countries.get(employer, "")
        phones: dict[str, None] = {}
        for place in self._places.get(Column.PHONES, ()):
            for part in _LISTED.split(cells[place]) if place < len(cells) else ():
                text = tidy(part)
                phone = read_phone(text, country) if text else None
                if isinstance(phone, str):
                    phones[phone] = None
                elif phone is PhoneProblem.RUINED:
                    reasons.append(Reason(Fault.RUINED_PHONE, text))
                elif phone is not None and country:
                    reasons.append(Reason(Fault.INVALID_PHONE, text))
        return tuple(sorted(phones))

    def _language(self, cells: Sequence[str], reasons: list[Reason]) -> Language | None:
        text = self._cell(cells, Column.LANGUAGE)
        language = self._words.languages.get(self._folded(text))
        if text and language is None:
            reasons.append(Reason(Fault.UNKNOWN_LANGUAGE, text))
        return language

    def _roles(self, cells: Sequence[str], reasons: list[Reason]) -> tuple[StaffRole, ...]:
        roles = {StaffRole.EMPLOYEE}
        for part in _LISTED.split(self._cell(cells, Column.ROLES)):
            role = self._words.roles.get(self._folded(part))
            if role is not None:
                roles.add(role)
            elif part.strip():
                reasons.append(Reason(Fault.UNKNOWN_ROLE, part.strip()))
        return _in_order(frozenset(roles))


def tidy(text: str) -> str:
    """Take out what cannot be seen and all but single spaces; lines become one."""
    if _ODD.search(text):
        seen = (" " if char.isspace() or _is(char, "Cc") else char for char in text)
        text = " ".join("".join(char for char in seen if not _is(char, "Cf")).split())
    return unicodedata.normalize("NFC", text.strip())


def _is(char: str, category: str) -> bool:
    return unicodedata.category(char) == category


def _latin_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _levels(path: str) -> tuple[str, ...]:
    return tuple(level for part in _LEVELS.split(path) if (level := part.strip()))


@lru_cache
def _in_order(roles: frozenset[StaffRole]) -> tuple[StaffRole, ...]:
    return tuple(role for role in StaffRole if role in roles)

"""A whole roster, checked in itself: what needs no look at what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.roster import (
    Column,
    Fault,
    Reason,
    RosterEntry,
    RosterError,
    RosterWords,
    StoredEmployee,
)
from bot.domain.roster_rows import Headings, RowReader, read_headings, tidy

Row = tuple[int, Sequence[str]]
"""A line's number, from 1, and its cells."""

_TITLES = 10
"""How many rows may stand above the headings."""


class Spared:
    """Whom the rejected rows may be about: nobody of them is taken for a leaver."""

    def __init__(self) -> None:
        self._numbers: set[tuple[str, str]] = set()
        self._marks: set[str] = set()

    def add(self, entry: RosterEntry) -> None:
        """Spare whomever a rejected row may be about."""
        if entry.number:
            self._numbers.add((entry.employer, entry.number))
        else:
            self._marks.update(_marks(entry))

    def holds(self, stored: StoredEmployee) -> bool:
        """Say whether a rejected row may be about an employee."""
        who = stored.entry
        return self.names(who.employer, who.number) or not self._marks.isdisjoint(_marks(who))

    def names(self, employer: str, number: str) -> bool:
        """Say whether a rejected row has the number of an employee."""
        return not self._numbers.isdisjoint({(employer, number), ("", number)})


def _marks(entry: RosterEntry) -> Iterator[str]:
    yield from entry.phones
    yield from filter(None, (entry.name_ar, entry.name_en))


@dataclass
class CheckedRoster:
    """A roster as far as it can be checked alone.

    Attributes:
        entries: Good so far, by employer and number; an employer that the file names is
            there even if none of its rows is good.
        rejected: The reasons by line.
        given: The columns that the file has; what others hold stays as it is.
        ignored: Headings that mean nothing here.
    """

    given: frozenset[Column]
    ignored: tuple[str, ...]
    entries: dict[str, dict[str, RosterEntry]] = field(default_factory=dict)
    rejected: dict[int, list[Reason]] = field(default_factory=dict)
    spared: Spared = field(default_factory=Spared)

    def reject(self, entry: RosterEntry, reasons: Iterable[Reason]) -> None:
        """Reject a row, or add reasons to those it was rejected for."""
        self.rejected.setdefault(entry.line, []).extend(reasons)
        of_employer = self.entries.get(entry.employer, {})
        if of_employer.get(entry.number) is entry:
            del of_employer[entry.number]
        self.spared.add(entry)

    def find(self, employer: str, number: str | None) -> RosterEntry | None:
        """Find a good row."""
        return self.entries.get(employer, {}).get(number) if number else None


def check_roster(
    rows: Iterable[Row], words: RosterWords, employer: str | None = None
) -> CheckedRoster:
    """Read a roster and check it in itself.

    Args:
        rows: The file's filled rows, its headings among the first of them.
        words: What words in it mean.
        employer: Whose roster it is; None if its rows tell.

    Raises:
        RosterError: It has no headings or no rows, or does not tell the employer.
    """
    rest = iter(rows)
    headings = find_headings(rest, words)
    if employer is None and Column.EMPLOYER not in headings.places:
        raise RosterError("no column tells the employer: add one, or give --employer")
    reader = RowReader(headings, words, employer)
    checked = CheckedRoster(frozenset(headings.places), headings.ignored)
    claims = _Claims(checked)
    for line, cells in rest:
        entry, reasons = reader.read(line, cells)
        claims.add(entry, reasons)
    if not claims.numbers and not checked.rejected:
        raise RosterError("the file has headings but no employees")
    claims.check_managers()
    return checked


def find_headings(rows: Iterator[Row], words: RosterWords) -> Headings:
    """Take the rows up to the headings, a title above them too.

    Raises:
        RosterError: There are none.
    """
    first: Sequence[str] = ()
    for _, (_, cells) in zip(range(_TITLES), rows, strict=False):
        headings = read_headings(cells, words)
        if headings.looks_like_one():
            return headings
        first = first or cells
    found = ", ".join(filter(None, map(tidy, first))) or "nothing"
    raise RosterError(
        "no row of headings: needed are at least the employee number and a name, "
        f"in Arabic or English (docs/roster.md lists them); the first row has {found[:200]}"
    )


class _Claims:
    """Which row was the first to claim a number or a phone."""

    def __init__(self, checked: CheckedRoster) -> None:
        self._checked = checked
        self.numbers: dict[str, dict[str, RosterEntry]] = {}
        self._phones: dict[str, RosterEntry] = {}

    def add(self, entry: RosterEntry, reasons: list[Reason]) -> None:
        """Take a row in and reject it, and the earlier one, where they claim the same."""
        if entry.employer:
            self._checked.entries.setdefault(entry.employer, {})
        if entry.employer and entry.number:
            numbers = self.numbers.setdefault(entry.employer, {})
            first = numbers.setdefault(entry.number, entry)
            reasons += self._against(first, entry, Reason(Fault.NUMBER_TWICE, entry.number))
        for phone in entry.phones:
            first = self._phones.setdefault(phone, entry)
            reasons += self._against(first, entry, Reason(Fault.PHONE_TWICE, phone))
        if reasons:
            self._checked.reject(entry, reasons)
        else:
            self._checked.entries[entry.employer][entry.number] = entry

    def _against(self, first: RosterEntry, entry: RosterEntry, reason: Reason) -> list[Reason]:
        if first is entry:
            return []
        if reason not in self._checked.rejected.get(first.line, ()):
            self._checked.reject(first, [reason])
        return [reason]

    def check_managers(self) -> None:
        """Reject who has a manager whom no row of the file is about."""
        for numbers in self.numbers.values():
            for entry in numbers.values():
                if entry.manager is not None and entry.manager not in numbers:
                    reason = Reason(Fault.UNKNOWN_MANAGER, entry.manager)
                    self._checked.reject(entry, [reason])

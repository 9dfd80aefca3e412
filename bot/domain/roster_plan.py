"""What a roster changes: its entries against what is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from bot.domain.roster import Column, Fault, Reason, RosterEntry, StoredEmployee
from bot.domain.roster_file import CheckedRoster

_ALWAYS = ("employer", "number")
"""By these an entry is found; they make ``attrgetter`` give a tuple whatever else is compared."""

_COMPARED = [column for column in Column if column.value not in _ALWAYS]
_SAFE_SHARE = 10
"""At most a tenth of an employer's people leave at once; more looks like half a file."""


@dataclass(frozen=True)
class Turnover:
    """How many an employer has, and how many of them a roster has no more."""

    employer: str
    active: int
    leavers: int

    @property
    def is_suspicious(self) -> bool:
        """Say whether so many leave that half of the file may be missing."""
        return self.leavers * _SAFE_SHARE > self.active


@dataclass(frozen=True)
class Preview:
    """What a roster does, or has done.

    Attributes:
        changed: How many employees have something changed.
        columns: How often each column changed among those.
        returners: Leavers whom the roster has again.
        turnover: Of each employer that the file names.
        rejected: The reasons for each rejected line, in order.
        ignored: Headings that mean nothing here.
    """

    new: int
    changed: int
    columns: Mapping[Column, int]
    unchanged: int
    returners: int
    turnover: tuple[Turnover, ...]
    rejected: Mapping[int, tuple[Reason, ...]]
    ignored: tuple[str, ...]

    @property
    def leavers(self) -> int:
        """How many leave altogether."""
        return sum(each.leavers for each in self.turnover)

    @property
    def suspicious(self) -> tuple[Turnover, ...]:
        """The employers that so many leave that it may be an error."""
        return tuple(each for each in self.turnover if each.is_suspicious)


@dataclass(frozen=True, slots=True)
class Change:
    """An employee who is kept already, and what the roster says now.

    Attributes:
        phones: Those that are kept.
    """

    employee_id: str
    entry: RosterEntry
    phones: tuple[str, ...]


@dataclass(frozen=True)
class RosterPlan:
    """What is to be written.

    Attributes:
        given: The columns to write.
        leavers: Ids.
    """

    given: frozenset[Column]
    new: list[RosterEntry]
    changes: list[Change]
    leavers: list[str]
    preview: Preview


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    active: bool
    spared: bool
    manager: str | None
    phones: tuple[str, ...]
    changed: tuple[Column, ...]


@dataclass
class RosterComparison:
    """Compares a roster with what is kept, one kept employee after another.

    Args:
        checked: The roster; what cannot stand beside what is kept is rejected in it.
    """

    checked: CheckedRoster
    _known: dict[str, dict[str, _Known]] = field(default_factory=dict)
    _held: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._claims = {phone: entry for entry in self._entries() for phone in entry.phones}
        self._compared = [column for column in _COMPARED if column in self.checked.given]
        self._values = attrgetter(*_ALWAYS, *(column.value for column in self._compared))

    def see(self, stored: StoredEmployee) -> None:
        """Compare a kept employee of one of the roster's employers."""
        kept = stored.entry
        entry = self.checked.find(kept.employer, kept.number)
        changed = self._differences(entry, kept) if entry else ()
        # Equal texts are kept once: there may be a hundred thousand.
        same_phones = entry is not None and entry.phones == kept.phones
        self._known.setdefault(kept.employer, {})[kept.number] = _Known(
            id=stored.id,
            active=stored.active,
            spared=entry is None and self.checked.spared.holds(stored),
            manager=kept.manager,
            phones=entry.phones if entry and same_phones else kept.phones,
            changed=changed,
        )

    def hold(self, phones: Iterable[str]) -> None:
        """Note phones of active employees of other employers."""
        self._held += filter(self._claims.__contains__, phones)

    def plan(self) -> RosterPlan:
        """Say what is to be written, when all that is kept has been seen."""
        self._settle()
        plan = RosterPlan(self.checked.given, [], [], [], self._preview())
        for employer, entries in self.checked.entries.items():
            for number, entry in entries.items():
                stored = self._find_known(employer, number)
                if stored is None:
                    plan.new.append(entry)
                elif stored.changed or not stored.active:
                    plan.changes.append(Change(stored.id, entry, stored.phones))
            plan.leavers.extend(each.id for each in self._leaving(employer))
        return plan

    def _settle(self) -> None:
        """Reject entries until none is in the way of what is kept."""
        held = [*self._held, *self._phones_of_spared()]
        while True:
            while held:
                phone = held.pop()
                entry = self._claims.get(phone)
                if entry is not None and self._is_good(entry):
                    held += self._reject(entry, Reason(Fault.PHONE_TAKEN, phone))
            circles = list(self._in_circles())
            if not circles:
                return
            for entry in circles:
                held += self._reject(entry, Reason(Fault.MANAGER_CIRCLE, entry.manager or ""))

    def _entries(self) -> Iterator[RosterEntry]:
        for entries in self.checked.entries.values():
            yield from entries.values()

    def _is_good(self, entry: RosterEntry) -> bool:
        return self.checked.find(entry.employer, entry.number) is entry

    def _find_known(self, employer: str, number: str) -> _Known | None:
        return self._known.get(employer, {}).get(number)

    def _phones_of_spared(self) -> Iterator[str]:
        for known in self._known.values():
            for each in known.values():
                if each.spared and each.active:
                    yield from each.phones

    def _reject(self, entry: RosterEntry, reason: Reason) -> tuple[str, ...]:
        """Reject an entry and give the phones that its employee therefore keeps."""
        self.checked.reject(entry, [reason])
        known = self._find_known(entry.employer, entry.number)
        return known.phones if known is not None and known.active else ()

    def _in_circles(self) -> Iterator[RosterEntry]:
        """Find the good entries that are their own managers' managers."""
        for employer, entries in self.checked.entries.items():
            done: set[str] = set()
            for start in entries:
                path: dict[str, None] = {}
                number: str | None = start
                while number is not None and number not in done and number not in path:
                    path[number] = None
                    number = self._manager(employer, number)
                if number in path:
                    circle = list(path)[list(path).index(number) :]
                    yield from (entries[each] for each in circle if each in entries)
                done.update(path)

    def _manager(self, employer: str, number: str) -> str | None:
        entry = self.checked.find(employer, number)
        if entry is not None and Column.MANAGER in self.checked.given:
            return entry.manager
        known = self._find_known(employer, number)
        return known.manager if known is not None and known.active else None

    def _leaving(self, employer: str) -> list[_Known]:
        return [
            known
            for number, known in self._known.get(employer, {}).items()
            if known.active
            and not known.spared
            and not self.checked.find(employer, number)
            and not self.checked.spared.names(employer, number)
        ]

    def _preview(self) -> Preview:
        columns: Counter[Column] = Counter()
        new = changed = unchanged = returners = 0
        for entry in self._entries():
            known = self._find_known(entry.employer, entry.number)
            if known is None:
                new += 1
            elif not known.active:
                returners += 1
            elif known.changed:
                changed += 1
                columns.update(known.changed)
            else:
                unchanged += 1
        return Preview(
            new=new,
            changed=changed,
            columns={column: columns[column] for column in Column if columns[column]},
            unchanged=unchanged,
            returners=returners,
            turnover=tuple(self._turnover()),
            rejected={n: tuple(r) for n, r in sorted(self.checked.rejected.items())},
            ignored=self.checked.ignored,
        )

    def _turnover(self) -> Iterator[Turnover]:
        for employer in sorted(self.checked.entries):
            active = sum(known.active for known in self._known.get(employer, {}).values())
            yield Turnover(employer, active, len(self._leaving(employer)))

    def _differences(self, entry: RosterEntry, kept: RosterEntry) -> tuple[Column, ...]:
        given, had = self._values(entry), self._values(kept)
        if given == had:
            return ()
        pairs = zip(given[len(_ALWAYS) :], had[len(_ALWAYS) :], self._compared, strict=True)
        return tuple(column for now, before, column in pairs if now != before)
